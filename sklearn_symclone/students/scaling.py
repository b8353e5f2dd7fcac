"""Standardise columns: shifts and scales, which exported weights absorb."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ColumnScaling:
    """Shifts and scales that standardise the inputs and the targets of a student.

    Parameters
    ----------
    x_shift, x_scale : ndarray of shape (n_features,)
        Mean and standard deviation of the columns of X; the scale of a constant column is 1.
    y_shift, y_scale : ndarray of shape (n_outputs,)
        The same of the targets.

    See Also
    --------
    Dense.export : Turns weights for standardised columns into weights for columns as they are.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.students import ColumnScaling
    >>> X, Y = np.array([[1.0], [3.0]]), np.array([[10.0], [10.0]])
    >>> scaling = ColumnScaling.of(lambda: [(X, Y, None)], scale_targets=True)
    >>> scaling.scale_inputs(X).ravel(), scaling.scale_targets(Y).ravel()
    (array([-1.,  1.]), array([0., 0.]))
    """

    x_shift: np.ndarray
    x_scale: np.ndarray
    y_shift: np.ndarray
    y_scale: np.ndarray

    @classmethod
    def of(cls, chunks, *, scale_targets):
        """Measure the columns of X, and those of Y if they hold quantities and not classes.

        Parameters
        ----------
        chunks : callable
            Returns an iterable of the chunks of a table, each of them X, Y, and weights or None.
        scale_targets : bool
            Whether to standardise Y. If False its shifts are 0 and its scales 1.

        Returns
        -------
        ColumnScaling
            The shifts and scales.
        """
        x_shift, x_scale = _moments(lambda: ((X, weights) for X, _, weights in chunks()))
        if scale_targets:
            y_shift, y_scale = _moments(lambda: ((Y, weights) for _, Y, weights in chunks()))
        else:
            n_outputs = next(iter(chunks()))[1].shape[1]
            y_shift, y_scale = np.zeros(n_outputs), np.ones(n_outputs)
        return cls(x_shift, x_scale, y_shift, y_scale)

    def scale_inputs(self, X):
        """Return standardised inputs.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            In the units of the table.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Of mean 0 and standard deviation 1 over the table.
        """
        return (X - self.x_shift) / self.x_scale

    def scale_targets(self, Y):
        """Return standardised targets.

        Parameters
        ----------
        Y : ndarray of shape (n_samples, n_outputs)
            In the units of the table.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Of mean 0 and standard deviation 1 over the table.
        """
        return (Y - self.y_shift) / self.y_scale

    def unscale_targets(self, Y):
        """Return standardised targets in the units of the table; the inverse of ``scale_targets``.

        Parameters
        ----------
        Y : ndarray of shape (n_samples, n_outputs)
            Standardised.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            In the units of the table.
        """
        return Y * self.y_scale + self.y_shift


def _moments(chunks):
    mean = _mean((np.asarray(X, dtype=float), weights) for X, weights in chunks())
    deviation = np.sqrt(_mean(((X - mean) ** 2, weights) for X, weights in chunks()))
    # the deviation of a constant column is a rounding error, and its scale does not matter
    return mean, np.where(deviation > 1e-7 * np.abs(mean), deviation, 1.0)


def _mean(chunks):
    """Return the weighted mean of columns over all chunks; of one chunk it is that of NumPy."""
    mean, total = 0.0, 0.0
    for values, weights in chunks:
        weight = len(values) if weights is None else weights.sum()
        if weight > 0:
            total += weight
            difference = np.average(values, axis=0, weights=weights) - mean
            mean = mean + difference * (weight / total)
    return mean
