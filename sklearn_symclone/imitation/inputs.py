"""Where the reference is imitated: rows of the table, moved and jittered, or Gaussian rows."""

from __future__ import annotations

import numpy as np

from ..defaults import JITTER, POOL, UNMOVED


class OrbitInputs:
    """Training rows, moved by random group elements; one row in ten is not moved.

    If a finite group moves the rows to fewer places than are drawn, jitter fills the gap, or the
    student would learn those few places by heart. The jitter of a row is a random multiple, up to
    0.5, of the difference of two other rows, so that it respects the scales and correlations of
    the columns. Elsewhere it would harm: a table can lie on a surface, such as that of particles
    of one mass, beside which the reference knows nothing.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    X : ndarray of shape (n_samples, n_features)
    sample_weight : ndarray of shape (n_samples,)
        A row is drawn with a probability in proportion to its weight.
    random_state : RandomState
    """

    def __init__(self, symmetry, X, sample_weight, random_state):
        self.symmetry, self.X, self.random_state = symmetry, X, random_state
        self.jittered = max(0.0, 1 - len(X) * symmetry.order / POOL)
        self.cumulative = np.cumsum(sample_weight) / np.sum(sample_weight)

    def _rows(self, n_rows):
        # the n-th draw falls into the same row however a weight is spread over equal rows
        chosen = np.searchsorted(self.cumulative, self.random_state.uniform(size=n_rows), "right")
        return self.X[np.minimum(chosen, len(self.X) - 1)]

    def draw(self, n_rows):
        """Return fresh rows, an ndarray of shape (n_rows, n_features)."""
        rows = self._rows(n_rows)
        if self.jittered > 0:
            sigma = self.random_state.uniform(1 - 1 / self.jittered, 1, size=(n_rows, 1))
            difference = self._rows(n_rows) - self._rows(n_rows)
            rows = rows + JITTER * sigma.clip(min=0) * difference
        n_moved = n_rows - round(UNMOVED * n_rows)
        elements = self.symmetry.sample(n_moved, self.random_state, self.X)
        rows[:n_moved] = self.symmetry.inputs.transform(elements, rows[:n_moved])
        return rows


class GaussianInputs:
    """Independent Gaussian columns, of the mean and deviation of the table's columns.

    Parameters
    ----------
    symmetry : Symmetry
        Not used: the paper's inputs know nothing of it.
    X : ndarray of shape (n_samples, n_features)
    sample_weight : ndarray of shape (n_samples,)
    random_state : RandomState
    """

    def __init__(self, symmetry, X, sample_weight, random_state):
        self.mean = np.average(X, axis=0, weights=sample_weight)
        variance = np.average((X - self.mean) ** 2, axis=0, weights=sample_weight)
        self.deviation, self.random_state = np.sqrt(variance), random_state

    def draw(self, n_rows):
        """Return fresh rows, an ndarray of shape (n_rows, n_features)."""
        normal = self.random_state.standard_normal((n_rows, len(self.mean)))
        return self.mean + self.deviation * normal


#: The choices of ``clone_inputs``.
CLONE_INPUTS = {"orbit": OrbitInputs, "gaussian": GaussianInputs}
