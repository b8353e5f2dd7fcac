"""The estimators: they validate, delegate to the fit, and keep what it has learned."""

from ._averaged import OrbitAveragedClassifier, OrbitAveragedRegressor
from ._classifier import SymmetryClonedClassifier
from ._equivariant import EquivariantClassifier, EquivariantRegressor
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
