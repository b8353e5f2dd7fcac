"""Fit a student to the task, near its clone or free."""

from __future__ import annotations

import copy

import torch

from ..training import MixedRows, train
from .anchors import DifferenceAnchor, OrbitAnchor, SubspaceAnchor, WeightAnchor
from .inputs import POOL
from .network import imitation_rows, reference_answers
from .student import import_weights
from .tied import Freed

#: Rows of the imitation in each step of the task fit.
ANCHOR_ROWS = 256
#: Weights of the anchor of layers beside the task, at the strengths 0 and 1.
MIN_FACTOR, MAX_FACTOR = 1e-5, 1e2


def fit_task(
    student,
    table,
    validation,
    *,
    task,
    scaling,
    alpha,
    batch_size,
    seed,
    device,
    anchored=None,
    **settings,
):
    """Minimise (1 - strength) * task + strength * imitation, in place.

    Parameters
    ----------
    student : nn.Sequential
        For standardised columns, of the dtype to compute in.
    table : Table
    validation : Table or None
        Rows that decide when to stop.
    task : Task
    scaling : ColumnScaling
    alpha : float
        L2 penalty, as in ``MLPRegressor``.
    batch_size : int
    seed : int
        Of the shuffling.
    device : str
    anchored : Anchored, default=None
        What keeps the fit near its clone; None for an ordinary network.
    **settings
        Passed on to ``train``.

    Returns
    -------
    loss_curve : list of float
    """
    student.to(device)
    where = {"dtype": next(student.parameters()).dtype, "device": device}
    generator = torch.Generator().manual_seed(seed)
    rows = table.batches(scaling, batch_size, generator, **where)
    if validation is not None:
        settings["validation_rows"] = validation.batches(scaling, len(validation), None, **where)
    settings["l2"] = alpha * len(rows) / table.total_weight
    penalty = None
    if anchored is not None:
        rows, penalty = anchored.join(student, rows, task, scaling, generator, where)
    return train(
        student, rows, task.criterion, phase="task", penalty=penalty, device=device, **settings
    )


class Anchored:
    """The second half of the objective: what of the symmetry is kept, and how strongly.

    Parameters
    ----------
    anchor : {"function", "weights", "orbit"}
    strength : float
        In (0, 1).
    clone : Clone
        It was cloned as a whole.
    symmetry : Symmetry
        Bound to the columns.
    """

    def __init__(self, anchor, strength, clone, symmetry):
        self.anchor, self.strength = anchor, strength
        self.clone, self.symmetry = clone, symmetry

    def join(self, student, rows, task, scaling, generator, where):
        """Return the rows to train on, and a penalty or None."""
        inputs = self.clone.inputs
        if self.anchor == "function":
            X = inputs.draw(POOL)
            answers = reference_answers(self.clone.module, task, X, where["device"])
            imitation = imitation_rows(X, answers, scaling, ANCHOR_ROWS, generator, **where)
            return MixedRows(rows, imitation, self.strength), None
        # (1 - s) * task + s * anchor, divided by (1 - s): the task's own loss stays as it is
        factor = self.strength / (1 - self.strength)
        if self.anchor == "weights":
            cloned = copy.deepcopy(student)  # the student itself may have gone on from there
            import_weights(cloned, scaling, *self.clone.weights)
            return rows, WeightAnchor(student.parameters(), factor, cloned.parameters())
        return rows, OrbitAnchor(inputs, self.symmetry, scaling, factor, ANCHOR_ROWS)


class AnchoredLayers(Anchored):
    """The same for a network whose layers were cloned or copied, one by one.

    The weight of the anchor beside the task is ``layer_factor(strength)``.
    """

    def join(self, student, rows, task, scaling, generator, where):
        """Return the rows to train on, and a penalty."""
        factor = layer_factor(self.strength)
        if self.anchor == "function":
            freed = [layer for layer in student if isinstance(layer, Freed)]
            if freed:
                return rows, DifferenceAnchor(freed, factor)
            return rows, SubspaceAnchor(self.clone.module.network.layers, factor)
        if self.anchor == "weights":
            named = student.named_parameters()
            theta = [p for name, p in named if ".form." in name] or student.parameters()
            return rows, WeightAnchor(theta, factor)
        return rows, OrbitAnchor(self.clone.inputs, self.symmetry, scaling, factor, ANCHOR_ROWS)


def layer_factor(strength):
    """Return the weight of an anchor of layers: from MIN_FACTOR to MAX_FACTOR by equal ratios."""
    return MIN_FACTOR ** (1 - strength) * MAX_FACTOR**strength
