"""Rivals that train a network of their own: penalties, a residual pathway, plain distillation."""

from __future__ import annotations

import math

import numpy as np
import torch
from _baselines import Rival, Tuned
from sklearn.utils import check_random_state
from torch import nn

from sklearn_symclone import anchors
from sklearn_symclone.defaults import (
    CLONE_BATCH_SIZE,
    CLONE_LEARNING_RATE,
    DECAYS,
    FROM_CLONE,
    HIDDEN_LAYER_SIZES,
)
from sklearn_symclone.imitation.answers import reference_answers
from sklearn_symclone.imitation.inputs import OrbitInputs
from sklearn_symclone.imitation.rounds import rounds
from sklearn_symclone.imitation.tied import layer_factor
from sklearn_symclone.references import FAMILIES, Pointwise, choose_family
from sklearn_symclone.references.layers.scaling import Centring, Standardised, equivariant_scaling
from sklearn_symclone.references.pointwise import hidden_layers, refuses_columns
from sklearn_symclone.students import ColumnScaling, Dense
from sklearn_symclone.students.activations import SILU, SILU_SQUARE
from sklearn_symclone.training import (
    ShuffledBatches,
    TrainingData,
    TrainingPlan,
    imitation_batches,
    train,
)

#: The students' widths, the L2 penalty and the rows of a step of their fit to the task.
WIDTHS, ALPHA = HIDDEN_LAYER_SIZES, DECAYS[0]
ROWS_A_STEP = 200
#: With as many steps, several times better than Adam on moved rows.
SOLVER = {"solver": "soap", "learning_rate_init": 1e-2}


class Network(Rival):
    """What rivals with a dense network share.

    Parameters
    ----------
    symmetry, is_classification, seed
        As for every rival.
    n_steps : int
        Gradient steps.
    """

    def __init__(self, symmetry, is_classification, seed, n_steps):
        super().__init__(symmetry, is_classification, seed)
        self.n_steps = n_steps

    def build(self, student):
        sizes = (self.symmetry.inputs.dimension, self.symmetry.outputs.dimension)
        return student.build(*sizes, torch.Generator().manual_seed(self.seed)).float()

    def scaling(self, X, Y):
        chunks = TrainingData(X, Y, np.ones(len(X))).chunks
        return ColumnScaling.of(chunks, scale_targets=self.task.scale_targets)

    def fit_task(self, network, X, Y, scaling, **settings):
        data, generator = TrainingData(X, Y, np.ones(len(X))), torch.Generator()
        generator.manual_seed(self.seed)
        where = {"dtype": torch.float32, "device": "cpu"}
        batches = data.batches(scaling, ROWS_A_STEP, generator, **where)
        l2 = ALPHA * len(batches) / data.total_weight
        train(network, batches, self.task.criterion, TrainingPlan(phase="task", l2=l2, **settings))

    def keep(self, student, network, scaling):
        self.student, self.weights = student, student.export(network, scaling)

    def answers(self, X):
        return self.task.predictions(self.student.predict(self.weights, X))


class Distilled(Network):
    """A clone without orbits: it imitates the reference on the training rows alone.

    The optimiser, the loss and the steps of the imitation and of the task fit are a clone's; the
    task fit has no anchor.

    Parameters
    ----------
    reference : Reference
    symmetry, is_classification, seed, n_steps
        The steps are those of the imitation.
    epochs : int
        Of the task fit.
    """

    def __init__(self, reference, symmetry, is_classification, seed, n_steps, epochs):
        super().__init__(symmetry, is_classification, seed, n_steps)
        self.reference, self.epochs = reference, epochs

    def learn(self, X, Y):
        self.reference.learn(X, Y)
        answers = self.reference.answers(X)
        student = Dense(WIDTHS, SILU if self.task.is_classification else SILU_SQUARE)
        scaling, network = self.scaling(X, answers), self.build(student)
        generator = torch.Generator().manual_seed(self.seed)
        where = {"dtype": torch.float32, "device": "cpu"}
        rows = imitation_batches(X, answers, scaling, CLONE_BATCH_SIZE, generator, **where)
        for n_epochs in rounds(math.ceil(self.n_steps / len(rows))):
            plan = TrainingPlan(
                phase="distillation",
                solver="soap",
                learning_rate_init=CLONE_LEARNING_RATE,
                max_iter=n_epochs,
            )
            train(network, rows, self.task.clone_criterion, plan)
        rate = FROM_CLONE[1]
        self.fit_task(network, X, Y, scaling, max_iter=self.epochs, learning_rate_init=rate)
        self.keep(student, network, scaling)


class Penalised(Tuned, Network):
    """A network fitted to the task with a penalty, from random weights."""

    SOLVER = SOLVER

    def learn_with(self, choice, X, Y):
        scaling, student = self.columns(X, Y), Dense(self.widths(), SILU)
        network = self.build(student)
        epochs = math.ceil(self.n_steps / math.ceil(len(X) / ROWS_A_STEP))
        penalty = self.penalty(choice, X, scaling)
        self.fit_task(network, X, Y, scaling, max_iter=epochs, penalty=penalty, **self.SOLVER)
        self.keep(student, network, scaling)

    def columns(self, X, Y):
        return self.scaling(X, Y)

    def widths(self):
        return WIDTHS


class OrbitPenalty(Penalised):
    r"""The consistency penalty :math:`\lambda\,E\|h(gx) - \rho(g)h(x)\|^2` of REMUL.

    On 256 rows of the orbits of training rows in each step, outputs in standard units, logits
    for classes (arXiv 2410.17878).
    """

    CHOICES = (0.1, 10.0)

    def penalty(self, choice, X, scaling):
        random_state = check_random_state(self.seed)
        inputs = OrbitInputs(self.symmetry, X, np.ones(len(X)), random_state)
        return anchors.OrbitPenalty(inputs, self.symmetry, scaling, choice)


class ProjectionPenalty(Penalised):
    """The distance of all matrices from equivariant ones, for permuted columns.

    The widths are those of the weight-tied network between hidden layers of at most 192 units.
    """

    #: From weak to strong, as ``strength`` with ``cloning="weights"``.
    CHOICES = (0.3, 0.6)
    #: On poker hands SOAP is five times worse, and Adam at the rate 1e-3 eight times.
    SOLVER = {"solver": "adam", "learning_rate_init": 1e-2}

    @staticmethod
    def can_have(symmetry):
        return refuses_columns(symmetry) is None

    def tied(self):
        return Pointwise(self.symmetry, hidden_layers(self.symmetry, WIDTHS))

    def columns(self, X, Y):
        outputs = (np.zeros(Y.shape[1]), np.ones(Y.shape[1]))
        if self.task.scale_targets:
            outputs = equivariant_scaling(self.symmetry.outputs, Y)
        return ColumnScaling(*equivariant_scaling(self.symmetry.inputs, X), *outputs)

    def widths(self):
        return tuple(layer.dimension for layer in hidden_layers(self.symmetry, WIDTHS))

    def penalty(self, choice, X, scaling):
        return anchors.SubspacePenalty(self.tied().layers, layer_factor(choice))


class ResidualPathway(Tuned, Rival):
    r"""A residual pathway prior, at the level of functions: reference plus network.

    The output is that of the reference's module plus that of a plain network of the students'
    size; both are fitted together, from random weights, as the reference alone is (its solver,
    rate, decay and steps). A Gaussian prior, :math:`\tfrac{\lambda}{2}\|\theta\|^2` in the loss,
    holds the plain network down. Residual pathway priors proper (arXiv 2112.01388) add the
    pathways in every layer.

    Parameters
    ----------
    symmetry, is_classification, seed
        As for every rival.
    steps : int, default=None
        As the reference's.
    """

    #: λ, from a weak to a strong belief in the symmetry.
    CHOICES = (1e-3, 1e-1)

    def __init__(self, symmetry, is_classification, seed, steps=None):
        super().__init__(symmetry, is_classification, seed)
        self.steps = steps

    def learn_with(self, choice, X, Y):
        family, linear = FAMILIES[choose_family(self.symmetry)], self.symmetry.without_shifts()
        centring = Centring(self.symmetry)
        inner_X, inner_Y = centring.inward(X), centring.outward(X, Y, sign=-1)
        inputs = equivariant_scaling(linear.inputs, inner_X)
        outputs = (np.zeros(Y.shape[1]), np.ones(Y.shape[1]))
        if self.task.scale_targets:
            outputs = equivariant_scaling(linear.outputs, inner_Y)
        x, y = (
            torch.as_tensor((table - shift) / scale, dtype=torch.float32)
            for table, (shift, scale) in ((inner_X, inputs), (inner_Y, outputs))
        )
        how = family.fit_of(len(x))
        generator = torch.Generator().manual_seed(self.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            network = _Pathways(
                how.initialise(family.network(linear)),
                Dense(WIDTHS, SILU).build(x.shape[1], y.shape[1], generator),
            )
        network.float().eval()
        with torch.no_grad():
            network(x)  # fixes what a family measures on its first batch
        rows = ShuffledBatches(x, y, torch.ones(len(x)), ROWS_A_STEP, generator)
        plan = TrainingPlan(
            phase="residual pathway",
            solver=how.solver,
            learning_rate_init=how.learning_rate,
            max_iter=math.ceil((self.steps or how.steps) / len(rows)),
            weight_decay=how.weight_decay,
            penalty=lambda module: module.prior(choice),
        )
        train(network, rows, self.task.criterion, plan)
        self.module = Standardised(network, self.symmetry, inputs, outputs).float().eval()

    def answers(self, X):
        return reference_answers(self.module, self.task, X, "cpu")


class _Pathways(nn.Module):
    def __init__(self, equivariant, residual):
        super().__init__()
        self.equivariant, self.residual = equivariant, residual

    def forward(self, x):
        return self.equivariant(x) + self.residual(x)

    def prior(self, factor):
        return 0.5 * factor * sum(p.square().sum() for p in self.residual.parameters())
