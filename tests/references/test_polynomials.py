"""All equivariant polynomials of degree 1 and 2, counted in another way, and what they learn."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.special import expit

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.references import (
    FAMILIES,
    check_family,
    choose_family,
    companions_of,
    refusals,
)
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.references.quadratic import Quadratic
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training import CLASSIFICATION, REGRESSION

from ._helpers import assert_equivariant, assert_refused, basis_functions, build, normal

#: Symmetries, and how many functions of degree 0, 1 and 2 there are, counted by hand.
COUNTED = [
    ("3 -> 1", (1, 3, 6)),
    ("2*O(5) -> 1", (1, 0, 3)),
    ("S(4) -> 1", (1, 1, 2)),
    # x_i, the sum; x_i², the sum of squares, x_i times the sum, the square of the sum
    ("S(3) -> S(3)", (1, 2, 4)),
    ("S(3) -> S(3).det", (0, 0, 0)),
    ("C(5) -> 1", (1, 1, 3)),
    ("Signs(3) -> Signs(3)", (0, 3, 0)),
    ("Signs(3) -> 1", (1, 0, 3)),
    ("3*O(3) -> O(3)", (0, 3, 0)),
    ("3*SO(3) -> SO(3)", (0, 3, 3)),  # and the cross products
    ("O(2) + 2 -> O(2)", (0, 1, 2)),
    ("S(5) + S(5)*O(3) -> O(3)**2", (1, 1, 6)),
    ("S(4) + S(4)*O(2) -> O(2)**2", (1, 1, 6)),
    ("4*SO+(1,3) -> 1", (1, 0, 10)),
    ("2*Sp(4) -> 1", (1, 0, 1)),
    ("3*SL(2) -> 1", (1, 0, 3)),
    ("GL(2) + GL(2).dual -> 1", (1, 0, 1)),
    ("2*GL(2) -> 1", (1, 0, 0)),
    ('Grid(2,2,"D4") -> 1', (1, 1, 3)),
]
EVERY_COUNTED = pytest.mark.parametrize(
    ("text", "counts"), COUNTED, ids=[text for text, _ in COUNTED]
)


def filled(text):
    """Return a network with random coefficients, and its symmetry."""
    symmetry = Symmetry.parse(text)
    module = build("quadratic", symmetry)
    with torch.no_grad():
        module.coefficients.copy_(torch.randn(len(module.coefficients), dtype=torch.float64))
    return module, symmetry


def monomials(X):
    pairs = itertools.combinations_with_replacement(range(X.shape[1]), 2)
    products = [X[:, i] * X[:, j] for i, j in pairs]
    return np.stack([np.ones(len(X)), *X.T, *products], axis=1)


@pytest.mark.parametrize(
    "text",
    [
        *("S(4) -> 1", "S(4)*3 -> S(4)", "S(3)*S(2)' -> S(2)'", "C(5) -> C(5)", "3 -> 2"),
        *('Grid(2,3,"T(2)")*2 -> Grid(2,3,"T(2)")', "Signs(3) + 2 -> Signs(3) + 1", "Cube() -> 1"),
        *("2*O(5) -> 1", "S(5) + S(5)*O(3) -> O(3)**2", "3*SO(3) -> SO(3)", "4*O(1,3) -> O(1,3)"),
        *("2*O(2).sym2 -> O(2).sym2", "2*U(2) + 1 -> U(2)", "2*Sp(4) -> Sp(4)", "3*SL(2) -> 1"),
        *("S(3)*C(2)*O(2) -> C(2)*O(2)", "S(2) wr S(3) -> S(2) wr S(3)", "SO(3) + O(1,3) -> 1"),
    ],
)
def test_they_are_equivariant(text):
    module, symmetry = filled(text)
    assert_equivariant(module, symmetry)


@EVERY_COUNTED
def test_their_number_is_that_counted_by_hand(text, counts):
    symmetry = Symmetry.parse(text)
    module, X = build("quadratic", symmetry), normal(3, symmetry.inputs.dimension)
    degrees = [0, 0, 0]
    for values in zip(*(basis_functions(module, scale * X) for scale in (-1, 0, 1)), strict=True):
        odd, even = values[2] - values[0], values[2] + values[0] - 2 * values[1]
        degrees[2 if np.abs(even).max() > 1e-6 else 1 if np.abs(odd).max() > 1e-6 else 0] += 1
    assert tuple(degrees) == counts


@pytest.mark.parametrize(
    ("text", "counts"), [case for case in COUNTED if "S(5)" not in case[0]], ids=str
)
def test_no_others_are_equivariant(text, counts):
    """Their number is that of solutions of the equations that random elements set up."""
    symmetry = Symmetry.parse(text)
    rng, equations = np.random.RandomState(0), []
    n_outputs = symmetry.outputs.dimension
    elements = symmetry.sample(8, random_state=1)
    for i in range(len(elements)):
        X = rng.standard_normal((300, symmetry.inputs.dimension))
        after = monomials(X @ symmetry.inputs.matrix(elements)[i].T)
        # the moved monomials are combinations of all: those of equivariant functions are the same
        # as of their moved outputs
        moving = np.linalg.lstsq(monomials(X), after, rcond=None)[0]
        rho = symmetry.outputs.matrix(elements)[i]
        n = moving.shape[0]
        equations.append(np.kron(np.eye(n_outputs), moving) - np.kron(rho, np.eye(n)))
    found = np.linalg.svd(np.concatenate(equations), compute_uv=False)
    assert np.sum(found < 1e-7) == sum(counts)


@pytest.mark.parametrize(
    "text",
    ["3 -> 2", "2*O(5) -> 1", "S(3) -> S(3)", "S(3) + S(3)*O(2) -> O(2)**2", "3*O(1,1) -> 1"],
)
def test_they_are_orthonormal_for_normal_columns(text):
    symmetry = Symmetry.parse(text)
    module = build("quadratic", symmetry)
    module.scaling.ready = True  # it is left at 1
    X = normal(60_000, symmetry.inputs.dimension)
    values = basis_functions(module, X)
    gram = np.einsum("rno,sno->rs", values, values) / values[0].size
    n_linear = np.sum(np.abs(module.basis.numpy()[:, :, 1 + X.shape[1] :]).max(axis=(1, 2)) == 0)
    sizes = np.where(np.arange(len(gram)) < n_linear, 1, Quadratic.next_degree)
    assert_allclose(gram / np.outer(sizes, sizes), np.eye(len(gram)), atol=0.08)


@EVERY_COUNTED
def test_linear_ones_are_those_of_degree_0_and_1(text, counts):
    symmetry = Symmetry.parse(text)
    module = build("linear", symmetry)
    assert len(module.coefficients) == counts[0] + counts[1]
    if counts[1]:
        check_family("linear", symmetry)
    else:
        assert_refused("linear", text, "it would know constants alone")


@pytest.mark.parametrize(
    ("text", "n_functions"),
    [("S(200) -> 1", 2), ("300 -> 1", 301), ("3*O(3) -> O(3)", 3), ("Signs(3) -> Signs(3)", 3)],
)
def test_where_products_are_too_many_or_none_they_are_linear(text, n_functions):
    symmetry = Symmetry.parse(text)
    assert len(build("linear", symmetry).coefficients) == n_functions
    refusal = "products are too many, or none has the symmetry; 'linear' does without"
    assert_refused("quadratic", text, refusal)
    others = ["additive", "linear"] if text.startswith("S(") else ["linear"]
    assert companions_of(symmetry) == others


def test_it_refuses_where_linear_maps_would_be_too_many():
    refusal = "a basis of its linear maps would be too large"
    assert_refused("quadratic", "300*O(3) -> 30*O(3)", refusal)
    assert_refused("linear", "300*O(3) -> 30*O(3)", refusal)
    assert companions_of(Symmetry.parse("300*O(3) -> 30*O(3)")) == []


def test_it_refuses_where_it_would_be_constant():
    assert_refused("quadratic", "60*O(3) -> 1", "it would know constants alone")


def test_auto_does_not_take_it_alone():
    symmetry = Symmetry.parse("S(3) -> 1")
    assert companions_of(symmetry) == ["additive", "quadratic", "linear"]
    assert refusals(symmetry)["quadratic"] == "it knows polynomials of degree 2 only"
    assert refusals(symmetry)["linear"] == "it knows linear functions only"
    symmetry = Symmetry.parse("O(3) -> O(3)**5")
    check_family("linear", symmetry)
    with pytest.raises(ValueError, match="'linear': it knows linear functions only"):
        choose_family(symmetry)


def test_points_are_asked_for_as_vectors():
    assert companions_of(Symmetry.parse("4*E(3) -> 1")) == ["quadratic"]
    assert companions_of(Symmetry.parse("4*E(3) -> E(3)")) == ["linear"]


def learned(text, X, Y, task=REGRESSION, family="quadratic"):
    """Return a module that was fitted to samples, and the losses."""
    plan = ReferencePlan(Symmetry.parse(text), family, task)
    state, losses = fit_reference(X, Y, np.ones(len(X)), plan)
    module = restore_reference(state, symmetry=plan.symmetry, reference=family, device="cpu")
    return module, losses


def test_linear_ones_learn_what_least_squares_find():
    X = normal(100, 10) * 3 + 1
    Y = np.tanh(X).sum(axis=1, keepdims=True)
    module, _ = learned("S(10) -> 1", X, Y, family="linear")
    table = np.column_stack([np.ones(100), X.sum(axis=1)])
    expected = table @ np.linalg.lstsq(table, Y, rcond=None)[0]
    found = module(torch.tensor(X, dtype=torch.float32)).detach().numpy()
    assert_allclose(found, expected, atol=1e-3 * Y.std())


def test_it_learns_a_law_of_degree_2():
    """Of a linear part that is invariant as well, from columns of other sizes and means."""
    X = normal(200, 12) * np.repeat([1.0, 5.0], [3, 9]) + np.repeat([4.0, 0.0], [3, 9])
    vectors = X[:, 3:].reshape(-1, 3, 3)
    lengths = np.square(vectors).sum(axis=(1, 2))
    Y = (2 * X[:, :3].sum(axis=1) - lengths + np.square(vectors.sum(axis=1)).sum(axis=1))[:, None]
    module, losses = learned("S(3) + S(3)*O(3) -> 1", X[:150], Y[:150])
    found = module(torch.tensor(X[150:], dtype=torch.float32)).detach().numpy()
    assert np.mean((found - Y[150:]) ** 2) < 1e-4 * Y.var()
    assert losses[-1] < 1e-3 * losses[0]


def test_it_learns_the_chances_of_classes():
    rng = np.random.RandomState(0)
    X = rng.standard_normal((600, 10))
    chance = expit((X[:, :5] * X[:, 5:]).sum(axis=1))
    Y = np.eye(2)[(rng.uniform(size=600) < chance).astype(int)]
    module, _ = learned("2*O(5) -> 2", X, Y, CLASSIFICATION)
    found = torch.softmax(module(torch.tensor(X, dtype=torch.float32)), 1)[:, 1]
    assert np.abs(found.detach().numpy() - chance).mean() < 0.05


@pytest.mark.parametrize("text", ["2*O(5) -> 1", "S(10) -> 1", "10 -> 1"])
@pytest.mark.parametrize("degrees", [1.0, 2.0])
def test_long_tails_do_not_let_it_diverge(text, degrees):
    rng = np.random.RandomState(0)
    X, Y = rng.standard_t(degrees, size=(200, 10)), rng.standard_t(degrees, size=(200, 1))
    module, losses = learned(text, X, Y)
    assert np.isfinite(losses).all()
    assert losses[-1] <= losses[0]
    answers = module(torch.tensor(X, dtype=torch.float32)).detach().numpy()
    assert np.mean((answers - Y) ** 2) <= 1.01 * Y.var()


def test_a_symmetry_without_functions_answers_with_the_mean():
    X = normal(50, 3)
    module, losses = learned("S(3) -> S(3).det", X, X[:, :1])
    assert np.isfinite(losses).all()
    assert not module(torch.tensor(X, dtype=torch.float32)).detach().numpy().any()


def test_estimators_take_it_by_name():
    X = normal(60, 10)
    y = np.square(X).sum(axis=1)
    settings = {"reference_steps": 60, "clone_steps": 20, "random_state": 0, "strength": 1}
    for kind, targets in ((SymmetryClonedRegressor, y), (SymmetryClonedClassifier, y > 9)):
        model = kind(symmetry="2*O(5)", reference="quadratic", **settings).fit(X, targets)
        assert model.reference_ == "quadratic"
    assert FAMILIES["quadratic"].fit_of(9999).steps == FAMILIES["quadratic"].fit_of(10).steps
