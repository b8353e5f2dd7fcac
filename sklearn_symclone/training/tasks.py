"""The kinds of targets, quantities and classes, with their losses and the meaning of outputs."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn.metrics import r2_score
from torch import nn

from ..defaults import TEMPERED
from .losses import CrossEntropy, HalfSquaredError, Huber

#: A probability below this one is taken for it where its logarithm is asked for.
LEAST_PROBABILITY = 1e-7


@dataclass(frozen=True)
class Task(ABC):
    """A kind of target.

    Attributes
    ----------
    criterion : type
        Loss of the reference's fit and of the fit to the task.
    clone_criterion : type
        Loss of the imitation.
    is_classification : bool
        Whether targets are classes.
    scale_targets : bool
        Whether targets and outputs are standardised.
    out_activation : str
        What turns outputs into predictions, as scikit-learn's networks call it.
    """

    #: Makes the module that stands behind the network for it; None for the identity.
    head: ClassVar[Callable | None] = None

    @abstractmethod
    def link(self, outputs):
        """Convert a tensor of a network's outputs to values or probabilities, as targets are."""

    @abstractmethod
    def predictions(self, outputs):
        """Convert an ndarray of a network's outputs to predicted values or probabilities."""

    @abstractmethod
    def losses(self, answers, Y, scale):
        """Return the loss of each sample: squared error over a variance, or log loss."""

    @abstractmethod
    def score(self, loss):
        """Return a score, the larger the better, from the mean of ``losses``: R², or -log loss."""

    @abstractmethod
    def log_likelihood(self, loss, n_samples):
        """Return the log-likelihood of targets, from an ndarray of means of ``losses``."""

    @abstractmethod
    def validation_score(self, outputs, Y, weights):
        """Return the score that an estimator has on samples: R² or accuracy, for ndarrays."""

    @abstractmethod
    def temperature(self, outputs, Y, weights):
        """Return what outputs are to be divided by, so that probabilities mean what they say."""

    @abstractmethod
    def mean(self, answers, weights):
        """Return a tensor of outputs whose meaning is the weighted mean of several networks'."""

    @abstractmethod
    def smoothed(self, targets, share):
        """Mix a share of equal probabilities into a tensor of targets, if these are classes."""


@dataclass(frozen=True)
class Regression(Task):
    """Targets are quantities, and so are outputs."""

    criterion: ClassVar[type] = HalfSquaredError
    clone_criterion: ClassVar[type] = (
        Huber  # because a reference can have huge answers far from the data
    )
    is_classification = False
    scale_targets = True
    out_activation = "identity"

    def link(self, outputs):
        """Return the outputs."""
        return outputs

    def predictions(self, outputs):
        """Return the outputs."""
        return outputs

    def losses(self, answers, Y, scale):
        """Return the squared error of each sample, averaged over outputs, over a variance."""
        return np.square(answers - Y).mean(axis=1) / scale

    def score(self, loss):
        """Return R², the share of the variance that is explained."""
        return 1 - loss

    def log_likelihood(self, loss, n_samples):
        """Return that of normal noise whose variance is the loss, but for a constant."""
        return -n_samples / 2 * np.log(loss + np.finfo(float).tiny)

    def validation_score(self, outputs, Y, weights):
        """Return R², the mean of that of each output; NaN for one sample."""
        if len(Y) < 2 or not np.isfinite(outputs).all():
            return math.nan
        return float(r2_score(Y, outputs, sample_weight=weights))

    def temperature(self, outputs, Y, weights):
        """Return 1: values have no temperature."""
        return 1.0

    def mean(self, answers, weights):
        """Return the weighted mean."""
        return sum(weight * answer for weight, answer in zip(weights, answers, strict=True))

    def smoothed(self, targets, share):
        """Return the targets."""
        return targets


def best_temperature(logits, losses, weights):
    """Return the temperature of least loss of logits, drawn towards 1.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_outputs)
    losses : callable
        From divided logits to the loss of each sample.
    weights : ndarray of shape (n_samples,)
    """

    def cost(log_temperature):
        scaled = losses(logits / np.exp(log_temperature))
        return weights @ scaled + TEMPERED * log_temperature**2

    return float(np.exp(minimize_scalar(cost, bounds=(-3, 5), method="bounded").x))


@dataclass(frozen=True)
class Classification(Task):
    """Targets are probabilities of classes, outputs are logits."""

    criterion: ClassVar[type] = CrossEntropy
    clone_criterion: ClassVar[type] = CrossEntropy
    is_classification = True
    scale_targets = False
    out_activation = "softmax"
    head: ClassVar[Callable | None] = partial(nn.Softmax, dim=1)

    def link(self, outputs):
        """Return probabilities for a tensor of logits."""
        return torch.softmax(outputs, 1)

    def predictions(self, outputs):
        """Return probabilities for an ndarray of logits."""
        return softmax(outputs, axis=1)

    def losses(self, answers, Y, scale):
        """Return the log loss of each sample."""
        return -(Y * np.log(np.clip(answers, LEAST_PROBABILITY, 1))).sum(axis=1)

    def score(self, loss):
        """Return minus the log loss."""
        return -loss

    def log_likelihood(self, loss, n_samples):
        """Return that of the classes."""
        return -n_samples * loss

    def validation_score(self, outputs, Y, weights):
        """Return the accuracy."""
        return float(np.average(outputs.argmax(axis=1) == Y.argmax(axis=1), weights=weights))

    def temperature(self, outputs, Y, weights):
        """Return the temperature of least log loss on held-out samples.

        Few samples know little of it: it is drawn towards 1 as strongly as ``TEMPERED`` samples
        would draw it.
        """
        logs = outputs - outputs.max(axis=1, keepdims=True)

        def losses(scaled):
            return np.log(np.exp(scaled).sum(axis=1)) - (Y * scaled).sum(axis=1)

        return best_temperature(logs, losses, weights)

    def mean(self, answers, weights):
        """Return the logits of the weighted mean of the probabilities."""
        weighted = zip(weights, answers, strict=True)
        logs = [math.log(weight) + torch.log_softmax(answer, 1) for weight, answer in weighted]
        return torch.stack(logs).logsumexp(0)

    def smoothed(self, targets, share):
        """Mix probabilities with equal ones."""
        return torch.lerp(targets, torch.full_like(targets, 1 / targets.shape[1]), share)


REGRESSION, CLASSIFICATION = Regression(), Classification()
