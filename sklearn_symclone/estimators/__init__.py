"""The estimators: they validate, delegate to the fit, and keep what it has learned."""

from ._classifier import SymmetryClonedClassifier
from ._regressor import SymmetryClonedRegressor
from ._search import SymmetryClonedClassifierCV, SymmetryClonedRegressorCV

__all__ = [
    "SymmetryClonedClassifier",
    "SymmetryClonedClassifierCV",
    "SymmetryClonedRegressor",
    "SymmetryClonedRegressorCV",
]
