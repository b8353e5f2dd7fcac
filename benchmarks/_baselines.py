"""Other ways to use a symmetry, or to do without: the rivals of clones in the benchmarks."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import train_test_split
from sklearn.multioutput import MultiOutputRegressor
from sklearn.utils import check_random_state

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.fitting import Cache, Seeds, Settings
from sklearn_symclone.imitation import choose_recipe, fit_teacher
from sklearn_symclone.imitation.answers import reference_answers
from sklearn_symclone.training import (
    CLASSIFICATION,
    REGRESSION,
    DivergenceError,
    TrainingData,
    one_thread,
)

#: Rows up to which a third is held out to choose a setting; of more, a fifth.
FEW_ROWS = 500


class Rival:
    """A method with ``fit`` and ``predict``, whose ``learn`` and ``answers`` see matrices.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    is_classification : bool
    seed : int
    """

    def __init__(self, symmetry, is_classification, seed):
        self.symmetry, self.seed = symmetry, seed
        self.task = CLASSIFICATION if is_classification else REGRESSION

    def fit(self, X, y):
        Y = y.reshape(len(y), -1)
        if self.task.is_classification:
            self.classes_, codes = np.unique(y, return_inverse=True)
            Y = np.eye(len(self.classes_))[codes]
        with one_thread("cpu"):
            self.learn(X.astype(np.float64), Y.astype(np.float64))
        return self

    def predict_proba(self, X):
        return self.answers(X.astype(np.float64))

    def predict(self, X):
        answers = self.predict_proba(X)
        if self.task.is_classification:
            return self.classes_[answers.argmax(axis=1)]
        return answers.ravel() if answers.shape[1] == 1 else answers


class Tuned(Rival):
    """A rival with a setting, which held-out training rows choose."""

    #: Values that are tried.
    CHOICES = ()

    def learn(self, X, Y):
        held_out = 1 / 3 if len(X) <= FEW_ROWS else 1 / 5
        parts = train_test_split(X, Y, test_size=held_out, random_state=self.seed)
        losses = [self._held_out_loss(choice, *parts) for choice in self.CHOICES]
        self.choice = self.CHOICES[int(np.argmin(losses))]
        self.learn_with(self.choice, X, Y)

    def _held_out_loss(self, choice, X, X_held_out, Y, Y_held_out):
        try:
            self.learn_with(choice, X, Y)
        except DivergenceError:
            return np.inf
        answers = self.answers(X_held_out)
        if self.task.is_classification:
            return -np.mean(np.sum(Y_held_out * np.log(answers.clip(1e-12)), axis=1))
        return np.mean((answers - Y_held_out) ** 2)


class Reference(Rival):
    """The equivariant reference itself, the one that the clones of this seed imitate.

    Parameters
    ----------
    symmetry, is_classification, seed
        As for every rival.
    memory : joblib.Memory
        That of the clones.
    steps : int, default=None
        Their ``reference_steps``.
    """

    def __init__(self, symmetry, is_classification, seed, memory, steps=None):
        super().__init__(symmetry, is_classification, seed)
        self.memory, self.steps = memory, steps

    def learn(self, X, Y):
        y, classes = Y, None
        if self.task.is_classification:
            y, classes = Y.argmax(axis=1), np.arange(Y.shape[1])
        data = TrainingData(X, y, np.ones(len(X)), classes=classes)
        # as a fit of the estimators begins, so that the clones find the reference in the cache
        estimator = SymmetryClonedRegressor(
            symmetry=self.symmetry, strength=1, reference_steps=self.steps
        )
        settings = Settings.decide(
            estimator.get_params(deep=False),
            data,
            self.task,
            device="cpu",
            cache=Cache(self.memory),
        )
        seeds = Seeds.draw(check_random_state(self.seed))
        recipe = choose_recipe(data, settings, seeds)
        self.module = fit_teacher(data, settings, seeds, recipe).module()

    def answers(self, X):
        return reference_answers(self.module, self.task, X, "cpu")


class Augmented:
    """An ordinary network fitted to the rows and moved copies.

    Parameters
    ----------
    network : estimator
    symmetry : Symmetry
        Bound to the columns. Scores of classes are invariant.
    seed : int
    n_copies : int
        Of each row, itself among them.
    """

    def __init__(self, network, symmetry, seed, n_copies):
        self.network, self.symmetry = network, symmetry
        self.seed, self.n_copies = seed, n_copies

    def fit(self, X, y):
        random_state = check_random_state(self.seed)
        copies = [(X, y)]
        for _ in range(self.n_copies - 1):
            elements = self.symmetry.sample(len(X), random_state)
            targets = y
            if y.dtype.kind == "f":
                Y = self.symmetry.outputs.transform(elements, y.reshape(len(y), -1))
                targets = Y.reshape(y.shape)
            copies.append((self.symmetry.inputs.transform(elements, X), targets))
        self.network.fit(*map(np.concatenate, zip(*copies, strict=True)))
        self.classes_ = getattr(self.network, "classes_", None)
        return self

    def predict(self, X):
        return self.network.predict(X)

    def predict_proba(self, X):
        return self.network.predict_proba(X)


class Averaged(Rival):
    r"""The mean of :math:`\rho(g^{-1})h(gx)` over random group elements and the identity.

    Parameters
    ----------
    model : estimator
        It is fitted unless it is so already: two rivals can share one.
    symmetry, is_classification, seed
        As for every rival.
    """

    N_ELEMENTS = 16

    def __init__(self, model, symmetry, is_classification, seed):
        super().__init__(symmetry, is_classification, seed)
        self.model = model

    def fit(self, X, y):
        if not hasattr(self.model.network, "coefs_"):
            self.model.fit(X, y)
        self.classes_ = getattr(self.model.network, "classes_", None)
        return self

    def answers(self, X):
        random_state = check_random_state(self.seed)
        classifies = self.task.is_classification
        h = self.model.predict_proba if classifies else self.model.predict
        total = h(X).reshape(len(X), -1)
        for _ in range(self.N_ELEMENTS - 1):
            elements = self.symmetry.sample(len(X), random_state)
            moved = h(self.symmetry.inputs.transform(elements, X)).reshape(len(X), -1)
            total = total + self.symmetry.outputs.transform(elements.inverse(), moved)
        return total / self.N_ELEMENTS


def trees(is_classification, n_outputs, seed):
    """Return scikit-learn's gradient-boosted trees."""
    if is_classification:
        return HistGradientBoostingClassifier(random_state=seed)
    model = HistGradientBoostingRegressor(random_state=seed)
    return model if n_outputs == 1 else MultiOutputRegressor(model)
