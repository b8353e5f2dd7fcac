"""The teacher: a reference that was fitted to the samples of a table, or a mixture of several."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from ..messages import tell
from ..references.checks import check_fitted
from ..references.fitting import ReferencePlan
from ..references.registry import is_built_in
from ..training import TOO_FEW
from .fitted import distinct_samples, fitted, module_of
from .recipe import Recipe


class Member(NamedTuple):
    """A fitted reference of a mixture.

    Parameters
    ----------
    state : dict of str to ndarray
        Of its module.
    weight : float
        Its share.
    family : str or None
        None: the reference that the plan names, which can be a callable.
    """

    state: dict
    weight: float
    family: str | None


class Mixture(nn.Module):
    """The weighted mean of several references as one function.

    Parameters
    ----------
    modules : sequence of nn.Module
    weights : sequence of float
        They sum to 1.
    task : Task
        Says what a mean is: of quantities, or of probabilities.
    """

    def __init__(self, modules, weights, task):
        super().__init__()
        self.members, self.weights, self.task = nn.ModuleList(modules), weights, task
        self.n_states = max(member.n_states for member in modules)

    @property
    def input_shift(self):
        """A tensor whose dtype and device are those of the rows that the references take."""
        return self.members[0].input_shift

    def linear_law(self):
        """Return the mean of the linear parts of the references, None if they have none."""
        laws = [member.linear_law() for member in self.members]
        if all(law is None for law in laws):
            return None
        return sum(w * law for w, law in zip(self.weights, laws, strict=True) if law is not None)

    def forward(self, x):
        """Map rows of shape (n, n_features) to outputs of shape (n, n_outputs)."""
        return self.task.mean([member(x) for member in self.members], self.weights)


@dataclass(frozen=True, eq=False)
class Teacher:
    """A fitted reference, or a mixture of several.

    Parameters
    ----------
    plan : ReferencePlan
        Of the one of the largest share, with the gradient steps that it has learned.
    members : list of Member
    loss_curve : list of float
        Of the references that the plan is of.
    X : ndarray of shape (n_samples, n_features)
        What they were fitted to, in float64.
    sample_weight : ndarray of shape (n_samples,)
    recipe : Recipe
    """

    plan: ReferencePlan
    members: list
    loss_curve: list
    X: np.ndarray
    sample_weight: np.ndarray
    recipe: Recipe

    @property
    def error(self):
        """Their error on held-out samples where these ended the fit early; else 0."""
        return self.recipe.error if self.recipe.is_noisy else 0.0

    def module(self):
        """Return the module, ready to be evaluated."""
        return restored(self.members, self.plan)

    def report(self):
        """Return what an estimator tells about its reference, by attribute."""
        steps = self.plan.fit_of(len(self.X)).steps if self.plan.fit == "task" else 0
        error = self.recipe.error
        return {
            "reference_": self.plan.reference,
            "reference_steps_": steps,
            "reference_score_": None if error is None else self.plan.task.score(error),
            "reference_loss_curve_": self.loss_curve,
        }


def fit_teacher(data, settings, seeds, recipe):
    """Fit the references of a recipe, or take them from the cache.

    Where held-out samples want short fits, the labels are noisy. There the references that were
    fitted to all folds but one are averaged; where they want a long one, or are the user's own,
    there is one reference of all samples.

    Parameters
    ----------
    data : TrainingData
    settings : Settings
    seeds : Seeds
    recipe : Recipe or None

    Returns
    -------
    Teacher or None
        None if there is nothing to imitate.
    """
    if recipe is None:
        return None
    plan = settings.imitation.reference_plan(data, settings, seeds)
    data = data.drawn(seeds.reference)
    samples = distinct_samples(data)
    tables = [samples]
    if recipe.is_noisy and plan.build is None:
        tables = [distinct_samples(part) for part in recipe.partition.inside]
    members, curves = [], {}
    for part in recipe.parts:
        how = replace(plan, reference=part.reference, steps=part.steps)
        found = [fitted(settings.cache, table, how) for table in tables]
        curves[part] = [curve for _, curve in found]
        family = None if callable(part.reference) else part.reference
        if plan.build is None and not is_built_in(part.reference):
            for state, _ in found:
                module = module_of(state, replace(how, device="cpu", dtype=torch.float32))
                check_fitted(module.network, part.reference, plan.symmetry)
        members += [Member(state, part.weight / len(found), family) for state, _ in found]
    main = max(recipe.parts, key=lambda part: part.weight)
    plan = replace(plan, reference=main.reference, steps=main.steps)
    if settings.tells:
        tell(explain(plan, len(data), recipe, len(tables)))
    # members with fewer batches in an epoch learn for more epochs
    loss_curve = [float(np.mean(losses)) for losses in zip(*curves[main], strict=False)]
    return Teacher(plan, members, loss_curve, samples[0], samples[2], recipe)


def explain(plan, n_samples, recipe, n_members):
    """Return in a line how long references learn, and why.

    Parameters
    ----------
    plan : ReferencePlan
    n_samples : int
    recipe : Recipe
    n_members : int
        References of a family that are averaged.
    """
    if plan.fit != "task":
        return f"reference: not fitted, for reference_fit={plan.fit!r}"
    if recipe.length is None:
        why = TOO_FEW if plan.steps is None else "the number of reference_steps"
        return f"reference: {plan.fit_of(n_samples).steps} steps, {why}"
    if not recipe.is_noisy:
        return f"reference: {plan.steps} steps, for held-out samples still gain after fewer"
    line = f"reference: {plan.steps} steps, for held-out samples lose by more"
    if n_members > 1:
        line += f"; average of {n_members}"
    if len(recipe.parts) > 1:
        shares = [f"{p.weight:.1f} {p.reference!r} ({p.steps} steps)" for p in recipe.parts]
        line += f"; held-out samples prefer the mixture {' + '.join(shares)}"
    return line


def restored(members, plan):
    """Return the module of some members, ready to be evaluated, as a plan says."""
    modules = [
        module_of(member.state, replace(plan, reference=member.family or plan.reference))
        for member in members
    ]
    if len(modules) == 1:
        return modules[0]
    return Mixture(modules, [member.weight for member in members], plan.task).eval()
