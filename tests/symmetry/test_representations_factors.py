"""Representations of one group are homomorphisms, and follow formulas written out by hand."""

import pickle

import joblib
import numpy as np
import pytest
from helpers.groups import AFFINE, CYLINDER, FINITE, LINEAR, SHEARED_TURN, dense, multiply, vectors
from numpy.testing import assert_allclose

from sklearn_symclone.symmetry import O, Symmetry, parse_representation

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
        if v.is_monomial:
            found += [v.group.det.doubled, v.doubled, v.group.det.doubled.alt2]
            found += [v.alt2.doubled] if v.dimension > 1 else []
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
