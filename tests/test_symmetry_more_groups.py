"""Groups of all kinds hold what they should: structure, orders, random elements and generators."""

import itertools
import math

import numpy as np
import pytest
from _groups import (
    AFFINE,
    CYLINDER,
    FINITE,
    LINEAR,
    PERMUTING,
    QUATERNIONS,
    SHEARED_TURN,
    SHEARS,
    closure,
    dense,
    draw,
    keys,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chisquare
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SymPyGroup

from sklearn_symclone.symmetry import (
    SL,
    A,
    C,
    Cube,
    D,
    E,
    MatrixGroup,
    PermutationGroup,
    Polygon,
    Rubik,
    S,
    Symmetry,
    Wreath,
    Z,
    parse_representation,
)

ORDERS = {
    **{"A(1)": 1, "A(2)": 1, "A(3)": 3, "A(5)": 60, "Z(3)": 3, "Cube()": 24, "O(1)": 2},
    **{"S(2) wr S(2)": 8, "S(2) wr S(3)": 48, "C(3) wr S(2)": 18, "(S(2) wr S(2)) wr S(2)": 128},
    **{"A(3) wr C(2)": 18, "PermutationGroup([[0,1,2]])": 1, "Rubik()": 43252003274489856000},
    **{"PermutationGroup([[1,0,3,2],[2,3,0,1]])": 4, QUATERNIONS: 8, SHEARED_TURN: 4},
    **{"PermutationGroup([[1,2,0,3,4],[0,1,2,4,3]])": 6, "S(5) wr S(4)": 120**4 * 24},
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
MATRIX = [*FINITE, *LINEAR]
with_group = pytest.mark.parametrize("text", MATRIX)


def same_elements(found, expected):
    return set(keys(found)) == set(keys(expected))


@pytest.mark.parametrize(("text", "order"), ORDERS.items())
def test_orders(text, order):
    assert parse_representation(text).order == order


# Lists of all elements


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


@pytest.mark.parametrize("text", [*PERMUTING, "Rubik()", "S(5) wr S(4)", "Cube() wr S(2)"])
def test_permutation_groups_are_those_of_sympy(text):
    group = parse_representation(text)
    theirs = SymPyGroup([Permutation(g.tolist()) for g in group.generators().indices])
    assert group.order == theirs.order()
    assert all(Permutation(g.tolist()) in theirs for g in draw(group, 10).indices)


@pytest.mark.parametrize(
    "group", [Rubik(), Wreath(S(5), S(4)), SL(2), E(2), MatrixGroup([[[2]]])], ids=str
)
def test_groups_too_large_to_list(group):
    with pytest.raises(ValueError, match=r"at most can be listed|its elements cannot be listed"):
        group.elements()


# What elements do


@pytest.mark.parametrize("text", [*MATRIX, *AFFINE, "Rubik()"])
def test_inverse_elements_undo(text):
    group = parse_representation(text)
    elements = draw(group, 20)
    x = np.random.RandomState(1).standard_normal((20, group.dimension, 2))
    assert_allclose(elements.inverse().act(elements.act(x)), x, atol=1e-7)
    identity = elements.identity(20)
    assert_array_equal(identity.act(x), x)
    assert len(elements.join(identity)) == 40


@with_group
def test_duals_are_inverse_transposes_and_determinants_those_of_numpy(text):
    group = parse_representation(text)
    elements = draw(group, 10)
    products = dense(elements.dual()).transpose(0, 2, 1) @ dense(elements)
    assert_allclose(products, np.tile(np.eye(group.dimension), (10, 1, 1)), atol=1e-7)
    assert_allclose(elements.determinant(), np.linalg.det(dense(elements)), rtol=1e-7)
    if group.is_self_dual:
        assert_allclose(dense(elements.dual()), dense(elements), atol=1e-10)
    if group.is_unimodular:
        assert_allclose(np.abs(elements.determinant()), 1, rtol=1e-7)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_elements_of_an_alternating_group_are_all_even_permutations(n):
    even = [p for p in itertools.permutations(range(n)) if Permutation(list(p)).is_even]
    assert set(map(tuple, A(n).elements().indices.tolist())) == set(even)
    assert all(Permutation(p.tolist()).is_even for p in draw(A(n), 50).indices)


@pytest.mark.parametrize("group", [Wreath(S(3), S(4)), Wreath(C(3), D(4)), Wreath(S(2), S(2))])
def test_a_wreath_product_moves_whole_boxes(group):
    inner = set(map(tuple, group.inner.elements().indices.tolist()))
    outer = set(map(tuple, group.outer.elements().indices.tolist()))
    for elements in (draw(group, 200), group.generators()):
        boxes = elements.indices.reshape(len(elements), group.outer.dimension, -1)
        box, within = np.divmod(boxes, group.inner.dimension)
        assert np.all(box == box[:, :, :1])
        assert set(map(tuple, box[:, :, 0].tolist())) <= outer
        assert {tuple(w) for element in within.tolist() for w in element} <= inner


def test_elements_of_the_cube_are_its_rotations():
    faces = np.kron(np.eye(3), [[1], [-1]])
    signs = [np.diag(s) for s in itertools.product([1, -1], repeat=3)]
    rotations = [
        g
        for s in signs
        for p in itertools.permutations(range(3))
        if np.linalg.det(g := np.eye(3)[list(p)] @ s) > 0
    ]
    expected = [1 * (faces[:, None] == faces @ g).all(axis=2) for g in rotations]
    listed = Cube().elements().indices
    assert same_elements(dense(Cube().elements()), expected)
    orders = [int(Permutation(p.tolist()).order()) for p in listed]
    assert np.bincount(orders).tolist() == [0, 1, 9, 8, 6]


def test_turns_of_rubiks_cube():
    generators = Rubik().generators().indices
    assert generators.shape == (6, 48)
    for turn in generators:
        cycles = Permutation(turn.tolist()).cycle_structure
        assert cycles == {1: 28, 4: 5}
        assert Permutation(turn.tolist()).order() == 4
    # squares that come to each other's places: those of corners and those of edges
    orbits = SymPyGroup([Permutation(g.tolist()) for g in generators]).orbits()
    assert sorted(map(len, orbits)) == [24, 24]
    # turns of opposite faces commute, others do not
    commute = np.array([[np.array_equal(a[b], b[a]) for a in generators] for b in generators])
    assert_array_equal(commute, np.kron(np.eye(3), np.ones((2, 2))))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("kind", ["C", "D"])
def test_a_polygon_keeps_its_corners(n, kind):
    group = Polygon(n, kind)
    angles = 2 * np.pi * np.arange(n) / n
    corners = np.column_stack([np.cos(angles), np.sin(angles)])
    elements = dense(group.elements())
    for g in elements:
        assert same_elements((corners @ g.T)[:, None], corners[:, None])
        assert_allclose(g @ g.T, np.eye(2), atol=1e-12)
    assert np.sum(np.linalg.det(elements) > 0) == n
    assert len(elements) == (2 * n if kind == "D" else n)


# Groups of matrices


def test_a_quaternion_group():
    group = parse_representation(QUATERNIONS)
    listed = dense(group.elements())
    assert same_elements(listed, closure(np.array(group.matrices)))
    assert sorted(np.trace(listed, axis1=1, axis2=2)) == [-4, 0, 0, 0, 0, 0, 0, 4]


def test_random_elements_of_an_infinite_group_are_of_all_its_components():
    """Rotations about an axis, up and down: a turn and a reflection of the third coordinate."""
    g = draw(parse_representation(CYLINDER), 400).matrices
    assert_allclose(g @ g.transpose(0, 2, 1), np.tile(np.eye(3), (400, 1, 1)), atol=1e-12)
    assert_allclose(np.linalg.det(g[:, :2, :2]), 1)
    assert set(g[:, 2, 2].round(9)) == {1, -1}


def test_random_elements_of_an_infinite_discrete_group_are_of_it():
    g = draw(parse_representation(SHEARS), 300).matrices
    assert_array_equal(g, g.round())
    assert set(np.linalg.det(g).round(6)) == {1, -1}
    assert len(set(keys(g))) > 100


@pytest.mark.parametrize("factor", [2, 0.5, -0.5])
def test_powers_of_a_number_are_infinitely_many(factor):
    group = MatrixGroup([[[factor, 0], [0, 1]]])
    powers = np.log2(np.abs(draw(group, 300).matrices[:, 0, 0]))
    assert group.order == math.inf
    assert powers.min() < 0 < powers.max()
    assert_allclose(powers, powers.round(), atol=1e-9)


def test_other_names_and_forms():
    assert Z is C
    assert PermutationGroup(np.array([[1, 0, 2]])) == PermutationGroup([[1, 0, 2]])


@pytest.mark.parametrize("n", [12, 2500])
def test_random_turns_of_a_polygon_are_spread_over_the_circle(n):
    g = draw(Polygon(n), 500).matrices
    angles = np.arctan2(g[:, 1, 0], g[:, 0, 0])
    quadrants = np.floor((angles + 0.1) / (np.pi / 2)).astype(int) % 4
    assert np.bincount(quadrants, minlength=4).min() > 80


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


def test_a_permutation_of_fractions_is_refused():
    with pytest.raises(ValueError, match="are lists of whole numbers, got"):
        PermutationGroup([[1.5, 0.0, 2.0]])


@pytest.mark.parametrize("kind", [int, np.int32])
def test_whole_numbers_of_any_kind_make_a_permutation(kind):
    group = PermutationGroup([list(map(kind, [1, 0, 2]))])
    assert group == PermutationGroup([[1, 0, 2]])
    assert_array_equal(group.transform(Symmetry(group).generators(), [[5.0, 6, 7]]), [[6, 5, 7]])
