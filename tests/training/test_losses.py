"""Losses are weighted means of what SciPy and scikit-learn compute."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.special import huber, rel_entr, softmax
from sklearn.metrics import log_loss
from torch import nn

from sklearn_symclone.training import (
    CrossEntropy,
    HalfSquaredError,
    Huber,
    ShuffledBatches,
    TrainingPlan,
    train,
)

from ._helpers import N_FEATURES, N_OUTPUTS, N_SAMPLES, generator, linear_module, normal


@pytest.fixture
def batch():
    weights = torch.rand(N_SAMPLES, generator=generator(3), dtype=torch.float64)
    return normal(N_SAMPLES, 4, seed=1), normal(N_SAMPLES, 4, seed=2), weights / weights.sum()


def test_half_squared_error(batch):
    prediction, target, weight = (tensor.numpy() for tensor in batch)
    expected = 0.5 * np.average(((prediction - target) ** 2).mean(axis=1), weights=weight)
    assert_allclose(HalfSquaredError()(*batch), expected, rtol=1e-13)


def test_huber(batch):
    prediction, target, weight = (tensor.numpy() for tensor in batch)
    target = prediction + 0.2 * target  # on both sides of delta
    losses = huber(Huber.delta, prediction - target).mean(axis=1)
    actual = Huber()(batch[0], torch.from_numpy(target), batch[2])
    assert_allclose(actual, weight @ losses, rtol=1e-13)


def test_cross_entropy_of_classes_is_the_log_loss(batch):
    prediction, target, weight = batch
    classes = target.argmax(1)
    actual = CrossEntropy()(prediction, nn.functional.one_hot(classes, 4).double(), weight)
    probabilities = softmax(prediction.numpy(), axis=1)
    expected = log_loss(classes.numpy(), probabilities, sample_weight=weight.numpy())
    assert_allclose(actual, expected, rtol=1e-12)


def test_cross_entropy_of_probabilities_is_the_divergence(batch):
    prediction, target, weight = (tensor.numpy() for tensor in batch)
    target = softmax(3 * target, axis=1)
    divergence = rel_entr(target, softmax(prediction, axis=1)).sum(axis=1)
    actual = CrossEntropy()(batch[0], torch.from_numpy(target), batch[2])
    assert_allclose(actual, weight @ divergence, rtol=1e-12)
    assert (
        abs(CrossEntropy()(torch.from_numpy(np.log(target)), torch.from_numpy(target), batch[2]))
        < 1e-15
    )


@pytest.mark.parametrize("criterion", [HalfSquaredError, Huber, CrossEntropy])
def test_a_weight_counts_like_a_repeated_row(criterion):
    rng = np.random.RandomState(0)
    counts = torch.from_numpy(rng.randint(0, 4, size=20))
    inputs = normal(20, N_FEATURES)
    targets = torch.softmax(normal(20, N_OUTPUTS, seed=1), 1)
    again = torch.repeat_interleave(torch.arange(20), counts)
    ones = torch.ones(len(again), dtype=torch.float64)
    modules = [linear_module(), linear_module()]
    plan = TrainingPlan(phase="task", learning_rate_init=0.1, max_iter=10)
    curves = [
        train(module, rows, criterion, plan)
        for module, rows in zip(
            modules,
            [
                ShuffledBatches(inputs, targets, counts.double(), 20, generator(1)),
                ShuffledBatches(inputs[again], targets[again], ones, len(again), generator(2)),
            ],
            strict=True,
        )
    ]
    assert_allclose(curves[0], curves[1], rtol=1e-12)
    assert_allclose(modules[0].weight.detach(), modules[1].weight.detach(), rtol=1e-11)
