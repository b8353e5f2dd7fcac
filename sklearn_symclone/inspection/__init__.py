"""What people look at: pictures of fits, tests of a symmetry on data, and experiments.

Pictures need matplotlib, which is imported when something is drawn.
"""

from ._compare import SymmetryComparison, compare_symmetries
from ._equivariance import EquivarianceDisplay
from ._loss_curve import LossCurveDisplay
from ._strength_curve import StrengthCurveDisplay
from ._suggest import Suggestion, suggest_symmetries
from ._symmetry_test import SymmetryTestResult, symmetry_test

__all__ = [
    "EquivarianceDisplay",
    "LossCurveDisplay",
    "StrengthCurveDisplay",
    "Suggestion",
    "SymmetryComparison",
    "SymmetryTestResult",
    "compare_symmetries",
    "suggest_symmetries",
    "symmetry_test",
]
