"""The estimators with cloning="layers" and cloning="weights": retained, broken, and in between."""

import itertools
import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor, equivariance_error
from sklearn_symclone.anchors import DifferencePenalty, SubspacePenalty, WeightPenalty
from sklearn_symclone.defaults import BREAKING_STEP, LAYER_FACTORS
from sklearn_symclone.imitation.tied import layer_factor
from sklearn_symclone.references import FAMILIES, Pointwise
from sklearn_symclone.students import Dense, Freed, free, linear_layers
from sklearn_symclone.symmetry import Grid, S, Symmetry, equivariant_maps

BOTH = pytest.mark.parametrize("cloning", ["layers", "weights"])
SYMMETRY = "S(4)"
QUICK = {"hidden_layer_sizes": (40, 20), "reference_steps": 150, "random_state": 0}


def table(n=200, breaking=0.0, seed=0):
    X = np.random.RandomState(seed).standard_normal((n, 4))
    return X, np.sum(X**2, axis=1) + breaking * X[:, 0]


def model(cloning, **settings):
    settings = {"symmetry": SYMMETRY, **QUICK, **settings}
    return SymmetryClonedRegressor(cloning=cloning, **settings)


@BOTH
def test_at_strength_1_the_symmetry_is_kept(cloning):
    X, y = table()
    fitted = model(cloning, strength=1).fit(X, y)
    assert fitted.equivariance_error_ < 1e-12
    assert fitted.clone_error_ < 1e-20
    assert fitted.score(*table(seed=1)) > 0.95
    assert fitted.loss_curve_ == []
    assert fitted.n_iter_ == len(fitted.clone_loss_curve_) > 0
    assert fitted.to_module()[0].weight.shape == (40, 4)


@BOTH
def test_matrices_of_float32_keep_it_to_rounding(cloning):
    X, y = table()
    fitted = model(cloning, strength=1).fit(X.astype(np.float32), y.astype(np.float32))
    assert fitted.coefs_[0].dtype == np.float32
    assert fitted.equivariance_error_ < 1e-6


def test_both_are_one_network_where_the_clone_is_exact():
    """The retained clone of layers is the weight-tied network, trained in another form."""
    X, y = table()
    layers, weights = (model(c, strength=1).fit(X, y).predict(X) for c in ("layers", "weights"))
    assert_allclose(layers, weights, rtol=1e-6)


@BOTH
@pytest.mark.parametrize("anchor", ["function", "weights", "orbit"])
def test_the_equivariance_error_falls_with_the_strength(cloning, anchor):
    X, y = table(breaking=1.0)
    settings = {"anchor": anchor, "learning_rate_init": 3e-3, "max_iter": 60}
    errors = [
        model(cloning, strength=strength, **settings).fit(X, y).equivariance_error_
        for strength in (0.05, 0.5, 0.75, 1)
    ]
    assert np.all(np.diff(errors) < 0)
    assert errors[0] > 0.05


@BOTH
def test_the_symmetry_breaks_where_the_rows_break_it(cloning):
    X, y = table(n=400, breaking=1.0)
    X_new, y_new = table(n=400, breaking=1.0, seed=1)
    scores = [
        model(cloning, strength=strength, learning_rate_init=3e-3, max_iter=80)
        .fit(X, y)
        .score(X_new, y_new)
        for strength in (0.2, 1)
    ]
    assert scores[0] > scores[1] + 0.05


@BOTH
def test_classes_that_are_exchanged(cloning):
    rng = np.random.RandomState(0)
    X = rng.standard_normal((300, 4))
    y = np.where(X[:, :2].sum(1) > X[:, 2:].sum(1), "left", "right")
    fitted = SymmetryClonedClassifier(
        symmetry="S(2)*2 -> S(2)", cloning=cloning, strength=1, **QUICK
    ).fit(X, y)
    assert fitted.score(X, y) > 0.95
    swapped = fitted.predict_proba(X[:, [2, 3, 0, 1]])[:, ::-1]
    assert_allclose(fitted.predict_proba(X), swapped, atol=1e-12)


def merit(items):
    return np.tanh(items[:, 0]) + 0.5 * items[:, 1] * items[:, 2] + items[:, 3]


def matches(n, seed):
    """Return the features of both sides of matches, who plays at home, and the margin."""
    rng = np.random.RandomState(seed)
    sides, home = rng.standard_normal((n, 8)), rng.choice([-1.0, 0.0, 1.0], size=n)
    return sides, home, merit(sides[:, :4]) - merit(sides[:, 4:]) + 0.4 * home


SWAPPED = [4, 5, 6, 7, 0, 1, 2, 3]


@BOTH
def test_a_margin_changes_its_sign_when_the_sides_are_exchanged(cloning):
    X, _, _ = matches(300, seed=0)
    X_new, _, _ = matches(500, seed=1)
    y, y_new = (merit(x[:, :4]) - merit(x[:, 4:]) for x in (X, X_new))
    settings = {"hidden_layer_sizes": (96, 96), "reference_steps": 200, "strength": 1}
    fitted = model(cloning, symmetry="S(2)*4 -> S(2).det", **settings).fit(X, y)
    margins, swapped = fitted.predict(X_new), fitted.predict(X_new[:, SWAPPED])
    assert_allclose(swapped, -margins, atol=1e-9 * np.abs(margins).max())
    assert fitted.score(X_new, y_new) > 0.95


@BOTH
def test_who_plays_at_home_changes_sign_too(cloning):
    sides, home, y = matches(300, seed=0)
    sides_new, home_new, y_new = matches(500, seed=1)
    settings = {"hidden_layer_sizes": (96, 96), "reference_steps": 200, "strength": 1}
    fitted = model(cloning, symmetry="S(2).det + S(2)*4 -> S(2).det", **settings)
    fitted.fit(np.column_stack([home, sides]), y)
    margins = fitted.predict(np.column_stack([home_new, sides_new]))
    swapped = fitted.predict(np.column_stack([-home_new, sides_new[:, SWAPPED]]))
    assert_allclose(swapped, -margins, atol=1e-9 * np.abs(margins).max())
    assert fitted.score(np.column_stack([home_new, sides_new]), y_new) > 0.95


@BOTH
def test_a_draw_stays_when_the_sides_are_exchanged(cloning):
    X, _, margin = matches(300, seed=0)
    y = np.digitize(margin, [-0.5, 0.5])  # lost, drawn, won
    y = np.array(["2 lost", "3 drawn", "1 won"])[y]
    fitted = SymmetryClonedClassifier(
        symmetry="S(2)*4 -> S(2) + 1", cloning=cloning, strength=1, **QUICK
    ).fit(X, y)
    assert fitted.score(X, y) > 0.8
    swapped = fitted.predict_proba(X[:, SWAPPED])[:, [1, 0, 2]]
    assert_allclose(fitted.predict_proba(X), swapped, atol=1e-12)


@BOTH
@pytest.mark.parametrize(
    ("symmetry", "law"),
    [
        ("Signs(3) -> Signs(3)", lambda X: X * (X**2).sum(axis=1, keepdims=True)),
        (
            "S(3) -> S(3).alt2",
            lambda X: np.sin(X[:, [0, 0, 1]] - X[:, [1, 2, 2]]) * X.sum(axis=1, keepdims=True),
        ),
    ],
)
def test_signed_permutations_are_kept(cloning, symmetry, law):
    X, X_new = (np.random.RandomState(seed).standard_normal((300, 3)) for seed in (0, 1))
    settings = {"hidden_layer_sizes": (96, 96), "reference_steps": 400, "strength": 1}
    fitted = model(cloning, symmetry=symmetry, **settings).fit(X, law(X))
    assert fitted.equivariance_error_ < 1e-12
    assert fitted.score(X_new, law(X_new)) > 0.9


@BOTH
def test_below_1_a_margin_may_lose_its_symmetry(cloning):
    sides, _, y = matches(200, seed=0)
    y = y + 1.0  # the side that is named first is better, which no antisymmetric function says
    settings = {"symmetry": "S(2)*4 -> S(2).det", "learning_rate_init": 3e-3, "max_iter": 60}
    errors = [
        model(cloning, strength=strength, **settings).fit(sides, y).equivariance_error_
        for strength in (0.05, 0.75, 1)
    ]
    assert np.all(np.diff(errors) < 0)
    assert errors[0] > 0.05


@BOTH
@pytest.mark.parametrize("clone_inputs", ["orbit", "gaussian"])
def test_a_network_of_ones_own(cloning, clone_inputs):
    def convolutions(symmetry):
        cells = symmetry.inputs
        return Pointwise(symmetry, [cells * 2, 8], windows=[3, None, None])

    rng = np.random.RandomState(0)
    X = rng.standard_normal((100, 16))
    images = X.reshape(-1, 4, 4)
    y = np.sum(images * np.roll(images, 1, axis=1), axis=(1, 2))
    symmetry = 'Grid(4,4,"T(2)")'
    fitted = SymmetryClonedRegressor(
        symmetry=symmetry,
        reference=convolutions,
        cloning=cloning,
        clone_inputs=clone_inputs,
        strength=1,
        reference_steps=300,
        random_state=0,
    ).fit(X, y)
    assert [coef.shape for coef in fitted.coefs_] == [(16, 32), (32, 8), (8, 1)]
    filters = fitted.coefs_[0].reshape(4, 4, 16, 2)
    assert np.count_nonzero(np.abs(filters[:, :, 5, 0]) > 1e-9) == 9
    assert equivariance_error(fitted, X, symmetry, random_state=0) < 1e-9
    assert fitted.score(X, y) > 0.4


@BOTH
def test_without_a_fit_the_network_is_as_initialised(cloning):
    X, y = table()
    fitted = model(cloning, strength=1, reference_fit="random").fit(X, y)
    assert fitted.clone_loss_curve_ == []
    assert fitted.score(X, y) < 0.5
    assert fitted.equivariance_error_ < 1e-12


@BOTH
def test_a_search_shares_the_fitted_weights(cloning, tmp_path):
    X, y = table()
    settings = {"memory": str(tmp_path), "max_iter": 2}
    first = model(cloning, strength=1, **settings).fit(X, y)
    n_files = len(list(tmp_path.rglob("output.pkl")))
    model(cloning, strength=0.5, **settings).fit(X, y)
    assert len(list(tmp_path.rglob("output.pkl"))) == n_files == 1
    assert np.array_equal(model(cloning, strength=1).fit(X, y).predict(X), first.predict(X))


def test_freed_layers_are_a_tied_matrix_and_a_difference():
    """Gradients reach every entry, and those of the tied weights are sums along orbits."""
    symmetry = Symmetry.parse("S(4) -> S(4)")
    layers = Pointwise(symmetry, [S(4) * 2]).double().layers
    dense = Dense((8,), "silu").build(4, 4, torch.Generator().manual_seed(0))
    student = free(dense, layers)
    X = torch.as_tensor(table()[0])
    assert_allclose(student(X).detach(), dense(X).detach(), atol=1e-12)

    anchor = DifferencePenalty([layer for layer in student if isinstance(layer, Freed)], 2.0)
    expected = 0.0
    for factor, place in [(20.0, 0), (2.0, 2)]:
        tied = layers[place]
        expected += factor * (dense[place].weight - tied.weight).square().sum().item()
        expected += factor * (dense[place].bias - tied.bias).square().sum().item()
    assert anchor(student).item() == pytest.approx(expected)

    last = student[-1]
    before = last.tied.weight.detach()
    last.weight.square().sum().backward()
    W = last.weight.detach().numpy()
    assert_allclose(last.weight_steps.grad.view(4, 8), 2 * BREAKING_STEP * W, atol=1e-12)
    with torch.no_grad():
        for weight in last.tied.parameters():
            if weight.grad is not None:
                weight -= 0.1 * weight.grad
    moved = last.weight.detach().numpy() - W
    assert_allclose(moved, (last.tied.weight.detach() - before).numpy(), atol=1e-12)
    nearest = equivariant_maps(S(4) * 2, S(4)).project(W)
    assert np.sum(moved * (W - nearest)) == pytest.approx(0, abs=1e-12)
    assert np.sum(moved * nearest) < -0.1 * np.sum(nearest**2)


def test_tied_weights_are_fitted_on_while_the_anchor_holds_the_rest():
    X, y = table()
    settings = {"reference_fit": "random", "learning_rate_init": 1e-2, "max_iter": 200}
    fitted = model("weights", strength=0.99, **settings).fit(X, y)
    assert fitted.score(*table(seed=1)) > 0.95
    assert fitted.equivariance_error_ < 2e-3


def test_copied_weights_can_be_trained_further():
    X, y = table(breaking=1.0)
    settings = {"strength": 0.2, "max_iter": 5, "warm_start": True}
    warm = model("weights", **settings)
    losses = [warm.fit(X, y).loss_curve_[-1] for _ in range(4)]
    assert losses[-1] < losses[0]


# The anchors


def test_the_anchor_is_the_distance_from_the_equivariant_matrices():
    symmetry = Symmetry.parse("S(3)*2 + 1 -> S(3)")
    network = Pointwise(symmetry, [S(3) * 2 + 4]).double()
    dense = torch.nn.Sequential(torch.nn.Linear(7, 10), torch.nn.SiLU(), torch.nn.Linear(10, 3))
    dense.double()
    sides = [symmetry.inputs, S(3) * 2 + 4, symmetry.outputs]
    expected = 0.0
    layers = zip([10, 1], linear_layers(dense), itertools.pairwise(sides), strict=True)
    for factor, layer, (source, target) in layers:
        W, b = layer.weight.detach().numpy(), layer.bias.detach().numpy()[:, None]
        for side, matrix in [(source, W), (1, b)]:
            maps = equivariant_maps(side, target)
            expected += factor * np.sum((matrix - maps.project(matrix)) ** 2)
    anchor = SubspacePenalty(network.layers, 2.0)
    penalty = anchor(dense)
    assert_allclose(penalty.item(), 2.0 * expected, rtol=1e-12)
    assert anchor(network.layers).item() < 1e-20

    # its gradient is that of the distance, whose projection is not differentiated
    penalty.backward()
    W = dense[0].weight.detach().numpy()
    broken = W - equivariant_maps(sides[0], sides[1]).project(W)
    assert_allclose(dense[0].weight.grad, 40.0 * broken, atol=1e-12)


def test_the_papers_anchor_leaves_the_weights_of_the_task_alone():
    theta, tau = torch.nn.Parameter(torch.ones(3)), torch.nn.Parameter(torch.ones(2))
    anchor = WeightPenalty([theta], [theta], 0.5)
    with torch.no_grad():
        theta += 1
        tau += 5
    assert anchor(None).item() == 1.5


def test_the_strength_is_a_dial_of_equal_ratios():
    factors = [layer_factor(s) for s in (0, 0.25, 0.5, 0.75, 1)]
    ratios = np.divide(factors[1:], factors[:-1])
    assert_allclose(ratios, ratios[0])
    assert_allclose([factors[0], factors[-1]], LAYER_FACTORS)


# Errors, before any training


@BOTH
@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        (
            {"reference": "sets"},
            ValueError,
            'reference must be "auto", "pointwise" or a callable, got \'sets\'',
        ),
        (
            {"symmetry": "O(4)"},
            ValueError,
            "it needs columns that are permuted, up to signs, 'O(4)' are not; "
            'use cloning="network"',
        ),
        (
            {"reference": FAMILIES["sets"].network},
            TypeError,
            "must return a sklearn_symclone.references.Pointwise, it returned Sets(",
        ),
        (
            {"symmetry": "S(4) -> S(4).det", "hidden_layer_sizes": (40, 10)},
            ValueError,
            "hidden_layer_sizes=(40, 10) is too narrow for cloning=",
        ),
        ({"hidden_layer_sizes": (40, 0)}, ValueError, "hidden_layer_sizes must hold whole numbers"),
    ],
)
def test_what_cannot_be_cloned_by_layers(cloning, settings, error, message):
    with pytest.raises(error, match=re.escape(message)):
        model(cloning, **settings).fit(*table(n=20))


@BOTH
def test_a_sign_that_no_hidden_layer_tells_is_refused(cloning):
    X = np.random.RandomState(0).standard_normal((20, 9))
    message = "its outputs 'S(9).det' would be 0 for all inputs; use cloning=\"network\""
    with pytest.raises(ValueError, match=re.escape(message)):
        model(cloning, symmetry="S(9) -> S(9).det").fit(X, X[:, 0])


def test_dense_weights_do_not_tell_theta_from_tau():
    X, y = table(n=20)
    warm = model("layers", strength=0.5, warm_start=True, max_iter=1).fit(X, y)
    with pytest.raises(ValueError, match="warm_start=True is not possible with cloning"):
        warm.fit(X, y)


@pytest.mark.parametrize("windows", [[3], [2, None], [3.0, None], [0, None]])
def test_windows_are_odd_numbers_one_for_each_layer(windows):
    cells = Grid(4, 4, "T(2)")
    with pytest.raises(ValueError, match="an odd number or None for each of the 2 layers, got"):
        Pointwise(cells >> 1, [cells * 2], windows=windows)
