"""Imitate a reference in rounds, until the student is as faithful as was asked for."""

from __future__ import annotations

import math

import torch

from ..defaults import (
    CLEARLY_BETTER,
    CLONE_STEPS,
    FIRST_ROUND,
    MORE_STEPS,
    ROUND_PARTS,
    TRIAL_STEPS,
)
from ..messages import tell
from ..references.fitting import ReferencePlan
from .answers import cloning_inputs
from .candidate import Candidate
from .lessons import Lessons
from .teacher import restored


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
    how = ReferencePlan(plan.symmetry, reference, plan.task, device=plan.device)
    inputs = cloning_inputs(plan.inputs, plan.symmetry, X, sample_weight, plan.seed)
    lessons = Lessons(restored(members, how), inputs, plan)
    best, n_epochs, spent = _tried(lessons, verbose)
    for n in rounds(n_epochs):
        if best.error <= plan.tol:
            break
        best.go_on(n)
    for times in MORE_STEPS:
        if best.error <= plan.enough or not best.learner.goes_on:
            break
        generator = torch.Generator().manual_seed(plan.seed)
        fresh = best.batches_of(lessons.draw(), generator)
        if not best.gains(fresh, times * best.n_epochs(plan.steps)):
            break
    if tells:
        tell(explain(plan, best.n_steps + spent, best))
    return best.weights, best.student, lessons.whole_scaling(), best.loss_curve


def _tried(lessons, verbose):
    """Return the student that is best after a trial, its epochs left, and steps of the others."""
    students = [Candidate(student, lessons, verbose) for student in lessons.students]
    best = students[0]
    n_epochs, trial = best.n_epochs(lessons.plan.steps), best.n_epochs(TRIAL_STEPS)
    if len(students) == 1 or n_epochs < trial * len(students):
        return best, n_epochs, 0
    for student in students:
        student.go_on(trial)
        # compare losses, because a few samples far out dominate the error
        if student.loss_curve[-1] < CLEARLY_BETTER * best.loss_curve[-1]:
            best = student
    spent = sum(student.n_steps for student in students if student is not best)
    return best, n_epochs - trial * len(students), spent


def explain(plan, steps, student):
    """Return in a line how long an imitation was, and why.

    Parameters
    ----------
    plan : ImitationPlan
    steps : int
        Those of trials included.
    student : Candidate
    """
    is_faithful = student.error <= plan.tol
    why = f"for {plan.tol:.2g} is enough" if is_faithful else "for clone_steps are used up"
    how = student.learner.explanation
    return f"imitation: {steps} steps to an error of {student.error:.2g}, {why}{how}"


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
