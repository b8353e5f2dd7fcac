"""The kinds of targets, quantities and classes, with their losses and the meaning of outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from scipy.special import softmax

from .losses import CrossEntropy, HalfSquaredError, Huber


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
    """

    @abstractmethod
    def link(self, outputs):
        """Convert a tensor of a network's outputs to values or probabilities, as targets are."""

    @abstractmethod
    def predictions(self, outputs):
        """Convert an ndarray of a network's outputs to predicted values or probabilities."""

    @abstractmethod
    def smoothed(self, targets, share):
        """Mix a share of equal probabilities into a tensor of targets, if these are classes."""


@dataclass(frozen=True)
class Regression(Task):
    """Targets are quantities, and so are outputs."""

    criterion = HalfSquaredError
    clone_criterion = Huber  # because a reference can have huge answers far from the data
    is_classification = False
    scale_targets = True

    def link(self, outputs):
        """Return the outputs."""
        return outputs

    def predictions(self, outputs):
        """Return the outputs."""
        return outputs

    def smoothed(self, targets, share):
        """Return the targets."""
        return targets


@dataclass(frozen=True)
class Classification(Task):
    """Targets are probabilities of classes, outputs are logits."""

    criterion = CrossEntropy
    clone_criterion = CrossEntropy
    is_classification = True
    scale_targets = False

    def link(self, outputs):
        """Return probabilities for a tensor of logits."""
        return torch.softmax(outputs, 1)

    def predictions(self, outputs):
        """Return probabilities for an ndarray of logits."""
        return softmax(outputs, axis=1)

    def smoothed(self, targets, share):
        """Mix probabilities with equal ones."""
        return torch.lerp(targets, torch.full_like(targets, 1 / targets.shape[1]), share)


REGRESSION, CLASSIFICATION = Regression(), Classification()
