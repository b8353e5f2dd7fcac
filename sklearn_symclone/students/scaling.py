"""Column-by-column standardisation, which is folded into the first and the last layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ColumnScaling:
    """Column-by-column standardisation of a student's inputs and targets.

    Parameters
    ----------
    x_shift, x_scale : ndarray of shape (n_features,)
    y_shift, y_scale : ndarray of shape (n_outputs,)
    """

    x_shift: np.ndarray
    x_scale: np.ndarray
    y_shift: np.ndarray
    y_scale: np.ndarray

    @classmethod
    def of(cls, chunks, *, scale_targets):
        """Measure the columns of X, and of Y if its values are quantities and not classes.

        Parameters
        ----------
        chunks : callable
            Returns an iterable of the parts of a table: X, Y, and the weights or None.
        scale_targets : bool
        """
        x_shift, x_scale = _moments(lambda: ((X, weights) for X, _, weights in chunks()))
        if scale_targets:
            y_shift, y_scale = _moments(lambda: ((Y, weights) for _, Y, weights in chunks()))
        else:
            n_outputs = next(iter(chunks()))[1].shape[1]
            y_shift, y_scale = np.zeros(n_outputs), np.ones(n_outputs)
        return cls(x_shift, x_scale, y_shift, y_scale)

    def scale_inputs(self, X):
        """Return standardised inputs."""
        return (X - self.x_shift) / self.x_scale

    def scale_targets(self, Y):
        """Return standardised targets."""
        return (Y - self.y_shift) / self.y_scale


def _moments(chunks):
    mean = _mean((np.asarray(X, dtype=float), weights) for X, weights in chunks())
    deviation = np.sqrt(_mean(((X - mean) ** 2, weights) for X, weights in chunks()))
    # the deviation of a constant column is rounding, and its scale does not matter
    return mean, np.where(deviation > 1e-7 * np.abs(mean), deviation, 1.0)


def _mean(chunks):
    """Return the weighted mean of the columns of all chunks; of one chunk, as NumPy rounds it."""
    mean, total = 0.0, 0.0
    for values, weights in chunks:
        weight = len(values) if weights is None else weights.sum()
        if weight > 0:
            total += weight
            difference = np.average(values, axis=0, weights=weights) - mean
            mean = mean + difference * (weight / total)
    return mean
