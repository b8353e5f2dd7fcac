"""What a symmetry is: groups, representations and the expression language, without torch."""

from .affine import SE, E, T
from .classical import GL, SL, SU, Scaling, Sp, U
from .columns import column_order
from .elements import GroupElements
from .expression import Symmetry, as_symmetry
from .groups import A, C, D, Group, S, Signs
from .maps import EquivariantMaps, equivariant_maps
from .matrix import MatrixGroup, Polygon
from .orthogonal import SO, O, SOplus
from .parser import parse_representation
from .permuting import Cube, Grid, PermutationGroup, Rubik, Wreath
from .representations import Block, Representation, Trivial

#: Cyclic shifts under their other name.
Z = C

__all__ = [
    "GL",
    "SE",
    "SL",
    "SO",
    "SU",
    "A",
    "Block",
    "C",
    "Cube",
    "D",
    "E",
    "EquivariantMaps",
    "Grid",
    "Group",
    "GroupElements",
    "MatrixGroup",
    "O",
    "PermutationGroup",
    "Polygon",
    "Representation",
    "Rubik",
    "S",
    "SOplus",
    "Scaling",
    "Signs",
    "Sp",
    "Symmetry",
    "T",
    "Trivial",
    "U",
    "Wreath",
    "Z",
    "as_symmetry",
    "column_order",
    "equivariant_maps",
    "parse_representation",
]
