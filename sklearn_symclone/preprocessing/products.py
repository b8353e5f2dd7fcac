"""Products of columns that matrix groups leave alone, and how other groups permute them."""

from __future__ import annotations

import functools
import math
import operator
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from ..symmetry import (
    Representation,
    Symmetry,
    Trivial,
    equivariant_maps,
    signed_permutations,
)

#: Singular values below this share of the largest are rounding.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Vectors:
    """The vectors of matrix groups in a block of columns, which other groups permute.

    Parameters
    ----------
    columns : ndarray of int of shape (n_vectors, n_components)
    vector : Representation
        How the matrix groups move a vector; ``Trivial(1)`` if they do not.
    places : Representation
        How the other groups permute the vectors and change their signs.
    first : int
        The number of the first one among the vectors of all blocks.
    """

    columns: np.ndarray
    vector: Representation
    places: Representation
    first: int

    @property
    def is_bent(self):
        """Whether matrix groups move the vectors."""
        return bool(self.vector.groups)


@dataclass(frozen=True, eq=False)
class Products:
    """Numbers of one kind: invariants of single vectors, or products of two vectors.

    Parameters
    ----------
    form : ndarray of shape (n_components,) or (n_components, n_components)
        What the components of a vector, or of two vectors, are multiplied by and summed.
    columns : tuple of ndarray
        For each vector of a number, its columns, of shape (n_numbers, n_components).
    vectors : ndarray of int of shape (n_numbers, 1 or 2)
        Which vectors a number is made of.
    symmetry : {0, 1, -1}
        What a product is multiplied by where its vectors are exchanged; 0 if they are of two kinds.
    place : int or None
        Which one of several forms of the same vectors this is; None if there is one.
    """

    form: np.ndarray
    columns: tuple
    vectors: np.ndarray
    symmetry: int
    place: int | None

    def values(self, X):
        """Return the numbers for rows of X, of shape (n_samples, n_numbers)."""
        if len(self.columns) == 1:
            return X[:, self.columns[0]] @ self.form
        first, second = (X[:, columns] for columns in self.columns)
        return np.einsum("npi,npi->np", second @ self.form, first)

    def names(self, names):
        """Return the names of the numbers, from those of the columns of X."""
        kind = "" if self.place is None else f" {self.place}"
        found = []
        for vectors in zip(*self.columns, strict=True):
            spans = [_span(names, vector) for vector in vectors]
            # a column alone is a number, and keeps its name
            is_plain = len(spans) == 1 and len(vectors[0]) == 1
            found.append(f"{spans[0]}{kind}" if is_plain else f"({'|'.join(spans)}){kind}")
        return found

    def moves(self, sources, signs):
        """Return how generators move the numbers, from how they move the vectors.

        Parameters
        ----------
        sources : ndarray of int of shape (n_generators, n_vectors)
            The vector that each one comes from.
        signs : ndarray of shape (n_generators, n_vectors)
            What it is multiplied by.

        Returns
        -------
        sources : ndarray of int of shape (n_generators, n_numbers)
        signs : ndarray of shape (n_generators, n_numbers)
        """
        origin, sign = sources[:, self.vectors], signs[:, self.vectors].prod(axis=2)
        if self.symmetry:
            sign = np.where(origin[:, :, 0] > origin[:, :, 1], self.symmetry * sign, sign)
            origin = np.sort(origin, axis=2)
        size = sources.shape[1]

        def code(vectors):
            return vectors @ size ** np.arange(vectors.shape[-1])

        known = code(self.vectors)
        order = np.argsort(known)
        return order[np.searchsorted(known[order], code(origin))], sign


def vectors_of(representation):
    """Return the vectors in each block of columns without points.

    A group whose elements permute its columns and change signs is one of the others; all else are
    matrix groups.

    Parameters
    ----------
    representation : Representation

    Returns
    -------
    list of Vectors
    """
    every = representation.blocks()
    factors = [factor for block in every for factor in block.factors if factor.groups]
    bending = {factor.group for factor in factors if not factor.is_monomial}
    found, first = [], 0
    for block in every:
        bent = [bool(factor.groups) and factor.group in bending for factor in block.factors]
        kinds = [
            [axis for axis, is_bent in enumerate(bent) if is_bent == kind] for kind in (False, True)
        ]
        places, vector = (
            math.prod((block.factors[axis] for axis in axes), start=Trivial(1)) for axes in kinds
        )
        columns = block.columns.transpose([*kinds[0], *kinds[1]]).reshape(places.dimension, -1)
        found.append(Vectors(columns, vector, places, first))
        first += len(columns)
    return found


def generators_of(blocks):
    """Return how generators of the other groups move all vectors, as sources and signs.

    Parameters
    ----------
    blocks : list of Vectors

    Returns
    -------
    sources : ndarray of int of shape (n_generators, n_vectors)
    signs : ndarray of shape (n_generators, n_vectors)
    """
    places = functools.reduce(operator.add, (part.places for part in blocks))
    return signed_permutations(places, Symmetry(places, Trivial(1)).generators())


def products_of(blocks):
    """Return all invariants of degree 1 or 2 that matrix groups have in some vectors.

    Parameters
    ----------
    blocks : list of Vectors

    Returns
    -------
    list of Products

    Raises
    ------
    ValueError
        If some of them have none.
    """
    found, used = [], set()
    for k, part in enumerate(blocks):
        numbers = np.arange(len(part.columns))[:, None]
        forms = equivariant_maps(part.vector, 1).basis()[:, 0]
        for place, form in _numbered(forms):
            found.append(Products(form, (part.columns,), part.first + numbers, 0, place))
            used.add(k)
    for k, part in enumerate(blocks):
        for j, other in enumerate(blocks[k:], start=k):
            of_pair = _of_pair(part, other) if part.is_bent and other.is_bent else []
            found += of_pair
            used |= {k, j} if of_pair else set()
    for part in (part for k, part in enumerate(blocks) if k not in used):
        raise ValueError(
            f"columns of '{part.vector}' have no invariant of degree 1 or 2, neither alone nor "
            "with other columns: state a smaller group, or leave these columns out"
        )
    return found


def _of_pair(part, other):
    """Return the products of two vectors, one of each of two blocks or both of one block."""
    forms = equivariant_maps(other.vector, part.vector.dual).basis()
    first, second = np.indices((len(part.columns), len(other.columns))).reshape(2, -1)
    if part is not other:
        kinds = [(0, form, slice(None)) for form in forms]
    else:
        even, odd = (_independent((forms + sign * forms.swapaxes(1, 2)) / 2) for sign in (1, -1))
        # a vector times itself is 0 in an odd form
        kinds = [(1, form, first <= second) for form in even]
        kinds += [(-1, form, first < second) for form in odd if len(part.columns) > 1]
    found = []
    for place, (symmetry, form, some) in _numbered(kinds):
        i, j = first[some], second[some]
        columns = part.columns[i], other.columns[j]
        vectors = np.stack([part.first + i, other.first + j], axis=1)
        found.append(Products(form.T, columns, vectors, symmetry, place))
    return found


def _numbered(forms):
    """Return forms with their numbers, or with None if there is one alone."""
    return [(None, forms[0])] if len(forms) == 1 else list(enumerate(forms))


def _span(names, columns):
    """Return the names of the first and of the last of some columns."""
    return names[columns[0]] if len(columns) == 1 else f"{names[columns[0]]}..{names[columns[-1]]}"


def _independent(forms):
    """Choose independent ones among some forms."""
    if not len(forms):
        return forms
    _, r, pivots = linalg.qr(forms.reshape(len(forms), -1).T, mode="economic", pivoting=True)
    sizes = np.abs(np.diag(r))
    return forms[np.sort(pivots[: np.count_nonzero(sizes > TOLERANCE * max(1.0, sizes.max()))])]
