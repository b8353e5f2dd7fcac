"""What is left to held-out samples: a strength, a decay, and a temperature."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import softmax
from torch import nn

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.defaults import DECAY_EPOCHS, DECAYS, FIRST_STRENGTHS, STRENGTHS
from sklearn_symclone.fitting import auto
from sklearn_symclone.imitation import candidate
from sklearn_symclone.training import CLASSIFICATION, REGRESSION

SHORT = {
    "reference_steps": 150,
    "clone_steps": 100,
    "hidden_layer_sizes": (32,),
    "random_state": 0,
}


def items(n=150, breaking=0.0):
    X = np.random.RandomState(0).standard_normal((n, 4))
    return X, np.square(X).sum(axis=1) + breaking * X[:, 0]


def test_a_symmetry_that_the_data_have_is_kept():
    settings = SHORT | {"clone_steps": 400}
    assert SymmetryClonedRegressor(symmetry="S(4)", **settings).fit(*items()).strength_ >= 0.1


def test_one_that_they_do_not_have_is_not():
    X, _ = items()
    y = 3 * X[:, 0] - X[:, 1]
    model, kept = (
        SymmetryClonedRegressor(symmetry="S(4)", **SHORT, **strength).fit(X, y)
        for strength in ({}, {"strength": 1})
    )
    assert model.strength_ <= 0.1
    assert model.score(X, y) > kept.score(X, y) + 0.4


@pytest.mark.parametrize("n_samples", [2, 5, 19])
def test_with_too_few_samples_auto_is_a_tenth(n_samples):
    X, y = items(n_samples)
    assert SymmetryClonedRegressor(symmetry="S(4)", **SHORT).fit(X, y).strength_ == 0.1


def test_a_plain_network_does_not_learn_noise_by_heart():
    X, y = items(100)
    noisy = np.random.RandomState(1).standard_normal(100)
    assert SymmetryClonedRegressor(random_state=0).fit(X, noisy).alpha_ == DECAYS[-1]
    model = SymmetryClonedRegressor(random_state=0).fit(X, y)
    assert model.alpha_ < DECAYS[-1]
    assert model.n_iter_ == 200


@pytest.mark.parametrize(
    ("settings", "alpha"),
    [
        ({"alpha": 0.5}, 0.5),
        ({"max_iter": 9}, DECAYS[0]),
        ({"tol": 1e-3, "early_stopping": True}, DECAYS[0]),
        ({"solver": "sgd"}, DECAYS[0]),
    ],
)
def test_the_decay_is_chosen_only_where_it_is_left_open(settings, alpha):
    X, _ = items(40)
    noisy = np.random.RandomState(1).standard_normal(40)
    model = SymmetryClonedRegressor(hidden_layer_sizes=8, random_state=0, **settings)
    assert model.fit(X, noisy).alpha_ == alpha


def test_callbacks_hear_of_the_kept_fit_alone():
    from skorch.callbacks import Callback

    heard = []

    class Note(Callback):
        def on_train_begin(self, net, **kwargs):
            heard.append(net.max_epochs)

    X, y = items(60)
    model = SymmetryClonedRegressor(callbacks=[Note()], random_state=0).fit(X, y)
    assert heard == [model.n_iter_]


def test_a_temperature_makes_probabilities_mean_what_they_say():
    rng = np.random.RandomState(0)
    logits = rng.normal(scale=2, size=(4000, 3))
    drawn = (softmax(logits, axis=1).cumsum(axis=1) < rng.uniform(size=(4000, 1))).sum(axis=1)
    Y, weights = np.eye(3)[drawn], np.ones(4000)
    assert_allclose(CLASSIFICATION.temperature(logits, Y, weights), 1, atol=0.05)
    assert_allclose(CLASSIFICATION.temperature(3 * logits, Y, weights), 3, rtol=0.05)
    assert REGRESSION.temperature(logits, Y, weights) == 1
    # one sample says little
    assert 0.5 < CLASSIFICATION.temperature(9 * logits[:1], Y[:1], weights[:1]) < 3


def test_probabilities_of_noisy_classes_are_calibrated():
    rng = np.random.RandomState(0)
    X, X_new = rng.standard_normal((2, 600, 4))
    chance = 1 / (1 + np.exp(-X.sum(axis=1)))
    y = rng.uniform(size=600) < chance
    p = SymmetryClonedClassifier(symmetry="S(4)", random_state=0, clone_steps=300).fit(X, y)
    truth = 1 / (1 + np.exp(-X_new.sum(axis=1)))
    assert np.abs(p.predict_proba(X_new)[:, 1] - truth).mean() < 0.06


# the search of strength="auto"


@pytest.fixture
def tried(monkeypatch):
    """What is fitted to folds: the strengths of each call, with decays and epochs."""
    found, fit_all = [], auto.fit_all

    def counted(candidates, parts, seeds):
        found.append([(c.strength.value, c.fitting.decay, c.fitting.max_iter) for c in candidates])
        return fit_all(candidates, parts, seeds)

    monkeypatch.setattr(auto, "fit_all", counted)
    return found


def plain_ones(tried):
    return [tuple(how) for call in tried for strength, *how in call if strength == 0]


@pytest.mark.parametrize(("n_samples", "n_epochs"), [(100, 30), (2400, 20)])
def test_larger_tables_have_fewer_epochs_in_the_search(n_samples, n_epochs, tried):
    quick = SHORT | {"reference_steps": 5, "clone_steps": 5, "hidden_layer_sizes": (4,)}
    SymmetryClonedRegressor(symmetry="S(4)", **quick).fit(*items(n_samples))
    assert {how[-1] for call in tried for how in call if how[0] == 0.1} == {n_epochs}


def test_a_law_without_the_symmetry_is_left_to_a_plain_network(tried):
    X = np.random.RandomState(0).standard_normal((150, 4))
    y = 3 * X[:, 0] - 2 * X[:, 1] * X[:, 2]
    model = SymmetryClonedRegressor(symmetry="S(4)", **SHORT | {"hidden_layer_sizes": (64,)})
    assert model.fit(X, y).strength_ == 0
    # its decay was chosen once, in short fits, and then it was fitted in full
    *short, last = plain_ones(tried)
    assert short == [(decay, DECAY_EPOCHS) for decay in DECAYS[: len(short)]]
    assert last == (model.alpha_, None)
    assert [strength for strength, *_ in tried[len(short)]] == list(FIRST_STRENGTHS)
    assert {strength for call in tried for strength, *_ in call} == set(STRENGTHS)
    alone = SymmetryClonedRegressor(hidden_layer_sizes=(64,), random_state=0).fit(X, y)
    assert (model.alpha_, model.n_iter_) == (alone.alpha_, alone.n_iter_)


def test_noisy_symmetric_data_keep_the_symmetry(tried):
    X, y = items(150)
    noisy = y + 2 * y.std() * np.random.RandomState(1).standard_normal(150)
    settings = SHORT | {"reference_steps": 40, "clone_steps": 200}
    model = SymmetryClonedRegressor(symmetry="S(4)", **settings).fit(X, noisy)
    assert model.strength_ in FIRST_STRENGTHS
    # noise wants more decay than the least
    assert plain_ones(tried)[-1][0] > DECAYS[0]
    X_new = np.random.RandomState(2).standard_normal((500, 4))
    truth = np.square(X_new).sum(axis=1)
    plain = SymmetryClonedRegressor(hidden_layer_sizes=(32,), random_state=0).fit(X, noisy)
    assert model.score(X_new, truth) > plain.score(X_new, truth) + 0.2


@pytest.mark.parametrize(("late_gains", "more"), [(0.0, []), (np.inf, [None])])
def test_a_plain_network_that_is_far_behind_is_not_fitted_to_the_end(
    monkeypatch, tried, late_gains, more
):
    monkeypatch.setattr(auto, "LATE_GAINS", late_gains)
    X = np.random.RandomState(0).standard_normal((80, 4))
    settings = SHORT | {"reference_steps": 20, "clone_steps": 5}
    SymmetryClonedRegressor(symmetry="S(4)", **settings).fit(X, X[:, 0])
    epochs = [n_epochs for _, n_epochs in plain_ones(tried)]
    n_short = epochs.count(DECAY_EPOCHS)
    assert n_short > 1
    assert epochs == [DECAY_EPOCHS] * n_short + more


def test_the_activation_that_the_search_took_is_kept(monkeypatch):
    asked, train = [], candidate.train

    def liked(network, batches, criterion, plan):
        if plan.phase != "clone":
            return train(network, batches, criterion, plan)
        is_silu = isinstance(network[1], nn.SiLU)
        asked.append(is_silu)
        # in the search SiLU has less loss, and after it squares have
        return [0.1 if is_silu == (len(asked) < n_asked) else 1.0] * plan.max_iter

    monkeypatch.setattr(candidate, "train", liked)
    X, y = items(60)
    settings = SHORT | {"reference_steps": 20, "clone_steps": 600, "max_iter": 3}
    n_asked = np.inf
    assert SymmetryClonedRegressor(symmetry="S(4)", **settings).fit(X, y).activation_ == "silu"
    in_all, in_search = len(asked), asked.count(False)
    # squares were tried in both folds of the search, and in no fit after it
    assert in_search == 2
    asked.clear()
    n_asked = in_all - 1
    assert SymmetryClonedRegressor(symmetry="S(4)", **settings).fit(X, y).activation_ == "silu"
    assert asked.count(False) == 2


def test_candidates_imitate_the_mixture_that_held_out_samples_chose(monkeypatch):
    parts, kept = [], []
    choose_recipe, fit_all = auto.choose_recipe, auto.fit_all

    def choose(*arguments):
        kept.append(choose_recipe(*arguments))
        return kept[-1]

    def fit(candidates, *rest):
        parts.extend(c.reference.parts for c in candidates if c.strength.value > 0)
        return fit_all(candidates, *rest)

    monkeypatch.setattr(auto, "choose_recipe", choose)
    monkeypatch.setattr(auto, "fit_all", fit)
    rng = np.random.RandomState(0)
    X, y = rng.standard_normal((60, 4)), rng.standard_normal(60)
    settings = {"clone_steps": 5, "max_iter": 2, "hidden_layer_sizes": (8,), "random_state": 0}
    SymmetryClonedRegressor(symmetry="S(4)", **settings).fit(X, y)
    (recipe,) = kept
    assert recipe.is_noisy
    assert set(parts) == {recipe.parts}


def test_the_first_folds_of_a_trial():
    rng = np.random.RandomState(0)
    X, Y, outputs, weights = (rng.uniform(size=(9, 1)) for _ in range(4))
    settings = SimpleNamespace(task=REGRESSION)
    trial = auto.Trial(settings, None, X, outputs, Y, weights[:, 0], 2.0)
    folds = auto.Folds([], [np.zeros(2), np.zeros(4)], 1.0)
    first = trial.first(folds)
    expected = np.average(np.square(outputs - Y)[:6, 0] / 2, weights=weights[:6, 0])
    assert_allclose(first.loss, expected)
