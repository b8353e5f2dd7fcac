"""Bases of equivariant functions that are combinations of products of columns."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import factorial2

from ...symmetry import Representation, Symmetry, Trivial, equivariant_maps

#: Entries of the largest matrix from products of columns to outputs.
MAX_ENTRIES = 20_000
#: Numbers that a basis may have, written out.
MAX_NUMBERS = 4_000_000
#: A combination of basis functions of less than this variance is left out. Entries of maps are of
#: order 1.
LEAST_VARIANCE = 1e-9


class Products(NamedTuple):
    """All products of so many columns that belong to the same item.

    Parameters
    ----------
    items : Representation
        How the group permutes the items.
    item : Representation
        How it moves the columns of one of them.
    columns : ndarray of int of shape (n_items, item.dimension)
        The columns of each item.
    degree : int
        How many are multiplied.
    """

    items: Representation
    item: Representation
    columns: np.ndarray
    degree: int

    @property
    def representation(self):
        """How the products move."""
        return math.prod([self.item] * self.degree, start=self.items)

    @property
    def factors(self):
        """The columns that are multiplied, of shape (n_products, degree)."""
        places = list(itertools.product(range(self.item.dimension), repeat=self.degree))
        return np.concatenate(self.columns[:, np.array(places, dtype=int)])


class Basis(NamedTuple):
    """Equivariant polynomials, orthonormal for columns that are independent and normal.

    Parameters
    ----------
    coefficients : ndarray of shape (n_functions, n_outputs, n_monomials)
    degrees : ndarray of int of shape (n_functions,)
    factors : tuple of ndarray of int of shape (n, degree)
        The columns whose products the monomials are. The first one is a product of none: 1.
    """

    coefficients: np.ndarray
    degrees: np.ndarray
    factors: tuple[np.ndarray, ...]


@functools.lru_cache(maxsize=64)
def basis_of(symmetry: Symmetry, products: Callable) -> Basis | None:
    """Return a basis of the equivariant functions of the columns and of some of their products.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    products : callable
        From the symmetry to a list of ``Products``, of growing degrees.

    Returns
    -------
    Basis or None
        Without products that are too many. None if the columns themselves are.
    """
    inputs, outputs = symmetry.inputs, symmetry.outputs
    first = [all_products(symmetry, degree) for degree in (0, 1)]
    factors, maps = [], []
    for some in (*first, *products(symmetry)):
        found = _maps(some.representation, outputs)
        if found is not None:
            distinct, merged = _merged(some.factors, found)
            factors.append(distinct)
            maps.append(merged)
        elif some.degree < len(first):
            return None
    functions = _orthonormal(factors, maps, inputs.dimension)
    degrees = [of.shape[1] for of, some in zip(factors, functions, strict=True) for _ in some]
    return Basis(np.concatenate(functions), np.array(degrees), tuple(factors))


def all_products(symmetry: Symmetry, degree: int) -> Products:
    """Return the products of so many of all columns."""
    inputs = symmetry.inputs
    return Products(Trivial(1), inputs, np.arange(inputs.dimension)[None], degree)


def _maps(source, target):
    """Return a basis of equivariant maps, None if it would be too large."""
    if source.dimension * target.dimension > MAX_ENTRIES:
        return None
    try:
        maps = equivariant_maps(source, target)
    except ValueError:  # the tensors of some factor are too large
        return None
    return maps.basis() if maps.rank * math.prod(maps.shape) <= MAX_NUMBERS else None


def _merged(factors, maps):
    """Return products without those that differ in the order of their factors, and their maps."""
    distinct, of = np.unique(np.sort(factors, 1), axis=0, return_inverse=True)
    merging = sparse.csr_array((np.ones(len(of)), (np.arange(len(of)), of.ravel())))
    shape = *maps.shape[:2], len(distinct)
    return distinct, (maps.reshape(-1, len(of)) @ merging).reshape(shape)


def _orthonormal(factors, maps, n_columns):
    """Return combinations of maps that are orthonormal for independent normal columns.

    Their coefficients are of shape (n_functions, n_outputs, n_monomials), an array for each degree
    and kind of product.
    """
    moments, n_outputs = _moments(factors, n_columns), maps[0].shape[1]

    def inner_products(some, others):
        # means over the columns and over the outputs
        moved = (others.reshape(-1, moments.shape[0]) @ moments).reshape(others.shape)
        return np.tensordot(some, moved, [(1, 2), (1, 2)]) / n_outputs

    found, end = [], 0
    for of, some in zip(factors, maps, strict=True):
        start, end = end, end + len(of)
        functions = np.zeros((len(some), n_outputs, moments.shape[0]))
        functions[:, :, start:end] = some
        for before in found:
            functions -= np.tensordot(inner_products(functions, before), before, 1)
        variances, directions = np.linalg.eigh(inner_products(functions, functions))
        kept = variances > LEAST_VARIANCE
        scaled = directions[:, kept] / np.sqrt(variances[kept])
        found.append(np.tensordot(scaled.T, functions, 1))
    return found


def _moments(factors, n_columns):
    """Return the mean products of monomials of independent normal columns, a sparse matrix."""
    exponents = np.zeros((sum(map(len, factors)), n_columns), dtype=np.int8)
    end = 0
    for of in factors:
        start, end = end, end + len(of)
        np.add.at(exponents, (np.arange(start, end)[:, None], of), 1)
    # the mean is 0 where the product of two has an odd power of some column
    _, parity = np.unique(exponents % 2, axis=0, return_inverse=True)
    order = np.argsort(parity.ravel(), kind="stable")
    blocks = np.split(order, np.flatnonzero(np.diff(parity.ravel()[order])) + 1)
    of_blocks = [np.exp(_log_moments(exponents[block])) for block in blocks]
    place = np.argsort(order)
    return sparse.block_diag(of_blocks, format="csr")[place][:, place]


def _log_moments(exponents):
    """Return logarithms of mean products of monomials whose exponents are odd in the same columns.

    The mean of an even power k of a normal column is (k - 1)!!.
    """
    powers = range(int(exponents.max(initial=0)) + 1)
    has = [np.equal(exponents, power).astype(float) for power in powers]
    found = np.zeros((len(exponents), len(exponents)))
    for p, q in itertools.product(powers, powers):
        if p + q > 2 and (p + q) % 2 == 0:
            found += np.log(factorial2(p + q - 1)) * (has[p] @ has[q].T)
    return found
