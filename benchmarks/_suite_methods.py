"""The methods of the suite, each a function from the setting of a comparison to a model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache, partial

import joblib
from _baselines import Augmented, Averaged, Reference, trees
from _penalties import SOLVER, Distilled, OrbitPenalty, ProjectionPenalty, ResidualPathway
from _suite_tasks import SuiteTask

from sklearn_symclone import Symmetry, SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.defaults import FROM_CLONE, FROM_RANDOM
from sklearn_symclone.imitation.network import MANY_SAMPLES
from sklearn_symclone.imitation.rounds import resolve_steps
from sklearn_symclone.students.activations import SILU, SILU_SQUARE

STRENGTHS = (0.01, 0.1, 0.5, 1.0)
#: Rows of a step, and rows and moved copies together that augmentation trains on.
BATCH_SIZE, AUGMENTED_ROWS = 200, 20000


@dataclass(frozen=True)
class Budget:
    """How long methods train.

    Parameters
    ----------
    clone_steps : int or None
        Of the imitation. None: what the estimators take.
    clone_epochs, free_epochs : int
        Of a task fit from a clone and from random weights.
    reference_steps : int, default=None
        None: as the task has it.
    """

    clone_steps: int | None
    clone_epochs: int
    free_epochs: int
    reference_steps: int | None = None


#: What the estimators do by default.
THOROUGH = Budget(SymmetryClonedRegressor().clone_steps, FROM_CLONE[0], FROM_RANDOM[0])
#: To see that everything runs.
QUICK = Budget(clone_steps=10, clone_epochs=2, free_epochs=2, reference_steps=10)


@dataclass(frozen=True)
class Setting:
    """A task, size and seed at which methods are compared.

    Parameters
    ----------
    task : SuiteTask
    symmetry : Symmetry
        The task's, bound to the columns.
    seed : int
    n : int
        Number of rows to train on.
    memory : joblib.Memory
        References and clones are fitted once.
    budget : Budget
    """

    task: SuiteTask
    symmetry: Symmetry
    seed: int
    n: int
    memory: joblib.Memory
    budget: Budget

    @property
    def common(self):
        """What every rival is told."""
        return self.symmetry, self.task.is_classification, self.seed

    @property
    def reference_steps(self):
        return self.budget.reference_steps or self.task.reference_steps

    @property
    def clone_steps(self):
        return resolve_steps(self.budget.clone_steps, max(1, self.n / MANY_SAMPLES))

    @property
    def n_steps(self):
        """Gradient steps of a clone: of the imitation, and of the task fit."""
        epoch = math.ceil(self.n / BATCH_SIZE)
        return self.clone_steps + self.budget.clone_epochs * epoch

    def unless_default(self, value):
        """Return None where methods do what the estimators do by default, else `value`."""
        return None if self.budget is THOROUGH else value

    def estimator(self, strength, **settings):
        classifies = self.task.is_classification
        estimator = SymmetryClonedClassifier if classifies else SymmetryClonedRegressor
        return estimator(strength=strength, random_state=self.seed, **settings)


def ordinary(setting):
    return setting.estimator(0, max_iter=setting.unless_default(setting.budget.free_epochs))


def longer(setting):
    max_iter = math.ceil(setting.n_steps / math.ceil(setting.n / BATCH_SIZE))
    return setting.estimator(0, max_iter=max_iter, **SOLVER)


@lru_cache(maxsize=2)
def augmented(setting, activation):
    # the same one for the plain and for the averaged predictions
    n_copies = AUGMENTED_ROWS // setting.n
    epoch = math.ceil(n_copies * setting.n / BATCH_SIZE)
    network = setting.estimator(
        0, activation=activation, max_iter=math.ceil(setting.n_steps / epoch), **SOLVER
    )
    return Augmented(network, setting.symmetry, setting.seed, n_copies)


def averaged(setting, activation):
    return Averaged(augmented(setting, activation=activation), *setting.common)


def reference(setting):
    return Reference(*setting.common, setting.memory, setting.reference_steps)


def clone(setting, strength):
    return setting.estimator(
        strength,
        symmetry=setting.task.symmetry,
        reference_steps=setting.reference_steps,
        clone_steps=setting.unless_default(setting.clone_steps),
        max_iter=setting.unless_default(setting.budget.clone_epochs),
        memory=setting.memory,
    )


def residual_pathway(setting):
    return ResidualPathway(*setting.common, setting.reference_steps)


def orbit_penalty(setting):
    return OrbitPenalty(*setting.common, setting.n_steps)


def projection_penalty(setting):
    if not ProjectionPenalty.can_have(setting.symmetry):
        return None
    return ProjectionPenalty(*setting.common, setting.n_steps)


def distilled(setting):
    budget = setting.budget
    return Distilled(reference(setting), *setting.common, setting.clone_steps, budget.clone_epochs)


def boosted_trees(setting):
    _, classifies, seed = setting.common
    return trees(classifies, setting.symmetry.outputs.dimension, seed)


#: The method that has to be level with the best of BASELINES, and these.
AUTO = "clone, auto"
BASELINES = (
    "MLP",
    "MLP, SOAP",
    "MLP + augmentation",
    "MLP + augmentation, squares",
    "reference",
)
#: None where a method does not apply.
METHODS = {
    "MLP": ordinary,
    "MLP, SOAP": longer,
    "MLP + augmentation": partial(augmented, activation=SILU),
    "MLP + augmentation, averaged": partial(averaged, activation=SILU),
    "MLP + augmentation, squares": partial(augmented, activation=SILU_SQUARE),
    "MLP + augmentation, squares, averaged": partial(averaged, activation=SILU_SQUARE),
    "reference": reference,
    **{f"clone, {strength:g}": partial(clone, strength=strength) for strength in STRENGTHS},
    AUTO: partial(clone, strength="auto"),
    "residual pathway": residual_pathway,
    "orbit penalty": orbit_penalty,
    "projection penalty": projection_penalty,
    "distilled on rows": distilled,
    "boosted trees": boosted_trees,
}
