"""Plain neural networks that learn a symmetry by imitation, as scikit-learn estimators."""

from .estimators import SymmetryClonedClassifier, SymmetryClonedRegressor
from .metrics import assert_equivariant, equivariance_error, make_orbit_scorer
from .search import SymmetryClonedClassifierCV, SymmetryClonedRegressorCV
from .symmetry import Symmetry, column_order

__version__ = "0.1.0"

__all__ = [
    "Symmetry",
    "SymmetryClonedClassifier",
    "SymmetryClonedClassifierCV",
    "SymmetryClonedRegressor",
    "SymmetryClonedRegressorCV",
    "assert_equivariant",
    "column_order",
    "equivariance_error",
    "make_orbit_scorer",
]
