"""Tasks of quantities whose loss is not the squared error: counts, and targets far out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from scipy.special import xlogy
from torch import nn

from .losses import AbsoluteError, Huber, PoissonDeviance
from .tasks import REGRESSION, Regression


@dataclass(frozen=True)
class AbsoluteRegression(Regression):
    """Outputs are medians: the loss is the absolute error, in standard deviations."""

    criterion: ClassVar[type] = AbsoluteError

    def losses(self, answers, Y, scale):
        """Return the absolute error of each sample, averaged over outputs, over a deviation."""
        return np.abs(answers - Y).mean(axis=1) / math.sqrt(scale)

    def score(self, loss):
        """Return minus the absolute error."""
        return -loss


@dataclass(frozen=True)
class HuberRegression(AbsoluteRegression):
    """The loss is the Huber loss, which targets far out do not dominate."""

    criterion: ClassVar[type] = Huber


class Exponential(nn.Module):
    """The exponential function."""

    def forward(self, outputs):
        """Return rates for logarithms of rates."""
        return outputs.exp()


@dataclass(frozen=True)
class Counts(Regression):
    """Targets are counts or rates of at least 0, outputs are logarithms of their means."""

    criterion = PoissonDeviance
    clone_criterion = PoissonDeviance
    scale_targets = False
    out_activation = "exp"
    head = Exponential

    def link(self, outputs):
        """Return rates for a tensor of logarithms."""
        return outputs.exp()

    def predictions(self, outputs):
        """Return rates for an ndarray of logarithms."""
        return np.exp(outputs)

    def losses(self, answers, Y, scale):
        """Return half the Poisson deviance of each sample, averaged over outputs."""
        rates = np.maximum(answers, np.finfo(np.float32).tiny)
        return (xlogy(Y, Y / rates) - Y + rates).mean(axis=1)

    def score(self, loss):
        """Return minus half the deviance."""
        return -loss

    def validation_score(self, outputs, Y, weights):
        """Return R² of the rates."""
        return super().validation_score(self.predictions(outputs), Y, weights)

    def mean(self, answers, weights):
        """Return the logarithms of the weighted mean of the rates."""
        weighted = zip(weights, answers, strict=True)
        return torch.stack([math.log(weight) + answer for weight, answer in weighted]).logsumexp(0)


#: The values of the regressor's ``loss``, and the tasks that they stand for.
QUANTITIES = {
    "squared_error": REGRESSION,
    "poisson": Counts(),
    "absolute_error": AbsoluteRegression(),
    "huber": HuberRegression(),
}
