"""What the numbers of a network in training mean: callbacks see them in the units of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .tasks import Task


@dataclass(frozen=True, eq=False)
class Meaning:
    """Turns standardised numbers into those of the table.

    Parameters
    ----------
    task : Task
    scaling : object
        Its methods ``scale_inputs`` and ``unscale_targets`` are as those of
        ``students.ColumnScaling``.
    classes : ndarray of shape (n_classes,) or None
        Labels of the classes. None: targets are values.
    is_flat : bool
        Whether targets are one column, which is given as a vector.
    dtype : torch.dtype
    device : str
        Of the network.
    """

    task: Task
    scaling: Any
    classes: np.ndarray | None
    is_flat: bool
    dtype: torch.dtype
    device: str

    def inputs(self, X):
        """Return samples of the table, array-like, as a tensor of standardised ones."""
        X = self.scaling.scale_inputs(np.asarray(X, dtype=float))
        return torch.as_tensor(X, dtype=self.dtype, device=self.device)

    def targets(self, targets):
        """Return a tensor of standardised targets as values or labels: an ndarray."""
        return self.labelled(self.scaling.unscale_targets(targets.cpu().numpy()))

    def answers(self, outputs):
        """Return a tensor of outputs as values or probabilities: an ndarray of two dimensions."""
        return self.task.predictions(self.scaling.unscale_targets(outputs.detach().cpu().numpy()))

    def labelled(self, answers):
        """Return values in the shape of y, or the labels of the most probable classes."""
        if self.classes is not None:
            return self.classes[answers.argmax(axis=1)]
        return answers.ravel() if self.is_flat else answers
