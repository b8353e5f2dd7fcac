"""The students, plain networks: how they are built, stored, evaluated and converted to torch."""

from . import activations
from .dense import Dense, Weights, linear_layers
from .frame import Frame
from .freed import Freed, free
from .scaling import ColumnScaling

__all__ = [
    "ColumnScaling",
    "Dense",
    "Frame",
    "Freed",
    "Weights",
    "activations",
    "free",
    "linear_layers",
]
