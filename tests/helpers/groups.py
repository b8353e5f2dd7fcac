"""What the tests of groups share: examples of all of them, and elements written out as matrices."""

import math

import numpy as np

from sklearn_symclone import symmetry
from sklearn_symclone.symmetry import (
    GROUPS,
    AffineMaps,
    GroupElements,
    Matrices,
    Permutations,
    SignChanges,
    Symmetry,
    parse_representation,
)

#: Names of the groups of the package, without those that tests and examples define.
NAMES = [name for name, group in GROUPS.items() if group in vars(symmetry).values()]

QUATERNIONS = (
    "MatrixGroup([[[0,-1,0,0],[1,0,0,0],[0,0,0,-1],[0,0,1,0]],"
    "[[0,0,-1,0],[0,0,0,1],[1,0,0,0],[0,-1,0,0]]])"
)
SHEARED_TURN = "MatrixGroup([[[1,-2],[1,-1]]])"  # a quarter turn in oblique coordinates
SHEARS = "MatrixGroup([[[1,1],[0,1]],[[0,1],[1,0]]])"  # the whole numbers of determinant 1 or -1
CYLINDER = "MatrixGroup([[[1,0,0],[0,1,0],[0,0,-1]]],[[[0,-1,0],[1,0,0],[0,0,0]]])"

PERMUTING = [
    *("S(1)", "S(2)", "S(3)", "S(4)", "S(3)'", "A(1)", "A(2)", "A(3)", "A(4)", "A(5)"),
    *("C(1)", "C(4)", "C(5)", "Z(3)", "D(1)", "D(2)", "D(3)", "D(4)", "D(5)"),
    *('Grid(3,3,"C4")', 'Grid(2,2,"D4")', 'Grid(2,3,"T(2)")', "Cube()"),
    *('Grid(2,3,"mirror")', 'Grid(3,2,"flip")', 'Grid(2,3,"mirror+flip")'),
    *("PermutationGroup([[0,1,2]])", "PermutationGroup([[1,0,3,2],[2,3,0,1]])"),
    "PermutationGroup([[1,2,0,3,4],[0,1,2,4,3]])'",
    *("S(2) wr S(2)", "S(2) wr S(3)", "C(3) wr S(2)", "(S(2) wr S(2)) wr S(2)", "A(3) wr C(2)"),
    # the outer group leaves a box where it is
    *("S(2) wr PermutationGroup([[1,0,2]])", "S(2) wr A(2)"),
]
FINITE_MATRICES = [
    *("Signs(1)", "Signs(3)", "O(1)", "Polygon(1)", "Polygon(2)", "Polygon(5)", 'Polygon(1,"D")'),
    *('Polygon(3,"D")', 'Polygon(4,"D")', QUATERNIONS, SHEARED_TURN),
]
FINITE = PERMUTING + FINITE_MATRICES
LINEAR = [
    *("O(2)", "O(3)", "O(4)", "O(1,1)", "O(1,2)", "O(2,1)", "SO(1)", "SO(2)", "SO(3)"),
    *("SO(1,1)", "SO(1,2)", "SO(2,2)", "SO+(1,1)", "SO+(1,2)", "SO+(1,3)"),
    *("Sp(2)", "Sp(4)", "U(1)", "U(2)", "SU(1)", "SU(2)", "SU(3)", "SL(1)", "SL(2)", "SL(3)"),
    *("GL(1)", "GL(2)", "GL(3)", "GL(2)'", "Scaling(1)", "Scaling(2)", SHEARS, CYLINDER),
]
AFFINE = ["E(1)", "E(2)", "E(3)", "SE(2)", "SE(3)", "T(1)", "T(2)", "T(3)"]

# Sources and targets of maps that mix groups and representations.
MIXED = [
    ("S(4) + S(4)**2 + 2", "S(4)*3 + S(4).det"),
    ("S(3).regular", "S(3)**2"),
    ("Cube().pairs", "Cube()"),
    ("Cube().regular", "1 + Cube().det"),
    ("C(4).sets([0,2],[1,3])", "C(4)**2"),
    ("PermutationGroup([[1,2,0,3,4],[0,1,2,4,3]]).part(0,1,2)", "S(2) + 3"),
    ("PermutationGroup([[1,2,0,3,4],[0,1,2,4,3]]).part(3,4)", "3"),
    ("S(2) wr S(3)", "(S(2) wr S(3)).top + (S(2) wr S(3))"),
    ("(S(2) wr S(2)).top*O(2)", "(S(2) wr S(2))*O(2)"),
    ("S(3)*C(4)", "C(4)*S(3) + S(3)"),
    ("S(3)*S(3)'", "S(3) + S(3)'*2"),
    ("O(2)*SO(2)", "SO(2)*O(2)"),
    ("O(2)*O(2)'", "O(2)' + O(2)*O(2)'"),
    ("O(2)*Sp(2)", "Sp(2).dual*O(2)"),
    ("S(3)*GL(2)", "2*GL(2)*S(3)"),
    ("S(3)*O(2) + S(3)", "O(2)**2 + S(3)"),
    ("(SO(2) + 1)*S(3)", "(SO(2) + 1)**2"),
    ("Signs(2)**2", "Signs(2)**2 + Signs(2).det"),
    ("Signs(3).pseudo", "Signs(3).alt2"),
    ('Grid(2,2,"D4")*2', 'Grid(2,2,"D4").det + Grid(2,2,"D4")'),
    ("O(3).alt2", "O(3).pseudo + O(3)"),
    ("O(1,2).pseudo", "O(1,2).alt2.dual"),
    ("O(2).sym2.sym2", "O(2).sym2"),
    ("O(2).alt2.sym2", "O(2).sym2.alt2"),
    ("O(4).det", "O(4).alt2.sym2"),
    ("1", "O(4).alt2.sym2"),
    ("1", "O(2,1).det*O(2,1).sym2.alt2"),
    ("GL(2).sym2.sym2", "GL(2).sym2.dual.dual.sym2"),
    ("GL(2).det", "GL(2).sym2.alt2"),
    ("SL(2).sym2.alt2", "SL(2).sym2"),
    ("GL(2).det*GL(2).dual", "GL(2)"),
    ("GL(2).det.dual*GL(2)**2", "2"),
    ("GL(3).alt2", "GL(3).det*GL(3).dual"),
    ("Scaling(2).det", "Scaling(2)**2"),
    ("Sp(4).sym2", "Sp(4).sym2.dual"),
    ("SU(2)", "SU(2)*2 + SU(2).alt2"),
    ("E(3).vector + 2", "E(3).vector*2 + E(3).det"),
    ("SE(2).vector*S(3)", "SE(2).pseudo + 1"),
    ("T(2).vector", "T(2).vector*2 + 1"),
    ("E(2).vector*O(2)", "O(2)*E(2).vector"),
    (f"{SHEARED_TURN}.dual", f"{SHEARED_TURN} + {SHEARED_TURN}.regular"),
    (f"{CYLINDER}**2", f"{CYLINDER}.part(0,1) + {CYLINDER}.part(2) + {CYLINDER}.det"),
    (f"{QUATERNIONS}", f"{QUATERNIONS}.regular"),
    ('Polygon(3,"D").regular', 'Polygon(3,"D")**2 + Polygon(3,"D").det'),
    ("Cube()*Polygon(4)", "Polygon(4)*2"),
]


def draw(group, n_elements, seed=0):
    """Draw elements of one group."""
    return group.sample(n_elements, np.random.RandomState(seed))


def dense(action):
    """Write out what elements do to vectors, from their data alone."""
    if isinstance(action, Permutations):
        return np.eye(action.indices.shape[1])[action.indices]
    if isinstance(action, SignChanges):
        return np.stack([np.diag(signs) for signs in action.signs])
    return action.matrices


def multiply(first, second):
    """Multiply two batches of elements of any groups, by their matrices."""
    return GroupElements(
        {group: _product(first.actions[group], second.actions[group]) for group in first.actions},
        len(first),
    )


def _product(first, second):
    product = dense(first) @ dense(second)
    if isinstance(first, Permutations):
        return Permutations(product.argmax(axis=2))
    if isinstance(first, SignChanges):
        return SignChanges(np.diagonal(product, axis1=1, axis2=2))
    if isinstance(first, AffineMaps):
        shifted = (dense(first) @ second.shifts[:, :, None])[:, :, 0]
        return AffineMaps(product, shifted + first.shifts)
    return Matrices(product)


def closure(generators, limit=2000):
    """List the group that matrices generate, the identity first."""
    found = [np.eye(generators.shape[1])]
    known = {_key(found[0])}
    for element in found:  # which grows on the way
        for product in generators @ element:
            if _key(product) not in known:
                known.add(_key(product))
                found.append(product)
                assert len(found) <= limit
    return np.array(found)


def _key(matrix):
    return tuple(np.round(matrix, 6).ravel() + 0.0)


def keys(matrices):
    """Return what tells matrices apart in a set, up to rounding."""
    return [_key(matrix) for matrix in matrices]


def enough_elements(*representations, seed=0, n_random=12, max_listed=400):
    """Return all elements of a small finite group, or random ones that are dense in another."""
    symmetry = Symmetry(sum(representations[1:], start=representations[0]))
    if math.isfinite(symmetry.order) and symmetry.order <= max_listed:
        return symmetry.elements()
    return symmetry.sample(n_random, seed)


def vectors(text):
    """Return the representation of a group on vectors."""
    group = parse_representation(text)
    return group.vector if group.is_affine else group
