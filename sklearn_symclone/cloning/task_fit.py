"""Fit a student to the task, near its clone or free."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.utils.data import IterableDataset

from ..training import MixedBatches, TrainingPlan, imitation_batches, train, train_together
from .anchors import DifferenceAnchor, OrbitAnchor, SubspaceAnchor, WeightAnchor
from .inputs import POOL
from .student import ColumnScaling, import_weights
from .tied import Freed

#: Rows of the imitation in each step of the task fit.
ANCHOR_ROWS = 256
#: Weights of the anchor of layers beside the task, at the strengths 0 and 1.
MIN_FACTOR, MAX_FACTOR = 1e-5, 1e2


@dataclass(eq=False)
class TaskFit:
    """A fit of a student to the task, ready to be run.

    Parameters
    ----------
    student : nn.Sequential
        For standardised columns, of the dtype to compute in.
    scaling : ColumnScaling
        Standardises the columns.
    rows : IterableDataset
    criterion : type
    plan : TrainingPlan
    """

    student: nn.Sequential
    scaling: ColumnScaling
    rows: IterableDataset
    criterion: type
    plan: TrainingPlan
    loss_curve: list = field(default_factory=list, init=False)

    def run(self):
        """Fit the student, in place."""
        self.loss_curve = train(self.student, self.rows, self.criterion, self.plan)

    @property
    def loss(self):
        """The loss that restarts are compared by: on validation rows, else in the last epoch."""
        validation = self.plan.validation
        if validation is None:
            return self.loss_curve[-1]
        criterion = self.criterion()
        with torch.inference_mode():
            return sum(float(criterion(self.student(x), *rest)) for x, rest in validation)

    @property
    def kind(self):
        """What fits have in common that can run as one; None if this one must run alone."""
        if not self.plan.can_stack:
            return None
        dtype = next(self.student.parameters()).dtype
        return repr(self.student), dtype, len(self.rows), self.plan.kind


def run_all(fits):
    """Run fits to the task, those of one kind as one."""
    together = {}
    for fit in fits:
        together.setdefault(fit.kind or id(fit), []).append(fit)
    for group in together.values():
        if len(group) == 1:
            group[0].run()
            continue
        plan, l2 = group[0].plan.kind, [fit.plan.l2 for fit in group]
        students, sources = [fit.student for fit in group], [fit.rows for fit in group]
        curves = train_together(students, sources, group[0].criterion, plan, l2)
        for fit, curve in zip(group, curves, strict=True):
            fit.loss_curve = curve


def make_task_fit(
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
    """Make ready to minimise (1 - strength) * task + strength * imitation.

    Parameters
    ----------
    student : nn.Sequential
        For standardised columns, of the dtype to compute in.
    table : TrainingData
    validation : TrainingData or None
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
        Of the ``TrainingPlan``.

    Returns
    -------
    TaskFit
    """
    student.to(device)
    where = {"dtype": next(student.parameters()).dtype, "device": device}
    generator = torch.Generator().manual_seed(seed)
    rows = table.batches(scaling, batch_size, generator, **where)
    if validation is not None:
        settings["validation"] = validation.batches(scaling, len(validation), None, **where)
    settings["l2"] = alpha * len(rows) / table.total_weight
    if anchored is not None:
        n_steps = len(rows) * settings["max_iter"]
        rows, settings["penalty"] = anchored.join(student, rows, n_steps, scaling, generator, where)
    plan = TrainingPlan(phase="task", device=device, **settings)
    return TaskFit(student, scaling, rows, task.criterion, plan)


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

    def join(self, student, rows, n_steps, scaling, generator, where):
        """Return the rows to train on, and a penalty or None."""
        if self.anchor == "function":
            pool = self.clone.pool(min(POOL, n_steps * ANCHOR_ROWS))
            imitation = imitation_batches(*pool, scaling, ANCHOR_ROWS, generator, **where)
            return MixedBatches(rows, imitation, self.strength), None
        # (1 - s) * task + s * anchor, divided by (1 - s): the task's own loss stays as it is
        factor = self.strength / (1 - self.strength)
        if self.anchor == "weights":
            cloned = deepcopy(student)  # the student itself may have gone on from there
            import_weights(cloned, scaling, *self.clone.weights)
            return rows, WeightAnchor(student.parameters(), factor, cloned.parameters())
        return rows, self._orbits(scaling, factor)

    def _orbits(self, scaling, factor):
        # a copy: every fit that starts from the clone draws the same rows
        inputs = deepcopy(self.clone.inputs)
        return OrbitAnchor(inputs, self.symmetry, scaling, factor, ANCHOR_ROWS)


class AnchoredLayers(Anchored):
    """The same for a network whose layers were cloned or copied, one by one.

    The weight of the anchor beside the task is ``layer_factor(strength)``.
    """

    def join(self, student, rows, n_steps, scaling, generator, where):
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
        return rows, self._orbits(scaling, factor)


def layer_factor(strength):
    """Return the weight of an anchor of layers: from MIN_FACTOR to MAX_FACTOR by equal ratios."""
    return MIN_FACTOR ** (1 - strength) * MAX_FACTOR**strength
