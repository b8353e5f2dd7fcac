"""Orders, random elements and lists of permutation groups, from their generators.

SymPy's stabiliser chains (the Schreier-Sims algorithm) write every element in one way as a product
of one permutation from each of a few lists.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from ..representations import describe_order

#: Elements of the largest group that is listed.
MAX_LISTED = 1_000_000


def number_of_elements(generators: np.ndarray) -> int:
    """Return the number of elements that permutations generate.

    Parameters
    ----------
    generators : ndarray of int of shape (n_generators, n)
        Permutations of n columns.

    Returns
    -------
    int
        The order of the group.
    """
    return math.prod(len(level) for level in _levels(generators))


def draw_elements(
    generators: np.ndarray, n_elements: int, random_state: np.random.RandomState
) -> np.ndarray:
    """Draw uniformly among the elements that permutations generate.

    Parameters
    ----------
    generators : ndarray of int of shape (n_generators, n)
        Permutations of n columns.
    n_elements : int
        How many elements are drawn.
    random_state : numpy.random.RandomState
        Where randomness comes from.

    Returns
    -------
    ndarray of int of shape (n_elements, n)
        The elements.
    """
    product = np.tile(np.arange(generators.shape[1]), (n_elements, 1))
    for level in _levels(generators):
        product = level[random_state.randint(len(level), size=n_elements)[:, None], product]
    return product


def all_elements(generators: np.ndarray, name: str) -> np.ndarray:
    """Return all elements that permutations generate, the identity first.

    Parameters
    ----------
    generators : ndarray of int of shape (n_generators, n)
        Permutations of n columns.
    name : str
        What an error calls the group.

    Returns
    -------
    ndarray of int of shape (order, n)
        The elements.
    """
    order = number_of_elements(generators)
    if order > MAX_LISTED:
        raise ValueError(f"{name} is {describe_order(order)}, {MAX_LISTED} at most can be listed")
    products = np.arange(generators.shape[1])[None]
    for level in _levels(generators):
        products = level[:, products].reshape(-1, generators.shape[1])
    return products


def _levels(generators):
    generators = np.ascontiguousarray(generators, dtype=np.int64)
    return _levels_of(generators.tobytes(), generators.shape[1])


@functools.lru_cache(maxsize=64)
def _levels_of(content, n):
    """Return a list of permutations for each stabiliser, each with the identity first.

    Those of the smallest stabiliser come first; an element is one from each list, multiplied from
    the left one list after the other.
    """
    # imported when first used: most symmetries do without
    from sympy.combinatorics import Permutation, PermutationGroup

    generators = np.frombuffer(content, dtype=np.int64).reshape(-1, n)
    group = PermutationGroup([Permutation(g.tolist()) for g in generators])
    if group.is_trivial:
        return []
    levels = []
    for transversal in reversed(group.basic_transversals):
        listed = np.array([permutation.array_form for permutation in transversal.values()])
        identity_first = np.argsort((listed != np.arange(n)).any(axis=1), kind="stable")
        levels.append(listed[identity_first])
    return levels
