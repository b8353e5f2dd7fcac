"""The expression language: from text to symmetries and back, and the column order it stands for."""

from .columns import column_order
from .description import Description
from .masking import Masking
from .names import column_names
from .parser import parse_representation
from .symmetry import Symmetry, as_symmetry

__all__ = [
    "Description",
    "Masking",
    "Symmetry",
    "as_symmetry",
    "column_names",
    "column_order",
    "parse_representation",
]
