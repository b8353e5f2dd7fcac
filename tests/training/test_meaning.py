"""Callbacks see the numbers of a network in training in the units of the table."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax

from sklearn_symclone.students import ColumnScaling
from sklearn_symclone.training import CLASSIFICATION, REGRESSION, Meaning

SCALING = ColumnScaling(np.array([1.0]), np.array([2.0]), np.array([10.0]), np.array([5.0]))


def meaning(task=REGRESSION, scaling=SCALING, classes=None, is_flat=True):
    return Meaning(task, scaling, classes, is_flat, torch.float32, "cpu")


@pytest.mark.parametrize(("is_flat", "expected"), [(True, [5, 20]), (False, [[5], [20]])])
def test_values_have_the_shape_and_the_units_of_y(is_flat, expected):
    found = meaning(is_flat=is_flat).targets(torch.tensor([[-1.0], [2.0]]))
    assert_array_equal(found, expected)


def test_outputs_in_training_have_a_gradient():
    found = meaning().answers(torch.tensor([[0.5]], requires_grad=True))
    assert_array_equal(found, [[12.5]])


def test_samples_are_standardised():
    found = meaning().inputs([[5], [1]])
    assert found.dtype == torch.float32
    assert_array_equal(found, [[2], [0]])


def test_classes_have_their_labels():
    none = ColumnScaling(np.zeros(1), np.ones(1), np.zeros(3), np.ones(3))
    classes = meaning(CLASSIFICATION, none, np.array(["a", "b", "c"]))
    assert_array_equal(classes.targets(torch.eye(3)[[2, 0]]), ["c", "a"])
    logits = torch.tensor([[1.0, 2.0, -1.0]])
    assert_allclose(classes.answers(logits), softmax(logits.numpy(), axis=1))
    assert_array_equal(classes.labelled(classes.answers(logits)), ["b"])


def test_unscaled_targets_are_the_targets():
    Y = np.random.RandomState(0).normal(3, 7, size=(20, 2))
    scaling = ColumnScaling.of(lambda: [(Y, Y, None)], scale_targets=True)
    assert_allclose(scaling.unscale_targets(scaling.scale_targets(Y)), Y)
