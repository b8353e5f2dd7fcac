r"""Small tensors, of which the closed forms of invariants are products.

All invariants of a classical group are sums of products of a few small tensors, each on some of the
axes (Weyl, "The Classical Groups", 1939): the metric of O(p,q) or the form of Sp(2n) on two, the
identity on a vector and a dual one, and the Levi-Civita tensor on n, for groups of determinant 1.

A small tensor is a triple of its axes, its entries (an index for each axis, of shape (n_axes, n))
and their values, of shape (n,).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence

import numpy as np


def single_entries(d: int, axes: Sequence[int]) -> Iterator:
    """Yield every entry of a tensor alone, for groups that leave all of them alone.

    Parameters
    ----------
    d : int
        Number of columns of the group.
    axes : sequence of int
        The axes of the tensor.

    Yields
    ------
    list of (axes, entries, values)
        A tensor with a single entry.
    """
    for entry in itertools.product(range(d), repeat=len(axes)):
        yield [((a,), np.array([[i]]), np.ones(1)) for a, i in zip(axes, entry, strict=True)]


def diagonal(pair: tuple, values: np.ndarray) -> tuple:
    """Return a diagonal matrix on two axes.

    Parameters
    ----------
    pair : tuple of int
        The axes.
    values : ndarray of shape (d,)
        The diagonal.

    Returns
    -------
    tuple
        Axes, entries and values.
    """
    index = np.arange(len(values))
    return pair, np.stack([index, index]), values


@functools.cache
def levi_civita(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the Levi-Civita tensor, which is antisymmetric in all of its n axes.

    Parameters
    ----------
    n : int
        Number of columns of the group.

    Returns
    -------
    entries : ndarray of int of shape (n, n!)
        All permutations of the indices.
    values : ndarray of shape (n!,)
        Their signs.
    """
    entries = np.array(list(itertools.permutations(range(n)))).T
    i, j = np.triu_indices(n, 1)
    return entries, 1.0 - 2.0 * ((entries[i] > entries[j]).sum(axis=0) % 2)


def matchings(axes: Sequence[int]) -> Iterator:
    """Yield all ways to pair axes off.

    Parameters
    ----------
    axes : sequence of int
        None are yielded for an odd number of axes.

    Yields
    ------
    list of tuple of int
        The pairs.
    """
    if not axes:
        yield []
    elif len(axes) % 2 == 0:
        first, *others = axes
        for partner in others:
            for rest in matchings([axis for axis in others if axis != partner]):
                yield [(first, partner), *rest]


def disjoint_subsets(axes: Sequence[int], size: int, count: int) -> Iterator:
    """Yield all sets of some disjoint subsets of a size.

    Parameters
    ----------
    axes : sequence of int
        What is chosen from.
    size : int
        Size of a subset.
    count : int
        Number of subsets.

    Yields
    ------
    list of tuple of int
        The subsets.
    """
    if count == 0:
        yield []
        return
    for some in itertools.combinations(axes, size):
        later = [axis for axis in axes if axis not in some]
        for others in disjoint_subsets(later, size, count - 1):
            if not others or some[0] < others[0][0]:
                yield [some, *others]


def linear_products(n: int, signs: tuple, weight: int | None) -> Iterator:
    """Yield the products that span the invariants of GL(n) or SL(n).

    Parameters
    ----------
    n : int
        Number of columns of the group.
    signs : tuple of {1, -1}
        1 for the axes of vectors, -1 for those of dual vectors.
    weight : int or None
        The power of the determinant that the tensors change by. None stands for any, as for SL(n).

    Yields
    ------
    list of (axes, entries, values)
        The small tensors of a product.
    """
    ups = [axis for axis, sign in enumerate(signs) if sign > 0]
    downs = [axis for axis, sign in enumerate(signs) if sign < 0]
    excess, remainder = divmod(len(ups) - len(downs), n)
    if remainder or weight not in (None, excess):
        return
    many, few = (ups, downs) if excess >= 0 else (downs, ups)
    epsilon = levi_civita(n) if excess else ()  # n! entries, which most invariants do without
    for boxes in disjoint_subsets(many, n, abs(excess)):
        rest = [axis for axis in many if not any(axis in box for box in boxes)]
        for partners in itertools.permutations(few):
            pairs = zip(rest, partners, strict=True)
            yield [
                *((box, *epsilon) for box in boxes),
                *(diagonal(pair, np.ones(n)) for pair in pairs),
            ]
