"""Errors on tables with noisy labels, beside ridge or logistic regression and scikit-learn's MLP.

Errors are against the truth without noise: 1 - R² of quantities, and of matches the log loss less
the least that is possible. Generated tasks alone. Seeds 0 to 2 and those from 100 on have chosen
settings::

    python benchmarks/noisy.py --rows 300 --noise 1
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from _report import write_table
from scipy.special import expit, xlogy
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sklearn_symclone import Symmetry, SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.datasets import make_inertia, make_o5, make_particle_interaction

N_TEST, N_COPIES = 5000, 10


def matches(n_samples, random_state):
    """Return pairs of teams, and the probability that the first one wins."""
    X = random_state.standard_normal((n_samples, 8))

    def strength(team):
        return team @ [1, 0.6, -0.4, 0.3] + 0.4 * team[:, 0] * team[:, 1]

    return X, expit(strength(X[:, :4]) - strength(X[:, 4:]))


def items(n_samples, random_state):
    """Return five items of two columns each, and a sum over items."""
    X = random_state.standard_normal((n_samples, 10))
    first, second = X[:, ::2], X[:, 1::2]
    return X, (np.tanh(first) + 0.5 * first * second).sum(axis=1)


#: Symmetry and generator of each task: from a number of samples and a RandomState to X and y.
TASKS = {
    "A1, matches": ("S(2)*4 -> S(2)", matches),
    "A2, items": ("S(5)*2", items),
    "O5": ("2*O(5)", lambda n, r: make_o5(n, random_state=r)),
    "inertia": ("S(5) + S(5)*O(3) -> O(3)**2", lambda n, r: make_inertia(n, random_state=r)),
    "particle": ("4*O(1,3)", lambda n, r: make_particle_interaction(n, random_state=r)),
}


class Task:
    """A task with labels that are noisy, and the truth of test rows."""

    def __init__(self, name, n_samples, noise, seed):
        self.symmetry, make = TASKS[name]
        self.is_classification = make is matches
        random_state = np.random.RandomState(seed)
        self.X, truth = make(n_samples, random_state)
        self.X_test, self.truth = make(N_TEST, random_state)
        if self.is_classification:
            self.y = np.where(random_state.uniform(size=n_samples) < truth, 0, 1)
        else:
            spread = np.std(self.truth, axis=0)
            self.y = truth + noise * spread * random_state.standard_normal(truth.shape)

    def augmented(self, seed):
        """Return the training rows and copies of them, moved by random group elements."""
        Y = np.eye(2)[self.y] if self.is_classification else self.y.reshape(len(self.X), -1)
        symmetry = Symmetry.parse(self.symmetry).bind(self.X.shape[1], Y.shape[1])
        X = np.tile(self.X, (N_COPIES, 1))
        elements = symmetry.sample(len(X), seed, self.X)
        moved = symmetry.outputs.transform(elements, np.tile(Y, (N_COPIES, 1)))
        Y = np.vstack([Y, moved])
        X = np.vstack([self.X, symmetry.inputs.transform(elements, X)])
        return X, Y.argmax(axis=1) if self.is_classification else Y.squeeze()

    def error(self, model):
        """Return the error of a fitted model against the truth."""
        if self.is_classification:
            p, q = self.truth, np.clip(model.predict_proba(self.X_test)[:, 0], 1e-7, 1 - 1e-7)
            losses = xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q))
            return float(losses.mean())
        difference = (model.predict(self.X_test) - self.truth) ** 2
        return float(difference.mean() / np.var(self.truth, axis=0).mean())


def cloned(task, seed, symmetry=True):
    kind = SymmetryClonedClassifier if task.is_classification else SymmetryClonedRegressor
    return kind(symmetry=task.symmetry if symmetry else None, random_state=seed)


def network(task, seed):
    kind = MLPClassifier if task.is_classification else MLPRegressor
    return make_pipeline(StandardScaler(), kind(random_state=seed))


def squares(task):
    grid = np.logspace(-3, 4, 15)
    linear = (
        LogisticRegressionCV(
            Cs=1 / grid[::2], l1_ratios=(0,), scoring="neg_log_loss", use_legacy_attributes=False
        )
        if task.is_classification
        else RidgeCV(grid)
    )
    return make_pipeline(PolynomialFeatures(2), StandardScaler(), linear)


METHODS = {
    "cloned": lambda task, seed: cloned(task, seed).fit(task.X, task.y),
    "no symmetry": lambda task, seed: cloned(task, seed, symmetry=False).fit(task.X, task.y),
    "MLP": lambda task, seed: network(task, seed).fit(task.X, task.y),
    "MLP + augmentation": lambda task, seed: network(task, seed).fit(*task.augmented(seed)),
    "linear on squares": lambda task, seed: squares(task).fit(task.X, task.y),
    "linear on squares + augmentation": lambda task, seed: squares(task).fit(*task.augmented(seed)),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", nargs="+", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--rows", nargs="+", type=int, default=[100, 300, 1000, 3000])
    parser.add_argument("--noise", nargs="+", type=float, default=[0, 0.1, 0.3, 1, 3])
    parser.add_argument("--seeds", nargs="+", type=int, default=[3, 4, 5])
    parser.add_argument("--name", default="noisy", help="of the files of results")
    arguments = parser.parse_args()
    rows = []
    for name in arguments.task:
        for n_samples in arguments.rows:
            for noise in [1.0] if TASKS[name][1] is matches else arguments.noise:
                rows += measure(name, n_samples, noise, arguments.seeds)
                command = "python benchmarks/noisy.py"
                write_table(rows, arguments.name, "Noisy labels", command, notes=NOTES)


NOTES = """Errors against the truth: 1 - R², and of matches the log loss less the least one.
Default parameters, the symmetry stated; medians over seeds; noise in standard deviations of the
truth, of matches that of the outcome. Augmentation: ten moved copies of each row."""


def measure(name, n_samples, noise, seeds):
    """Return one row of results for each method."""
    found = []
    for method, fit in METHODS.items():
        errors, seconds = [], []
        for seed in seeds:
            task = Task(name, n_samples, noise, seed)
            start = time.process_time()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model = fit(task, seed)
            seconds.append(time.process_time() - start)
            errors.append(task.error(model))
        found.append(
            {
                "task": name,
                "rows": n_samples,
                "noise": noise,
                "method": method,
                "error": float(np.median(errors)),
                "seconds": float(np.median(seconds)),
            }
        )
        print(*found[-1].values(), flush=True)
    return found


if __name__ == "__main__":
    main()
