"""A student while it imitates a reference."""

from __future__ import annotations

import math
from copy import deepcopy

import torch

from ..defaults import CLEARLY_NEARER, CLONE_BATCH_SIZE, CLONE_LEARNING_RATE
from ..students import Alone, learner_of
from ..training import TrainingPlan, train
from .answers import student_error


class Candidate:
    """A student that has imitated for some rounds, and its error on unseen samples.

    Parameters
    ----------
    student : Dense
    lessons : Lessons
        What it imitates.
    verbose : bool
        Whether to show progress bars.
    """

    def __init__(self, student, lessons, verbose):
        self.student, self.lessons, self.verbose = student, lessons, verbose
        self.loss_curve, self.error = [], math.inf
        plan, core = lessons.plan, lessons.frame.core(student)
        generator = torch.Generator().manual_seed(plan.seed)
        if plan.start is None:
            self.learner = learner_of(core, plan.symmetry)
            scaling = self.learner.pooled(lessons.scaling)
            network = self.learner.network(core, scaling, generator)
        else:
            self.learner, scaling = Alone(plan.symmetry), lessons.scaling
            network = core.build(len(scaling.x_shift), len(scaling.y_shift), generator)
            core.load(network, scaling, plan.start)
        # for standardised columns in the frame
        self.network, self.scaling = network.float(), scaling
        self.batches = self.batches_of(lessons.pool, generator)

    @property
    def weights(self):
        """The weights of the student, for columns in their own units, in float64."""
        weights = self.student.export(self.network, self.scaling)
        return self.lessons.frame.fold(weights, self.lessons.fresh[0])

    @property
    def n_steps(self):
        """The gradient steps until now, counted as steps of ``CLONE_BATCH_SIZE`` samples."""
        n_samples = self.learner.batch_size * len(self.batches)
        return round(len(self.loss_curve) * n_samples / CLONE_BATCH_SIZE)

    def batches_of(self, samples, generator):
        """Return batches of samples and answers for this student."""
        return self.lessons.batches(samples, self.scaling, self.learner.batch_size, generator)

    def n_epochs(self, n_steps):
        """Return in how many epochs as many samples are seen as in so many of these steps."""
        n_samples = self.learner.batch_size * len(self.batches)
        return math.ceil(n_steps * CLONE_BATCH_SIZE / n_samples)

    def go_on(self, n_epochs):
        """Imitate for a round."""
        asked = self.lessons.plan
        plan = TrainingPlan(
            phase="clone",
            solver=self.learner.solver,
            learning_rate_init=CLONE_LEARNING_RATE,
            max_iter=n_epochs,
            device=asked.device,
            verbose=self.verbose,
            so_far=lambda: (self.student, self.weights),
        )
        self.loss_curve += train(self.network, self.batches, asked.task.clone_criterion, plan)
        self.error = student_error(self.student, self.weights, asked.task, *self.lessons.fresh)

    def gains(self, batches, n_epochs):
        """Imitate other samples, and return whether that was worth it; if not, go back.

        The longer a student imitates, the harder it is for it to leave its reference where data
        break the symmetry.
        """
        before, error, n_before = deepcopy(self.network), self.error, len(self.loss_curve)
        self.batches = batches
        self.go_on(n_epochs)
        if self.error <= CLEARLY_NEARER * error:
            return True
        self.network, self.error = before, error
        del self.loss_curve[n_before:]
        return False
