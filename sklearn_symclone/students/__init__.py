"""The students, plain networks: how they are built, stored, evaluated and converted to torch."""

from . import activations
from .dense import Dense, Weights, linear_layers
from .frame import Frame
from .freed import Freed, free
from .scaling import ColumnScaling
from .shared import Alone, Learner, Shared, learner_of

__all__ = [
    "Alone",
    "ColumnScaling",
    "Dense",
    "Frame",
    "Freed",
    "Learner",
    "Shared",
    "Weights",
    "activations",
    "free",
    "learner_of",
    "linear_layers",
]
