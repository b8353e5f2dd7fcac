"""Equivariant maps between two products of factors: small bases, one for each group."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..representations import axes_by_group


@dataclass(frozen=True, eq=False)
class Pair:
    """The maps from one product of factors to another.

    The tensor of a map has the axes of the target, then those of the source. Sorted by ``axes``
    they stand together by groups, with the free axes of trivial factors at the end.

    Parameters
    ----------
    rows, columns : ndarray of int of shape (n_rows, 1) and (1, n_columns)
        Where the map stands in that between all columns.
    axes : tuple of int
        The axes of the tensor, sorted by groups.
    dimensions : tuple of int
        The shape of the tensor.
    tensors : tuple of InvariantTensors
        The invariants of each group.
    n_free : int
        Number of entries along the free axes.
    """

    rows: np.ndarray
    columns: np.ndarray
    axes: tuple
    dimensions: tuple
    tensors: tuple
    n_free: int

    @classmethod
    def between(cls, target: Any, source: Any, find: Callable) -> Pair:
        """Return the maps from one block to another.

        Parameters
        ----------
        target, source : Block
            Products of factors.
        find : callable
            Returns the invariant tensors of a product of factors of one group.

        Returns
        -------
        Pair
            The maps.
        """
        factors = (*target.factors, *(factor.dual for factor in source.factors))
        dimensions = (*target.columns.shape, *source.columns.shape)
        by_group = axes_by_group(factors)
        free = by_group.pop(None, [])
        tensors = tuple(find(tuple(factors[a] for a in axes)) for axes in by_group.values())
        return cls(
            target.columns.ravel()[:, None],
            source.columns.ravel()[None, :],
            tuple(itertools.chain(*by_group.values(), free)),
            dimensions,
            tensors,
            math.prod(dimensions[axis] for axis in free),
        )

    @property
    def rank(self) -> int:
        """Number of independent maps."""
        return math.prod(t.rank for t in self.tensors) * self.n_free

    def coordinates(self, W: np.ndarray) -> np.ndarray:
        """Return the coefficients of the equivariant map nearest to a given one.

        Parameters
        ----------
        W : ndarray of shape (n_rows, n_columns)
            The given map.

        Returns
        -------
        ndarray of shape (rank,)
            The coefficients.
        """
        x = W.reshape(self.dimensions).transpose(self.axes)
        x = x.reshape(*(t.size for t in self.tensors), self.n_free)
        for axis, tensors in enumerate(self.tensors):
            x = _along(tensors.coordinates, x, axis)
        return x.ravel()

    def expand(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the maps that have given coefficients.

        Parameters
        ----------
        coefficients : ndarray of shape (n, rank)
            One row for each map.

        Returns
        -------
        ndarray of shape (n, n_rows, n_columns)
            The maps.
        """
        x = coefficients.reshape(len(coefficients), *(t.rank for t in self.tensors), self.n_free)
        for axis, tensors in enumerate(self.tensors, start=1):
            x = _along(tensors.combine, x, axis)
        sorted_dimensions = [self.dimensions[axis] for axis in self.axes]
        x = x.reshape(len(x), *sorted_dimensions)
        x = x.transpose(0, *(np.argsort(self.axes) + 1))
        return x.reshape(len(x), len(self.rows), self.columns.shape[1])


def _along(function, x, axis):
    """Apply a function of matrices, which acts on columns, along an axis."""
    front = np.moveaxis(x, axis, 0)
    moved = function(front.reshape(len(front), -1))
    return np.moveaxis(moved.reshape(len(moved), *front.shape[1:]), 0, axis)
