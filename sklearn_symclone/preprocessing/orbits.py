"""What permutations and changes of sign leave alone: sorted values of orbits, means of products."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..symmetry.maps.orbits import from_orbits

#: Products of two numbers, at most: of more numbers no products are taken.
MAX_PRODUCTS = 50_000


@dataclass(frozen=True, eq=False)
class OrbitValues:
    """The values of each orbit of numbers in ascending order.

    Parameters
    ----------
    orbits : list of tuple of (ndarray, ndarray or None)
        For each orbit its numbers, and what they are multiplied by. None: their absolute values
        are taken, for the orbit holds the negative of each number.
    """

    orbits: list

    @classmethod
    def of(cls, sources, signs):
        """Return the orbits of generators that permute numbers and change their signs.

        Parameters
        ----------
        sources : ndarray of int of shape (n_generators, n_numbers)
        signs : ndarray of shape (n_generators, n_numbers)
        """
        every = from_orbits(sources, np.abs(signs))
        signed = from_orbits(sources, signs).tocsr().sum(axis=1)
        of_each = [every.indices[a:b] for a, b in itertools.pairwise(every.indptr)]
        return cls([(own, signed[own] if signed[own].all() else None) for own in of_each])

    @property
    def n_features(self):
        """Number of features."""
        return sum(len(own) for own, _ in self.orbits)

    def features(self, numbers):
        """Return the features of rows of numbers, of shape (n_samples, n_features)."""
        found = []
        for own, sign in self.orbits:
            values = numbers[:, own]
            found.append(np.sort(np.abs(values) if sign is None else values * sign, axis=1))
        return np.concatenate(found, axis=1)

    def names(self, numbers):
        """Return the names of the features, from those of the numbers."""
        found = []
        for own, sign in self.orbits:
            name = numbers[own[0]] if sign is not None else f"|{numbers[own[0]]}|"
            several = [f"sorted {k} of {name}" for k in range(len(own))]
            found += several if len(own) > 1 else [name]
        return found


@dataclass(frozen=True, eq=False)
class OrbitMeans:
    """The mean of the products of two numbers, over each orbit of such products.

    Parameters
    ----------
    pairs : ndarray of int of shape (2, n_products)
    means : sparse array of shape (n_products, n_features)
        From products to their means.
    """

    pairs: np.ndarray
    means: Any

    @classmethod
    def of(cls, sources, signs):
        """Return the orbits of pairs of numbers that generators permute and change the signs of.

        Parameters
        ----------
        sources : ndarray of int of shape (n_generators, n_numbers)
        signs : ndarray of shape (n_generators, n_numbers)
        """
        size = sources.shape[1]
        pairs = np.stack(np.triu_indices(size))
        if pairs.shape[1] > MAX_PRODUCTS:
            pairs = pairs[:, :0]
        first, second = np.sort(sources[:, pairs], axis=1).swapaxes(0, 1)
        # where a pair stands among those of the upper triangle, row after row
        places = first * size - first * (first - 1) // 2 + second - first
        sums = from_orbits(places, signs[:, pairs].prod(axis=1))
        return cls(pairs, sums.multiply(1 / np.abs(sums).sum(axis=0)).tocsc())

    @property
    def n_features(self):
        """Number of features."""
        return self.means.shape[1]

    @property
    def n_products(self):
        """Number of products, at least 1."""
        return max(1, self.pairs.shape[1])

    def features(self, numbers):
        """Return the features of rows of numbers, of shape (n_samples, n_features)."""
        return (numbers[:, self.pairs[0]] * numbers[:, self.pairs[1]]) @ self.means

    def names(self, numbers):
        """Return the names of the features, from those of the numbers."""
        found, bounds = [], self.means.indptr
        for start, stop in itertools.pairwise(bounds):
            first, second = self.pairs[:, self.means.indices[start]]
            name = f"{numbers[first]}*{numbers[second]}"
            found.append(name if stop - start == 1 else f"mean of {name}")
        return found
