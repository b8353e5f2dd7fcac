"""Every group of the language has its order, and lists, draws and generates all elements."""

import math

import numpy as np
import pytest
from helpers.groups import (
    AFFINE,
    CYLINDER,
    FINITE,
    LINEAR,
    QUATERNIONS,
    SHEARED_TURN,
    SHEARS,
    closure,
    dense,
    draw,
    keys,
)
from numpy.testing import assert_allclose
from scipy.stats import chisquare

from sklearn_symclone.symmetry import (
    SL,
    A,
    E,
    Grid,
    MatrixGroup,
    Rubik,
    S,
    Signs,
    Wreath,
    as_symmetry,
    parse_representation,
)

ORDERS = {
    **{"A(1)": 1, "A(2)": 1, "A(3)": 3, "A(5)": 60, "Z(3)": 3, "Cube()": 24, "O(1)": 2},
    **{"S(2) wr S(2)": 8, "S(2) wr S(3)": 48, "C(3) wr S(2)": 18, "(S(2) wr S(2)) wr S(2)": 128},
    **{"A(3) wr C(2)": 18, "PermutationGroup([[0,1,2]])": 1, "Rubik()": 43252003274489856000},
    **{"PermutationGroup([[1,0,3,2],[2,3,0,1]])": 4, QUATERNIONS: 8, SHEARED_TURN: 4},
    **{"PermutationGroup([[1,2,0,3,4],[0,1,2,4,3]])": 6, "S(5) wr S(4)": 120**4 * 24},
    **{"S(2) wr PermutationGroup([[1,0,2]])": 16, "S(3) wr A(2)": 36},
    **{"Polygon(1)": 1, "Polygon(2)": 2, "Polygon(7)": 7, 'Polygon(1,"D")': 2},
    **{'Polygon(7,"D")': 14, "Polygon(360)": 360, SHEARS: math.inf, CYLINDER: math.inf},
    **{
        "Polygon(2001)": 2001,
        'Polygon(1001,"D")': 2002,
        "MatrixGroup([[[2]]])": math.inf,
        "MatrixGroup([[[0.5]]])": math.inf,
    },
    **{
        "MatrixGroup([[[0.5,0],[0,1]]])": math.inf,
        "MatrixGroup([[[0.6,-0.8],[0.8,0.6]]])": math.inf,
    },
    **dict.fromkeys(["Sp(4)", "SU(2)", "SL(2)", "GL(1)", "Scaling(1)", "E(1)", "T(2)"], math.inf),
}


def same_elements(found, expected):
    return set(keys(found)) == set(keys(expected))


@pytest.mark.parametrize(("text", "order"), ORDERS.items())
def test_orders(text, order):
    assert parse_representation(text).order == order


@pytest.mark.parametrize("text", FINITE)
def test_all_elements_are_listed_once_with_the_identity_first(text):
    group = parse_representation(text)
    listed = dense(group.elements())
    assert len(set(keys(listed))) == len(listed) == group.order
    assert_allclose(listed[0], np.eye(group.dimension), atol=1e-12)


@pytest.mark.parametrize("text", FINITE)
def test_generators_generate_all_elements(text):
    group = parse_representation(text)
    assert same_elements(closure(dense(group.generators())), dense(group.elements()))


@pytest.mark.parametrize("text", FINITE)
def test_random_elements_of_a_finite_group_are_uniform(text):
    group = parse_representation(text)
    listed = keys(dense(group.elements()))
    place = {key: k for k, key in enumerate(listed)}
    drawn = [place[key] for key in keys(dense(draw(group, 40 * len(listed), seed=len(listed))))]
    counts = np.bincount(drawn, minlength=len(listed))
    assert counts.all()
    assert len(listed) == 1 or chisquare(counts).pvalue > 1e-4


@pytest.mark.parametrize(
    "group", [Rubik(), Wreath(S(5), S(4)), SL(2), E(2), MatrixGroup([[[2]]])], ids=str
)
def test_groups_too_large_to_list(group):
    with pytest.raises(ValueError, match=r"at most can be listed|its elements cannot be listed"):
        group.elements()


LARGE = ["S(172)", "A(172)", "Signs(2000)", "S(20) wr S(20)", "C(2) wr C(120)", "S(1000000)"]


@pytest.mark.parametrize("text", [*LARGE, "Signs(1000000)", "S(2) wr S(1000000)"])
def test_a_capped_order_is_found_at_once_and_fits_a_float(text):
    group = parse_representation(text)
    assert group.capped_order == 10**30
    assert float(group.capped_order) == 1e30
    assert group.is_compact


@pytest.mark.parametrize(("text", "order"), ORDERS.items())
def test_a_small_order_is_not_capped(text, order):
    assert parse_representation(text).capped_order == order


@pytest.mark.parametrize("build", [S, A, Signs], ids=["S", "A", "Signs"])
def test_a_capped_order_is_the_order_up_to_10_to_the_30(build):
    for n in range(1, 130):
        assert build(n).capped_order == min(build(n).order, 10**30)


@pytest.mark.parametrize("n", range(1, 8))
def test_two_cycles_generate_the_even_permutations(n):
    assert len(A(n).generators()) <= 2
    assert len(A(n).elements()) == A(n).order


SHAPES = [(1, 1), (1, 4), (2, 2), (2, 3), (3, 1), (3, 3), (4, 4)]
GRIDS = [(h, w, k) for h, w in SHAPES for k in ("mirror", "flip", "mirror+flip", "T(2)")]
GRIDS += [(h, w, kind) for h, w in SHAPES if h == w for kind in ("C4", "D4")]


@pytest.mark.parametrize("grid", [Grid(*grid) for grid in GRIDS], ids=str)
def test_the_order_of_a_grid_is_the_number_of_its_elements(grid):
    assert grid.order == len(grid.elements()) == len(np.unique(dense(grid.elements()), axis=0))


def test_a_large_grid_is_not_listed_to_be_counted():
    assert Grid(3000, 3000, "T(2)").order == 9_000_000
    with pytest.raises(ValueError, match="is of 9000000 elements: 10000 are allowed"):
        parse_representation('Grid(3000,3000,"T(2)").regular')


@pytest.mark.parametrize("text", [*FINITE, *LINEAR, *AFFINE])
def test_no_elements_move_no_rows(text):
    side = parse_representation(text)
    elements = as_symmetry(side).sample(0, 0)
    assert len(elements) == 0
    assert side.transform(elements, np.empty((0, side.dimension))).shape == (0, side.dimension)
    assert side.matrix(elements).shape == (0, side.dimension, side.dimension)
