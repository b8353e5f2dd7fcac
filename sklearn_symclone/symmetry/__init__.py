"""What a symmetry is: groups, representations and the expression language, without torch."""

from .columns import column_order
from .elements import GroupElements
from .expression import Symmetry, as_symmetry
from .groups import C, D, Grid, Group, S, Signs
from .orthogonal import SO, O, SOplus
from .parser import parse_representation
from .representations import Block, Representation, Trivial

__all__ = [
    "SO",
    "Block",
    "C",
    "D",
    "Grid",
    "Group",
    "GroupElements",
    "O",
    "Representation",
    "S",
    "SOplus",
    "Signs",
    "Symmetry",
    "Trivial",
    "as_symmetry",
    "column_order",
    "parse_representation",
]
