"""Sets of points as columns, such as pairs: a group that permutes points permutes sets of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from .factors import Factor
from .names import named


@dataclass(frozen=True, repr=False)
class Sets(Factor):
    """One column for each of some sets of points, which the group permutes among themselves.

    Write ``group.sets(...)``, or by a name that a group has for some of its sets.

    Parameters
    ----------
    group : Group
        One that permutes points.
    sets : tuple of tuple of int
        The points of each set, counted from 0.
    name : str or None, default=None
        What follows the dot when printed, for sets that have a name.

    See Also
    --------
    Group.sets : One column for each of some sets of points.
    Group.pairs : One column for each pair of points.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import C
    >>> diagonals = C(4).sets([0, 2], [1, 3])
    >>> str(diagonals), diagonals.dimension
    ('C(4).sets([0,2],[1,3])', 2)
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
        # sets need a group of known size
        return self

    @property
    def dimension(self):
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
        return np.take_along_axis(x, self._sources(elements.actions[self.group])[:, :, None], 1)


def pairs(group: Any) -> Sets:
    """Return one column for each pair of two different points: 01, 02, ..., 12, ...

    Parameters
    ----------
    group : Group
        One that permutes points.

    Returns
    -------
    Sets
        The pairs.
    """
    return Sets(group, tuple(itertools.combinations(range(group.dimension), 2)), "pairs")
