"""Anchors: what keeps the fit to the task near the clone that it starts from."""

from .base import Anchor, Anchoring
from .function import FunctionAnchor
from .orbit import OrbitAnchor, OrbitPenalty
from .registry import get, names, register
from .subspace import DifferencePenalty, SubspaceAnchor, SubspacePenalty
from .weights import WeightAnchor, WeightPenalty

__all__ = [
    "Anchor",
    "Anchoring",
    "DifferencePenalty",
    "FunctionAnchor",
    "OrbitAnchor",
    "OrbitPenalty",
    "SubspaceAnchor",
    "SubspacePenalty",
    "WeightAnchor",
    "WeightPenalty",
    "get",
    "names",
    "register",
]
