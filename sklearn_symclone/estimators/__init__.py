"""The estimators: they validate, delegate to the fit, and keep what it has learned."""

from ._averaged_classifier import OrbitAveragedClassifier
from ._averaged_regressor import OrbitAveragedRegressor
from ._classifier import SymmetryClonedClassifier
from ._equivariant_classifier import EquivariantClassifier
from ._equivariant_regressor import EquivariantRegressor
from ._regressor import SymmetryClonedRegressor
from ._search import SymmetryClonedClassifierCV, SymmetryClonedRegressorCV

__all__ = [
    "EquivariantClassifier",
    "EquivariantRegressor",
    "OrbitAveragedClassifier",
    "OrbitAveragedRegressor",
    "SymmetryClonedClassifier",
    "SymmetryClonedClassifierCV",
    "SymmetryClonedRegressor",
    "SymmetryClonedRegressorCV",
]
