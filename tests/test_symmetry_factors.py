"""Representations of one group are homomorphisms, and follow formulas written out by hand."""

import itertools
import pickle

import joblib
import numpy as np
import pytest
from _groups import (
    AFFINE,
    CYLINDER,
    FINITE,
    LINEAR,
    QUATERNIONS,
    SHEARED_TURN,
    dense,
    multiply,
    vectors,
)
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import (
    C,
    E,
    GroupElements,
    O,
    Permutations,
    S,
    Symmetry,
    T,
    parse_representation,
)

N_ELEMENTS = 5


def derived():
    """List every representation of every group, up to some size."""
    for text in [*FINITE, *LINEAR, *AFFINE]:
        v = vectors(text)
        found = [v, v.dual, v.sym2, v.sym2.dual, v.sym2.sym2, v.group.det, v.group.det.dual]
        found.append(v.group.pseudo)
        if v.dimension > 1:
            found += [v.alt2, v.alt2.dual, v.alt2.sym2.dual, v.dual.alt2]
        if v.group.permutes and v.dimension > 1:
            found += [v.group.pairs, v.group.pairs.sym2]
        if v.group.order <= 24:
            found += [v.group.regular]
        if hasattr(v.group, "top"):
            found += [v.group.top, v.group.top.alt2]
        yield from (str(f) for f in dict.fromkeys(found) if f.dimension <= 24)


DERIVED = [
    *derived(),
    "C(4).sets([0,2],[1,3])",
    "Cube().sets([0,1],[2,3],[4,5])",
    "S(3).sets([0],[1,2],[0,2],[1],[0,1],[2],[0,1,2])",
    "PermutationGroup([[1,2,0,3,4],[0,1,2,4,3]]).part(4,3)",
    "PermutationGroup([[1,2,0,3,4],[0,1,2,4,3]]).part(0,1,2).sym2",
    *(f"{CYLINDER}.part(0,1)", f"{CYLINDER}.part(2)", f"{CYLINDER}.part(1,0).alt2"),
    "MatrixGroup([],[[[1,0,0],[0,0,0],[0,0,0]]]).part(0,2).dual",
]
with_derived = pytest.mark.parametrize("text", dict.fromkeys(DERIVED))


def sample(representation, seed=0):
    return Symmetry(representation).sample(N_ELEMENTS, random_state=seed)


def pair_of_draws(text):
    representation = parse_representation(text)
    return representation, sample(representation, 0), sample(representation, 1)


@with_derived
def test_products_of_elements_have_the_products_of_the_matrices(text):
    representation, g, h = pair_of_draws(text)
    first, second = representation.matrix(g), representation.matrix(h)
    scale = max(1, np.abs(first).max() * np.abs(second).max()) * representation.dimension
    assert_allclose(representation.matrix(multiply(g, h)), first @ second, atol=1e-10 * scale)
    assert_allclose(
        representation.matrix(g.inverse()) @ first,
        np.tile(np.eye(representation.dimension), (N_ELEMENTS, 1, 1)),
        atol=1e-9 * np.abs(first).max() * np.abs(representation.matrix(g.inverse())).max(),
    )


@with_derived
def test_rows_are_moved_by_the_matrices(text):
    representation, g, _ = pair_of_draws(text)
    X = np.random.RandomState(2).standard_normal((N_ELEMENTS, representation.dimension))
    matrix = representation.matrix(g)
    scale = max(1, np.abs(matrix).max())
    moved = representation.transform(g, X)
    assert_allclose(moved, np.einsum("nij,nj->ni", matrix, X), atol=1e-11 * scale)
    dual = representation.dual.matrix(g)
    identity = np.tile(np.eye(representation.dimension), (N_ELEMENTS, 1, 1))
    assert_allclose(dual.transpose(0, 2, 1) @ matrix, identity, atol=1e-9 * scale**2)
    assert representation.dual.dual == representation


SINGLE = [
    *("S(3).det", "O(3).det", "GL(2).det.dual", "S(3).sym2", "O(3).sym2", "O(3).alt2", "SU(2)"),
    *("O(3).sym2.dual", "GL(2).sym2.dual", "GL(2).alt2.dual", "Sp(4).dual", "Cube().regular"),
    *("E(3)", "E(3).vector", "S(4).pairs", "(S(2) wr S(2)).top", f"{CYLINDER}.part(0,1)"),
    *("Polygon(5)", f"{SHEARED_TURN}.regular", "Scaling(2)", "U(1)", "Signs(2).alt2"),
]


@pytest.mark.parametrize("text", SINGLE)
def test_moving_keeps_single_precision(text):
    representation, g, _ = pair_of_draws(text)
    X = np.random.RandomState(2).standard_normal((N_ELEMENTS, representation.dimension))
    moved = representation.transform(g, X.astype(np.float32))
    assert_allclose(moved, representation.transform(g, X), rtol=1e-4, atol=1e-4)
    assert moved.dtype == np.float32


@with_derived
def test_a_derived_representation_is_a_value(text):
    value = parse_representation(text)
    for other in (parse_representation(str(value)), pickle.loads(pickle.dumps(value))):
        assert other == value
        assert hash(other) == hash(value)
        assert other.dimension == value.dimension
    symmetry = Symmetry.parse(f"{text}*2 + {text} -> {text}")
    assert Symmetry.parse(str(symmetry)) == symmetry
    assert joblib.hash(symmetry) == joblib.hash(Symmetry.parse(str(symmetry)))
    assert eval(repr(value)) == value


# Formulas


def action_of(representation, group):
    elements = sample(representation)
    return elements, elements.actions[group]


@pytest.mark.parametrize("text", [*FINITE, *LINEAR])
def test_determinants_are_those_of_numpy(text):
    group = parse_representation(text)
    elements, action = action_of(group.det, group)
    expected = np.linalg.det(dense(action))
    assert_allclose(group.det.matrix(elements)[:, 0, 0], expected, rtol=1e-9)
    assert_allclose(group.det.dual.matrix(elements)[:, 0, 0], 1 / expected, rtol=1e-9)
    assert_allclose(group.pseudo.matrix(elements), expected[:, None, None] * dense(action))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("text", ["S(4)", "Signs(3)", "O(3)", "O(1,3)", "GL(3)", "Sp(4)", "SU(2)"])
def test_squares_move_matrices_on_both_sides(text, sign):
    group = parse_representation(text)
    square = group.sym2 if sign > 0 else group.alt2
    elements, action = action_of(square, group)
    g, d = dense(action), group.dimension
    M = np.random.RandomState(0).standard_normal((N_ELEMENTS, d, d))
    M += sign * M.transpose(0, 2, 1)
    rows, columns = np.triu_indices(d, 0 if sign > 0 else 1)
    moved = g @ M @ g.transpose(0, 2, 1)
    found = square.transform(elements, M[:, rows, columns])
    assert_allclose(found, moved[:, rows, columns], atol=1e-10)
    # the dual holds the coefficients of a form, which is paired with the entries
    form = np.random.RandomState(1).standard_normal((N_ELEMENTS, len(rows)))
    pairing = np.sum(square.dual.transform(elements, form) * found, axis=1)
    assert_allclose(pairing, np.sum(form * M[:, rows, columns], axis=1), atol=1e-9)


def test_antisymmetric_matrices_of_space_are_pseudo_vectors():
    elements = sample(O(3))
    a = np.random.RandomState(0).standard_normal((N_ELEMENTS, 3))

    def vector(xy_xz_yz):
        return xy_xz_yz[:, [2, 1, 0]] * [1, -1, 1]

    moved = O(3).pseudo.transform(elements, vector(a))
    assert_allclose(vector(O(3).alt2.transform(elements, a)), moved, atol=1e-12)
    x, y = np.random.RandomState(1).standard_normal((2, N_ELEMENTS, 3))
    cross = np.cross(*(O(3).transform(elements, v) for v in (x, y)))
    assert_allclose(O(3).pseudo.transform(elements, np.cross(x, y)), cross, atol=1e-12)


@pytest.mark.parametrize("text", AFFINE)
def test_vectors_are_differences_of_points(text):
    group = parse_representation(text)
    elements = sample(group)
    a, b = np.random.RandomState(0).standard_normal((2, N_ELEMENTS, group.dimension))
    ends = [group.transform(elements, point) for point in (a, b)]
    assert_allclose(group.vector.transform(elements, a - b), ends[0] - ends[1], atol=1e-12)
    assert_allclose(group.shift(elements), elements.actions[group].shifts)
    assert_allclose(group.matrix(elements), dense(elements.actions[group]), atol=1e-12)


def test_pairs_and_sets_follow_their_points():
    group = S(5)
    elements, action = action_of(group.pairs, group)
    pairs = list(itertools.combinations(range(5), 2))
    assert group.pairs.dimension == len(pairs) == 10
    X = np.random.RandomState(0).standard_normal((N_ELEMENTS, 10))
    sources = [[pairs.index(tuple(sorted(p[[i, j]]))) for i, j in pairs] for p in action.indices]
    moved = np.take_along_axis(X, np.array(sources), 1)
    assert_array_equal(group.pairs.transform(elements, X), moved)
    listed = [[2, 0], [1, 3]]
    shift = GroupElements({C(4): Permutations(np.array([[1, 2, 3, 0]]))}, 1)
    assert_array_equal(C(4).sets(*listed).transform(shift, [[5.0, 6.0]]), [[6.0, 5.0]])
    assert C(4).sets(*listed) == C(4).sets([0, 2], [1, 3])


def test_points_of_sets_of_points_add_up():
    """The sum over the points of a set is moved as the column of the set."""
    group = parse_representation("S(3) wr S(2)")
    for sets in (group.top, group.pairs):
        elements = sample(sets)
        X = np.random.RandomState(0).standard_normal((N_ELEMENTS, 6))
        sums = np.stack([X[:, list(points)].sum(axis=1) for points in sets.sets], axis=1)
        after = group.transform(elements, X)
        expected = np.stack([after[:, list(points)].sum(axis=1) for points in sets.sets], axis=1)
        assert_allclose(sets.transform(elements, sums), expected, atol=1e-12)


def test_a_part_is_some_rows_and_columns_of_the_matrices():
    group = parse_representation(CYLINDER)
    elements, action = action_of(group, group)
    for points in [(0, 1), (1, 0), (2,), (2, 0, 1)]:
        expected = dense(action)[:, points][:, :, points]
        assert_allclose(group.part(*points).matrix(elements), expected, atol=1e-12)


@pytest.mark.parametrize("text", ["S(3)", "D(4)", "Cube()", "Signs(2)", QUATERNIONS, SHEARED_TURN])
def test_the_regular_representation_follows_the_multiplication_table(text):
    group = parse_representation(text)
    every = Symmetry(group).elements()
    matrices = dense(every.actions[group])
    table = [
        [int(np.abs(matrices - g @ h).max(axis=(1, 2)).argmin()) for h in matrices]
        for g in matrices
    ]
    expected = np.zeros((len(table),) * 3)
    for g, h in itertools.product(range(len(table)), repeat=2):
        expected[g, table[g][h], h] = 1  # the column of h moves to that of g h
    assert_array_equal(group.regular.matrix(every), expected)
    assert group.regular.dimension == group.order == len(table)


def test_vectors_of_translations_are_not_moved():
    elements = sample(T(2) + E(2))
    assert_array_equal(T(2).vector.matrix(elements), np.tile(np.eye(2), (N_ELEMENTS, 1, 1)))
    assert_array_equal(T(2).det.matrix(elements), np.ones((N_ELEMENTS, 1, 1)))
