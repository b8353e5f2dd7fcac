"""scikit-learn's own tests of its networks, run with our estimators in their place."""

import importlib.util
import inspect
import itertools
import os
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import PoissonRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.neural_network import tests as theirs

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor

OURS = {"MLPClassifier": SymmetryClonedClassifier, "MLPRegressor": SymmetryClonedRegressor}
THEIRS = {MLPClassifier: SymmetryClonedClassifier, MLPRegressor: SymmetryClonedRegressor}

#: Tests that may fail, and why. docs/drop_in.md names them, too.
MAY_FAIL = {
    "test_fit": "sets the private gradients and velocities of a network that is not fitted",
    "test_gradient": "calls the private function _loss_grad_lbfgs",
    "test_learning_rate_warmstart": "reads the private _optimizer",
    "test_adaptive_learning_rate": "reads the private _optimizer",
    "test_n_iter_no_change": "reads the private _no_improvement_count",
    "test_n_iter_no_change_inf": "reads the private _no_improvement_count",
    "test_predict_proba_binary": "held-out samples choose 80 epochs here, not 200",
    "test_mlp_loading_from_joblib_partial_fit": "our error is 3e-4 after 200 calls, not 1e-4",
}


def load():
    """Return the module of scikit-learn's tests with our two classes in it."""
    path = os.path.join(os.path.dirname(theirs.__file__), "test_mlp.py")
    spec = importlib.util.spec_from_file_location("their_test_mlp", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module).update(OURS)
    return module


MODULE = load()


def cases():
    """Yield each test function with the arguments that its marks give it."""
    for name, function in vars(MODULE).items():
        if not (name.startswith("test_") and callable(function)) or name in MAY_FAIL:
            continue
        choices = []
        for mark in getattr(function, "pytestmark", []):
            if mark.name == "parametrize":
                names, values = mark.args
                choices.append([dict(_pairs(names, value)) for value in values])
        for number, chosen in enumerate(itertools.product(*choices)):
            arguments = {key: value for part in chosen for key, value in part.items()}
            yield pytest.param(function, arguments, id=f"{name}-{number}")


def _pairs(names, values):
    """Yield names and values of an argument, or of several, with our classes for theirs."""
    names = [name.strip() for name in names.split(",")]
    values = values if len(names) > 1 else [values]
    for name, value in zip(names, values, strict=True):
        yield name, THEIRS.get(value, value) if inspect.isclass(value) else value


@pytest.mark.parametrize(("function", "arguments"), list(cases()))
# as in their suite, where warnings are no errors
@pytest.mark.filterwarnings("default")
def test_of_scikit_learn(function, arguments, request):
    fixtures = {"global_random_seed": 42}
    for name in inspect.signature(function).parameters:
        if name not in arguments:
            found = fixtures.get(name)
            arguments[name] = request.getfixturevalue(name) if found is None else found
    function(**arguments)


def test_most_of_their_tests_are_run():
    assert len(list(cases())) >= 50
    assert set(MAY_FAIL) <= set(vars(MODULE))


@pytest.mark.parametrize("pair", THEIRS.items(), ids=lambda pair: pair[0].__name__)
def test_every_parameter_and_attribute_of_theirs_is_ours(pair):
    X = np.random.RandomState(0).standard_normal((30, 2))
    y = X[:, 0] > 0
    their_kind, our_kind = pair
    missing = set(their_kind().get_params()) - set(our_kind().get_params())
    assert not missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fits = [kind(max_iter=3, random_state=0).fit(X, y) for kind in pair]
    fitted = [{n for n in vars(f) if n.endswith("_") and n[0] != "_"} for f in fits]
    assert not fitted[0] - fitted[1]
    assert fits[1].t_ == fits[0].t_ == 3 * 30
    assert [fit.n_layers_ for fit in fits] == [3, 4]


SMALL = {"hidden_layer_sizes": 8, "random_state": 0}


def noise(n=60):
    rng = np.random.RandomState(0)
    X = rng.standard_normal((n, 4))
    return X, X[:, 0] + 0.1 * rng.standard_normal(n)


def rates_of(learning_rate, **settings):
    """Return the learning rate at the end of each epoch."""
    from skorch.callbacks import Callback

    seen = []

    class Listener(Callback):
        def on_batch_end(self, net, training, **kwargs):
            if training:
                seen.append(net.optimizer_.param_groups[0]["lr"])

    settings = {**SMALL, "learning_rate_init": 0.1, "max_iter": 4, **settings}
    model = SymmetryClonedRegressor(
        learning_rate=learning_rate, solver="sgd", callbacks=[Listener()], **settings
    )
    model.fit(*noise())
    return np.array(seen), model


def test_learning_rates_follow_their_formulas():
    np.testing.assert_allclose(rates_of("constant")[0], 0.1)
    np.testing.assert_array_equal(rates_of("auto")[0], rates_of("constant")[0])
    rates, model = rates_of("invscaling", power_t=0.25, warm_start=True)
    np.testing.assert_allclose(rates, 0.1 / (60 * np.arange(4) + 1) ** 0.25)
    assert model.t_ == 240
    assert model.fit(*noise()).t_ == 480
    # no progress of 1e9: two epochs a rate, then it is divided by 5, and it ends below 1e-6
    rates, model = rates_of("adaptive", tol=1e9, n_iter_no_change=1, max_iter=100)
    assert model.n_iter_ < 100
    np.testing.assert_allclose(np.unique(rates)[::-1], 0.1 / 5.0 ** np.arange(9), rtol=1e-6)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_curves_go_on_in_a_warm_start_as_theirs_do(early_stopping):
    settings = {**SMALL, "max_iter": 3, "warm_start": True, "early_stopping": early_stopping}
    ours, theirs = SymmetryClonedRegressor(**settings), MLPRegressor(**settings)
    theirs.set_params(hidden_layer_sizes=(8,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for model in (ours, theirs):
            first = model.fit(*noise()).loss_curve_[:]
            assert model.fit(*noise()).loss_curve_[:3] == first
    for name in ("loss_curve_", "validation_scores_"):
        lengths = {len(getattr(model, name) or ()) for model in (ours, theirs)}
        assert lengths == {6 if early_stopping or name == "loss_curve_" else 0}
    assert ours.n_iter_ == theirs.n_iter_ == 3
    if early_stopping:
        assert ours.best_validation_score_ == max(ours.validation_scores_)
    else:
        assert ours.best_loss_ == min(ours.loss_curve_)
    assert len(ours.set_params(warm_start=False).fit(*noise()).loss_curve_) == 3


def test_moments_and_momentum_reach_the_optimiser():
    X, y = noise()
    base = SymmetryClonedRegressor(**SMALL, max_iter=3).fit(X, y).loss_
    for change in ({"beta_1": 0.5}, {"beta_2": 0.5}, {"epsilon": 0.1}, {"shuffle": True}):
        changed = SymmetryClonedRegressor(**SMALL, max_iter=3, **change).fit(X, y).loss_
        assert (changed != base) == ("shuffle" not in change)
    sgd = {**SMALL, "max_iter": 3, "solver": "sgd", "learning_rate_init": 0.1}
    losses = {
        SymmetryClonedRegressor(**sgd, momentum=m, nesterovs_momentum=n).fit(X, y).loss_
        for m, n in ((0, True), (0, False), (0.9, True), (0.9, False))
    }
    assert len(losses) == 3  # without momentum there is nothing to look ahead with


def test_lines_of_epochs_and_the_message_of_a_stop(capsys):
    X, y = noise()
    settings = {**SMALL, "tol": 1e9, "n_iter_no_change": 2, "max_iter": 9, "verbose": 2}
    SymmetryClonedRegressor(**settings).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines[:3]] == [f"Iteration {n}" for n in (1, 2, 3)]
    message = "loss did not improve more than tol=1000000000.000000 for 2 consecutive epochs."
    assert lines[3] == f"Training {message} Stopping."
    SymmetryClonedRegressor(**settings, early_stopping=True).fit(X, y)
    out = capsys.readouterr().out
    assert f"Validation {message} Stopping." in out
    assert out.count("Validation score: ") == 3


def test_a_fit_that_was_asked_to_converge_warns_if_it_has_not():
    X, y = noise()
    SymmetryClonedRegressor(**SMALL, max_iter=2).fit(X, y)  # as long as planned: no warning
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(2\) reached"):
        SymmetryClonedRegressor(**SMALL, max_iter=2, tol=1e-9).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="lbfgs has not converged in max_fun=5"):
        SymmetryClonedRegressor(**SMALL, solver="lbfgs", max_fun=5).fit(X, y)


def test_counts_agree_with_a_generalised_linear_model():
    rng = np.random.RandomState(0)
    X = rng.uniform(size=(200, 2))
    y = rng.poisson(np.exp(1 + X @ [1.0, -1.0]))
    settings = {"activation": "identity", "hidden_layer_sizes": 2, "solver": "lbfgs", "alpha": 0}
    model = SymmetryClonedRegressor(loss="poisson", random_state=0, **settings).fit(X, y)
    expected = PoissonRegressor(alpha=0, tol=1e-8).fit(X, y).predict(X)
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-3)
    assert model.out_activation_ == "exp"
    with pytest.raises(ValueError, match="loss='poisson' needs counts or rates of at least 0"):
        model.fit(X, y - 100)


def test_losses_of_the_median_leave_targets_far_out_alone():
    X, y = noise(200)
    broken = y.copy()
    broken[::10] += 50
    settings = {"activation": "identity", **SMALL, "max_iter": 300, "learning_rate_init": 0.02}
    errors = {
        loss: np.abs(
            SymmetryClonedRegressor(loss=loss, **settings).fit(X, broken).predict(X) - y
        ).mean()
        for loss in ("squared_error", "absolute_error", "huber")
    }
    assert errors["squared_error"] > 3
    assert errors["absolute_error"] < 0.5
    assert errors["huber"] < 3


def test_class_weights_are_sample_weights():
    X, y = noise()
    y = y > 0.8
    settings = {**SMALL, "max_iter": 5}
    weighted = SymmetryClonedClassifier(class_weight={0: 1.0, 1: 3.0}, **settings).fit(X, y)
    expected = SymmetryClonedClassifier(**settings).fit(X, y, np.where(y, 3.0, 1.0))
    np.testing.assert_array_equal(weighted.predict_proba(X), expected.predict_proba(X))
    balanced = SymmetryClonedClassifier(class_weight="balanced", **settings).fit(X, y)
    expected = SymmetryClonedClassifier(**settings).fit(
        X, y, np.where(y, 60 / (2 * y.sum()), 60 / (2 * (~y).sum()))
    )
    np.testing.assert_allclose(balanced.predict_proba(X), expected.predict_proba(X))


def test_labels_under_a_symmetry_turn_with_the_items():
    rng = np.random.RandomState(0)
    X = rng.standard_normal((80, 10))
    Y = (X.reshape(80, 5, 2).sum(axis=2) > 0).astype(int)
    model = SymmetryClonedClassifier(
        symmetry="S(5)*2 -> S(5)", strength=1, reference_steps=150, clone_steps=150, **SMALL
    )
    model.set_params(hidden_layer_sizes=(64, 64)).fit(X, Y)
    order = [3, 1, 4, 0, 2]
    moved = X.reshape(80, 5, 2)[:, order].reshape(80, 10)
    there = model.predict_proba(X)[:, order]
    assert np.abs(model.predict_proba(moved) - there).mean() < 0.1
    assert (model.predict(X) == Y).mean() > 0.9
    assert model.out_activation_ == "logistic"
    logits = model.decision_function(X)
    np.testing.assert_allclose(model.predict_proba(X), 1 / (1 + np.exp(-logits)))


def test_scores_of_classes_tell_the_probabilities():
    X, y = noise()
    two = SymmetryClonedClassifier(**SMALL, max_iter=3).fit(X, y > 0)
    p = two.predict_proba(X)
    np.testing.assert_allclose(two.decision_function(X), np.log(p[:, 1] / p[:, 0]))
    three = SymmetryClonedClassifier(**SMALL, max_iter=3).fit(X, np.digitize(y, (-0.5, 0.5)))
    scores = np.exp(three.decision_function(X))
    p = scores / scores.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(three.predict_proba(X), p)
    np.testing.assert_allclose(three.predict_log_proba(X), np.log(p))
