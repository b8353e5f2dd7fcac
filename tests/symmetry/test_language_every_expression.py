"""Expressions with every group and representation are read, printed, bound and refused."""

import pickle
import re

import numpy as np
import pytest
from helpers.groups import CYLINDER, QUATERNIONS, SHEARED_TURN, SHEARS

from sklearn_symclone.symmetry import MatrixGroup, O, S, Symmetry

EXPRESSIONS = [
    *("(S(2) wr S(2))*O(3) -> (S(2) wr S(2)).top", "(S(2) wr S(2)) wr S(2)", "S(n) wr S(2)"),
    *("E(3)*5 + E(3).vector -> E(3)", "S(n)*E(3) -> S(n)*E(3).vector", "T(3)*n", "E(n).vector"),
    *("SE(2).pseudo + 1", "Cube()*2 + Cube().regular", "O(n).sym2 + O(n).det", "GL(n).sym2.dual"),
    *("S(2)' wr S(2)", "(S(2)' wr S(2)).top.sym2", "Sp(4)'.alt2.dual", "SO+(1,3)'.sym2.dual"),
    *("(GL(2) + 1)*(GL(2).det.dual + 2)", "U(n)*2 -> U(n)", "(SU(2) + 2)**2", "Scaling(n).dual"),
    *("S(3).sets([0,1],[1,2],[0,2]).sym2", 'Polygon(5,"D")\'.regular', "Rubik().pairs"),
    *("MatrixGroup([[[1e-3,0],[0,-1.5]]]).dual", "MatrixGroup([[[1e22]]])", "Polygon(3)"),
    *("S(4).alt2.doubled*O(3) -> Signs(2).doubled", "S(n).det.doubled", "(S(2) wr S(2)).doubled"),
    *("((S(2) wr S(2)).pairs)**2*O(3)", "(S(2) wr (S(2) wr S(2))).det", "S(n).regular"),
    *(f"{SHEARS} -> {SHEARED_TURN}'", f"{QUATERNIONS}*2 -> {CYLINDER}.part(2,0,1)"),
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions_survive_printing_and_parsing(text):
    symmetry = Symmetry.parse(text)
    for other in (Symmetry.parse(str(symmetry)), pickle.loads(pickle.dumps(symmetry))):
        assert other == symmetry
        assert hash(other) == hash(symmetry)
        assert str(other) == str(symmetry)


@pytest.mark.parametrize(
    ("text", "columns", "bound"),
    [
        ("Sp(n)", 4, "Sp(4)"),
        ("O(n).sym2 + O(n).det", 7, "O(3).sym2 + O(3).det"),
        ("O(n).alt2", 3, "O(3).alt2"),
        ("S(n) wr S(2)", 6, "S(3) wr S(2)"),
        ("U(n)*2", 12, "U(3)*2"),
        ("S(n)*E(3) + E(3).vector", 12, "S(3)*E(3) + E(3).vector"),
        ("GL(n).sym2.dual", 6, "GL(3).sym2.dual"),
        ("E(n).vector", 3, "E(3).vector"),
        ("S(n).regular", 24, "S(4).regular"),
        ("S(n).pairs", 6, "S(4).pairs"),
        ("T(3)*n", 12, "T(3)*4"),
        ("S(n).alt2.doubled", 12, "S(4).alt2.doubled"),
    ],
)
def test_columns_bind_unknown_sizes(text, columns, bound):
    assert str(Symmetry.parse(text).bind(columns, 1).inputs) == bound


AFFINE_PRODUCT = "multiplies points by what is neither a number nor permuted"


ERRORS = {
    "E(3)**2": f"'E(3)**2' {AFFINE_PRODUCT}",
    "E(3)*O(3)": f"'E(3)*O(3)' {AFFINE_PRODUCT}",
    "Signs(2)*E(3)": f"'Signs(2)*E(3)' {AFFINE_PRODUCT}",
    "E(3).dual": "E(3) moves points, which have no dual; '.vector' has one",
    "(E(3) + 1).dual": "E(3) moves points, which have no dual; '.vector' has one",
    "T(2).alt2": "T(2) moves points, which have no square; '.vector' has one",
    "E(3).pairs": "E(3) does not permute points: it cannot permute sets of them",
    "E(3).part(0)": "'E(3).part(0)' must list different columns of a group without shifts",
    "E(3).regular": "and E(3) is infinite: 10000 are allowed",
    "O(3).vector": "'O(3)' has no .vector",
    "S(2).top": "'S(2)' has no .top",
    "(O(3) + 1).det": "'O(3) + 1' has no .det",
    "O(3).sym2.det": "'O(3).sym2' has no .det",
    "3.det": "3 is a number of columns, it has no .det",
    "n.regular": "n is a number of columns, it has no .regular",
    "S(3).sets([0,1])": "S(3) moves the set [0, 1] to one that is not listed: the sets must be "
    "closed under the group",
    "S(3).sets([0,0])": "a set must hold different points, at least one; got (0, 0)",
    "S(3).sets([3])": "the points of S(3) are 0 to 2, got (3,)",
    "S(3).sets()": "sets must be listed once each, and there must be one at least",
    "C(2).sets([0,1],[1,0])": "sets must be listed once each",
    "S(3).sets": "there is no .sets; known: .dual, .det, ",
    "S(3).pairs()": "there is no .pairs(...); known: .dual, .det, ",
    "O(3).pairs": "O(3) does not permute points: it cannot permute sets of them",
    "O(3).det.doubled": "'O(3).det' cannot be doubled: its columns are mixed, and not only "
    "permuted with changes of sign",
    "C(4).part(0)": "'C(4).part(0)' is not closed: C(4) mixes these columns with column 1",
    "C(4).part(4)": "'C(4).part(4)' must list columns of C(4) from 0 to 3",
    "C(4).part(0,0)": "'C(4).part(0,0)' must list different columns of a group without shifts",
    "O(3).regular": "and O(3) is infinite: 10000 are allowed",
    "Rubik().regular": "and Rubik() is of 43252003274489856000 elements: 10000 are allowed",
    "O(3) wr S(2)": "'wr' stands between groups that permute columns, not O(3)",
    "S(2) wr 3": "'wr' stands between groups that permute columns, not 3",
    "MatrixGroup([[[1,0],[0,0]]])": "generator 0 of the MatrixGroup is singular, it has no inverse",
    "MatrixGroup([])": "needs matrices of one size in generators or lie_algebra, got none",
    "MatrixGroup([[[1]]],[[[0,1],[1,0]]])": "in generators or lie_algebra, got (1, 1), (2, 2)",
    "MatrixGroup([[1,0],[0,1]])": "a list of square matrices of finite numbers, got an array of "
    "shape (2, 2)",
    "MatrixGroup([[[1,0],[0]]])": "generators of a MatrixGroup must be matrices of one size, got ",
    "MatrixGroup([],[[[0,1],[0,0]],[[0,0],[1,0]]])": "lie_algebra is not closed: the commutator of "
    "its matrices 0 and 1 is no combination of them; add it to the list",
    "MatrixGroup([],[[[0,1],[0,0]],[[0,2],[0,0]]])": "the matrices of lie_algebra must be linearly "
    "independent",
    "MatrixGroup([[[0,1],[1,0]]],[[[1,0],[0,0]]])": "lie_algebra is not that of a group with "
    "generator 0: conjugated by it, matrix 0 is no combination of the others",
    "PermutationGroup([[0,0]])": "a generator of a PermutationGroup must list each of 0 to 1 once, "
    "got [0, 0]",
    "PermutationGroup([])": "PermutationGroup needs at least one generator",
    "Polygon(n)": "the size 'n' in 'Polygon(n)' is not known yet",
    'Polygon(5,"X")': 'the kind of a Polygon must be "C" or "D", got \'X\'',
    "Sp(3)": "the number of columns of Sp(2n) must be even, got 3",
    "Cube(3)": "Cube does not take the 1 arguments (3)",
    "SE(0)": "n of SE(n) must be a whole number of at least 1",
}


@pytest.mark.parametrize(("text", "message"), ERRORS.items())
def test_errors_name_what_is_wrong(text, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        Symmetry.parse(text)
    assert str(caught.value).startswith(f"symmetry {text!r}: ")


@pytest.mark.parametrize("text", ["S(3).sets(5)", "S(3).part([0])"])
def test_arguments_of_the_wrong_kind_are_named(text):
    with pytest.raises(ValueError, match=r"S\(3\)") as caught:
        Symmetry.parse(text)
    problem = str(caught.value).split("\n")[0].removeprefix(f"symmetry {text!r}: ")
    assert "S(3)" in problem
    assert "(0,)" not in problem
    assert "iterable" not in problem


def test_numpy_numbers_are_numbers():
    assert S(3).sets(*np.array([[0], [1], [2]])) == S(3).sets([0], [1], [2])
    assert S(3).part(*np.arange(3)) == S(3).part(0, 1, 2)
    assert MatrixGroup(np.array([[[0, -1], [1, 0]]])) == MatrixGroup([[[0, -1], [1, 0]]])


def test_a_square_of_one_column_has_no_antisymmetric_part():
    with pytest.raises(ValueError, match="has no columns: a 1 x 1 antisymmetric matrix is 0"):
        _ = O(1).alt2.dimension
