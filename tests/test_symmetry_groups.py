"""Groups contain what they should, draw their elements fairly and list all of them once."""

import itertools
import math
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chisquare, halfnorm, kstest

from sklearn_symclone.symmetry import (
    SO,
    C,
    D,
    Grid,
    GroupElements,
    O,
    Permutations,
    S,
    SignChanges,
    Signs,
    SOplus,
    Symmetry,
)

# Each group with the number of its elements.
FINITE = [
    (S(1), 1),
    (S(2), 2),
    (S(3), 6),
    (S(4), 24),
    (C(1), 1),
    (C(2), 2),
    (C(5), 5),
    (D(1), 1),
    (D(2), 2),
    (D(3), 6),
    (D(4), 8),
    (D(5), 10),
    (Signs(1), 2),
    (Signs(3), 8),
    (O(1), 2),
    (Grid(1, 1, "C4"), 1),
    (Grid(1, 1, "D4"), 1),
    (Grid(1, 1, "T(2)"), 1),
    (Grid(2, 2, "C4"), 4),
    (Grid(2, 2, "D4"), 8),
    (Grid(2, 2, "T(2)"), 4),
    (Grid(1, 3, "T(2)"), 3),
    (Grid(3, 3, "C4"), 4),
    (Grid(3, 3, "D4"), 8),
    (Grid(4, 4, "D4"), 8),
    (Grid(3, 4, "T(2)"), 12),
]
COMPACT = [O(1), O(2), O(3), O(5), SO(1), SO(2), SO(3), SO(5)]
INDEFINITE = [
    O(1, 3),
    O(1, 1),
    O(2, 3),
    O(3, 1),
    SO(1, 3),
    SO(2, 2),
    SO(3, 2),
    SOplus(1, 3),
    SOplus(1, 1),
    SOplus(2, 3),
]
IRREDUCIBLE = [O(2), O(3), O(5), SO(3), SO(5)]
PERMUTING = [S(4), C(5), D(4), D(5), Grid(3, 3, "D4"), Grid(2, 3, "T(2)")]


def draw(group, n_elements, seed=0):
    return group.sample(n_elements, np.random.RandomState(seed))


def dense(action):
    """Write out what elements do to the columns, from their data alone."""
    if isinstance(action, Permutations):
        return np.eye(action.indices.shape[1])[action.indices]
    if isinstance(action, SignChanges):
        return np.stack([np.diag(signs) for signs in action.signs])
    return action.matrices


def metric_of(group):
    return np.diag([1.0] * group.n + [-1.0] * group.q)


@pytest.mark.parametrize(("group", "order"), FINITE, ids=str)
def test_elements_are_distinct_and_as_many_as_the_order(group, order):
    listed = dense(group.elements())
    assert group.order == order == len(listed)
    assert len(np.unique(listed, axis=0)) == order
    assert listed.shape[1:] == (group.dimension, group.dimension)


@pytest.mark.parametrize(("group", "order"), FINITE, ids=str)
def test_elements_are_closed_and_start_with_the_identity(group, order):
    listed = dense(group.elements())
    known = {tuple(matrix.ravel()) for matrix in listed}
    products = np.einsum("aij,bjk->abik", listed, listed).reshape(order**2, -1)
    assert {tuple(matrix) for matrix in products} == known
    assert_array_equal(listed[0], np.eye(group.dimension))


@pytest.mark.parametrize(("group", "order"), FINITE, ids=str)
def test_random_elements_of_a_finite_group_are_uniform(group, order):
    listed = [matrix.tobytes() for matrix in dense(group.elements())]
    drawn = [matrix.tobytes() for matrix in dense(draw(group, 100 * order, seed=order))]
    counts = [drawn.count(matrix) for matrix in listed]
    assert sum(counts) == 100 * order
    assert order == 1 or chisquare(counts).pvalue > 1e-3


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
    ],
    ids=str,
)
def test_a_grid_moves_the_cells_of_its_board(group, boards):
    start = boards.split()[0]
    found = {"".join(start[i] for i in moved) for moved in group.elements().indices}
    assert found == set(boards.split())


@pytest.mark.parametrize("group", PERMUTING, ids=str)
def test_random_permutations_are_among_the_elements(group):
    drawn = set(map(tuple, draw(group, 100).indices.tolist()))
    assert all(sorted(p) == list(range(group.dimension)) for p in drawn)
    assert drawn <= set(map(tuple, group.elements().indices.tolist()))


def test_random_permutations_of_many_columns_need_no_list_of_all():
    indices = draw(S(20), 2000).indices
    assert_array_equal(np.sort(indices, axis=1), np.tile(np.arange(20), (2000, 1)))
    assert chisquare(np.bincount(indices[:, 3], minlength=20)).pvalue > 1e-3


@pytest.mark.parametrize("group", COMPACT + INDEFINITE, ids=str)
@pytest.mark.parametrize("n_elements", [1, 200])
def test_random_matrices_keep_the_metric(group, n_elements):
    g = draw(group, n_elements).matrices
    eta = metric_of(group)
    assert g.shape == (n_elements, group.dimension, group.dimension)
    assert_array_equal(group.metric, np.diag(eta))
    error = g.transpose(0, 2, 1) @ eta @ g - eta
    size = np.square(g).sum(axis=(1, 2)) / group.dimension  # 1 without boosts
    assert np.all(np.abs(error).max(axis=(1, 2)) < 1e-12 * size)


def components(group):
    """Count which signs the determinants of the time-like and space-like corners have."""
    g = draw(group, 4000).matrices
    time_like = np.sign(np.linalg.det(g[:, : group.n, : group.n])).astype(int)
    space_like = np.ones_like(time_like)
    if group.q:
        space_like = np.sign(np.linalg.det(g[:, group.n :, group.n :])).astype(int)
    assert_allclose(np.linalg.det(g), time_like * space_like, rtol=1e-9)
    return {
        signs: int(np.sum((time_like == signs[0]) & (space_like == signs[1])))
        for signs in itertools.product((1, -1), repeat=2)
    }


@pytest.mark.parametrize(
    ("group", "reached"),
    [
        (O(1), {(1, 1), (-1, 1)}),
        (O(3), {(1, 1), (-1, 1)}),
        (O(4), {(1, 1), (-1, 1)}),
        (SO(1), {(1, 1)}),
        (SO(2), {(1, 1)}),
        (SO(3), {(1, 1)}),
        (O(1, 3), {(1, 1), (1, -1), (-1, 1), (-1, -1)}),
        (O(2, 3), {(1, 1), (1, -1), (-1, 1), (-1, -1)}),
        (SO(1, 3), {(1, 1), (-1, -1)}),
        (SO(2, 2), {(1, 1), (-1, -1)}),
        (SOplus(1, 3), {(1, 1)}),
        (SOplus(1, 1), {(1, 1)}),
        (SOplus(2, 3), {(1, 1)}),
    ],
    ids=str,
)
def test_every_connected_component_is_drawn_equally_often(group, reached):
    counts = components(group)
    assert {signs for signs, count in counts.items() if count} == reached
    for signs in reached:
        assert abs(counts[signs] / 4000 - 1 / len(reached)) < 0.04


def test_proper_lorentz_transformations_keep_the_direction_of_time():
    g = draw(SOplus(1, 3), 500).matrices
    assert np.all(g[:, 0, 0] >= 1)
    assert_allclose(np.linalg.det(g), 1, rtol=1e-9)


@pytest.mark.parametrize("group", IRREDUCIBLE, ids=str)
def test_random_matrices_have_the_moments_of_the_haar_measure(group):
    n, d = 20_000, group.dimension
    g = draw(group, n).matrices.reshape(n, d * d)
    assert_allclose(g.mean(axis=0), 0, atol=5 / math.sqrt(n * d))
    assert_allclose(g.T @ g / n, np.eye(d * d) / d, atol=5 / math.sqrt(n * d))


def test_random_rotations_of_the_plane_have_uniform_angles():
    g = draw(SO(2), 5000).matrices
    angles = np.arctan2(g[:, 1, 0], g[:, 0, 0])
    assert kstest(angles, "uniform", args=(-np.pi, 2 * np.pi)).pvalue > 1e-3


@pytest.mark.parametrize("group", [O(1, 3), SO(1, 3), SOplus(1, 3), SOplus(1, 1)], ids=str)
def test_rapidities_of_a_boost_are_normal_with_the_documented_spread(group):
    rapidity = np.arccosh(np.abs(draw(group, 3000).matrices[:, 0, 0]))
    assert kstest(rapidity, halfnorm(scale=0.5).cdf).pvalue > 1e-3


def test_each_pair_of_a_time_like_and_a_space_like_axis_is_boosted():
    singular = np.linalg.svd(draw(SOplus(2, 3), 3000).matrices, compute_uv=False)
    rapidities = np.log(singular[:, :2])
    assert_allclose(
        np.log(singular[:, 2:]),
        np.column_stack([0 * rapidities[:, 0], -rapidities[:, ::-1]]),
        atol=1e-9,
    )
    assert_allclose(np.mean(rapidities**2), 0.25, atol=0.02)


@pytest.mark.parametrize("transposed", [False, True])
def test_boosts_point_in_all_directions_from_all_directions(transposed):
    g = draw(SOplus(1, 3), 20_000).matrices
    momentum = g[:, 0, 1:] if transposed else g[:, 1:, 0]
    direction = momentum / np.linalg.norm(momentum, axis=1, keepdims=True)
    assert_allclose(direction.mean(axis=0), 0, atol=0.02)
    assert_allclose(direction.T @ direction / 20_000, np.eye(3) / 3, atol=0.02)


@pytest.mark.parametrize("group", [S(4), Grid(2, 2, "D4"), Signs(3), O(3), O(1, 3)], ids=str)
def test_elements_act_on_columns_as_their_matrices(group):
    action = draw(group, 7)
    x = np.random.RandomState(1).standard_normal((7, group.dimension, 2))
    g = dense(action)
    assert_allclose(action.act(x), g @ x, atol=1e-12)
    assert_allclose(action.inverse().act(x), np.linalg.inv(g) @ x, atol=1e-10)
    assert_allclose(action.dual().act(x), np.linalg.inv(g).transpose(0, 2, 1) @ x, atol=1e-10)


@pytest.mark.parametrize("group", [S(4), Signs(3), O(1, 3)], ids=str)
@pytest.mark.parametrize("rows", [slice(1, 6, 2), [4, 0], np.arange(7) > 3], ids=str)
def test_some_elements_of_a_batch(group, rows):
    batch = GroupElements({group: draw(group, 7)}, 7)
    assert len(batch[rows]) == len(np.arange(7)[rows]) == len(batch[rows].actions[group])
    assert_array_equal(dense(batch[rows].actions[group]), dense(batch.actions[group])[rows])


@pytest.mark.parametrize("group", [S(4), C(4), Signs(3), O(3), SOplus(1, 3)], ids=str)
def test_random_elements_are_determined_by_the_seed(group):
    assert_array_equal(dense(draw(group, 9, seed=3)), dense(draw(group, 9, seed=3)))
    assert np.any(dense(draw(group, 9, seed=3)) != dense(draw(group, 9, seed=4)))


@pytest.mark.parametrize("group", [O(2), SO(1), SO(3), O(1, 3), SOplus(1, 3)], ids=str)
def test_an_infinite_group_lists_no_elements(group):
    assert group.order == math.inf
    message = f"{group} is infinite: its elements cannot be listed"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        group.elements()


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
        (
            lambda: O("n", 1),
            "O(n,1) mixes an unknown size with a signature: give both numbers",
        ),
        (
            lambda: SOplus(3),
            "SO+(p,q) needs two numbers; for a compact group use SO(3)",
        ),
        (lambda: Grid(0, 3, "T(2)"), f"the height of Grid(height,width,kind) {SIZE} 0"),
        (lambda: Grid(3, 1.5, "T(2)"), f"the width of Grid(height,width,kind) {SIZE} 1.5"),
        (
            lambda: Grid(3, 3, "c4"),
            'the kind of a Grid must be "C4", "D4" or "T(2)", got \'c4\'',
        ),
        (
            lambda: Grid(3, 4, "D4"),
            'Grid(3,4,"D4") is not square: only square grids can be turned by a quarter; '
            'use "T(2)" for shifts',
        ),
        (
            lambda: S("n").order,
            "the size 'n' in 'S(n)' is not known yet: bind it to data first",
        ),
        (
            lambda: draw(O("n"), 2),
            "the size 'n' in 'O(n)' is not known yet: bind it to data first",
        ),
    ],
)
def test_errors_say_what_is_wrong(build, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        build()
