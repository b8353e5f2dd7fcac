"""Samples of one's own are held out, or whole groups, and what a fit tells of it."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import r2_score
from sklearn.model_selection import GroupKFold

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.defaults import DECAYS
from sklearn_symclone.fitting import pipeline, search, splits
from sklearn_symclone.training import Partition
from sklearn_symclone.training import data as tables

TINY = {"hidden_layer_sizes": (8,), "random_state": 0}
#: Nothing is left to held-out samples but what a test asks for.
GIVEN = {"reference_steps": 5, "clone_steps": 5, "max_iter": 2, "strength": 0.1, **TINY}
STOPPING = {**GIVEN, "early_stopping": True, "max_iter": 6}


@pytest.fixture(scope="module")
def o5():
    return make_o5(60, random_state=0)


@pytest.fixture(scope="module")
def noise():
    rng = np.random.RandomState(0)
    return rng.standard_normal((60, 4)), rng.standard_normal(60)


@pytest.fixture(scope="module")
def own():
    X, y = make_o5(25, random_state=1)
    return {"X_val": X, "y_val": y}


# samples of one's own


def test_nothing_is_fitted_to_them(o5, own):
    for settings in ({}, {"symmetry": "2*O(5)"}):
        alone, beside = (
            SymmetryClonedRegressor(**GIVEN | settings).fit(*o5, **held_out)
            for held_out in ({}, own)
        )
        assert_array_equal(alone.predict(o5[0]), beside.predict(o5[0]))


def test_they_decide_how_much_decay_a_plain_network_has(noise):
    X, y = noise
    model = SymmetryClonedRegressor(random_state=0)
    assert model.fit(X, y).alpha_ == DECAYS[-1]
    # these ask for what the training samples have, so that learning by heart is best
    assert model.fit(X, y, X_val=X, y_val=y).alpha_ == DECAYS[0]


def test_they_decide_how_long_the_reference_learns(noise):
    X, y = noise
    model = SymmetryClonedRegressor(symmetry="S(4)", strength=1, clone_steps=5, **TINY)
    short = model.fit(X, y).reference_steps_
    assert short < 100
    model.fit(X, y, X_val=X, y_val=y)
    assert model.reference_steps_ > 2 * short
    assert model.reference_score_ > 0.1


def test_they_decide_about_the_strength(noise):
    X, _ = noise
    y = 5 * X[:, 0]
    settings = {"reference_steps": 5, "clone_steps": 5, "random_state": 0}
    model = SymmetryClonedRegressor(symmetry="S(4)", hidden_layer_sizes=(64,), **settings)
    assert model.fit(X, y, X_val=X, y_val=y).strength_ == 0
    # where nothing can be predicted, all strengths are as good, and the largest is taken
    assert model.fit(X, y, X_val=X[:1], y_val=[9e9]).strength_ == 1


def test_they_decide_about_the_temperature(noise):
    X, y = noise
    model = SymmetryClonedClassifier(hidden_layer_sizes=(64,), random_state=0)
    # heavy samples say more than what draws the temperature towards 1
    heavy = {"X_val": X, "sample_weight_val": np.full(len(X), 100.0)}
    right, wrong = (
        np.abs(model.fit(X, y > 0, **heavy, y_val=truth).predict_proba(X) - 0.5).mean()
        for truth in (y > 0, y < 0)
    )
    assert wrong < 0.1 < right


@pytest.mark.parametrize("n_restarts", [0, 2])
@pytest.mark.parametrize("settings", [{}, {"symmetry": "2*O(5)"}, {"solver": "sgd"}], ids=str)
def test_they_decide_when_to_stop(o5, own, settings, n_restarts):
    model = SymmetryClonedRegressor(**STOPPING, **settings, n_restarts=n_restarts).fit(*o5, **own)
    # the weights are those of one of the epochs
    score = model.score(own["X_val"], own["y_val"])
    assert_allclose(np.min(np.abs(np.subtract(model.validation_scores_, score))), 0, atol=1e-6)
    assert len(model.validation_scores_) == model.n_iter_
    assert model.best_validation_score_ == max(model.validation_scores_)


def test_scores_are_weighted_and_a_weight_is_a_repetition(o5, own):
    X, y = own["X_val"], own["y_val"]
    weights = np.arange(len(X)) % 3
    model, again = (
        SymmetryClonedRegressor(**STOPPING).fit(*o5, **held_out)
        for held_out in (
            own | {"sample_weight_val": weights},
            {"X_val": np.repeat(X, weights, axis=0), "y_val": np.repeat(y, weights)},
        )
    )
    assert_allclose(model.validation_scores_, again.validation_scores_, rtol=1e-9)
    assert_allclose(model.predict(X), again.predict(X), rtol=1e-9)
    scores = [r2_score(y, model.predict(X), sample_weight=weights)]
    assert_allclose(np.min(np.abs(np.subtract(model.validation_scores_, scores))), 0, atol=1e-6)


def test_classes_of_any_labels(o5, own):
    X, y = o5
    names = np.array(["low", "high", "middle"])
    kinds = names[np.digitize(y, np.quantile(y, [0.3, 0.6]))]
    model = SymmetryClonedClassifier(**STOPPING)
    model.fit(X, kinds, X_val=own["X_val"][:4], y_val=["low", "low", "high", "low"])
    assert set(model.validation_scores_) <= {0, 0.25, 0.5, 0.75, 1}
    assert list(model.classes_) == ["high", "low", "middle"]


def test_float32_stays_float32(o5, own):
    X, y = o5
    model = SymmetryClonedRegressor(**STOPPING).fit(X.astype(np.float32), y, **own)
    assert model.predict(X.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"X_val": np.zeros((25, 9))}, r"in X_val, y_val: X has 9 features, .* expecting 10"),
        ({"X_val": np.full((25, 10), np.nan)}, r"in X_val, y_val: Input X contains NaN"),
        ({"y_val": np.zeros((25, 2))}, r"y_val has 2 outputs, y has 1: give the same ones"),
        ({"y_val": np.zeros(24)}, r"in X_val, y_val: .* inconsistent numbers of samples"),
        ({"y_val": None}, r"X_val is given without y_val: give both, or neither"),
        ({"X_val": None}, r"y_val is given without X_val: give both, or neither"),
        (
            {"X_val": None, "y_val": None, "sample_weight_val": np.ones(25)},
            r"sample_weight_val is given without X_val: give both, or neither",
        ),
        ({"sample_weight_val": np.zeros(25)}, r"in sample_weight_val: .*(zero|non-zero)"),
        ({"sample_weight_val": np.ones(3)}, r"in sample_weight_val: .*shape == \(3,\)"),
        ({"groups": np.zeros(59)}, r"groups has shape \(59,\), X has 60 samples: give a label"),
        ({"groups": np.zeros((60, 1))}, r"groups has shape \(60, 1\), X has 60 samples"),
        ({"groups": np.full(60, np.nan)}, r"Input groups contains NaN"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_training(o5, own, monkeypatch, changed, message):
    monkeypatch.setattr(pipeline, "fit_teacher", None)
    model = SymmetryClonedRegressor(**GIVEN)
    with pytest.raises(ValueError, match=message):
        model.fit(*o5, **own | changed)
    assert not hasattr(model, "coefs_")


def test_bad_names_and_classes_are_refused(o5, own):
    X, y = o5
    frame = pd.DataFrame(X, columns=list("abcdefghij"))
    swapped = pd.DataFrame(own["X_val"], columns=list("bacdefghij"))
    with pytest.raises(ValueError, match="in X_val, y_val: The feature names should match"):
        SymmetryClonedRegressor(**GIVEN).fit(frame, y, X_val=swapped, y_val=own["y_val"])
    model = SymmetryClonedClassifier(**GIVEN)
    kinds = (y > 0).astype(int)
    for labels in (2, "1"):
        with pytest.raises(ValueError, match=rf"y_val has classes \[{labels!r}\], .* \[0, 1\]"):
            model.fit(X, kinds, X_val=X[:5], y_val=[labels] * 5)
    with pytest.raises(ValueError, match="in X_val, y_val: y should be a 1d array"):
        model.fit(X, kinds, X_val=X[:5], y_val=np.zeros((5, 2), dtype=int))
    several = np.column_stack([kinds, 1 - kinds, kinds])
    with pytest.raises(ValueError, match="y_val must be a matrix of 0 and 1 with 3 columns"):
        model.fit(X, several, X_val=X[:5], y_val=kinds[:5])


# groups


def test_groups_stay_together_in_every_decision(noise, monkeypatch):
    X, y = noise
    groups = np.array(["odd", "even", "none", "some", "all", "few"])[np.arange(60) % 6]
    parted, of = [], Partition.of.__func__

    def watched(cls, data):
        found = of(cls, data)
        parted.extend(zip(found.inside, found.outside, strict=True))
        return found

    monkeypatch.setattr(Partition, "of", classmethod(watched))
    settings = {**TINY, "clone_steps": 5, "max_iter": 2}
    SymmetryClonedRegressor(symmetry="S(4)", **settings).fit(X, y, groups=groups)
    assert len(parted) >= 5
    for inside, outside in parted:
        assert set(inside.group_labels) | set(outside.group_labels) == set(groups)
        assert not set(inside.group_labels) & set(outside.group_labels)


def test_groups_stay_together_where_a_fit_stops(o5, monkeypatch):
    groups, parts = np.arange(60) // 6, []
    hold_out = pipeline.hold_out
    monkeypatch.setattr(pipeline, "hold_out", lambda *a: parts.append(hold_out(*a)) or parts[-1])
    SymmetryClonedRegressor(**STOPPING).fit(*o5, groups=groups)
    ((kept, held_out),) = parts
    assert len(held_out) == 6
    assert not set(kept.group_labels) & set(held_out.group_labels)


def test_the_order_of_the_samples_does_not_matter(o5):
    X, y = o5
    groups, order = np.arange(60) // 6, np.random.RandomState(0).permutation(60)
    settings = {"random_state": 0, "hidden_layer_sizes": (8,), "solver": "lbfgs"}
    one = SymmetryClonedRegressor(**settings).fit(X, y, groups=groups)
    other = SymmetryClonedRegressor(**settings).fit(X[order], y[order], groups=groups[order])
    assert one.n_iter_ == other.n_iter_
    assert_allclose(one.predict(X), other.predict(X), rtol=1e-3, atol=1e-3)


def test_samples_of_weight_zero_inform_nothing(o5):
    X, y = o5
    weights = (np.arange(60) % 3 > 0).astype(float)
    spoiled, groups = np.where(weights > 0, y, 1e6), np.arange(60) % 7
    counted = weights > 0
    for settings in ({}, {"early_stopping": True, "max_iter": 4}):
        model = SymmetryClonedRegressor(**TINY, **settings)
        for held_out in ({}, {"groups": groups}):
            left_out = {name: values[counted] for name, values in held_out.items()}
            one = model.fit(X, spoiled, weights, **held_out).predict(X)
            assert_array_equal(model.fit(X[counted], y[counted], **left_out).predict(X), one)


@pytest.mark.parametrize("kind", [SymmetryClonedRegressorCV, SymmetryClonedClassifierCV])
def test_a_search_gives_groups_to_its_splitter(o5, kind, monkeypatch):
    X, y = o5
    y = y if kind is SymmetryClonedRegressorCV else y > np.median(y)
    groups, parts = np.arange(60) % 7, []
    take = splits.part_of
    monkeypatch.setattr(search, "part_of", lambda *a: parts.append(take(*a)) or parts[-1])
    settings = {k: v for k, v in GIVEN.items() if k != "strength"}
    model = kind(symmetries="2*O(5)", strengths=(0, 1), cv=GroupKFold(2), **settings)
    model.fit(X, y, groups=groups)
    train, _, test, _ = parts
    assert {*train.group_labels} & {*test.group_labels} == set()
    parts.clear()
    model.set_params(cv=None).fit(X, y, groups=groups)
    assert len(parts) == 6  # each third of the groups
    for inside, outside in zip(parts[:3], parts[3:], strict=True):
        assert not set(inside.group_labels) & set(outside.group_labels)
    with pytest.raises(ValueError, match="groups has one label, two are needed"):
        model.fit(X, y, groups=np.zeros(60))
    with pytest.raises(TypeError, match="X_val"):
        model.fit(X, y, X_val=X, y_val=y)


def test_many_groups_are_held_out_once():
    cv = splits.default_cv(np.zeros(600), False, np.arange(600) // 10)
    ((train, test),) = cv.split(np.zeros(600), groups=np.arange(600) // 10)
    assert (len(train), len(test)) == (480, 120)


# where there is nothing to hold out

TOO_FEW = "for there are too few samples, groups, or members of a class to hold any out"


@pytest.mark.parametrize("symmetry", [None, "2*O(5)"])
@pytest.mark.parametrize("case", ["one", "two", "member", "group"])
def test_too_few_samples_are_all_fitted_and_that_is_told(o5, capsys, symmetry, case):
    X, y = o5
    n_samples = {"one": 1, "two": 2}.get(case, 60)
    X, kinds = X[:n_samples], np.arange(n_samples) // 59 if case == "member" else y[:n_samples] > 0
    groups = np.zeros(60) if case == "group" else None
    settings = GIVEN | {"symmetry": symmetry, "strength": "auto", "max_iter": None}
    model = SymmetryClonedClassifier(**settings, verbose=True).fit(X, kinds, groups=groups)
    assert np.isfinite(model.predict_proba(X)).all()
    # of one member of a class, the others can still be held out
    assert (TOO_FEW in capsys.readouterr().out) == (case != "member")


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("one", "The validation set is too small"),
        ("two", "The validation set is too small"),
        ("member", "early_stopping cannot hold samples out: The least populated class"),
        ("group", "groups has one label, early_stopping needs two"),
    ],
)
def test_early_stopping_says_that_there_are_too_few_samples(o5, case, message):
    X, y = o5
    n_samples = {"one": 1, "two": 2}.get(case, 60)
    X, kinds = X[:n_samples], np.arange(n_samples) // 59 if case == "member" else y[:n_samples] > 0
    groups = np.zeros(60) if case == "group" else None
    model = SymmetryClonedClassifier(**GIVEN, early_stopping=True)
    with pytest.raises(ValueError, match=message):
        model.fit(X, kinds, groups=groups)


@pytest.mark.parametrize("n_samples", [1, 60])
def test_what_is_left_open_is_told_as_well(noise, capsys, n_samples):
    X, y = (a[:n_samples] for a in noise)
    settings = {"clone_steps": 5, "max_iter": 2, "verbose": True, **TINY}
    model = SymmetryClonedRegressor(symmetry="S(4)", **settings)
    model.fit(X, y, groups=["all"] * n_samples)
    out = capsys.readouterr().out
    assert f"strength 0.1, {TOO_FEW}\n" in out
    assert f"reference: 1000 steps, {TOO_FEW}\n" in out
    SymmetryClonedRegressor(**TINY, verbose=True).fit(X, y, groups=[1] * n_samples)
    assert f"plain network: alpha 0.0001, {TOO_FEW}\n" in capsys.readouterr().out


def test_of_a_table_of_many_chunks_no_strengths_are_compared(o5, own, capsys, monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 50)
    settings = {name: value for name, value in GIVEN.items() if name != "strength"}
    model = SymmetryClonedRegressor(symmetry="2*O(5)", verbose=True, **settings).fit(*o5)
    told = capsys.readouterr().out
    assert "strength 0.1, for so many samples are not held out in turn" in told
    # but samples of one's own can be asked
    model.fit(*o5, **own)
    assert f"strength {model.strength_:g}: held-out loss" in capsys.readouterr().out


# what a fit tells, by attributes and with verbose


def test_losses_and_scores_are_named_as_in_scikit_learn(o5):
    model = SymmetryClonedRegressor(**GIVEN).fit(*o5)
    assert (model.loss_, model.best_loss_) == (model.loss_curve_[-1], min(model.loss_curve_))
    assert (model.validation_scores_, model.best_validation_score_) == (None, None)
    model = SymmetryClonedRegressor(**STOPPING).fit(*o5)
    assert model.best_loss_ is None
    assert len(model.validation_scores_) == len(model.loss_curve_)
    cloned = SymmetryClonedRegressor(symmetry="2*O(5)", **GIVEN | {"strength": 1}).fit(*o5)
    assert cloned.loss_ == cloned.clone_loss_curve_[-1]
    again = cloned.set_params(cloning="weights", reference_fit="random", symmetry="S(10)").fit(*o5)
    assert (again.loss_, again.best_loss_, again.n_iter_) == (None, None, 0)


def test_chunks_have_losses(o5):
    model = SymmetryClonedRegressor(**GIVEN)
    for part in np.array_split(np.arange(60), 3):
        model.partial_fit(o5[0][part], o5[1][part])
    assert (model.loss_, model.best_loss_) == (model.loss_curve_[-1], min(model.loss_curve_))
    assert len(model.loss_curve_) == 3


def test_what_is_said_of_a_reference_exists_together(o5):
    names = {"reference_", "reference_steps_", "reference_score_"}
    assert not names & set(vars(SymmetryClonedRegressor(**GIVEN).fit(*o5)))
    model = SymmetryClonedRegressor(symmetry="2*O(5)", **GIVEN).fit(*o5)
    assert names <= set(vars(model))
    assert model.reference_score_ is None


def test_a_single_held_out_sample_has_no_score(o5):
    X, y = o5
    model = SymmetryClonedRegressor(**STOPPING).fit(X, y, X_val=X[:1], y_val=y[:1])
    assert np.isnan(model.validation_scores_).all()
    assert np.isnan(model.best_validation_score_)


def told(capsys, model, *data, **held_out):
    model.set_params(verbose=True).fit(*data, **held_out)
    return capsys.readouterr().out.splitlines()


def test_each_phase_tells_how_long_it_learned_and_why(o5, capsys):
    model = SymmetryClonedRegressor(symmetry="2*O(5)", **GIVEN)
    first, *lines = told(capsys, model, *o5)
    assert first.startswith("reference 'invariants'")
    error = lines[1].split("an error of ")[1].split(",")[0]
    assert lines == [
        "reference: 5 steps, the number of reference_steps",
        f"imitation: 5 steps to an error of {error}, for clone_steps are used up",
        "task: 2 epochs, as many as were planned",
    ]
    _, *lines = told(capsys, model.set_params(reference_fit="random", clone_tol=1e9), *o5)
    assert lines[0] == "reference: not fitted, for reference_fit='random'"
    assert lines[1].endswith(", for 1e+09 is enough")


def test_a_stop_is_told(o5, own, capsys):
    settings = {**TINY, "max_iter": 90, "n_iter_no_change": 1, "tol": 1e3}
    lines = told(capsys, SymmetryClonedRegressor(**settings), *o5)
    assert lines == ["task: 2 epochs, for the training loss has not fallen for 1"]
    settings["early_stopping"] = True
    lines = told(capsys, SymmetryClonedRegressor(**settings), *o5, **own)
    assert lines == ["task: 2 epochs, for the loss of held-out samples has not fallen for 1"]


def test_a_callback_that_stops_is_told(o5, capsys):
    from skorch.callbacks import EarlyStopping

    stop = EarlyStopping(monitor="train_loss", patience=1, threshold=1e3, threshold_mode="abs")
    model = SymmetryClonedRegressor(callbacks=[stop], **TINY, max_iter=90)
    assert told(capsys, model, *o5) == [
        "Stopping since train_loss has not improved in the last 1 epochs.",
        "task: 2 epochs, for a callback ended them",
    ]


def test_choices_are_told(noise, capsys):
    X, y = noise
    settings = {"reference_steps": 5, "clone_steps": 5, **TINY}
    model = SymmetryClonedClassifier(symmetry="S(4)", **settings)
    lines = told(capsys, model, X, y > 0)
    plain = [line for line in lines if line.startswith("plain network: ")]
    assert len(plain) == 1
    (strength,) = (line for line in lines if line.startswith("strength "))
    assert strength.startswith(f"strength {model.strength_:g}: held-out loss 0.")
    assert ", 0 " in strength or model.strength_ == 0
    assert sum(line.startswith("temperature ") for line in lines) == 1
    model = SymmetryClonedRegressor(random_state=0)
    for held_out in ({}, {"X_val": X, "y_val": y}):
        lines = told(capsys, model, X, y, **held_out)
        assert lines == [
            f"plain network: alpha {model.alpha_:g}, for it gives held-out samples the least loss",
            "task: 200 epochs, as many as were planned",
        ]


def test_the_end_of_a_reference_is_told(noise, capsys):
    X, y = noise
    model = SymmetryClonedRegressor(symmetry="S(4)", strength=1, clone_steps=5, **TINY)
    lines = told(capsys, model, X, y)
    assert f"reference: {model.reference_steps_} steps, for held-out" in lines[1]
    assert "lose by more; average of 5" in lines[1]
    y = np.square(X).sum(axis=1)
    lines = told(capsys, model, X, y, X_val=X, y_val=y)
    assert lines[1] == "reference: 1000 steps, for held-out samples still gain after fewer"
