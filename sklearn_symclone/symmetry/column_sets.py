"""Representations by columns: some of a group's own, sets of its points, and its elements."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np

from .factors import Factor, named
from .representations import describe_order

#: Elements of the largest group that has a regular representation: its dimension.
MAX_REGULAR = 10_000


@dataclass(frozen=True, repr=False)
class Part(Factor):
    """Some of a group's columns that no element mixes with the others."""

    group: Factor
    points: tuple

    def __post_init__(self):
        d = self.group.dimension
        if not self.points or not all(isinstance(p, int) and 0 <= p < d for p in self.points):
            raise ValueError(f"'{self}' must list columns of {self.group} from 0 to {d - 1}")
        if len(set(self.points)) < len(self.points) or self.group.is_affine:
            raise ValueError(f"'{self}' must list different columns of a group without shifts")
        matrices = self.group.matrix(self.group.generating_elements())
        inside = np.isin(np.arange(d), self.points)
        mixed = np.abs(matrices[:, inside][:, :, ~inside]) + np.abs(
            matrices[:, ~inside][:, :, inside]
        ).transpose(0, 2, 1)
        if mixed.size and mixed.max() > 1e-9:
            outside = np.flatnonzero(~inside)[mixed.max(axis=(0, 1)).argmax()]
            raise ValueError(
                f"'{self}' is not closed: {self.group} mixes these columns with column {outside}"
            )

    def __str__(self):
        return f"{named(self.group)}.part({','.join(map(str, self.points))})"

    @property
    def permutes(self):
        """Whether the group permutes."""
        return self.group.permutes

    @property
    def is_monomial(self):
        """Whether the group permutes and changes signs."""
        return self.group.is_monomial

    @property
    def is_self_dual(self):
        """Whether the group is its own dual."""
        return self.group.is_self_dual

    @property
    def dimension(self):
        """Number of columns."""
        return len(self.points)

    def _within(self, move, elements, x):
        full = np.zeros((len(x), self.group.dimension, x.shape[2]), dtype=x.dtype)
        full[:, self.points] = x
        return move(elements, full)[:, self.points]

    def act(self, elements, x):
        """Move x as part of all columns."""
        return self._within(self.group.act, elements, x)

    def act_dual(self, elements, x):
        """Move x by the inverse transposes."""
        return self._within(self.group.act_dual, elements, x)


@dataclass(frozen=True, repr=False)
class Sets(Factor):
    """One column for each of some sets of points, which the group permutes among themselves.

    Parameters
    ----------
    group : Group
        One that permutes points.
    sets : tuple of tuple of int
    name : str or None
        What follows the dot when printed, for sets that have a name.
    """

    group: Factor
    sets: tuple
    name: str | None = None
    permutes = True

    def __post_init__(self):
        if not self.group.permutes:
            raise ValueError(
                f"{self.group} does not permute points: it cannot permute sets of them"
            )
        d = self.group.dimension
        for points in self.sets:
            if not points or len(set(points)) < len(points):
                raise ValueError(f"a set must hold different points, at least one; got {points}")
            if not all(isinstance(p, int) and 0 <= p < d for p in points):
                raise ValueError(f"the points of {self.group} are 0 to {d - 1}, got {points}")
        if not self.sets or len(set(map(frozenset, self.sets))) < len(self.sets):
            raise ValueError("sets must be listed once each, and there must be one at least")
        self._sources(self.group.generating_elements().actions[self.group])

    def __str__(self):
        sets = ",".join(f"[{','.join(map(str, points))}]" for points in self.sets)
        return f"{named(self.group)}.{self.name or f'sets({sets})'}"

    def substitute(self, name, value):
        """Return the sets as they are: they need a group of known size."""
        return self

    @property
    def dimension(self):
        """Number of sets."""
        return len(self.sets)

    def _sources(self, action):
        """Return for each element and set the set that its value comes from."""
        # a random number for each point: sets are told apart by the sums of their points' numbers
        numbers = np.random.RandomState(0).randint(2**62, size=self.group.dimension)
        member = np.zeros((len(self.sets), self.group.dimension), dtype=np.int64)
        for row, points in zip(member, self.sets, strict=True):
            row[list(points)] = 1
        keys = member @ numbers
        order = np.argsort(keys)
        moved = numbers[action.indices] @ member.T
        place = np.searchsorted(keys[order], moved).clip(max=len(keys) - 1)
        found = keys[order][place] == moved
        if not found.all():
            outside = self.sets[np.argwhere(~found)[0, 1]]
            raise ValueError(
                f"{self.group} moves the set {list(outside)} to one that is not listed: the sets "
                "must be closed under the group"
            )
        return order[place]

    def act(self, elements, x):
        """Permute the sets."""
        return np.take_along_axis(x, self._sources(elements.actions[self.group])[:, :, None], 1)


def pairs(group):
    """Return one column for each pair of two different points: 01, 02, ..., 12, ..."""
    return Sets(group, tuple(itertools.combinations(range(group.dimension), 2)), "pairs")


@dataclass(frozen=True, repr=False)
class Regular(Factor):
    """One column for each element of a finite group, which multiplies them from the left."""

    group: Factor
    permutes = True

    def __post_init__(self):
        if self.group.unknowns:
            return
        if self.group.order > MAX_REGULAR:
            raise ValueError(
                f"the regular representation has a column for each element, and {self.group} is "
                f"{describe_order(self.group.order)}: {MAX_REGULAR} are allowed"
            )

    def __str__(self):
        return f"{named(self.group)}.regular"

    @property
    def dimension(self):
        """Number of elements."""
        return self.group.order

    def act(self, elements, x):
        """Permute the columns: that of ``h`` moves to that of ``g h``."""
        images, numbers, order = _element_numbers(self.group)
        back = elements.actions[self.group].inverse()
        moved = back.act(np.broadcast_to(images, (len(x), *images.shape)))
        keys = np.random.RandomState(1).standard_normal(images.shape[0]) @ moved
        ranks = np.searchsorted(numbers, keys)
        below = numbers[(ranks - 1).clip(min=0)]
        above = numbers[ranks.clip(max=len(numbers) - 1)]
        nearest = np.where(np.abs(keys - below) < np.abs(keys - above), ranks - 1, ranks).clip(
            0, len(numbers) - 1
        )
        return np.take_along_axis(x, order[nearest][:, :, None], axis=1)


@functools.lru_cache(maxsize=32)
def _element_numbers(group):
    """Return what tells the elements of a group apart.

    A random vector moved by each element, a random projection of it in rising order, and that
    order.
    """
    every = group.elements()
    vector = np.random.RandomState(0).standard_normal((1, group.dimension, 1))
    images = every.act(np.broadcast_to(vector, (len(every), group.dimension, 1)))[:, :, 0].T
    keys = np.random.RandomState(1).standard_normal(group.dimension) @ images
    order = np.argsort(keys)
    return images, keys[order], order
