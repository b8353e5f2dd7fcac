"""The task of several labels, each of which a sample has or has not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import expit, log_expit
from torch import nn

from .losses import BinaryCrossEntropy
from .tasks import LEAST_PROBABILITY, Classification, best_temperature


@dataclass(frozen=True)
class Labels(Classification):
    """Targets are probabilities of independent labels, outputs are logits."""

    criterion = BinaryCrossEntropy
    clone_criterion = BinaryCrossEntropy
    out_activation = "logistic"
    head = nn.Sigmoid

    def link(self, outputs):
        """Return probabilities for a tensor of logits."""
        return torch.sigmoid(outputs)

    def predictions(self, outputs):
        """Return probabilities for an ndarray of logits."""
        return expit(outputs)

    def losses(self, answers, Y, scale):
        """Return the log loss of each sample, the sum over its labels."""
        there, absent = (np.clip(p, LEAST_PROBABILITY, 1) for p in (answers, 1 - answers))
        return -(Y * np.log(there) + (1 - Y) * np.log(absent)).sum(axis=1)

    def validation_score(self, outputs, Y, weights):
        """Return the share of samples all of whose labels are right."""
        return float(np.average(((outputs > 0) == (Y > 0.5)).all(axis=1), weights=weights))

    def temperature(self, outputs, Y, weights):
        """Return the temperature of least log loss on held-out samples, drawn towards 1."""

        def losses(logits):
            return -(Y * log_expit(logits) + (1 - Y) * log_expit(-logits)).sum(axis=1)

        return best_temperature(outputs, losses, weights)

    def mean(self, answers, weights):
        """Return the logits of the weighted mean of the probabilities."""
        logs = [math.log(weight) for weight in weights]

        def log_mean(sign):
            sides = [
                log + nn.functional.logsigmoid(sign * a)
                for log, a in zip(logs, answers, strict=True)
            ]
            return torch.stack(sides).logsumexp(0)

        return log_mean(1) - log_mean(-1)

    def smoothed(self, targets, share):
        """Mix probabilities with one half."""
        return torch.lerp(targets, torch.full_like(targets, 0.5), share)


LABELS = Labels()
