"""What a symmetry is: groups, representations and the expression language, without torch."""

from .columns import column_order
from .elements import GroupElements
from .expression import Symmetry, as_symmetry
from .groups import C, D, Grid, Group, O, S, Signs, SO, SOplus
from .parser import parse_representation
from .representations import Block, Representation, Trivial

__all__ = [
    "Block",
    "C",
    "D",
    "Grid",
    "Group",
    "GroupElements",
    "O",
    "Representation",
    "S",
    "SO",
    "SOplus",
    "Signs",
    "Symmetry",
    "Trivial",
    "as_symmetry",
    "column_order",
    "parse_representation",
]
