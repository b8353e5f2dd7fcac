"""The students, plain networks: how they are built, stored, evaluated and converted to torch."""

from . import activations
from .dense import Dense, Weights, linear_layers
from .frame import Frame
from .freed import Freed, free
from .learner import Alone, Learner
from .learners import learner_of
from .paired import Paired
from .scaling import ColumnScaling
from .shared import Shared

__all__ = [
    "Alone",
    "ColumnScaling",
    "Dense",
    "Frame",
    "Freed",
    "Learner",
    "Paired",
    "Shared",
    "Weights",
    "activations",
    "free",
    "learner_of",
    "linear_layers",
]
