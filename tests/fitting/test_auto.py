"""What is left to held-out samples: a strength, epochs, and a temperature."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import softmax

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.defaults import EPOCHS
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
    assert SymmetryClonedRegressor(random_state=0).fit(X, noisy).n_iter_ == EPOCHS[0]
    assert SymmetryClonedRegressor(random_state=0).fit(X, X[:, 0]).n_iter_ > EPOCHS[0]
    assert SymmetryClonedRegressor(random_state=0, max_iter=9).fit(X, y).n_iter_ == 9


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
