"""Tasks are values, and say what outputs mean."""

import pickle

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

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
