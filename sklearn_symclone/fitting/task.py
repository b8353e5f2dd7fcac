"""Fit networks to the task, near their clone or free."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import nn
from torch.utils.data import IterableDataset

from ..anchors import Anchoring
from ..students import ColumnScaling, Dense
from ..training import Meaning, TrainingPlan, ValidationScores, train, train_together


@dataclass(eq=False)
class TaskFit:
    """A fit of a network to the task, ready to be run.

    Parameters
    ----------
    student : Dense
    network : nn.Sequential
        For standardised columns, of the dtype to compute in.
    scaling : ColumnScaling
        Standardises the columns.
    batches : IterableDataset
    criterion : type
    plan : TrainingPlan
    """

    student: Dense
    network: nn.Sequential
    scaling: ColumnScaling
    batches: IterableDataset
    criterion: type
    plan: TrainingPlan
    loss_curve: list = field(default_factory=list, init=False)

    @property
    def loss(self):
        """The loss that restarts are compared by: on held-out samples, else in the last epoch."""
        validation = self.plan.validation
        if validation is None:
            return self.loss_curve[-1]
        criterion = self.criterion()
        with torch.inference_mode():
            return sum(float(criterion(self.network(x), *rest)) for x, rest in validation)

    @property
    def validation_scores(self):
        """The score on held-out samples after each epoch; None if none are held out."""
        return None if self.plan.scores is None else self.plan.scores.values

    @property
    def learned(self):
        """What a run has changed, without the samples. It can be sent to another process."""
        limit = self.plan.limit
        is_reached = limit is not None and limit.is_reached
        return self.network.state_dict(), self.loss_curve, self.validation_scores, is_reached

    def learn(self, learned):
        """Take over what a copy of this fit has learned."""
        weights, self.loss_curve, scores, is_reached = learned
        self.network.load_state_dict(weights)
        if scores is not None:
            self.plan.scores.values = scores
        if self.plan.limit is not None:
            self.plan.limit.is_reached = is_reached

    @property
    def weights(self):
        """What the network has learned, for columns in their own units, in float64."""
        return self.student.export(self.network, self.scaling)

    @property
    def kind(self):
        """What fits have in common that can run as one; this fit's own if it must run alone."""
        if not self.plan.can_stack or any(_is_special(layer) for layer in self.network):
            return id(self)
        dtype = next(self.network.parameters()).dtype
        return repr(self.network), dtype, len(self.batches), self.plan.kind


def _is_special(layer):
    """Return whether a layer has parameters, and is no plain dense one."""
    return not isinstance(layer, nn.Linear) and any(True for _ in layer.parameters())


def fits_to_task(settings, data, validation, clone, seeds, start=None):
    """Make ready to minimise (1 - strength) * task + strength * imitation.

    Parameters
    ----------
    settings : Settings
    data : TrainingData
    validation : TrainingData or None
        Samples that decide when to stop.
    clone : Clone
        What the fit starts from, and is anchored to.
    seeds : Seeds
    start : Weights, default=None
        Of a warm start.

    Returns
    -------
    list of TaskFit
        The first one and its restarts. None are needed if the clone is left as it is.
    """
    is_anchored = settings.imitation.gives
    if is_anchored and not settings.strength.fits_task:
        return []
    scaling = clone.scaling
    if scaling is None:
        scaling = ColumnScaling.of(data.chunks, scale_targets=settings.task.scale_targets)
    start = clone.weights if start is None else start
    parts = (data, validation, clone, scaling, start)
    every = seeds.restarts(settings.fitting.n_restarts)
    return [_fit_to_task(settings, *parts, own) for own in every]


def _fit_to_task(settings, data, validation, clone, scaling, start, seeds):
    how, dtype, device = settings.fitting, getattr(torch, data.dtype.name), settings.device
    drawn = torch.Generator().manual_seed(seeds.weights)
    network, student = clone.network(data.sizes, scaling, start, drawn), clone.student
    network = network.to(dtype).to(device)
    generator = torch.Generator().manual_seed(seeds.batches)
    where = {"dtype": dtype, "device": device}
    order = generator if how.shuffle else None
    batches = data.batches(scaling, how.batch_size or len(data), order, **where)
    scores = None
    if validation is not None:
        weights = validation.row_weights
        validation = validation.batches(scaling, len(validation), None, **where)
        scores = ValidationScores(validation, weights, settings.task.validation_score)
    max_iter, learning_rate = how.length(starts_random=start is None)
    plan = TrainingPlan(
        phase="task",
        solver=how.solver,
        learning_rate_init=learning_rate,
        max_iter=max_iter,
        l2=how.decay * len(batches) / data.total_weight,
        validation=validation,
        scores=scores,
        tol=how.tol,
        n_iter_no_change=how.patience(holds_out=validation is not None),
        device=device,
        options=how.options,
        rate=replace(how.rate, n_samples=len(data)),
        limit=how.new_limit(),
        verbose=how.verbose,
        callbacks=how.callbacks,
        meaning=_meaning(settings, data, scaling, where) if how.callbacks else None,
        so_far=lambda: (student, student.export(network, scaling)),
    )
    if settings.imitation.gives:
        anchoring = Anchoring(
            network=network,
            student=student,
            scaling=scaling,
            batches=batches,
            n_steps=len(batches) * max_iter,
            clone=clone,
            symmetry=settings.symmetry,
            strength=settings.strength.value,
            factor=clone.factor(settings.strength),
            generator=generator,
            **where,
        )
        batches, penalty = settings.anchor.join(anchoring)
        plan = replace(plan, penalty=penalty)
    return TaskFit(student, network, scaling, batches, settings.task.criterion, plan)


def _meaning(settings, data, scaling, where):
    """Return what lets callbacks see numbers in the units of the table."""
    return Meaning(settings.task, scaling, data.classes, data.y.ndim == 1, **where)


def run_all(fits):
    """Run fits to the task, those of one kind as one."""
    for group in groups_of(fits):
        run(group)


def groups_of(fits):
    """Return the fits that run as one, a list of lists."""
    together = {}
    for fit in fits:
        together.setdefault(fit.kind, []).append(fit)
    return list(together.values())


def run(group):
    """Run fits to the task of one kind."""
    first, *others = group
    if not others:
        first.loss_curve = train(first.network, first.batches, first.criterion, first.plan)
        return
    networks, sources = [fit.network for fit in group], [fit.batches for fit in group]
    l2 = [fit.plan.l2 for fit in group]
    curves = train_together(networks, sources, first.criterion, first.plan, l2)
    for fit, curve in zip(group, curves, strict=True):
        fit.loss_curve = curve
