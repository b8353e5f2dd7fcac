"""Groups that permute columns keep the structure of what they permute."""

import itertools

import numpy as np
import pytest
from helpers.groups import PERMUTING, draw
from numpy.testing import assert_array_equal
from scipy.stats import chisquare
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SymPyGroup

from sklearn_symclone.symmetry import (
    A,
    C,
    D,
    Grid,
    PermutationGroup,
    S,
    Symmetry,
    parse_representation,
)

SOME = [S(4), C(5), D(4), D(5), Grid(3, 3, "D4"), Grid(2, 3, "T(2)")]


def shifts_a_cycle(p):
    return all((p[(i + 1) % len(p)] - p[i]) % len(p) == 1 for i in range(len(p)))


def keeps_neighbours_on_a_cycle(p):
    return all((p[(i + 1) % len(p)] - p[i]) % len(p) in (1, len(p) - 1) for i in range(len(p)))


@pytest.mark.parametrize(
    ("group", "belongs"),
    [
        (S(4), lambda p: True),
        (C(3), shifts_a_cycle),
        (C(6), shifts_a_cycle),
        (D(3), keeps_neighbours_on_a_cycle),
        (D(4), keeps_neighbours_on_a_cycle),
        (D(6), keeps_neighbours_on_a_cycle),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_elements_are_all_permutations_that_keep_the_structure(group, belongs):
    expected = {p for p in itertools.permutations(range(group.n)) if belongs(p)}
    assert set(map(tuple, group.elements().indices.tolist())) == expected


@pytest.mark.parametrize(
    ("group", "boards"),
    [
        (Grid(3, 3, "C4"), "abcdefghi gdahebifc ihgfedcba cfibehadg"),
        (
            Grid(3, 3, "D4"),
            "abcdefghi gdahebifc ihgfedcba cfibehadg cbafedihg adgbehcfi ghidefabc ifchebgda",
        ),
        (Grid(2, 2, "C4"), "abcd cadb dcba bdac"),
        (Grid(2, 2, "T(2)"), "abcd badc cdab dcba"),
        (Grid(2, 3, "T(2)"), "abcdef bcaefd cabfde defabc efdbca fdecab"),
        (Grid(1, 3, "T(2)"), "abc bca cab"),
        (Grid(2, 3, "mirror"), "abcdef cbafed"),
        (Grid(2, 3, "flip"), "abcdef defabc"),
        (Grid(2, 3, "mirror+flip"), "abcdef cbafed defabc fedcba"),
    ],
    ids=str,
)
def test_a_grid_moves_the_cells_of_its_board(group, boards):
    start = boards.split()[0]
    found = {"".join(start[i] for i in moved) for moved in group.elements().indices}
    assert found == set(boards.split())


@pytest.mark.parametrize("group", SOME, ids=str)
def test_random_permutations_are_among_the_elements(group):
    drawn = set(map(tuple, draw(group, 100).indices.tolist()))
    assert all(sorted(p) == list(range(group.dimension)) for p in drawn)
    assert drawn <= set(map(tuple, group.elements().indices.tolist()))


def test_random_permutations_of_many_columns_need_no_list_of_all():
    indices = draw(S(20), 2000).indices
    assert_array_equal(np.sort(indices, axis=1), np.tile(np.arange(20), (2000, 1)))
    assert chisquare(np.bincount(indices[:, 3], minlength=20)).pvalue > 1e-3


@pytest.mark.parametrize("text", [*PERMUTING, "Rubik()", "S(5) wr S(4)", "Cube() wr S(2)"])
def test_permutation_groups_are_those_of_sympy(text):
    group = parse_representation(text)
    theirs = SymPyGroup([Permutation(g.tolist()) for g in group.generators().indices])
    assert group.order == theirs.order()
    assert all(Permutation(g.tolist()) in theirs for g in draw(group, 10).indices)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_elements_of_an_alternating_group_are_all_even_permutations(n):
    even = [p for p in itertools.permutations(range(n)) if Permutation(list(p)).is_even]
    assert set(map(tuple, A(n).elements().indices.tolist())) == set(even)
    assert all(Permutation(p.tolist()).is_even for p in draw(A(n), 50).indices)


def test_a_permutation_of_fractions_is_refused():
    with pytest.raises(ValueError, match="are lists of whole numbers, got"):
        PermutationGroup([[1.5, 0.0, 2.0]])


@pytest.mark.parametrize("kind", [int, np.int32])
def test_whole_numbers_of_any_kind_make_a_permutation(kind):
    group = PermutationGroup([list(map(kind, [1, 0, 2]))])
    assert group == PermutationGroup([[1, 0, 2]])
    assert_array_equal(group.transform(Symmetry(group).generators(), [[5.0, 6, 7]]), [[6, 5, 7]])
