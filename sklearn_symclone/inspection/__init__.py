"""What people look at: pictures of fits, tests of a symmetry on data, and experiments."""

from ._symmetry_test import SymmetryTestResult, symmetry_test

__all__ = ["SymmetryTestResult", "symmetry_test"]
