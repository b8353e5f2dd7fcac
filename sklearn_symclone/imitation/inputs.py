"""The cloning inputs: samples of the table, moved and jittered, or Gaussian samples."""

from __future__ import annotations

import numpy as np

from ..defaults import JITTER, POOL, UNMOVED


class _Samples:
    """Samples of a table, drawn with probabilities in proportion to their weights.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    sample_weight : ndarray of shape (n_samples,)
    random_state : RandomState
    """

    def __init__(self, X, sample_weight, random_state):
        self.X, self.random_state = X, random_state
        self.cumulative = np.cumsum(sample_weight) / np.sum(sample_weight)

    def draw(self, n_rows):
        """Return an ndarray of shape (n_rows, n_features)."""
        chosen = np.searchsorted(self.cumulative, self.random_state.uniform(size=n_rows), "right")
        return self.X[np.minimum(chosen, len(self.X) - 1)]


class OrbitInputs:
    """Training samples, moved by random group elements. One sample in ten is not moved.

    A finite group can move the samples to fewer places than are drawn. The student would memorise
    these places, so the samples are jittered as well. The jitter of a sample is the difference of
    two other samples, times a random factor of at most 0.5. It therefore follows the scales and the
    correlations of the columns. Items that are present remain so. With other groups jitter would
    harm: the samples can lie on a surface, such as that of particles of one mass, and the reference
    is meaningless off the surface.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    X : ndarray of shape (n_samples, n_features)
        Training samples, all of them distinct.
    sample_weight : ndarray of shape (n_samples,)
        The probability of a sample is proportional to its weight.
    random_state : RandomState
        Draws samples, group elements and jitter.
    """

    def __init__(self, symmetry, X, sample_weight, random_state):
        self.symmetry, self.random_state = symmetry, random_state
        self.samples = _Samples(X, sample_weight, random_state)
        self.masking = symmetry.masking
        self.jittered = max(0.0, 1 - len(X) * symmetry.capped_order / POOL)

    def draw(self, n_rows):
        """Return fresh rows, an ndarray of shape (n_rows, n_features)."""
        rows = self.samples.draw(n_rows)
        if self.jittered > 0:
            sigma = self.random_state.uniform(1 - 1 / self.jittered, 1, size=(n_rows, 1))
            difference = self.samples.draw(n_rows) - self.samples.draw(n_rows)
            jittered = rows + JITTER * sigma.clip(min=0) * difference
            rows = _filled_as(self.masking, rows, jittered)
        n_moved = n_rows - round(UNMOVED * n_rows)
        elements = self.symmetry.sample(n_moved, self.random_state, rows)
        rows[:n_moved] = self.symmetry.inputs.transform(elements, rows[:n_moved])
        return rows


class GaussianInputs:
    """Independent Gaussian columns with the means and standard deviations of the table's columns.

    Parameters
    ----------
    symmetry : Symmetry
        If it has masks, the items of training samples are present.
    X : ndarray of shape (n_samples, n_features)
        Training samples.
    sample_weight : ndarray of shape (n_samples,)
        Weights for means and deviations.
    random_state : RandomState
        Draws the samples.
    """

    def __init__(self, symmetry, X, sample_weight, random_state):
        self.mean = np.average(X, axis=0, weights=sample_weight)
        variance = np.average((X - self.mean) ** 2, axis=0, weights=sample_weight)
        self.deviation, self.random_state = np.sqrt(variance), random_state
        self.samples = _Samples(X, sample_weight, random_state)
        self.masking = symmetry.masking

    def draw(self, n_rows):
        """Return fresh rows, an ndarray of shape (n_rows, n_features)."""
        normal = self.random_state.standard_normal((n_rows, len(self.mean)))
        rows = self.mean + self.deviation * normal
        if self.masking is None:
            return rows
        return _filled_as(self.masking, self.samples.draw(n_rows), rows)


def _filled_as(masking, samples, rows):
    """Return rows with the items of samples, and the mean of these for absent ones."""
    if masking is None:
        return rows
    for columns in masking.masks.values():
        rows[:, columns] = samples[:, columns]
    return masking.filled(rows)


#: The choices of ``clone_inputs``.
CLONE_INPUTS = {"orbit": OrbitInputs, "gaussian": GaussianInputs}
