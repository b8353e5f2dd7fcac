"""A fit that fails leaves what was there, and no number comforts wrongly."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from torch import nn

from sklearn_symclone import (
    EquivariantClassifier,
    OrbitAveragedClassifier,
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.references import Pointwise
from sklearn_symclone.training import DivergenceError

QUICK = {"reference_steps": 5, "clone_steps": 5, "max_iter": 2, "random_state": 0}
X = np.random.RandomState(0).standard_normal((30, 10))
Y = X[:, 0] + X[:, 1] ** 2


def with_nan(y):
    return np.r_[np.nan, y[1:]]


@pytest.mark.parametrize(
    ("changed", "targets", "message"),
    [
        ({}, with_nan(Y), "Input y contains NaN"),
        ({"symmetry": "3*O(5)"}, Y, "needs 15 columns in X, X has 10"),
        ({"anchor": "subspace"}, Y, "anchor='subspace' needs"),
        ({"hidden_layer_sizes": (8, 0)}, Y, "hidden_layer_sizes must hold whole numbers"),
    ],
)
def test_a_refit_that_is_refused_leaves_the_fitted_model(changed, targets, message):
    model = SymmetryClonedRegressor(symmetry="2*O(5)", **QUICK).fit(X, Y)
    before, attributes = model.predict(X), set(vars(model))
    model.set_params(**changed)
    with pytest.raises(ValueError, match=message):
        model.fit(X, targets)
    assert set(vars(model)) == attributes
    assert_array_equal(model.predict(X), before)


def test_a_refused_refit_of_a_search_leaves_the_fitted_model():
    model = SymmetryClonedRegressorCV(symmetries=("2*O(5)",), strengths=(0.1, 1), cv=2, **QUICK)
    before = model.fit(X, Y).predict(X)
    with pytest.raises(ValueError, match="strengths must be"):
        model.set_params(strengths=(2,)).fit(X, Y)
    assert_array_equal(model.predict(X), before)


def test_names_of_columns_are_those_of_the_model_that_stays():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcdefghij"))
    model = SymmetryClonedRegressor(**QUICK).fit(frame, Y)
    with pytest.raises(ValueError, match="NaN"):
        model.fit(frame.rename(columns=str.upper), with_nan(Y))
    assert list(model.feature_names_in_) == list("abcdefghij")


def test_a_refit_that_fails_in_training_leaves_no_model():
    model = SymmetryClonedRegressor(**QUICK).fit(X, Y)
    with pytest.raises(DivergenceError):
        model.set_params(learning_rate_init=1e200).fit(X, Y)
    with pytest.raises(NotFittedError):
        model.predict(X)


@pytest.mark.parametrize("fit", ["fit", "partial_fit"])
@pytest.mark.parametrize("kind", [SymmetryClonedRegressor, SymmetryClonedClassifier])
def test_divergence_in_the_last_step_is_seen(kind, fit):
    y = Y if kind is SymmetryClonedRegressor else Y > 0
    settings = (
        {"classes": [False, True]}
        if (kind, fit) == (SymmetryClonedClassifier, "partial_fit")
        else {}
    )
    model = kind(learning_rate_init=1e200, batch_size=30, **{**QUICK, "max_iter": 1})
    with pytest.raises(DivergenceError, match="does not predict finite values for its training"):
        getattr(model, fit)(X, y, **settings)
    with pytest.raises(NotFittedError):
        model.predict(X)


@pytest.mark.parametrize("kind", [SymmetryClonedRegressor, SymmetryClonedClassifier])
def test_predictions_that_overflow_are_refused(kind):
    y = Y if kind is SymmetryClonedRegressor else (Y > 0).astype(int)
    model = kind(**QUICK).fit(X.astype(np.float32), y)
    rows = X[:3].astype(np.float32)
    rows[1] = 3e38
    with pytest.raises(ValueError, match=r"prediction for row 1 of X overflows float32.* 3e\+38"):
        model.predict(rows)


def test_an_interrupted_chunk_leaves_the_stream_as_it_was(monkeypatch):
    model, other = (SymmetryClonedRegressor(symmetry="2*O(5)", **QUICK) for _ in range(2))
    for one in (model, other):
        one.partial_fit(X, Y)
    with monkeypatch.context() as patch:

        def interrupt(*arguments):
            raise KeyboardInterrupt

        patch.setattr("sklearn_symclone.fitting.incremental.run_all", interrupt)
        with pytest.raises(KeyboardInterrupt):
            model.partial_fit(X, Y)
    for one in (model, other):
        one.partial_fit(X, Y)
    assert_array_equal(model.predict(X), other.predict(X))


@pytest.mark.parametrize("kind", [SymmetryClonedRegressorCV, SymmetryClonedClassifierCV])
def test_a_search_says_how_its_parameters_are_called(kind):
    with pytest.raises(
        TypeError, match=r"has no parameter symmetry: .* give symmetries=\['S\(3\)'"
    ):
        kind(symmetry="S(3)")
    with pytest.raises(
        TypeError, match=r"has no parameter strength: .* give strengths=\[0.1, \.\."
    ):
        kind(strength=0.1)


def test_a_search_without_splits_is_refused():
    model = SymmetryClonedRegressorCV(symmetries=("2*O(5)",), strengths=(1,), cv=[], **QUICK)
    with pytest.raises(ValueError, match=r"cv=\[\] holds nothing out: give at least one split"):
        model.fit(X, Y)


@pytest.mark.parametrize("widths", [8, (8,), [8]])
def test_one_number_is_one_hidden_layer(widths):
    model = SymmetryClonedRegressor(hidden_layer_sizes=widths, **QUICK).fit(X, Y)
    assert [coef.shape for coef in model.coefs_] == [(10, 8), (8, 1)]
    assert SymmetryClonedRegressor(hidden_layer_sizes=widths, **QUICK).partial_fit(X, Y)


@pytest.mark.parametrize("symmetry", [None, "2*O(5)"])
def test_a_layer_can_have_one_unit(symmetry):
    model = SymmetryClonedRegressor(symmetry=symmetry, hidden_layer_sizes=(1,), **QUICK)
    assert np.isfinite(model.fit(X, Y).predict(X)).all()


def test_a_clone_far_from_its_reference_warns(monkeypatch):
    monkeypatch.setattr("sklearn_symclone.imitation.rounds.CLONE_STEPS", 1)
    monkeypatch.setattr("sklearn_symclone.imitation.rounds.MORE_STEPS", ())
    model = SymmetryClonedRegressor(
        symmetry="2*O(5)", strength=1, reference_steps=20, activation="relu", random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="variance of its reference's answers: the network"):
        model.fit(X, Y)
    assert model.clone_error_ > 0.1


def test_a_clone_that_misses_classes_warns_although_log_losses_are_large(monkeypatch):
    monkeypatch.setattr("sklearn_symclone.imitation.rounds.CLONE_STEPS", 1)
    monkeypatch.setattr("sklearn_symclone.imitation.rounds.MORE_STEPS", ())
    rng = np.random.RandomState(0)
    samples = rng.standard_normal((200, 4))
    sums = samples.sum(axis=1) + rng.standard_normal(200)
    classes = np.searchsorted(np.quantile(sums, np.arange(1, 8) / 8), sums)
    model = SymmetryClonedClassifier(
        symmetry="S(4)", strength=1, hidden_layer_sizes=(16,), activation="relu", random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="variance of its reference's answers: the network"):
        model.fit(samples, classes)
    assert model.clone_error_ < -model.reference_score_


def test_a_clone_much_farther_off_than_its_reference_warns(monkeypatch, tmp_path):
    monkeypatch.setattr("sklearn_symclone.imitation.rounds.CLONE_STEPS", 100)
    monkeypatch.setattr("sklearn_symclone.imitation.rounds.MORE_STEPS", ())
    samples = np.random.RandomState(0).standard_normal((100, 4))
    settings = {"hidden_layer_sizes": (16, 16), "activation": "relu", "random_state": 0}
    settings["memory"] = str(tmp_path)  # both fits have one reference
    model = SymmetryClonedRegressor(symmetry="S(4)", strength=1, **settings)
    with pytest.warns(ConvergenceWarning, match="and the reference's own error on held-out"):
        model.fit(samples, np.square(samples).sum(axis=1))
    assert 0.005 < model.clone_error_ < 0.1
    assert model.clone_error_ > 3 * (1 - model.reference_score_)
    # a fit to the task can mend what the clone misses
    model.set_params(strength=0.1, max_iter=2).fit(samples, np.square(samples).sum(axis=1))


@pytest.mark.parametrize(
    ("symmetry", "n_outputs", "message"),
    [
        (
            "2*O(5) -> SO(5)",
            5,
            r"the group SO(5) moves outputs, but no column of X: did you mean O(5)?",
        ),
        (
            "2*O(5) -> Signs(1)",
            1,
            "the group Signs(1) moves outputs, but no column of X: say on the",
        ),
        ("2*E(5) -> O(5)", 5, "did you mean E(5)? Both sides must name the same group"),
        ("S(5) + S(5)' -> S(5)''", 5, "did you mean S(5) or S(5)'?"),
    ],
)
@pytest.mark.parametrize("strength", ["auto", 0.5, 1])
def test_a_group_that_moves_outputs_alone_is_refused(symmetry, n_outputs, message, strength):
    model = SymmetryClonedRegressor(symmetry=symmetry, strength=strength, **QUICK)
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit(X, np.squeeze(X[:, :n_outputs]))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (SymmetryClonedClassifier, {"symmetry": "S(2)*5 -> S(2)"}),
        (SymmetryClonedClassifierCV, {"symmetries": ["S(2)*5 -> S(2)"]}),
        (EquivariantClassifier, {"symmetry": "S(2)*5 -> S(2)"}),
        (OrbitAveragedClassifier, {"symmetry": "S(2)*5 -> S(2)"}),
    ],
)
def test_an_error_about_classes_shows_which_class_stands_for_what(kind, settings):
    if kind is OrbitAveragedClassifier:
        settings = {"estimator": DummyClassifier(), **settings}
    with pytest.raises(
        ValueError, match=r"needs 2 classes in y, y has 3.*\n +class 'a': item 1 of"
    ):
        kind(**settings).fit(X, np.array(["a", "b", "c"])[np.arange(30) % 3])


def with_outlier(value):
    changed = X.copy()
    changed[3, 2] = value
    return changed


@pytest.mark.parametrize(
    ("rows", "targets", "weights", "name"),
    [
        (X * 1e38, Y, None, "X"),
        (X * 1e-100, Y, None, "X"),
        (X, Y * 1e38, None, "y"),
        (with_outlier(1e39), Y, None, "X"),
        (with_outlier(1e300), Y, None, "X"),
        ((X * 1e-40).astype(np.float32), Y, None, "X"),
        (X * np.where(np.arange(10) == 4, 1e-51, 1), Y, None, "column 4 of X"),
        (X, np.column_stack([Y, 1e-51 * Y]), None, "column 1 of y"),
        (X, Y, np.full(30, 1e-46), "sample_weight"),
        (X, Y, np.full(30, 1e38), "sample_weight"),
    ],
)
@pytest.mark.parametrize("fit", ["fit", "partial_fit"])
def test_extreme_numbers_are_refused_before_training(rows, targets, weights, name, fit):
    model = SymmetryClonedRegressor(symmetry="2*O(5)", strength=0.5, **QUICK)
    with pytest.raises(ValueError, match=f"largest size of a number in {name} is .*other units"):
        getattr(model, fit)(rows, targets, weights)


@pytest.mark.parametrize("factor", [1e-100, 1e-38, 1e38, 1e100])
def test_without_a_symmetry_units_do_not_matter(factor):
    expected = SymmetryClonedRegressor(**QUICK).fit(X, Y).predict(X)
    model = SymmetryClonedRegressor(**QUICK).fit(X * factor, Y * factor)
    np.testing.assert_allclose(model.predict(X * factor) / factor, expected, rtol=1e-6)
    with pytest.raises(ValueError, match="largest size of a number in X is 1e\\+300"):
        model.fit(with_outlier(1e300), Y)


@pytest.mark.parametrize("factor", [2.0**-80, 2.0**80])
def test_with_a_symmetry_units_hardly_matter(factor):
    settings = {"symmetry": "2*O(5)", "strength": 0.5, **QUICK}
    expected = SymmetryClonedRegressor(**settings).fit(X, Y).predict(X)
    model = SymmetryClonedRegressor(**settings).fit(X * factor, Y * factor)
    np.testing.assert_allclose(model.predict(X * factor) / factor, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "model",
    [
        SymmetryClonedRegressor(symmetry="S(10)", strength=0.1, **QUICK),
        SymmetryClonedRegressor(symmetry="S(10)", strength="auto", **QUICK),
        SymmetryClonedRegressorCV(symmetries=["S(10)"], strengths=[0.1], cv=2, **QUICK),
    ],
    ids=["a strength", "auto", "a search"],
)
def test_a_fit_that_has_not_converged_warns_at_the_line_of_the_user(model):
    rows = np.random.RandomState(0).standard_normal((60, 10))
    with pytest.warns(ConvergenceWarning, match="larger max_iter") as caught:
        model.set_params(tol=1e-9).fit(rows, rows[:, 0])
    assert [one.filename for one in caught] == [__file__]


def test_a_reference_may_have_a_layer_of_any_name():
    class Named(Pointwise):
        def __init__(self, symmetry):
            super().__init__(symmetry, [8])
            self.form = nn.Linear(1, 1)  # a name that the library has for something else

    model = SymmetryClonedRegressor(symmetry="S(10)", reference=Named, cloning="weights", **QUICK)
    assert np.isfinite(model.fit(X, Y).predict(X)).all()
