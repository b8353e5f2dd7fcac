"""The imitation "network": a student learns the whole function of a reference."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass, field, replace

import torch

from ..defaults import (
    CLONE_TOL,
    FAITHFUL_ENOUGH,
    FAR,
    FAR_FROM_REFERENCE,
    MANY_SAMPLES,
    MUCH_FARTHER,
    NEAR,
    POOL,
    POOL_NUMBERS,
    SMALL_POOL,
)
from ..references import check_family, choose_family, refusals
from ..references.checks import check_reference
from ..references.fitting import ReferencePlan
from ..students import Dense, Paired, Shared, activations, learner_of
from ..training.tasks import Task
from .answers import N_FRESH, cloning_inputs, reference_answers, student_error
from .base import Clone, Imitation
from .fitted import distinct_samples
from .lessons import ImitationPlan
from .rounds import imitate, resolve_steps
from .teacher import restored


@dataclass(frozen=True, eq=False, kw_only=True)
class NetworkClone(Clone):
    """A student that imitates a reference, and the reference.

    Parameters
    ----------
    weights, student, scaling, loss_curve, complaint
        As of every Clone.
    members : list of Member
        The fitted references.
    reference : dict
        What an estimator tells about them, by attribute.
    error : float
        Squared error against the reference relative to its variance, on fresh inputs.
    module : nn.Module or None
        The fitted reference; None in a packed clone.
    task : Task
    inputs : OrbitInputs, GaussianInputs or None
        Draws fresh cloning inputs; None in a packed clone.
    pools : dict of int to tuple of (ndarray, ndarray), default={}
        What ``pool`` has drawn.
    """

    members: list
    reference: dict
    error: float
    module: torch.nn.Module | None
    task: Task
    inputs: object
    pools: dict = field(default_factory=dict)

    def pool(self, n_samples):
        """Return samples to imitate in a task fit, and the reference's answers: two ndarrays.

        Fits at other strengths get the same ones, ``POOL`` of them at most.
        """
        n_samples = min(POOL, n_samples, POOL_NUMBERS // len(self.weights.coefs[0]))
        if n_samples not in self.pools:
            X, device = deepcopy(self.inputs).draw(n_samples), self.module.input_shift.device
            self.pools[n_samples] = X, reference_answers(self.module, self.task, X, device)
        return self.pools[n_samples]

    def anchored_parameters(self, anchoring):
        """Return the parameters of a network, and the values that they have in the clone."""
        cloned = deepcopy(anchoring.network)  # the network itself may have gone on from there
        anchoring.student.load(cloned, anchoring.scaling, self.weights)
        return anchoring.network.parameters(), cloned.parameters()

    def report(self):
        """Return the fitted attributes of an estimator that tell about the clone, by name."""
        return {
            **self.reference,
            "clone_loss_curve_": self.loss_curve,
            "clone_error_": self.error,
        }

    def pack(self):
        """Return what is kept of the clone between chunks: arrays alone."""
        return replace(self, module=None, inputs=None, pools={})

    def unpack(self, data, settings, seeds):
        """Return the clone again, with cloning inputs from other training data."""
        X, _, sample_weight = distinct_samples(data.drawn(seeds.reference))
        inputs = _inputs(settings, X, sample_weight, seeds)
        plan = settings.imitation.reference_plan(data, settings, seeds)
        return replace(self, module=restored(self.members, plan), inputs=inputs)


class NetworkImitation(Imitation):
    """Imitate the whole reference function."""

    name = "network"
    gives = frozenset({"answers", "weights", "inputs"})

    def choose_reference(self, asked, symmetry, activation):
        """Return the reference: the rule's choice for "auto", else what is asked for, checked."""
        reference = choose_family(symmetry) if asked == "auto" else asked
        if not callable(reference):
            check_family(reference, symmetry)
        check_reference(reference, symmetry)
        return reference

    def explain_reference(self, asked, reference, symmetry):
        """Return in a line why this reference was chosen; None if it was asked for."""
        if asked != "auto":
            return None
        passed = [f"not {name!r}: {why}" for name, why in refusals(symmetry).items() if why]
        return f"reference {reference!r} for '{symmetry.expression}' ({'; '.join(passed)})"

    def choose_widths(self, symmetry, activation):
        """Return the widths of the hidden layers if none are asked for."""
        activation = activations.SILU if activation == "auto" else activation
        return Paired.widths(symmetry, activation) or super().choose_widths(symmetry, activation)

    def choose_activations(self, symmetry, task, widths):
        """Return the activations that are tried if none is asked for, the first one first."""
        if isinstance(learner_of(Dense(widths, activations.SQUARE_SILU), symmetry), Shared):
            # the second layer bends what the first one tells of each item
            return activations.SQUARE_SILU, activations.SILU
        # squares need the answers of a reference where the table has no samples
        if not task.is_classification:
            return activations.SILU_SQUARE, activations.SILU
        # where columns are permuted, squares count what coincides; classes of vectors are sharper
        # than squares, and a short trial tells nothing of either
        return (activations.SILU_SQUARE if symmetry.capped_order < math.inf else activations.SILU,)

    def reference_plan(self, data, settings, seeds):
        """Return how the reference is fitted."""
        return ReferencePlan(
            symmetry=settings.symmetry,
            reference=settings.reference.network,
            task=settings.task,
            fit=settings.reference.fit,
            steps=settings.reference.steps,
            seed=seeds.reference,
            device=settings.device,
            verbose=settings.verbose,
        )

    def clone(self, teacher, settings, seeds, start=None):
        """Return a student that imitates the reference; after a warm start it is that as it is."""
        plan = self._plan(settings, seeds, start, teacher)
        weights, student, scaling, loss_curve = start, settings.students[0], None, []
        if start is None or not settings.strength.fits_task:
            weights, student, scaling, loss_curve = settings.cache(
                imitate,
                teacher.X,
                teacher.sample_weight,
                teacher.members,
                plan,
                key=settings.cache.identity(teacher.plan.reference),
                not_key={
                    "reference": teacher.plan.reference,
                    "verbose": settings.verbose,
                    "tells": settings.tells,
                },
            )
        module, task = teacher.module(), settings.task
        inputs = _inputs(settings, teacher.X, teacher.sample_weight, seeds)
        fresh = inputs.draw(N_FRESH)
        answers = reference_answers(module, task, fresh, settings.device)
        error = student_error(student, weights, task, fresh, answers)
        return NetworkClone(
            weights=weights,
            student=student,
            scaling=scaling,
            members=teacher.members,
            reference=teacher.report(),
            loss_curve=loss_curve,
            error=error,
            complaint=_complaint(error, plan, settings, teacher) if loss_curve else None,
            module=module,
            task=task,
            inputs=inputs,
        )

    def _plan(self, settings, seeds, start, teacher):
        asked = settings.imitating
        many = max(1, len(teacher.X) / MANY_SAMPLES)
        exact = CLONE_TOL / many
        tol = max(exact, FAITHFUL_ENOUGH * teacher.error)
        held_out = teacher.recipe.error
        learner = learner_of(settings.students[0], settings.symmetry)
        may_grow = asked.steps is None and asked.tol == "auto" and held_out is not None
        return ImitationPlan(
            symmetry=settings.symmetry,
            task=settings.task,
            inputs=asked.inputs,
            students=settings.students,
            steps=resolve_steps(asked.steps, many),
            tol=tol if asked.tol == "auto" else asked.tol,
            enough=FAR_FROM_REFERENCE * held_out if may_grow else math.inf,
            pool=min(
                SMALL_POOL if tol > exact or asked.is_quick or learner.few_samples_do else POOL,
                POOL_NUMBERS // teacher.X.shape[1],
            ),
            seed=seeds.clone,
            start=start,
            device=settings.device,
        )


def _inputs(settings, X, sample_weight, seeds):
    asked = settings.imitating.inputs
    return cloning_inputs(asked, settings.symmetry, X, sample_weight, seeds.inputs)


def _complaint(error, plan, settings, teacher):
    """Return what to say of a clone that is less faithful than it should be, None if it is not.

    Nothing was asked for if ``clone_tol`` is "auto". Then a clone is far from its reference if it
    misses much more than the reference itself does on held-out samples, beside what a constant
    misses there: losses of classes have other units. If a fit to the task follows, it can mend a
    small error, and only a large one is told.
    """
    asked, reached = settings.imitating, f"the clone's error is {error:.2g}"
    cure = "raise clone_steps or widen hidden_layer_sizes"
    if asked.tol != "auto":
        if error <= asked.tol:
            return None
        wanted = f"clone_tol={asked.tol} was asked for"
        return f"{reached} after clone_steps={plan.steps}, {wanted}: {cure}"
    if asked.steps is not None or asked.is_quick:
        return None
    held_out = teacher.recipe.unexplained(settings.task)
    if error > max(FAR, held_out or 0):
        return (
            f"{reached} of the variance of its reference's answers: the network has not learned "
            f"the reference, and may not have the symmetry. To mend it, {cure}"
        )
    if held_out is None or settings.strength.fits_task:
        return None
    if error > max(NEAR, MUCH_FARTHER * held_out):
        return (
            f"{reached} of the variance of its reference's answers, and the reference's own error "
            f"on held-out samples is {held_out:.2g} of that of a constant: the network has not "
            f"learned all that the reference knows. To mend it, {cure}, or take "
            "EquivariantRegressor or EquivariantClassifier"
        )
    return None
