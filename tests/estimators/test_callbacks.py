"""Callbacks of scikit-learn during a fit, and those of skorch during the fit to the task."""

import pickle

import numpy as np
import pytest
import skorch.callbacks as skorch
import torch
from numpy.testing import assert_allclose
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import GridSearchCV

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5

TINY = {
    "hidden_layer_sizes": (8,),
    "reference_steps": 5,
    "clone_steps": 5,
    "max_iter": 3,
    "random_state": 0,
}
X, Y = make_o5(60, random_state=0)
X_VAL, Y_VAL = make_o5(40, random_state=1)
HELD_OUT = {"X_val": X_VAL, "y_val": Y_VAL}
MEDIAN = np.median(Y)


class Scores(skorch.EpochScoring):
    """EpochScoring that keeps the scores of all epochs, which skorch forgets with its network."""

    def on_train_end(self, net, **kwargs):
        self.all_ = net.history[:, self.name_]


def winners(y):
    return np.where(y > MEDIAN, "win", "lose")


def cloned(**settings):
    given = {"symmetry": "2*O(5)", "strength": 0.3}
    return SymmetryClonedRegressor(**(TINY | given | settings))


def test_a_score_of_held_out_samples_is_in_the_units_of_the_table():
    scores = Scores("neg_mean_squared_error", lower_is_better=False)
    model = cloned(early_stopping=True, callbacks=[scores]).fit(
        X, 100 * Y, X_val=X_VAL, y_val=Y_VAL * 100
    )
    assert len(scores.all_) == 3
    error = mean_squared_error(100 * Y_VAL, model.predict(X_VAL))
    assert_allclose(max(scores.all_), -error, rtol=1e-6)


@pytest.mark.parametrize("symmetry", [None, "2*O(5)"])
def test_a_score_of_training_samples_leaves_out_what_an_anchor_adds(symmetry):
    scores = Scores("r2", on_train=True)
    still = {"learning_rate_init": 1e-12, "callbacks": [scores]}
    model = cloned(symmetry=symmetry, batch_size=25, **still).fit(X, Y)
    assert_allclose(scores.all_[-1], model.score(X, Y), rtol=1e-6)


@pytest.mark.parametrize("on_train", [False, True])
def test_scores_of_classes_know_their_labels(on_train):
    y, y_val = winners(Y), winners(Y_VAL)
    callbacks = [
        Scores("accuracy", on_train=on_train),
        Scores("neg_log_loss", on_train=on_train),
        Scores(None, on_train=on_train, name="own"),
    ]
    settings = {"early_stopping": True, "learning_rate_init": 1e-12, "callbacks": callbacks}
    model = SymmetryClonedClassifier(**TINY, **settings).fit(X, y, X_val=X_VAL, y_val=y_val)
    samples = (X, y) if on_train else (X_VAL, y_val)
    expected = model.score(*samples)
    assert_allclose([callbacks[0].all_[-1], callbacks[2].all_[-1]], expected)
    loss = log_loss(samples[1], model.predict_proba(samples[0]))
    assert_allclose(callbacks[1].all_[-1], -loss, rtol=1e-6)


def test_a_score_of_ones_own_predicts_samples_of_the_table():
    def on_others(net, X, y):
        assert y is None
        return net.score(X_VAL, Y_VAL)

    scores = Scores(on_others, on_train=True, use_caching=False)
    model = cloned(callbacks=[scores]).fit(X, Y)
    assert_allclose(scores.all_[-1], model.score(X_VAL, Y_VAL), rtol=1e-6)


def test_scores_of_batches_are_their_own():
    names = []

    class Batches(skorch.BatchScoring):
        def on_train_end(self, net, **kwargs):
            names.extend(net.history[-1])

    callbacks = [Batches("r2", name="r2"), skorch.PassthroughScoring("train_loss", on_train=True)]
    cloned(early_stopping=True, callbacks=callbacks).fit(X, Y, **HELD_OUT)
    assert {"r2", "r2_best", "train_loss_best"} <= set(names)


def test_the_log_is_printed(capsys):
    cloned(callbacks=[Scores("r2", on_train=True), skorch.PrintLog()]).fit(X, Y)
    header, _, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["epoch", "r2", "train_loss"]
    assert len(rows) == 3


def test_the_bar_counts_batches(capsys):
    SymmetryClonedRegressor(batch_size=10, callbacks=[skorch.ProgressBar()], **TINY).fit(X, Y)
    assert "/6 [" in capsys.readouterr().err


def test_a_checkpoint_has_the_weights_of_the_network(tmp_path):
    save = skorch.Checkpoint(monitor="train_loss_best", dirname=str(tmp_path))
    cloned(callbacks=[save]).fit(X, Y)
    state = torch.load(tmp_path / "params.pt", weights_only=True)
    assert state["0.weight"].shape == (8, 10)
    best = skorch.Checkpoint(dirname=str(tmp_path), load_best=True)
    model = cloned(early_stopping=True, callbacks=[best]).fit(X, Y, **HELD_OUT)
    best = np.argmax(model.validation_scores_)
    assert len(model.loss_curve_) == 3
    assert_allclose(model.score(X_VAL, Y_VAL), model.validation_scores_[best], rtol=1e-6)


def test_frozen_layers_stay_as_they_are():
    kept = cloned(strength=0.0, callbacks=[skorch.Freezer("0.*")]).fit(X, Y)
    start = cloned(strength=0.0, learning_rate_init=1e-30).fit(X, Y)
    assert_allclose(kept.coefs_[0], start.coefs_[0])
    assert not np.allclose(kept.coefs_[1], start.coefs_[1])


# --- callbacks of scikit-learn


@pytest.fixture
def callback():
    return pytest.importorskip("sklearn.callback", reason="scikit-learn 1.9 has callbacks")


class Tasks:
    """Notes the names of tasks with those above them, and stops what it is told to stop."""

    max_propagation_depth = None

    def __init__(self, stop=None):
        self.names, self.stop, self.depth = [], stop, 0

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        self.names.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.names.append("  " * self.depth + context.task_name)
        self.depth += 1

    def on_fit_task_end(self, estimator, context):
        self.depth -= 1
        return context.parent is not None and context.parent.task_name == self.stop


@pytest.mark.usefixtures("callback")
def test_phases_and_epochs_are_tasks():
    tasks = Tasks()
    cloned().set_callbacks(tasks).fit(X, Y)
    epochs = ["    epoch"]
    expected = ["fit", "  reference", *epochs * 5, "  clone", *epochs, "  task", *epochs * 3]
    assert tasks.names == [*expected, "teardown"]
    assert tasks.depth == 0


@pytest.mark.usefixtures("callback")
def test_a_comparison_of_strengths_is_one_task():
    tasks = Tasks()
    cloned(strength="auto").set_callbacks(tasks).fit(X, Y)
    assert tasks.names[1] == "  held-out samples"
    assert "    held-out samples, fold 1 of 2, symmetry 2*O(5) -> 1, clone" in tasks.names
    assert [name for name in tasks.names if name.startswith("  ") and name[2] != " "][1:3] == [
        "  reference",
        "  clone",
    ]


@pytest.mark.usefixtures("callback")
def test_a_callback_stops_a_phase():
    model = cloned().set_callbacks(Tasks(stop="task")).fit(X, Y)
    assert len(model.loss_curve_) == 1


@pytest.mark.usefixtures("callback")
def test_callbacks_change_nothing():
    watched, alone = cloned().set_callbacks(Tasks()).fit(X, Y), cloned().fit(X, Y)
    np.testing.assert_array_equal(watched.coefs_[0], alone.coefs_[0])


@pytest.mark.usefixtures("callback")
def test_a_fit_that_is_refused_is_torn_down():
    tasks, model = Tasks(), cloned()
    model.fit(X, Y)
    with pytest.raises(ValueError, match="X has 9"):
        model.set_callbacks(tasks).fit(X[:, :9], Y)
    assert tasks.names == ["fit", "teardown"]
    assert model.n_features_in_ == 10
    assert not hasattr(model, "_callback_fit_ctx")


def test_a_search_shows_bars_down_to_the_phases(callback, capsys):
    pytest.importorskip("rich")
    model = cloned()
    GridSearchCV(model, {"strength": [0.3]}, cv=2).set_callbacks(callback.ProgressBar()).fit(X, Y)
    shown = capsys.readouterr().out
    for name in ("search #0", "reference #0", "clone #1", "task #2"):
        assert name in shown


def test_a_monitor_scores_the_student_of_each_epoch(callback):
    monitor = callback.ScoringMonitor(scoring="r2")
    weights = np.linspace(0.5, 2, len(X))
    model = cloned().set_callbacks(monitor).fit(X, Y, sample_weight=weights)
    log = monitor.get_logs().data
    assert [row["task_id_path"] for row in log] == [
        (0,),
        (0, 1, 0),
        (0, 2, 0),
        (0, 2, 1),
        (0, 2, 2),
    ]
    score = model.score(X, Y, sample_weight=weights)
    assert_allclose([log[0]["r2"], log[-1]["r2"]], score)
    clone = cloned(strength=1.0).fit(X, Y, sample_weight=weights)
    assert_allclose(log[1]["r2"], clone.score(X, Y, sample_weight=weights))


def test_a_monitor_of_a_search_scores_classes(callback):
    monitor = callback.ScoringMonitor(scoring=["accuracy", "neg_log_loss"])
    model = SymmetryClonedClassifier(**TINY).set_callbacks(monitor)
    y = winners(Y)
    found = GridSearchCV(model, {"alpha": [1e-4, 1e-3]}, cv=2).fit(X, y)
    log = monitor.get_logs().data
    assert len(log) == 5 * 4  # two candidates on two folds and the last fit: three epochs and a fit
    loss = log_loss(y, found.predict_proba(X))
    assert any(np.isclose(row["neg_log_loss"], -loss) for row in log)


@pytest.mark.usefixtures("callback")
def test_a_model_with_callbacks_can_be_pickled():
    model = cloned(strength=0).fit(X, Y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
