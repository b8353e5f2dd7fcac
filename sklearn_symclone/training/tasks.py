"""What differs between fitting quantities and fitting classes."""

from __future__ import annotations

from dataclasses import dataclass

from torch import softmax

from .losses import CrossEntropy, HalfSquaredError, Huber


@dataclass(frozen=True)
class Task:
    """The losses of a kind of target.

    Parameters
    ----------
    is_classification : bool
        Targets are class probabilities, networks return logits.
    """

    is_classification: bool

    @property
    def criterion(self):
        """Loss of the reference's fit and of the task fit."""
        return CrossEntropy if self.is_classification else HalfSquaredError

    @property
    def clone_criterion(self):
        """Loss of the imitation alone; robust, for a reference can be wild far from the data."""
        return CrossEntropy if self.is_classification else Huber

    def link(self, outputs):
        """Turn a network's outputs into what targets are: values, or probabilities of classes."""
        return softmax(outputs, 1) if self.is_classification else outputs
