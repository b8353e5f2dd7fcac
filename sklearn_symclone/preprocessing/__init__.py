"""Transformers that keep a symmetry of the columns, for pipelines."""

from .imputer import EquivariantImputer
from .invariants import InvariantFeatures
from .scaler import EquivariantScaler

__all__ = ["EquivariantImputer", "EquivariantScaler", "InvariantFeatures"]
