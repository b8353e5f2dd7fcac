"""Groups are values, and refuse what is no group."""

import itertools
import math
import re

import numpy as np
import pytest
from helpers.groups import dense, draw
from numpy.testing import assert_array_equal

from sklearn_symclone.symmetry import (
    SO,
    C,
    Cube,
    D,
    Grid,
    MatrixGroup,
    O,
    PermutationGroup,
    Polygon,
    Rubik,
    S,
    Signs,
    SOplus,
    Symmetry,
    Wreath,
    Z,
    parse_representation,
)


@pytest.mark.parametrize("group", [S(4), C(4), Signs(3), O(3), SOplus(1, 3)], ids=str)
def test_random_elements_are_determined_by_the_seed(group):
    assert_array_equal(dense(draw(group, 9, seed=3)), dense(draw(group, 9, seed=3)))
    assert np.any(dense(draw(group, 9, seed=3)) != dense(draw(group, 9, seed=4)))


def test_a_prime_makes_an_independent_group():
    group = O(1, 3).prime.prime
    assert str(group) == "O(1,3)''"
    assert (group.dimension, group.order) == (4, math.inf)
    assert group == O(1, 3, primes=2)
    elements = Symmetry(S(4) + S(4).prime).sample(50, random_state=0)
    first, second = (elements.actions[g].indices for g in (S(4), S(4).prime))
    assert np.any(first != second)


def test_groups_are_equal_if_name_numbers_and_primes_are():
    groups = [
        *(S(3), C(3), D(3), Signs(3), O(3), SO(3), S(4), S("n"), S(3).prime),
        *(O(1, 3), O(3, 1), SO(1, 3), SOplus(1, 3)),
        *(Grid(3, 3, "C4"), Grid(3, 3, "D4"), Grid(3, 3, "T(2)"), Grid(3, 4, "T(2)")),
    ]
    assert len(set(groups)) == len(groups)
    assert all(
        (a == b) == (i == j) for (i, a), (j, b) in itertools.product(enumerate(groups), repeat=2)
    )
    assert hash(O(3, 0)) == hash(O(3))
    assert O(3, 0) == O(3)


SIZE = "must be a whole number of at least 1, or one lower-case unknown such as 'n'; got"
UNKNOWN = "is not known yet: bind it to data first, or write a number in its place"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: S(0), f"n of S(n) {SIZE} 0"),
        (lambda: C(-1), f"n of C(n) {SIZE} -1"),
        (lambda: D(2.0), f"n of D(n) {SIZE} 2.0"),
        (lambda: Signs(True), f"n of Signs(n) {SIZE} True"),
        (lambda: S("N"), f"n of S(n) {SIZE} 'N'"),
        (lambda: O(0), f"the first number of O(p,q) {SIZE} 0"),
        (
            lambda: SO(1, -3),
            "the second number of SO(p,q) must be a whole number of at least 0, got -3",
        ),
        (lambda: O("n", 1), "O(n,1) mixes an unknown size with a signature: give both numbers"),
        (lambda: SOplus(3), "SO+(p,q) needs two numbers; for a compact group use SO(3)"),
        (lambda: Grid(0, 3, "T(2)"), f"the height of Grid(height,width,kind) {SIZE} 0"),
        (lambda: Grid(3, 1.5, "T(2)"), f"the width of Grid(height,width,kind) {SIZE} 1.5"),
        (
            lambda: Grid(3, 3, "c4"),
            'the kind of a Grid must be one of "mirror", "flip", "mirror+flip", "C4", "D4", '
            "\"T(2)\", got 'c4'",
        ),
        (
            lambda: Grid(6, 7),
            'Grid(6,7) has no kind: add one of "mirror", "flip", "mirror+flip", "C4", "D4", '
            '"T(2)", as in Grid(6,7,"mirror")',
        ),
        (
            lambda: Grid(3, 4, "D4"),
            'Grid(3,4,"D4") is not square: only square grids can be turned by a quarter; '
            'use "mirror", "flip" or "mirror+flip" for reflections, "T(2)" for shifts that go '
            "round",
        ),
        (lambda: S("n").order, f"the size 'n' in 'S(n)' {UNKNOWN}"),
        (lambda: draw(O("n"), 2), f"the size 'n' in 'O(n)' {UNKNOWN}"),
    ],
)
def test_errors_say_what_is_wrong(build, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        build()


def test_other_names_and_forms():
    assert Z is C
    assert PermutationGroup(np.array([[1, 0, 2]])) == PermutationGroup([[1, 0, 2]])


@pytest.mark.parametrize(
    "group",
    [
        *(Wreath(S(2), S(3)).prime, Wreath(S(2), S(3), primes=1), Cube(primes=2), Rubik().prime),
        *(PermutationGroup([[1, 0]]).prime, PermutationGroup([[True, False]]), Polygon(3).prime),
        *(MatrixGroup([[[-1]]]).prime, MatrixGroup([[[-1]]], primes=2)),
    ],
    ids=str,
)
def test_groups_built_in_python_survive_printing_and_parsing(group):
    assert parse_representation(str(group)) == group
