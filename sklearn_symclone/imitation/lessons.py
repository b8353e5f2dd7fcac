"""What students imitate: samples with the answers of a reference, seen from a frame."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..defaults import CLONE_BATCH_SIZE
from ..students import ColumnScaling, Dense, Frame, Weights
from ..symmetry import Symmetry
from ..training import imitation_batches
from ..training.tasks import Task
from .answers import N_FRESH, reference_answers


@dataclass(frozen=True, eq=False)
class ImitationPlan:
    """How a reference is imitated: all that determines the result beside reference and samples.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    task : Task
    inputs : str
        A key of ``CLONE_INPUTS``.
    students : tuple of Dense
        They differ in their activation. The first is tried first, and taken if there are too few
        steps for a trial.
    steps : int
        Gradient steps, those of trials included.
    tol : float
        Relative squared error on fresh inputs at which no further round begins.
    enough : float
        The same for rounds beyond ``steps``.
    pool : int
        Samples to imitate, at most.
    seed : int
    start : Weights or None
        Weights to start from.
    device : str
    """

    symmetry: Symmetry
    task: Task
    inputs: str
    students: tuple[Dense, ...]
    steps: int
    tol: float
    enough: float
    pool: int
    seed: int
    start: Weights | None
    device: str


class Lessons:
    """Samples to imitate, and others on which a student is judged.

    Parameters
    ----------
    module : nn.Module
        The reference.
    inputs : OrbitInputs or GaussianInputs
        Draws samples.
    plan : ImitationPlan
    """

    def __init__(self, module, inputs, plan):
        self.module, self.inputs, self.plan = module, inputs, plan
        # both are samples and the reference's answers
        self.pool, self.fresh = self.draw(), self._answered(N_FRESH)
        self.frame, self.students = _frame_of(module, plan)
        self.scaling = self._scaling_of(self.frame.view(*self.pool))

    def draw(self):
        """Return other samples to imitate, and the reference's answers."""
        return self._answered(min(self.plan.pool, self.plan.steps * CLONE_BATCH_SIZE))

    def batches(self, samples, scaling, batch_size, generator):
        """Return batches of samples and answers, as students see them."""
        seen, rest = self.frame.view(*samples)
        return imitation_batches(
            seen,
            rest,
            scaling,
            batch_size,
            generator,
            dtype=torch.float32,
            device=self.plan.device,
        )

    def whole_scaling(self):
        """Return the scaling of the samples and the answers themselves."""
        return self._scaling_of(self.pool)

    def _answered(self, n_samples):
        X = self.inputs.draw(n_samples)
        return X, reference_answers(self.module, self.plan.task, X, self.plan.device)

    def _scaling_of(self, samples):
        return ColumnScaling.of(
            lambda: [(*samples, None)], scale_targets=self.plan.task.scale_targets
        )


def _frame_of(module, plan):
    """Return the frame in which students imitate a reference, and those that have units for it."""
    frame = Frame(plan.symmetry, module.linear_law())
    students = [student for student in plan.students if frame.fits(student)]
    if plan.start is not None or not students:
        return Frame(None), plan.students
    return frame, students
