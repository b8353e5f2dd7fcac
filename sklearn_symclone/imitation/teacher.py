"""The teacher: a reference that was fitted to the samples of a table, or the average of several."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from ..references.fitting import ReferencePlan, fit_reference, restore_reference
from ..training import TOO_FEW, Partition
from .length import HeldOut, Length, choose_length, in_float64


class Average(nn.Module):
    """The average of several references as one function.

    Parameters
    ----------
    modules : sequence of nn.Module
    task : Task
        Says what an average is: of quantities, or of probabilities.
    """

    def __init__(self, modules, task):
        super().__init__()
        self.members, self.task = nn.ModuleList(modules), task

    @property
    def input_shift(self):
        """A tensor whose dtype and device are those of the rows that the references take."""
        return self.members[0].input_shift

    def forward(self, x):
        """Map rows of shape (n, n_features) to outputs of shape (n, n_outputs)."""
        return self.task.average([member(x) for member in self.members])


@dataclass(frozen=True, eq=False)
class Teacher:
    """A fitted reference, or several that are averaged.

    Parameters
    ----------
    plan : ReferencePlan
        With the gradient steps that they have learned.
    states : list of dict of str to ndarray
        Of their modules.
    loss_curve : list of float
    X : ndarray of shape (n_samples, n_features)
        What they were fitted to, in float64.
    sample_weight : ndarray of shape (n_samples,)
    length : Length or None
        How held-out samples have chosen the length; None: they were not asked.
    """

    plan: ReferencePlan
    states: list
    loss_curve: list
    X: np.ndarray
    sample_weight: np.ndarray
    length: Length | None

    @property
    def error(self):
        """Their error on held-out samples where these ended the fit early; else 0."""
        return 0.0 if self.length is None or self.length.to_the_end else self.length.error

    def module(self):
        """Return the module, ready to be evaluated."""
        return restored(self.states, self.plan)

    def report(self):
        """Return what an estimator tells about its reference, by attribute."""
        steps = self.plan.fit_of(len(self.X)).steps if self.plan.fit == "task" else 0
        score = None if self.length is None else self.plan.task.score(self.length.error)
        return {
            "reference_": self.plan.reference,
            "reference_steps_": steps,
            "reference_score_": score,
        }


def fit_teacher(data, settings, seeds):
    """Fit the reference that the settings ask for, or take it from the cache.

    Where held-out samples want a short fit, the labels are noisy. There the references that were
    fitted to all folds but one are averaged; where they want a long one, or are the user's own,
    there is one reference of all samples.

    Parameters
    ----------
    data : TrainingData
    settings : Settings
    seeds : Seeds

    Returns
    -------
    Teacher or None
        None if there is nothing to imitate.
    """
    plan = settings.imitation.reference_plan(data, settings, seeds)
    if plan is None:
        return None
    data = data.drawn(seeds.reference)
    samples = in_float64(data)
    partition, length = _choose(data, plan, settings.cache)
    if length is not None:
        plan = replace(plan, steps=length.steps)
    members = [samples]
    if length is not None and not length.to_the_end and plan.build is None:
        members = map(in_float64, partition.inside)
    states, curves = zip(*(_fitted(settings.cache, part, plan) for part in members), strict=True)
    if settings.tells:
        print(explain(plan, len(data), length, len(states)))
    # members with fewer batches in an epoch learn for more epochs
    loss_curve = [float(np.mean(losses)) for losses in zip(*curves, strict=False)]
    return Teacher(plan, list(states), loss_curve, samples[0], samples[2], length)


def steps_to_compare(data, settings, seeds):
    """Return the gradient steps of references that stand for the teacher in a comparison.

    Parameters
    ----------
    data : TrainingData
    settings : Settings
    seeds : Seeds

    Returns
    -------
    int or None
        The longest that held-out samples have seen, or the chosen ones. None: they are not asked.
    """
    plan = settings.imitation.reference_plan(data, settings, seeds)
    _, length = _choose(data.drawn(seeds.reference), plan, settings.cache)
    return plan.steps if length is None else length.scouted


def _choose(data, plan, cache):
    """Return the parts that are held out, and the length that they choose; both can be None."""
    if plan.steps is not None or plan.fit != "task":
        return None, None
    partition = Partition.of(data)
    if partition is None:
        return None, None
    held_out = HeldOut(partition, len(data), plan, lambda part, how: _module(cache, part, how))
    return partition, choose_length(held_out, plan.fit_of(len(data)).steps)


def explain(plan, n_samples, length, n_members):
    """Return in a line how long references learn, and why.

    Parameters
    ----------
    plan : ReferencePlan
    n_samples : int
    length : Length or None
    n_members : int
        References that are averaged.
    """
    if plan.fit != "task":
        return f"reference: not fitted, for reference_fit={plan.fit!r}"
    if length is None:
        why = TOO_FEW if plan.steps is None else "the number of reference_steps"
        return f"reference: {plan.fit_of(n_samples).steps} steps, {why}"
    if length.to_the_end:
        return f"reference: {length.steps} steps, for held-out samples still gain after fewer"
    members = f"; average of {n_members}" if n_members > 1 else ""
    return f"reference: {length.steps} steps, for held-out samples lose by more{members}"


def restored(states, plan):
    """Return the module of some states, ready to be evaluated, as a plan says."""
    modules = [
        restore_reference(
            state,
            symmetry=plan.symmetry,
            reference=plan.reference,
            device=plan.device,
            build=plan.build,
            dtype=plan.dtype,
        )
        for state in states
    ]
    return modules[0] if len(modules) == 1 else Average(modules, plan.task).eval()


def _fitted(cache, samples, plan):
    """Return the state and the loss curve of a reference."""
    how = plan.fit_of(len(samples[0]))
    return cache(fit_reference, *samples, key=(_key(plan, cache), how), not_key={"plan": plan})


def _module(cache, samples, plan):
    state, _ = _fitted(cache, samples, plan)
    return restored([state], plan)


def _key(plan, cache):
    """Return what of a plan determines the result, with callables by what they are made of."""
    build = plan.build and replace(plan.build, reference=cache.identity(plan.build.reference))
    reference = cache.identity(plan.reference)
    return replace(plan, reference=reference, build=build, steps=None, verbose=False)
