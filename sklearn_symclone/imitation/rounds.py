"""Imitate a reference in rounds, until the student is as faithful as was asked for."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn
from torch.utils.data import IterableDataset

from ..defaults import (
    CLEARLY_BETTER,
    CLEARLY_NEARER,
    CLONE_BATCH_SIZE,
    CLONE_LEARNING_RATE,
    CLONE_STEPS,
    FIRST_ROUND,
    MORE_STEPS,
    ROUND_PARTS,
    TRIAL_STEPS,
)
from ..messages import tell
from ..references.fitting import ReferencePlan
from ..students import Alone, ColumnScaling, Dense, Frame, Learner, Weights, learner_of
from ..symmetry import Symmetry
from ..training import TrainingPlan, imitation_batches, train
from ..training.tasks import Task
from .answers import N_FRESH, cloning_inputs, reference_answers, student_error
from .teacher import restored


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


def imitate(X, sample_weight, members, plan, *, reference, verbose, tells):
    """Fit a student to the answers of a reference.

    Each round starts from the weights of the one before, with a high learning rate again. If there
    are several students, the loss after a short trial of each says which of them goes on. A student
    that is still far from its reference goes on for longer, with fresh samples to imitate, while
    that brings it clearly nearer.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    sample_weight : ndarray of shape (n_samples,)
    members : list of Member
        The fitted references, which are mixed.
    plan : ImitationPlan
    reference : str or callable
    verbose : bool
        Whether to show progress bars.
    tells : bool
        Whether to print in a line how long the imitation was, and why.

    Returns
    -------
    weights : Weights
        For columns in their own units, in float64.
    student : Dense
    scaling : ColumnScaling
    loss_curve : list of float
    """
    task, device = plan.task, plan.device
    module = restored(members, ReferencePlan(plan.symmetry, reference, task, device=device))
    inputs = cloning_inputs(plan.inputs, plan.symmetry, X, sample_weight, plan.seed)

    def draw():
        pool = inputs.draw(min(plan.pool, plan.steps * CLONE_BATCH_SIZE))
        return pool, reference_answers(module, task, pool, device)

    pool, answers = draw()
    unseen = inputs.draw(N_FRESH)
    targets = reference_answers(module, task, unseen, device)
    frame, students = _frame_of(module, plan)
    seen, rest = frame.view(pool, answers)
    scaling = ColumnScaling.of(lambda: [(seen, rest, None)], scale_targets=task.scale_targets)

    def batches_of(seen, rest, generator):
        return imitation_batches(
            seen, rest, scaling, CLONE_BATCH_SIZE, generator, dtype=torch.float32, device=device
        )

    def begin(student):
        generator = torch.Generator().manual_seed(plan.seed)
        core = frame.core(student)
        learner = learner_of(core, plan.symmetry)
        if plan.start is None:
            network = learner.network(core, scaling, generator)
        else:
            learner = Alone(plan.symmetry)
            network = core.build(pool.shape[1], answers.shape[1], generator)
            core.load(network, scaling, plan.start)
        network, batches = network.float(), batches_of(seen, rest, generator)
        fresh = unseen, targets
        return _Candidate(student, network, learner, batches, scaling, frame, plan, fresh, verbose)

    best, *others = map(begin, students)
    n_epochs = math.ceil(plan.steps / len(best.batches))
    trial = math.ceil(TRIAL_STEPS / len(best.batches))
    spent = 0  # epochs of students that were not taken
    if others and n_epochs >= trial * len(students):
        best.go_on(trial)
        for other in others:
            other.go_on(trial)
            # compare losses, because a few samples far out dominate the error
            if other.loss_curve[-1] < CLEARLY_BETTER * best.loss_curve[-1]:
                best = other
        n_epochs -= trial * len(students)
        spent = trial * len(others)
    for n in rounds(n_epochs):
        if best.error <= plan.tol:
            break
        best.go_on(n)
    for times in MORE_STEPS:
        if best.error <= plan.enough or not best.learner.goes_on:
            break
        fresh = batches_of(*frame.view(*draw()), torch.Generator().manual_seed(plan.seed))
        if not best.gains(fresh, times * math.ceil(plan.steps / len(fresh))):
            break
    if tells:
        n_steps = (len(best.loss_curve) + spent) * len(best.batches)
        tell(explain(plan, n_steps, best.error))
    whole = ColumnScaling.of(lambda: [(pool, answers, None)], scale_targets=task.scale_targets)
    return best.weights, best.student, whole, best.loss_curve


def _frame_of(module, plan):
    """Return the frame in which students imitate a reference, and those that have units for it."""
    frame = Frame(plan.symmetry, module.linear_law())
    students = [student for student in plan.students if frame.fits(student)]
    if plan.start is not None or not students:
        return Frame(None), plan.students
    return frame, students


@dataclass(eq=False)
class _Candidate:
    """A student that has imitated for some rounds, and its error on unseen samples.

    Parameters
    ----------
    student : Dense
    network : nn.Sequential
        The core of the student, for standardised columns in the frame.
    learner : Learner
    batches : IterableDataset
        To imitate.
    scaling : ColumnScaling
        Of what the core sees.
    frame : Frame
    plan : ImitationPlan
    fresh : tuple of (ndarray, ndarray)
        Unseen samples, and the reference's answers.
    verbose : bool
    """

    student: Dense
    network: nn.Sequential
    learner: Learner
    batches: IterableDataset
    scaling: ColumnScaling
    frame: Frame
    plan: ImitationPlan
    fresh: tuple[np.ndarray, np.ndarray]
    verbose: bool
    loss_curve: list = field(default_factory=list, init=False)
    error: float = field(default=math.inf, init=False)

    @property
    def weights(self):
        """For columns in their own units, in float64."""
        weights = self.student.export(self.network, self.scaling)
        return self.frame.fold(weights, self.fresh[0])

    def go_on(self, n_epochs):
        """Imitate for a round."""
        plan = TrainingPlan(
            phase="clone",
            solver=self.learner.solver,
            learning_rate_init=CLONE_LEARNING_RATE,
            max_iter=n_epochs,
            device=self.plan.device,
            verbose=self.verbose,
            so_far=lambda: (self.student, self.weights),
        )
        criterion = self.plan.task.clone_criterion
        self.loss_curve += train(self.network, self.batches, criterion, plan)
        self.error = student_error(self.student, self.weights, self.plan.task, *self.fresh)

    def gains(self, batches, n_epochs):
        """Imitate other samples, and return whether that was worth it; if not, go back.

        Where data break the symmetry, a student that has learned its reference by heart leaves it
        with more difficulty.
        """
        before, error, n_before = deepcopy(self.network), self.error, len(self.loss_curve)
        self.batches = batches
        self.go_on(n_epochs)
        if self.error <= CLEARLY_NEARER * error:
            return True
        self.network, self.error = before, error
        del self.loss_curve[n_before:]
        return False


def explain(plan, steps, error):
    """Return in a line how long an imitation was, and why.

    Parameters
    ----------
    plan : ImitationPlan
    steps : int
        Those of trials included.
    error : float
    """
    is_faithful = error <= plan.tol
    why = f"for {plan.tol:.2g} is enough" if is_faithful else "for clone_steps are used up"
    return f"imitation: {steps} steps to an error of {error:.2g}, {why}"


def resolve_steps(steps, many):
    """Return the gradient steps of an imitation: those that are asked for, if any.

    Parameters
    ----------
    steps : int or None
    many : float
        Thousands of samples, at least 1.
    """
    return steps or round(CLONE_STEPS * math.sqrt(many))


def rounds(n_epochs):
    """Return the epochs of each round of an imitation, first to last."""
    first = n_epochs // ROUND_PARTS
    if first < FIRST_ROUND:
        return [n_epochs] if n_epochs else []
    return [*rounds(first), n_epochs - first]
