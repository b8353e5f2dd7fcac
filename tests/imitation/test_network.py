"""The imitation of a reference: its rounds, when it stops, and the choice of an activation."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.exceptions import ConvergenceWarning
from torch import nn

import sklearn_symclone.imitation.candidate as candidate
import sklearn_symclone.imitation.network as network
import sklearn_symclone.imitation.rounds as imitation
from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.defaults import CLONE_BATCH_SIZE, MORE_STEPS
from sklearn_symclone.imitation.lessons import ImitationPlan
from sklearn_symclone.imitation.rounds import imitate, rounds
from sklearn_symclone.imitation.teacher import Member
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference
from sklearn_symclone.students import Dense
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training import REGRESSION

SMALL = {
    "symmetry": "2*O(5)",
    "hidden_layer_sizes": (16,),
    "reference_steps": 20,
    "strength": 1,
    "random_state": 0,
}


@pytest.fixture(autouse=True)
def short_epochs(monkeypatch):
    for pool in ("POOL", "SMALL_POOL"):
        monkeypatch.setattr(network, pool, 4 * CLONE_BATCH_SIZE)
    monkeypatch.setattr(imitation, "TRIAL_STEPS", 16)


@pytest.fixture
def table():
    return make_o5(40, random_state=0)


def losses(monkeypatch, **of):
    """Let the loss of a student depend on its activation alone."""

    def train(student, batches, criterion, plan):
        return [of["silu" if isinstance(student[1], nn.SiLU) else "silu_square"]] * plan.max_iter

    monkeypatch.setattr(candidate, "train", train)


def test_rounds_are_several_times_as_long_as_those_before():
    assert rounds(9) == [9]
    assert rounds(12) == [2, 10]
    assert rounds(60) == [2, 10, 48]
    assert all(sum(rounds(n)) == n for n in range(200))


@pytest.mark.parametrize(("tol", "n_epochs"), [(0.5, 2), (0.1, 12), (0.01, 60)])
def test_no_round_begins_when_the_clone_is_faithful_enough(monkeypatch, table, tol, n_epochs):
    found = iter([0.3, 0.05, 0.02])
    monkeypatch.setattr(candidate, "student_error", lambda *arguments: next(found))
    monkeypatch.setattr(network, "student_error", lambda *arguments: 0.0)  # what is reported
    model = SymmetryClonedRegressor(**SMALL, activation="silu", clone_steps=240, clone_tol=tol)
    assert len(model.fit(*table).clone_loss_curve_) == n_epochs


@pytest.mark.parametrize(
    ("errors", "rounds_kept"),
    [
        ([0.5, 0.3, 0.2], [0, 1, 2]),
        ([0.5, 0.3, 0.25], [0, 1]),  # more than .8 of the error is left
        ([0.5, 0.45], [0]),
        ([0.05], [0]),
    ],
)
def test_a_clone_that_is_far_goes_on_while_it_comes_clearly_nearer(
    monkeypatch, errors, rounds_kept
):
    """A round that was not worth it is taken back, with its losses and its error."""
    left, trained = iter(errors), []

    def train(student, batches, criterion, plan):
        trained.append(plan.max_iter)
        with torch.no_grad():
            student[0].weight += 1
        return [float(len(trained))] * plan.max_iter

    monkeypatch.setattr(candidate, "train", train)
    monkeypatch.setattr(candidate, "student_error", lambda *arguments: next(left))
    rng = np.random.RandomState(0)
    X, weights, symmetry = rng.standard_normal((9, 4)), np.ones(9), Symmetry.parse("S(4) -> 1")
    plan = ImitationPlan(
        symmetry,
        REGRESSION,
        inputs="orbit",
        students=(Dense((8,), "silu"),),
        steps=2,
        tol=0.0,
        enough=0.1,
        pool=2 * CLONE_BATCH_SIZE,
        seed=0,
        start=None,
        device="cpu",
    )
    how = ReferencePlan(symmetry, "sets", REGRESSION, steps=1)
    state, _ = fit_reference(X, X[:, :1], weights, how)
    told = {"reference": "sets", "verbose": False, "tells": False}
    found, _, scaling, losses = imitate(X, weights, [Member(state, 1.0, "sets")], plan, **told)
    times = [1, *MORE_STEPS]
    expected = [float(n + 1) for n in rounds_kept for _ in range(times[n])]
    assert losses == expected
    assert next(left, None) is None
    # each round that is kept has moved the weights by 1
    plan = replace(plan, enough=1.0)
    left = iter([0.5])
    first = imitate(X, weights, [Member(state, 1.0, "sets")], plan, **told)[0]
    moved = (found.coefs[0] - first.coefs[0]) * scaling.x_scale[:, None]
    assert_allclose(moved, len(rounds_kept) - 1, atol=1e-5)


def test_a_tolerance_that_is_not_reached_is_a_warning(table):
    model = SymmetryClonedRegressor(**SMALL, clone_steps=4, clone_tol=1e-9)
    with pytest.warns(ConvergenceWarning, match="the clone's error is .* after clone_steps=4"):
        model.fit(*table)


@pytest.mark.parametrize(
    ("silu", "chosen"), [(0.79, "silu"), (0.81, "silu_square"), (np.nan, "silu_square")]
)
@pytest.mark.parametrize("n_epochs", [8, 12])
def test_an_activation_has_to_be_clearly_better_to_be_chosen(
    monkeypatch, table, silu, chosen, n_epochs
):
    losses(monkeypatch, silu=silu, silu_square=1.0)
    model = SymmetryClonedRegressor(**SMALL, clone_steps=4 * n_epochs).fit(*table)
    assert model.activation_ == chosen
    # a trial of each has 4 epochs
    assert len(model.clone_loss_curve_) == n_epochs - 4


def test_too_few_steps_try_nothing(monkeypatch, table):
    losses(monkeypatch, silu=0.0, silu_square=1.0)
    model = SymmetryClonedRegressor(**SMALL, clone_steps=28).fit(*table)
    assert model.activation_ == "silu_square"
    assert len(model.clone_loss_curve_) == 7


@pytest.mark.parametrize("strength", [0.1, 1])
def test_a_warm_start_keeps_the_activation_of_its_weights(monkeypatch, table, strength):
    losses(monkeypatch, silu=0.1, silu_square=1.0)
    model = SymmetryClonedRegressor(**SMALL, clone_steps=48, max_iter=2, warm_start=True)
    assert model.fit(*table).activation_ == "silu"
    losses(monkeypatch, silu=1.0, silu_square=0.1)
    assert model.set_params(strength=strength).fit(*table).activation_ == "silu"


@pytest.mark.parametrize(
    ("symmetry", "chosen"), [("2*O(5)", "silu"), ("S(10)", "silu_square"), (None, "silu")]
)
def test_a_classifier_tries_nothing(monkeypatch, table, symmetry, chosen):
    X, y = table
    losses(monkeypatch, silu=0.5, silu_square=0.5)
    settings = SMALL | {"symmetry": symmetry}
    model = SymmetryClonedClassifier(**settings, clone_steps=48, max_iter=12)
    model.fit(X, y > np.median(y))
    assert model.activation_ == chosen
    if symmetry is not None:
        assert len(model.clone_loss_curve_) == 12


def test_neither_the_order_of_a_table_nor_repeated_samples_change_a_clone():
    X, y = make_o5(60, random_state=0)
    weights = np.random.RandomState(0).randint(0, 4, size=60)
    order = np.random.RandomState(1).permutation(60)
    model = SymmetryClonedRegressor(
        symmetry="2*O(5)", strength=1, reference_steps=30, clone_steps=40, random_state=0
    )

    def answers(*table):
        return model.fit(*table).predict(X)

    weighted = answers(X, y, weights)
    np.testing.assert_array_equal(answers(X[order], y[order], weights[order]), weighted)
    np.testing.assert_array_equal(answers(X.repeat(weights, axis=0), y.repeat(weights)), weighted)
