"""The expression language: from text to symmetries and back, and the column order it stands for."""

from .columns import column_order
from .masking import Masking
from .parser import parse_representation
from .symmetry import Symmetry, as_symmetry

__all__ = ["Masking", "Symmetry", "as_symmetry", "column_order", "parse_representation"]
