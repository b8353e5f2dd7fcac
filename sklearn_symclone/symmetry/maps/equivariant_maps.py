"""Equivariant linear maps between representations: their number, a basis, and projection on them.

A map from one sum of products to another is a block for each pair of terms. Such a block is a
tensor with an axis for each factor, and it is invariant if and only if it is so under each group
alone: the basis of a block is made of small bases, one for each group, and is never written out
unless it is asked for.
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_memory

from ..language import parse_representation
from ..representations import as_representation
from .invariants import invariant_tensors
from .pairs import Pair

#: Bytes that a basis written out may take.
MAX_BYTES = 2**32
#: Columns that either side may have.
MAX_COLUMNS = 2**27


def equivariant_maps(source: Any, target: Any, *, memory: Any = None) -> EquivariantMaps:
    """Return the linear maps W from one representation to another with W ρ(g) = ρ'(g) W.

    They are found exactly: from orbits where a group permutes columns (and changes signs), from the
    invariants of the classical groups (the metric, the Levi-Civita tensor, and their products),
    and from a numerical null space for any other group, such as one of your own matrices.

    Parameters
    ----------
    source : Representation, str or int
        How the columns that are mapped transform.
    target : Representation, str or int
        How the columns that they are mapped to transform.
    memory : str, object with the joblib.Memory interface, or None, default=None
        Where bases are cached on disk. Within a process they are kept by value anyway.

    Returns
    -------
    EquivariantMaps
        The space of these maps.

    Raises
    ------
    ValueError
        If points are among the columns, or if a basis is too large for memory.

    See Also
    --------
    EquivariantMaps : The space of equivariant maps.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import equivariant_maps, S
    >>> maps = equivariant_maps(S(4) ** 2, S(4) ** 2)
    >>> maps.rank
    15
    >>> maps.basis().shape
    (15, 16, 16)
    """
    return EquivariantMaps(_known(source, "source"), _known(target, "target"), memory)


def _known(side, name):
    given, side = side, parse_representation(side) if isinstance(side, str) else side
    side = as_representation(side)
    if side is None:
        raise TypeError(f"{name} must be a Representation, its string or a number, got {given!r}")
    if side.unknowns:
        raise ValueError(f"{name} '{side}' has an unknown size: give a number instead")
    if side.is_affine:
        raise ValueError(
            f"{name} '{side}' holds points, between which no map is linear: take differences of "
            "points, which are vectors, written '.vector'"
        )
    if side.dimension > MAX_COLUMNS:
        raise ValueError(
            f"{name} '{side}' has {side.dimension} columns: a vector of them takes "
            f"{8 * side.dimension / 2**30:.3g} GiB, {MAX_COLUMNS} columns are allowed"
        )
    return side


class EquivariantMaps:
    """The space of equivariant linear maps, as :func:`equivariant_maps` returns it.

    A map is a matrix that acts on columns. The basis of the space is written out only if it is
    asked for.

    Parameters
    ----------
    source : Representation
        How the columns that are mapped transform.
    target : Representation
        How the columns that they are mapped to transform.
    memory : str, object with the joblib.Memory interface, or None, default=None
        Where bases are cached on disk.

    Attributes
    ----------
    rank : int
        The dimension of the space.

    See Also
    --------
    equivariant_maps : Return the space of maps between two representations or expressions.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import EquivariantMaps, S
    >>> maps = EquivariantMaps(S(3), S(3))
    >>> maps.project([[3, 0, 0], [0, 0, 0], [0, 0, 0]]).round(2)  # sums over orbits
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """

    def __init__(self, source: Any, target: Any, memory: Any = None) -> None:
        self.source, self.target = source, target
        find = _in_process
        if memory is not None:
            find = check_memory(memory).cache(invariant_tensors)
        pairs = itertools.product(target.blocks(), source.blocks())
        every = (Pair.between(t, s, find) for t, s in pairs)
        self._pairs = [pair for pair in every if pair.rank]
        self.rank = sum(pair.rank for pair in self._pairs)

    def __repr__(self):
        return f"<{self.rank} equivariant maps from '{self.source}' to '{self.target}'>"

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a map, (target.dimension, source.dimension)."""
        return self.target.dimension, self.source.dimension

    def basis(self) -> np.ndarray:
        """Return a basis, written out.

        Returns
        -------
        ndarray of shape (rank, target.dimension, source.dimension)
            One map after the other.
        """
        size = 8 * self.rank * math.prod(self.shape)
        if size > MAX_BYTES:
            raise ValueError(
                f"the basis of {self!r} would take {size / 2**30:.3g} GiB written out, "
                f"{MAX_BYTES / 2**30:.3g} are allowed; 'combine' and 'project' do without it"
            )
        basis = np.zeros((self.rank, *self.shape))
        first = 0
        for pair in self._pairs:
            of_pair = basis[first : first + pair.rank]
            of_pair[:, pair.rows, pair.columns] = pair.expand(np.eye(pair.rank))
            first += pair.rank
        return basis

    def combine(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the map with given coefficients in the basis.

        Parameters
        ----------
        coefficients : ndarray of shape (rank,)
            One number for each map of the basis.

        Returns
        -------
        ndarray of shape (target.dimension, source.dimension)
            The map.
        """
        coefficients = np.asarray(coefficients, dtype=float)
        if coefficients.shape != (self.rank,):
            raise ValueError(
                f"coefficients must be of shape {(self.rank,)}, got {coefficients.shape}"
            )
        W = np.zeros(self.shape)
        first = 0
        for pair in self._pairs:
            W[pair.rows, pair.columns] = pair.expand(coefficients[None, first : first + pair.rank])
            first += pair.rank
        return W

    def coordinates(self, W: ArrayLike) -> np.ndarray:
        """Return the coefficients of the equivariant map nearest to a given one.

        Parameters
        ----------
        W : array-like of shape (target.dimension, source.dimension)
            The given map.

        Returns
        -------
        ndarray of shape (rank,)
            The coefficients.
        """
        W = np.asarray(W, dtype=float)
        if W.shape != self.shape:
            raise ValueError(f"W must be of shape {self.shape}, got {W.shape}")
        found = [pair.coordinates(W[pair.rows, pair.columns]) for pair in self._pairs]
        return np.concatenate([np.empty(0), *found])

    def project(self, W: ArrayLike) -> np.ndarray:
        """Return the equivariant map nearest to a given one, in the Frobenius norm.

        Parameters
        ----------
        W : array-like of shape (target.dimension, source.dimension)
            The given map.

        Returns
        -------
        ndarray of shape (target.dimension, source.dimension)
            The map.
        """
        return self.combine(self.coordinates(W))


_in_process = functools.lru_cache(maxsize=512)(invariant_tensors)
