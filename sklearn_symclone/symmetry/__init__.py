"""What a symmetry is: groups, representations and the expression language, without torch."""

from ._orbits import signed_permutations
from .affine import SE, E, T
from .classical import GL, SL, SU, Scaling, Sp, U
from .columns import column_order
from .elements import AffineMaps, GroupElements, Matrices, Permutations, SignChanges
from .expression import Symmetry, as_symmetry, point_columns
from .factors import Det, Dual, Factor, Square, Vector
from .groups import A, C, D, Group, S, Signs
from .maps import EquivariantMaps, equivariant_maps
from .matrix import MatrixGroup, Polygon
from .orthogonal import SO, O, OrthogonalGroup, SOplus
from .parser import GROUPS, parse_representation
from .permuting import Cube, Grid, PermutationGroup, Rubik, Wreath
from .representations import (
    Block,
    Representation,
    Trivial,
    as_representation,
    axes_by_group,
    describe_order,
    product_name,
)

#: Cyclic shifts under their other name.
Z = C

__all__ = [
    "GL",
    "GROUPS",
    "SE",
    "SL",
    "SO",
    "SU",
    "A",
    "AffineMaps",
    "Block",
    "C",
    "Cube",
    "D",
    "Det",
    "Dual",
    "E",
    "EquivariantMaps",
    "Factor",
    "Grid",
    "Group",
    "GroupElements",
    "Matrices",
    "MatrixGroup",
    "O",
    "OrthogonalGroup",
    "PermutationGroup",
    "Permutations",
    "Polygon",
    "Representation",
    "Rubik",
    "S",
    "SOplus",
    "Scaling",
    "SignChanges",
    "Signs",
    "Sp",
    "Square",
    "Symmetry",
    "T",
    "Trivial",
    "U",
    "Vector",
    "Wreath",
    "Z",
    "as_representation",
    "as_symmetry",
    "axes_by_group",
    "column_order",
    "describe_order",
    "equivariant_maps",
    "parse_representation",
    "point_columns",
    "product_name",
    "signed_permutations",
]
