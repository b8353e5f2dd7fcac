"""Wreath products: identical boxes of identical things."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ..representations import Sets, capped_product, check_points, named
from .actions import Permutations
from .permuting import PermutingGroup


@dataclass(frozen=True, repr=False)
class Wreath(PermutingGroup):
    """Wreath product: identical boxes of identical things, ``S(2) wr S(2)`` in an expression.

    The columns are those of the inner group for the first box, then for the second, and so on.
    Every box is permuted by an element of its own; then the boxes are permuted.

    Parameters
    ----------
    inner : PermutingGroup
        How the things in a box are permuted.
    outer : PermutingGroup
        How the boxes are permuted.
    primes : int, default=0
        Tells independent factors apart. The inner group takes them over.

    See Also
    --------
    S : All permutations, of things without boxes.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, Wreath
    >>> molecules = Wreath(S(3), S(4))  # four molecules of three identical atoms
    >>> molecules.dimension, molecules.order
    (12, 31104)
    """

    inner: PermutingGroup
    outer: PermutingGroup
    attributes = ("top",)

    def __post_init__(self):
        for group in (self.inner, self.outer):
            if not isinstance(group, PermutingGroup):
                raise ValueError(f"'wr' stands between groups that permute columns, not {group}")
        inner = self.inner
        for _ in range(self.primes):  # the inner group carries them: that is how they are printed
            inner = inner.prime
        object.__setattr__(self, "inner", inner)
        object.__setattr__(self, "primes", 0)

    def __str__(self):
        return f"{named(self.inner)} wr {named(self.outer)}"

    @property
    def prime(self):
        return replace(self, inner=self.inner.prime)

    @property
    def top(self):
        """One column for each box.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import S, Wreath
        >>> Wreath(S(3), S(4)).top.dimension
        4
        """
        check_points(self)
        boxes = np.arange(self.dimension).reshape(self.outer.dimension, -1)
        return Sets(self, tuple(map(tuple, boxes.tolist())), "top")

    def roles(self):
        boxes = range(1, self.outer.dimension + 1)
        items = range(1, self.inner.dimension + 1)
        places = itertools.product(boxes, items)
        return (f"item {item} of box {box} of {self}" for box, item in places)

    @property
    def dimension(self):
        return self.inner.dimension * self.outer.dimension

    @property
    def unknowns(self):
        return self.inner.unknowns | self.outer.unknowns

    def substitute(self, name, value):
        inner, outer = (group.substitute(name, value) for group in (self.inner, self.outer))
        return replace(self, inner=inner, outer=outer)

    @property
    def order(self):
        return self.inner.order**self.outer.dimension * self.outer.order

    @property
    def capped_order(self):
        # two elements in each of 100 boxes are more than are counted
        inner = self.inner.capped_order ** min(self.outer.dimension, 100)
        return capped_product([inner, self.outer.capped_order])

    def generating_permutations(self):
        k, n_boxes = self.inner.dimension, self.outer.dimension
        columns = np.arange(k * n_boxes)
        of_inner, of_outer = (g.generating_permutations() for g in (self.inner, self.outer))
        # where the outer group never moves one box to another, each has things of its own
        moves = (
            np.ones(of_outer.size),
            (np.tile(np.arange(n_boxes), len(of_outer)), of_outer.ravel()),
        )
        _, orbits = connected_components(
            sparse.coo_array(moves, (n_boxes, n_boxes)), directed=False
        )
        _, first = np.unique(orbits, return_index=True)
        within = [
            np.concatenate([columns[: k * box], k * box + g, columns[k * (box + 1) :]])
            for box in first
            for g in of_inner
        ]
        boxes = [columns.reshape(n_boxes, k)[g].ravel() for g in of_outer]
        return np.array(within + boxes)

    def sample(self, n_elements, random_state):
        k, n_boxes = self.inner.dimension, self.outer.dimension
        boxes = self.outer.sample(n_elements, random_state).indices
        within = self.inner.sample(n_elements * n_boxes, random_state).indices
        indices = boxes[:, :, None] * k + within.reshape(n_elements, n_boxes, k)
        return Permutations(indices.reshape(n_elements, n_boxes * k))
