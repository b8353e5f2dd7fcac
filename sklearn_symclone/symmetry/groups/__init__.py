"""Groups as values, one kind a file. A group enters the expression language by being defined."""

from .actions import AffineMaps, Matrices, Permutations, SignChanges
from .affine import SE, AffineGroup, E, T
from .base import Group
from .cubes import Cube, Rubik
from .cyclic import C, D, Z
from .elements import GroupElements
from .grid import Grid
from .linear import GL, SL
from .matrix import MatrixGroup
from .orthogonal import SO, O, OrthogonalGroup, SOplus
from .permutation_group import PermutationGroup
from .permuting import PermutingGroup
from .polygon import Polygon
from .registry import ATTRIBUTES, GROUPS
from .scaling import Scaling
from .signs import Signs
from .sized import SizedGroup
from .stabilizer_chains import MAX_LISTED
from .symmetric import A, S
from .symplectic import Sp
from .unitary import SU, U
from .wreath import Wreath

__all__ = [
    "ATTRIBUTES",
    "GL",
    "GROUPS",
    "MAX_LISTED",
    "SE",
    "SL",
    "SO",
    "SU",
    "A",
    "AffineGroup",
    "AffineMaps",
    "C",
    "Cube",
    "D",
    "E",
    "Grid",
    "Group",
    "GroupElements",
    "Matrices",
    "MatrixGroup",
    "O",
    "OrthogonalGroup",
    "PermutationGroup",
    "Permutations",
    "PermutingGroup",
    "Polygon",
    "Rubik",
    "S",
    "SOplus",
    "Scaling",
    "SignChanges",
    "Signs",
    "SizedGroup",
    "Sp",
    "T",
    "U",
    "Wreath",
    "Z",
]
