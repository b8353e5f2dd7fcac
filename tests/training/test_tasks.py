"""Tasks are values, and say what outputs mean."""

import pickle

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.metrics import accuracy_score, r2_score

from sklearn_symclone.training import CLASSIFICATION, REGRESSION, CrossEntropy, HalfSquaredError

OUTPUTS = np.random.RandomState(0).standard_normal((5, 3))


def test_quantities_are_the_outputs():
    assert REGRESSION.predictions(OUTPUTS) is OUTPUTS
    outputs = torch.from_numpy(OUTPUTS)
    assert REGRESSION.link(outputs) is outputs
    assert REGRESSION.smoothed(outputs, 0.1) is outputs
    assert REGRESSION.criterion is HalfSquaredError


def test_classes_have_probabilities():
    expected = np.exp(OUTPUTS) / np.exp(OUTPUTS).sum(axis=1, keepdims=True)
    assert_allclose(CLASSIFICATION.predictions(OUTPUTS), expected, rtol=1e-14)
    assert_allclose(CLASSIFICATION.link(torch.from_numpy(OUTPUTS)), expected, rtol=1e-14)
    assert CLASSIFICATION.criterion is CLASSIFICATION.clone_criterion is CrossEntropy


def test_smoothed_classes_are_less_sure():
    smoothed = CLASSIFICATION.smoothed(torch.eye(4, dtype=torch.float64), 0.1)
    assert_allclose(smoothed, 0.9 * np.eye(4) + 0.1 / 4, rtol=1e-14)


@pytest.mark.parametrize("task", [REGRESSION, CLASSIFICATION])
def test_tasks_are_values(task):
    again = pickle.loads(pickle.dumps(task))
    assert again == task
    assert hash(again) == hash(task)
    assert joblib.hash(again) == joblib.hash(task)


def test_tasks_differ():
    assert REGRESSION != CLASSIFICATION
    assert joblib.hash(REGRESSION) != joblib.hash(CLASSIFICATION)
    assert_array_equal([REGRESSION.scale_targets, CLASSIFICATION.scale_targets], [True, False])


def test_validation_scores_are_those_of_scikit_learn():
    rng = np.random.RandomState(0)
    Y, outputs, weights = rng.normal(size=(9, 3)), rng.normal(size=(9, 3)), rng.uniform(size=9)
    score = REGRESSION.validation_score(outputs, Y, weights)
    assert score == pytest.approx(r2_score(Y, outputs, sample_weight=weights))
    kinds = np.arange(9) % 3
    score = CLASSIFICATION.validation_score(outputs, np.eye(3)[kinds], weights)
    expected = accuracy_score(kinds, outputs.argmax(axis=1), sample_weight=weights)
    assert score == pytest.approx(expected)


def test_there_is_no_r2_of_a_single_sample_nor_of_infinite_outputs():
    one, two = np.ones((1, 1)), np.ones((2, 1))
    assert np.isnan(REGRESSION.validation_score(one, one, np.ones(1)))
    assert np.isnan(REGRESSION.validation_score(np.inf * two, two, np.ones(2)))


def test_a_mean_of_quantities_is_that_of_the_outputs():
    outputs = np.random.RandomState(1).standard_normal((3, 5, 2))
    found = REGRESSION.mean(list(torch.from_numpy(outputs)), [0.2, 0.3, 0.5])
    assert_allclose(found, 0.2 * outputs[0] + 0.3 * outputs[1] + 0.5 * outputs[2], rtol=1e-14)


def test_a_mean_of_classes_is_that_of_the_probabilities():
    outputs = 30 * np.random.RandomState(1).standard_normal((3, 5, 4))
    found = CLASSIFICATION.mean(list(torch.from_numpy(outputs)), [0.2, 0.3, 0.5])
    shares = [softmax(each, axis=1) for each in outputs]
    expected = 0.2 * shares[0] + 0.3 * shares[1] + 0.5 * shares[2]
    assert_allclose(softmax(found.numpy(), axis=1), expected, rtol=1e-12)
    # they are logarithms of probabilities, and not shifted
    assert_allclose(found.exp().sum(dim=1), 1, rtol=1e-12)
