"""The tasks with noisy labels: generated ones, whose truth is known, and matches of the NFL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import _nfl
import numpy as np
from _scores import calibration_error, class_probabilities, least_log_loss, log_loss
from scipy.special import expit
from scipy.stats import norm, t

from sklearn_symclone import Symmetry
from sklearn_symclone.datasets import make_inertia, make_o5, make_particle_interaction

N_TEST = 5000
#: Degrees of freedom of heavy-tailed noise. Its variance is infinite.
HEAVY = 2
#: Noise in standard deviations of the truth, and shares of labels that are flipped.
DEVIATIONS, FLIPPED = (0, 0.1, 0.3, 1, 3), (0, 0.1, 0.2)


def matches(n_samples, random_state):
    """Return pairs of teams, and the probabilities that the first and the second one win."""
    X = random_state.standard_normal((n_samples, 8))

    def strength(team):
        return team @ [1, 0.6, -0.4, 0.3] + 0.4 * team[:, 0] * team[:, 1]

    first = expit(strength(X[:, :4]) - strength(X[:, 4:]))
    return X, np.column_stack([first, 1 - first])


def items(n_samples, random_state):
    """Return five items of two columns each, and a sum over items."""
    X = random_state.standard_normal((n_samples, 10))
    first, second = X[:, ::2], X[:, 1::2]
    return X, (np.tanh(first) + 0.5 * first * second).sum(axis=1)


def normal(shape, random_state):
    """Return noise of standard deviation 1."""
    return random_state.standard_normal(shape)


def heavy(shape, random_state):
    """Return noise of Student's t, whose middle half is as wide as that of a normal one."""
    scale = norm.ppf(0.75) / t.ppf(0.75, HEAVY)
    return scale * random_state.standard_t(HEAVY, shape)


def flip(probabilities, share):
    """Return the probabilities of two classes after a share of all labels is exchanged."""
    return (1 - share) * probabilities + share * probabilities[:, ::-1]


@dataclass(frozen=True)
class Rows:
    """Rows to train on, and rows to test on.

    Parameters
    ----------
    stated : str
        The symmetry.
    X, y : ndarray
    X_test, truth : ndarray
        Quantities, or a column for each class: probabilities, or indicators where the true
        probabilities are not known.
    is_classification : bool
    """

    stated: str
    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    truth: np.ndarray
    is_classification: bool = False

    @property
    def n_outputs(self):
        return self.truth[0].size

    @property
    def symmetry(self):
        """The symmetry, bound to the columns."""
        return Symmetry.parse(self.stated).bind(self.X.shape[1], self.n_outputs)

    def scores(self, model):
        """Return the figures of a fitted model.

        The error is 1 - R², or the log loss less that of the truth. Indicators have none to take
        off, so that there it is the log loss itself.
        """
        if not self.is_classification:
            predicted = np.reshape(model.predict(self.X_test), self.truth.shape)
            variance = np.var(self.truth, axis=0).mean()
            return {"error": float(((predicted - self.truth) ** 2).mean() / variance)}
        probabilities = class_probabilities(model, self.X_test, [0, 1])
        loss = log_loss(self.truth, probabilities)
        return {
            "error": loss - least_log_loss(self.truth),
            "log loss": loss,
            "ECE": calibration_error(self.truth, probabilities),
        }


@dataclass(frozen=True)
class NoisyTask:
    """A task, and the sizes and levels of noise at which it is measured.

    Parameters
    ----------
    rows : callable
        From a number of rows, a level of noise and a seed to Rows.
    levels : tuple
        What ``--noise`` or ``--flipped`` of the command line replaces.
    option : {"noise", "flipped", None}
    sizes : tuple of int
    find : callable
        It ends the program if data are missing.
    """

    rows: Callable
    levels: tuple
    option: str | None
    sizes: tuple = (100, 300, 1000, 3000)
    find: Callable = tuple


def _quantity(stated, make, noise):
    def rows(n_samples, level, seed):
        random_state = np.random.RandomState(seed)
        X, truth = make(n_samples, random_state)
        X_test, tested = make(N_TEST, random_state)
        y = truth + level * np.std(tested, axis=0) * noise(truth.shape, random_state)
        return Rows(stated, X, y, X_test, tested)

    return rows


def _random_winners(n_samples, share, seed):
    random_state = np.random.RandomState(seed)
    X, truth = matches(n_samples, random_state)
    X_test, tested = matches(N_TEST, random_state)
    draws = random_state.uniform(size=n_samples)
    y = np.where(draws < flip(truth, share)[:, 0], 0, 1)
    return Rows("S(2)*4 -> S(2)", X, y, X_test, flip(tested, share), is_classification=True)


def _nfl_winners(n_samples, level, seed):
    X, winner, X_test, tested = _nfl.winners(n_samples, seed)
    return Rows(_nfl.WINNERS, X, winner.argmax(axis=1), X_test, tested, is_classification=True)


def _nfl_margins(n_samples, level, seed):
    return Rows(_nfl.MARGINS, *_nfl.margins(n_samples, seed))


#: Symmetry and generator of each quantity: from a number of samples and a RandomState to X and y.
QUANTITIES = {
    "A2, items": ("S(5)*2", items),
    "O5": ("2*O(5)", lambda n, r: make_o5(n, random_state=r)),
    "inertia": ("S(5) + S(5)*O(3) -> O(3)**2", lambda n, r: make_inertia(n, random_state=r)),
    "particle": ("4*O(1,3)", lambda n, r: make_particle_interaction(n, random_state=r)),
}
HEAVY_TAILS = ", heavy tails"
_real = partial(NoisyTask, levels=("",), option=None, sizes=(300, 1500), find=_nfl.matches)
TASKS = {
    "A1, matches": NoisyTask(_random_winners, FLIPPED, "flipped"),
    **{
        name: NoisyTask(_quantity(*of_quantity, normal), DEVIATIONS, "noise")
        for name, of_quantity in QUANTITIES.items()
    },
    # without noise there are no tails
    **{
        name + HEAVY_TAILS: NoisyTask(_quantity(*of_quantity, heavy), DEVIATIONS[1:], "noise")
        for name, of_quantity in QUANTITIES.items()
    },
    "NFL winners": _real(_nfl_winners),
    "NFL margins": _real(_nfl_margins),
}
