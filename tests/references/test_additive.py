"""Sums over items of polynomials of degree 3: which there are, and what they learn."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.preprocessing import PolynomialFeatures

from sklearn_symclone import EquivariantRegressor
from sklearn_symclone.datasets import make_inertia
from sklearn_symclone.references import choose_family, companions_of, refusals
from sklearn_symclone.references.additive import Additive
from sklearn_symclone.symmetry import Symmetry

from ._helpers import assert_equivariant, assert_refused, basis_functions, build, normal, predict

#: Symmetries, and how many functions of degree 0 to 3 there are, counted by hand.
COUNTED = [
    ("S(4) -> 1", (1, 1, 1, 1)),
    ("S(3) -> S(3)", (1, 2, 2, 2)),
    ("S(5)*2 -> 1", (1, 2, 3, 4)),
    ("2 + S(3) -> 1", (1, 3, 1, 1)),
    ("S(2) + S(2)*2 -> 1", (1, 3, 6, 10)),
    ("S(2).det + S(2)*2 -> S(2).det", (0, 3, 3, 4)),
    ("S(3)*S(2)' -> 1", (1, 1, 1, 1)),
    ("S(3)*2 + S(2)' -> 1", (1, 3, 4, 5)),
    ("S(4).pairs -> 1", (1, 1, 1, 1)),
    # m, m², r², m³, m r² times the unit matrix, and the sums of r r and of m r r
    ("S(5) + S(5)*O(3) -> O(3)**2", (1, 1, 3, 3)),
    # r, m r, m² r, r² r
    ("S(5) + S(5)*O(3) -> O(3)", (0, 1, 1, 2)),
    ('Grid(2,2,"D4")*2 -> 1', (1, 2, 3, 4)),
]
EVERY_COUNTED = pytest.mark.parametrize(
    ("text", "counts"), COUNTED, ids=[text for text, _ in COUNTED]
)


def values_of(module, X, coefficients):
    with torch.no_grad():
        module.coefficients.copy_(torch.as_tensor(coefficients, dtype=torch.float64))
    return predict(module, X)


def degrees(values, scales):
    """Return the highest power of the scale of the columns in each function."""
    powers = np.linalg.lstsq(np.vander(scales, 4, increasing=True), values, rcond=None)[0]
    return [int(np.flatnonzero(np.abs(one) > 1e-6).max()) for one in powers.T]


@EVERY_COUNTED
def test_their_number_is_that_counted_by_hand(text, counts):
    symmetry = Symmetry.parse(text)
    module, X = build("additive", symmetry), normal(1, symmetry.inputs.dimension)
    scales = np.arange(6.0)
    values = basis_functions(module, scales[:, None] * X)
    largest = np.abs(values[:, -1]).argmax(axis=1)
    found = degrees(values[np.arange(len(values)), :, largest].T, scales)
    assert tuple(np.bincount(found, minlength=4)) == counts


@EVERY_COUNTED
def test_they_are_equivariant(text, counts):
    symmetry = Symmetry.parse(text)
    module = build("additive", symmetry)
    values_of(module, normal(3, symmetry.inputs.dimension), normal(sum(counts)))
    assert_equivariant(module, symmetry)


def test_they_are_all_sums_over_items():
    """scikit-learn's polynomials of one item, summed over the items, span the same functions."""
    symmetry = Symmetry.parse("S(4) + S(4)*2 -> 1")
    module, X = build("additive", symmetry), normal(200, 12)
    found = basis_functions(module, X)[:, :, 0].T
    items = np.concatenate([X[:, :4, None], X[:, 4:].reshape(-1, 4, 2)], axis=2)
    each = PolynomialFeatures(3).fit_transform(items.reshape(-1, 3)).reshape(200, 4, -1)
    expected = each.sum(axis=1)
    assert found.shape == expected.shape == (200, 20)
    for one, other in ((found, expected), (expected, found)):
        explained = other @ np.linalg.lstsq(other, one, rcond=None)[0]
        assert_allclose(explained, one, atol=1e-6 * np.abs(one).max())


def test_no_items_interact():
    module = build("additive", Symmetry.parse("S(2)*3 -> S(2)"))
    first, second = normal(2, 10, 3)
    X = {
        (i, j): np.hstack([np.roll(first, i, axis=0), np.roll(second, j, axis=0)])
        for i, j in itertools.product((0, 1), repeat=2)
    }
    f = {key: values_of(module, some, normal(len(module.coefficients))) for key, some in X.items()}
    assert_allclose(f[0, 0] - f[0, 1] - f[1, 0] + f[1, 1], 0, atol=1e-5 * np.abs(f[0, 0]).max())


@pytest.mark.parametrize("text", ["S(3) -> S(3)", "S(2)*2 -> 1", "1 + S(3) -> 1"])
def test_they_are_orthonormal_for_normal_columns(text):
    """Quadrature with four nodes a column is exact up to degree 7."""
    symmetry = Symmetry.parse(text)
    module = build("additive", symmetry)
    module.scaling.ready = True  # it is left at 1
    nodes, weights = np.polynomial.hermite_e.hermegauss(4)
    d = symmetry.inputs.dimension
    X = np.stack(np.meshgrid(*[nodes] * d), axis=-1).reshape(-1, d)
    weights = np.prod(np.meshgrid(*[weights / weights.sum()] * d), axis=0).ravel()
    values = basis_functions(module, X)
    gram = np.einsum("n,rno,sno->rs", weights, values, values) / values.shape[2]
    sizes = np.sqrt(np.diag(gram))
    assert_allclose(gram, np.diag(sizes**2), atol=1e-5)
    expected = [1, 1, Additive.next_degree, Additive.next_degree**2]
    assert_allclose(np.unique(sizes.round(5)), sorted(set(expected)), atol=2e-5)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("2*O(5) -> 1", "no column belongs to an item"),
        ("Signs(3) -> 1", "no column belongs to an item"),
        ("S(20)*12 -> S(20)", "products are too many"),
        ("S(3)*O(3) -> S(3).det", "it would know constants alone"),
    ],
)
def test_it_refuses(text, refusal):
    assert refusal in refusals(Symmetry.parse(text))["additive"]
    assert "additive" not in companions_of(Symmetry.parse(text))


def test_auto_does_not_take_it_alone():
    symmetry = Symmetry.parse("S(3)*2 -> 1")
    assert refusals(symmetry)["additive"] == "it knows no interactions of items"
    assert choose_family(symmetry) == "sets"
    assert_refused("additive", "2*O(5) -> 1", "no column belongs to an item")


def test_it_learns_a_moment_of_inertia_from_noisy_rows():
    """Eight numbers are learned from the 900 of a hundred noisy rows."""
    X, Y = make_inertia(100, random_state=0)
    X_test, Y_test = make_inertia(500, random_state=1)
    noisy = Y + Y.std(axis=0) * normal(*Y.shape)
    model = EquivariantRegressor(
        symmetry="S(5) + S(5)*O(3) -> O(3)**2", reference="additive", random_state=0
    ).fit(X, noisy)
    assert model.score(X_test, Y_test) > 0.95
