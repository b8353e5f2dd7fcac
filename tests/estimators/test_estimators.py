"""The estimators as users meet them: what a fit learns, keeps, refuses and leaves behind."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import Callback

from sklearn_symclone import (
    Symmetry,
    SymmetryClonedClassifier,
    SymmetryClonedRegressor,
    column_order,
    equivariance_error,
)
from sklearn_symclone.datasets import make_balance_scale, make_inertia, make_o5, make_tic_tac_toe
from sklearn_symclone.symmetry import O

#: A given strength takes no search. Other tests are about searches.
QUICK = {
    "reference_steps": 60,
    "clone_steps": 60,
    "max_iter": 5,
    "strength": 0.1,
    "random_state": 0,
}
SMALL = {**QUICK, "hidden_layer_sizes": (32, 32)}


def o5_model(**parameters):
    return SymmetryClonedRegressor(**{"symmetry": "2*O(5)", **SMALL, **parameters})


@pytest.fixture(scope="module")
def o5():
    return make_o5(120, random_state=0)


@pytest.fixture(scope="module")
def boards():
    X, y = make_tic_tac_toe()
    rows = np.random.RandomState(0).permutation(len(X))
    return X[rows[:60]], y[rows[:60]], X[rows[60:]], y[rows[60:]]


# what a fit learns


def test_a_clone_knows_the_symmetry_that_an_ordinary_network_lacks():
    X, y = make_o5(200, random_state=0)
    X_test, y_test = make_o5(1000, random_state=1)
    settings = {"reference_steps": 300, "clone_steps": 300, "strength": 0.1, "random_state": 0}
    cloned = SymmetryClonedRegressor(symmetry="2*O(5)", **settings).fit(X, y)
    plain = SymmetryClonedRegressor(**settings).fit(X, y)
    assert 1 - cloned.score(X_test, y_test) < 0.01
    assert 1 - plain.score(X_test, y_test) > 0.1
    assert cloned.clone_error_ < 0.01


def test_a_clone_of_a_board_game(boards):
    X, y, X_test, y_test = boards
    settings = {"reference_steps": 200, "clone_steps": 150, "strength": 0.1, "random_state": 0}
    cloned = SymmetryClonedClassifier(symmetry='Grid(3,3,"D4")*3', **settings).fit(X, y)
    plain = SymmetryClonedClassifier(**settings).fit(X, y)
    assert cloned.score(X_test, y_test) > plain.score(X_test, y_test) + 0.1


def test_boards_that_are_not_square_have_mirror_images():
    boards = np.random.RandomState(0).choice([-1.0, 0.0, 1.0], size=(80, 6, 7))
    centre = boards[:, :, 3].sum(axis=1)  # no mirror moves the middle column
    model = SymmetryClonedRegressor(
        symmetry='Grid(6,7,"mirror")', cloning="weights", **{**SMALL, "strength": 1}
    )
    model.fit(boards.reshape(80, 42), centre)
    seen, mirrored = (model.predict(b.reshape(80, 42)) for b in (boards, boards[:, :, ::-1]))
    np.testing.assert_allclose(mirrored, seen, atol=1e-10)
    flipped = model.predict(boards[:, ::-1].reshape(80, 42))
    assert np.abs(flipped - seen).max() > 1e-3


def test_strength_is_a_dial_between_the_data_and_the_symmetry(tmp_path):
    X, Y = make_inertia(200, breaking=0.3, random_state=0)
    errors, fits = [], []
    for strength in (0, 0.01, 0.5, 1):
        model = SymmetryClonedRegressor(
            symmetry="S(5) + S(5)*O(3) -> O(3)**2",
            strength=strength,
            reference_steps=150,
            clone_steps=200,
            random_state=0,
            memory=str(tmp_path),
        ).fit(X, Y)
        errors.append(model.equivariance_error_)
        fits.append(r2_score(Y, model.predict(X)))
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0] / 4
    # the data break the symmetry, so what keeps all of it fits them worse
    assert fits[1] > fits[2] > fits[3]


def test_classes_move_with_the_inputs():
    X, y = make_balance_scale()
    rows = np.random.RandomState(0).permutation(len(X))[:300]
    model = SymmetryClonedClassifier(
        symmetry="S(2)*2 -> 1 + S(2)",
        strength=1,
        reference_steps=200,
        clone_steps=400,
        hidden_layer_sizes=(96, 96),
        random_state=0,
    ).fit(X[rows], y[rows])
    swapped = model.predict_proba(X[:, [2, 3, 0, 1]])[:, [0, 2, 1]]
    np.testing.assert_allclose(model.predict_proba(X), swapped, atol=0.1)
    assert model.score(X, y) > 0.9
    assert model.equivariance_error_ < 0.02


@pytest.mark.parametrize("anchor", ["function", "weights", "orbit"])
def test_every_anchor_holds_the_clone(o5, anchor, tmp_path):
    X, y = o5
    settings = {"anchor": anchor, "memory": str(tmp_path), "max_iter": 60}
    settings["learning_rate_init"] = 5e-3
    weak, strong = (o5_model(strength=s, **settings).fit(X, y) for s in (0.001, 0.99))
    assert strong.equivariance_error_ < weak.equivariance_error_
    assert weak.score(X, y) > strong.score(X, y)


def test_a_random_reference_is_rescaled_to_unit_variance(o5):
    X, y = o5
    model = o5_model(reference_fit="random", strength=1, clone_steps=200).fit(X, y)
    assert 0.3 < np.std(model.predict(X)) / np.std(y) < 3


def test_gaussian_cloning_inputs(o5):
    model = o5_model(clone_inputs="gaussian", clone_steps=300, strength=1).fit(*o5)
    assert model.score(*o5) > 0.8


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs", "soap"])
def test_every_solver_fits(o5, solver):
    X, y = o5
    model = SymmetryClonedRegressor(
        solver=solver,
        max_iter=100,
        learning_rate_init=1.0 if solver == "lbfgs" else 0.01,
        random_state=0,
    ).fit(X, y)
    assert model.score(X, y) > 0.8


# weights, dtypes, restarts


def test_weights_equal_repetition_in_distribution(o5):
    X, y = o5
    weights = np.random.RandomState(0).randint(0, 3, size=len(X))
    repeated = np.repeat(np.arange(len(X)), weights)
    X_test = make_o5(300, random_state=1)[0]

    def mean_and_spread(*data):
        fits = [o5_model(random_state=seed, strength=0.5).fit(*data) for seed in range(6)]
        answers = np.array([model.predict(X_test) for model in fits])
        return answers.mean(0), answers.std(0).mean() / np.sqrt(len(fits))

    weighted, spread = mean_and_spread(X, y, weights)
    listed, _ = mean_and_spread(X[repeated], y[repeated])
    unweighted, _ = mean_and_spread(X, y)
    difference = np.abs(weighted - listed).mean()
    assert difference < 3 * spread
    assert difference < np.abs(weighted - unweighted).mean()


def test_rows_of_weight_zero_do_not_count(o5):
    X, y = o5
    spoiled = y.copy()
    spoiled[60:] = 1e3
    weights = np.arange(120) < 60
    model = o5_model(strength=1, clone_steps=200).fit(X, spoiled, weights)
    assert np.abs(model.predict(X)).max() < 100


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_X_is_followed(o5, dtype):
    X, y = o5
    model = o5_model().fit(X.astype(dtype), y)
    assert {array.dtype for array in model.coefs_ + model.intercepts_} == {np.dtype(dtype)}
    assert model.predict(X.astype(dtype)).dtype == dtype


def test_predictions_are_those_of_the_dense_layers(o5):
    X, y = o5
    model = o5_model(activation="tanh").fit(X, y)
    hidden = X
    for coef, intercept in zip(model.coefs_[:-1], model.intercepts_[:-1], strict=True):
        hidden = np.tanh(hidden @ coef + intercept)
    expected = (hidden @ model.coefs_[-1] + model.intercepts_[-1]).ravel()
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", ["regressor", "classifier"])
def test_to_module_predicts_the_same(o5, boards, kind):
    if kind == "regressor":
        model, X = o5_model().fit(*o5), o5[0]
        expected = model.predict(X)[:, None]
    else:
        X = boards[0]
        model = SymmetryClonedClassifier(symmetry='Grid(3,3,"D4")*3', **SMALL).fit(X, boards[1])
        expected = model.predict_proba(X)
    with torch.no_grad():
        answers = model.to_module()(torch.from_numpy(X)).numpy()
    np.testing.assert_allclose(answers, expected, atol=1e-12)


@pytest.mark.parametrize(
    "activation", ["identity", "logistic", "tanh", "relu", "silu", "silu_square", "square_silu"]
)
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_to_module_is_ready_to_be_deployed(o5, activation):
    X = torch.from_numpy(o5[0])
    model = o5_model(activation=activation, hidden_layer_sizes=(12, 12, 8)).fit(*o5)
    module = model.to_module()
    assert not module.training
    scripted = torch.jit.script(module)
    assert torch.equal(scripted(X), module(X))
    np.testing.assert_allclose(scripted(X).detach()[:, 0], model.predict(o5[0]), rtol=1e-12)


@pytest.mark.parametrize("activation", ["relu", "silu", "silu_square", "square_silu"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_row_alone_and_among_many_predicts_the_same(o5, activation, dtype):
    X, y = (array.astype(dtype) for array in o5)
    model = o5_model(activation=activation).fit(X, y)
    many = np.tile(X, (40, 1))
    with torch.no_grad():
        expected = model.to_module()(torch.from_numpy(many)).numpy()[:, 0]
    tolerance = 1e-12 if dtype == "float64" else 1e-4
    np.testing.assert_allclose(model.predict(many), expected, rtol=tolerance, atol=tolerance)
    alone = [model.predict(X[[row]])[0] for row in range(5)]
    np.testing.assert_allclose(alone, expected[:5], rtol=tolerance, atol=tolerance)


def test_warm_start_goes_on_from_the_previous_weights(o5):
    X, y = o5
    model = o5_model(strength=0.1, warm_start=True).fit(X, y)
    first = model.loss_curve_
    model.fit(X, y)
    assert model.loss_curve_[: len(first)] == first
    assert model.loss_curve_[len(first)] < first[0]
    assert model.clone_loss_curve_ == []
    with pytest.raises(ValueError, match="warm_start=True cannot go on from weights of shapes"):
        model.set_params(hidden_layer_sizes=(8,)).fit(X, y)
    with pytest.raises(NotFittedError):
        model.predict(X)


def test_warm_start_of_the_clone_alone(o5):
    model = o5_model(strength=1, warm_start=True).fit(*o5)
    first = model.clone_loss_curve_
    assert model.fit(*o5).clone_loss_curve_[0] < first[0]


def test_early_stopping_stops_and_keeps_the_best(o5):
    X, y = o5
    model = SymmetryClonedRegressor(
        early_stopping=True,
        n_iter_no_change=3,
        max_iter=500,
        learning_rate_init=0.02,
        random_state=0,
    ).fit(X, y)
    assert model.n_iter_ == len(model.loss_curve_) < 500


# what a model is to scikit-learn


def test_grid_search_over_strength_and_symmetry(o5, tmp_path):
    X, y = o5
    grid = {"strength": [0, 0.5], "symmetry": [None, "2*O(5)", "10", 2 * O(5)]}
    search = GridSearchCV(o5_model(memory=str(tmp_path)), grid, cv=2).fit(X, y)
    assert search.best_params_["symmetry"] in ("2*O(5)", 2 * O(5))
    scores = search.cv_results_["mean_test_score"]
    assert scores[5] == scores[7]  # the string and the value are the same symmetry


def test_scores_do_not_depend_on_the_number_of_jobs(o5):
    alone, together = (cross_val_score(o5_model(), *o5, cv=2, n_jobs=n) for n in (1, 2))
    np.testing.assert_array_equal(alone, together)


def test_memory_changes_no_prediction(o5, tmp_path):
    X, y = o5
    answers = [
        o5_model(memory=memory).fit(X, y).predict(X)
        for memory in (None, str(tmp_path), str(tmp_path), joblib.Memory(tmp_path, verbose=0))
    ]
    for answer in answers[1:]:
        np.testing.assert_array_equal(answer, answers[0])


def test_pipelines_predict_out_of_fold(o5):
    X, y = o5
    pipeline = make_pipeline(StandardScaler(), SymmetryClonedRegressor(**SMALL))
    assert cross_val_predict(pipeline, X, y, cv=2).shape == y.shape


def test_a_model_survives_pickle_joblib_and_clone(o5, tmp_path):
    X, y = o5
    model = o5_model(symmetry=Symmetry.parse("n*O(5)")).fit(X, y)
    joblib.dump(model, tmp_path / "model.joblib")
    for copy in (pickle.loads(pickle.dumps(model)), joblib.load(tmp_path / "model.joblib")):
        np.testing.assert_array_equal(copy.predict(X), model.predict(X))
    assert str(model.symmetry_) == "2*O(5) -> 1"
    again = clone(model).fit(X, y)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_data_frames_in_any_column_order():
    X, Y = make_inertia(60, random_state=0)
    bodies = "12345"
    names = [f"m{b}" for b in bodies] + [f"{axis}{b}" for b in bodies for axis in "xyz"]
    frame = pd.DataFrame(X, columns=names)[sorted(names)]
    order = column_order(
        "S(5) + S(5)*O(3)", ("m{0}", bodies), ("{1}{0}", bodies, "xyz"), columns=frame.columns
    )
    model = SymmetryClonedRegressor(symmetry="S(5) + S(5)*O(3) -> O(3)**2", **SMALL)
    model.fit(frame[order], Y)
    assert list(model.feature_names_in_) == names
    np.testing.assert_array_equal(model.predict(frame[order]), clone(model).fit(X, Y).predict(X))


def test_the_reported_equivariance_error_is_that_of_the_metric(o5):
    X, y = o5
    model = o5_model().fit(X, y)
    others = [equivariance_error(model, X, "2*O(5)", random_state=seed) for seed in range(20)]
    assert min(others) <= model.equivariance_error_ <= max(others)


def test_nothing_global_is_changed(o5):
    torch.manual_seed(7)
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    o5_model().fit(*o5)
    assert torch.equal(before, torch.get_rng_state())
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize(
    "mode", [torch.no_grad, torch.inference_mode, lambda: torch.autocast("cpu", torch.bfloat16)]
)
@pytest.mark.parametrize("settings", [{}, {"anchor": "orbit"}, {"symmetry": None}])
def test_modes_of_the_caller_change_nothing(o5, mode, settings):
    alone = o5_model(strength=0.1, **settings).fit(*o5)
    with mode():
        inside = o5_model(strength=0.1, **settings).fit(*o5)
    np.testing.assert_array_equal(inside.coefs_[0], alone.coefs_[0])


def test_verbose_tells_the_choice_and_the_phases(o5, capsys):
    o5_model(verbose=True).fit(*o5)
    captured = capsys.readouterr()
    assert "reference 'invariants' for '2*O(5) -> 1' (not 'sets': it knows" in captured.out
    for phase in ("reference", "clone", "task"):
        assert f"{phase}: 100%" in captured.err


def test_callbacks_see_the_task_fit(o5):
    class Count(Callback):
        epochs = 0

        def on_epoch_end(self, net, **kwargs):
            Count.epochs += 1

    model = o5_model(strength=0.1, callbacks=[Count()]).fit(*o5)
    assert Count.epochs == model.n_iter_ == 5


# odd but honest data


@pytest.mark.parametrize("strength", [0, 0.5, 1])
def test_constant_targets_and_columns(strength):
    X = np.random.RandomState(0).normal(size=(20, 4))
    X[:, 3] = 5.0
    model = SymmetryClonedRegressor(
        symmetry="S(3) + 1", **{**SMALL, "strength": strength, "max_iter": 100}
    )
    answers = model.fit(X, np.full(20, 3.0)).predict(X)
    np.testing.assert_allclose(answers, 3.0, atol=0.5)
    assert np.isfinite(model.clone_error_ if strength else 0.0)


@pytest.mark.parametrize("n_samples", [1, 2, 3])
@pytest.mark.parametrize("symmetry", [None, "S(2)*O(2)"])
def test_a_handful_of_rows(n_samples, symmetry):
    X = np.random.RandomState(0).normal(size=(n_samples, 4))
    y = X.sum(axis=1)
    model = SymmetryClonedRegressor(symmetry=symmetry, **SMALL).fit(X, y)
    assert np.isfinite(model.predict(X)).all()


def test_one_class_is_answered_with_it():
    X = np.random.RandomState(0).normal(size=(10, 3))
    model = SymmetryClonedClassifier(symmetry="S(3)", **SMALL).fit(X, ["a"] * 10)
    assert set(model.predict(X)) == {"a"}
    np.testing.assert_array_equal(model.predict_proba(X), np.ones((10, 1)))


# what bad input gets


def bad_module(symmetry):
    return torch.nn.Linear(symmetry.inputs.dimension, symmetry.outputs.dimension)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"strength": 1.5}, r"The 'strength' parameter .* a float in the range \[0.0, 1.0\]"),
        ({"symmetry": "2*O(5"}, r"the expression ends too early.*\n    2\*O\(5\n         \^"),
        ({"symmetry": "3*O(3)"}, r"needs 9 columns in X, X has 10: add '\+ 1' for 1 invariant"),
        ({"symmetry": "4*O(3)"}, r"needs 12 columns in X, X has 10: remove 2 columns from"),
        ({"symmetry": "2*O(5) -> O(5)"}, r"needs 5 columns in y, y has 1"),
        ({"symmetry": "O(5)**2"}, r"needs 25 columns"),
        (
            {"symmetry": "2*O(5) -> O(5).det"},
            r"no reference family can have the symmetry .*'average': the .*'tensors': no layer of",
        ),
        (
            {"symmetry": "2*O(1,4)", "reference": "average"},
            r"reference='average' cannot have .* not compact, here O\(1,4\)",
        ),
        ({"reference": bad_module}, r"not equivariant under '2\*O\(5\) -> 1': .* differ by [\d.]+"),
        ({"reference": lambda s: torch.nn.Identity()}, r"maps 256 rows to shape \(256, 10\), .*"),
        ({"device": "gpu"}, r"device='gpu' cannot be used here"),
        ({"hidden_layer_sizes": (8, 0)}, r"hidden_layer_sizes must hold whole numbers"),
        ({"reference": "tensor"}, r"The 'reference' parameter"),
    ],
)
def test_bad_parameters_are_refused_before_training(o5, parameters, message):
    model = o5_model(**parameters)
    with pytest.raises(ValueError, match=r"(?s)" + message):
        model.fit(*o5)
    with pytest.raises(NotFittedError):
        model.predict(o5[0])


def test_a_callable_must_return_a_module(o5):
    with pytest.raises(TypeError, match=r"must return a torch.nn.Module, it returned 3"):
        o5_model(reference=lambda symmetry: 3).fit(*o5)


def test_an_equivariant_module_from_outside_is_taken(o5):
    class Norms(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.head = torch.nn.Sequential(
                torch.nn.Linear(3, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1)
            )

        def forward(self, x):
            a, b = x[:, :5], x[:, 5:]
            return self.head(torch.stack([(a * a).sum(1), (b * b).sum(1), (a * b).sum(1)], 1))

    model = o5_model(reference=lambda symmetry: Norms(), reference_steps=300, clone_steps=200)
    assert model.fit(*o5).score(*o5) > 0.9


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["X", "y", "weights"])
def test_what_is_not_finite_is_refused(o5, bad, where):
    data = {"X": o5[0].copy(), "y": o5[1].copy(), "weights": np.ones(len(o5[0]))}
    data[where].flat[3] = bad
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        o5_model().fit(data["X"], data["y"], data["weights"])


def test_weights_must_not_be_negative_or_all_zero(o5):
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        o5_model().fit(*o5, -np.ones(120))
    with pytest.raises(ValueError, match=r"(?i)sample.weights? .*zero"):
        o5_model().fit(*o5, np.zeros(120))


def test_strings_are_refused():
    with pytest.raises(ValueError, match="could not convert string to float"):
        SymmetryClonedRegressor().fit([["a", "b"], ["c", "d"]], [1.0, 2.0])


def test_a_diverging_fit_says_which_phase_and_leaves_nothing(o5):
    model = SymmetryClonedRegressor(solver="sgd", learning_rate_init=1e6, random_state=0)
    with pytest.raises(ValueError, match=r"in epoch \d+ of task: try a lower learning_rate_init"):
        model.fit(*o5)
    with pytest.raises(NotFittedError):
        model.predict(o5[0])


@pytest.mark.parametrize("phase", ["reference", "clone", "task"])
def test_an_interrupt_leaves_the_estimator_unfitted(o5, monkeypatch, phase):
    from sklearn_symclone.training import net

    model = o5_model().fit(*o5)

    def interrupt(self, rows):
        names = [name for name, _ in self.callbacks_]
        if self.callbacks_[names.index("divergence")][1].phase == phase:
            raise KeyboardInterrupt
        return run(self, rows)

    run = net.TensorNet.run
    monkeypatch.setattr(net.TensorNet, "run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.fit(*o5)
    with pytest.raises(NotFittedError):
        model.predict(o5[0])


@pytest.mark.parametrize(
    ("symmetry", "parameters"),
    [
        ("S(172)", {}),
        ("S(200)*4", {"cloning": "weights"}),
        ("2*SL(12) -> SL(12)", {}),
    ],
)
def test_a_group_can_have_more_elements_than_fit_a_float(symmetry, parameters):
    X = np.random.RandomState(0).standard_normal((30, Symmetry.parse(symmetry).inputs.dimension))
    y = X[:, :12] if "->" in symmetry else X.sum(axis=1)
    settings = {"reference_steps": 2, "clone_steps": 2, "max_iter": 1, "strength": 0.5}
    settings |= {"hidden_layer_sizes": (32, 32), "random_state": 0} | parameters
    model = SymmetryClonedRegressor(symmetry=symmetry, **settings).fit(X, y)
    assert np.isfinite(model.predict(X)).all()
