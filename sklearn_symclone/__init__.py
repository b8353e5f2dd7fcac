"""Plain neural networks that learn a symmetry by imitation, as scikit-learn estimators."""

from ._version import __version__
from .estimators import (
    EquivariantClassifier,
    EquivariantRegressor,
    OrbitAveragedClassifier,
    OrbitAveragedRegressor,
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from .metrics import assert_equivariant, equivariance_error, make_orbit_scorer
from .symmetry import Symmetry, column_order

__all__ = [
    "EquivariantClassifier",
    "EquivariantRegressor",
    "OrbitAveragedClassifier",
    "OrbitAveragedRegressor",
    "Symmetry",
    "SymmetryClonedClassifier",
    "SymmetryClonedClassifierCV",
    "SymmetryClonedRegressor",
    "SymmetryClonedRegressorCV",
    "__version__",
    "assert_equivariant",
    "column_order",
    "equivariance_error",
    "make_orbit_scorer",
]
