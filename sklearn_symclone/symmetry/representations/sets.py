"""Sets of points as columns, such as pairs: a group that permutes points permutes sets of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from .factors import Factor
from .names import named

#: Columns of the largest representation on pairs.
MAX_PAIRS = 1_000_000
#: Columns of the largest group that has other sets, which are listed one by one.
MAX_POINTS = 100_000


class _PermutedSets(Factor):
    """Base of what has a column for each of its ``sets`` of points."""

    permutes = True
    sets: Any

    def _check_group(self):
        if not self.group.permutes:
            raise ValueError(
                f"{self.group} does not permute points: it cannot permute sets of them"
            )

    def _sources(self, action):
        """Return for each element and set the set that its value comes from."""
        # a random number for each point: sets are told apart by the sums of their points' numbers
        numbers = np.random.RandomState(0).randint(2**62, size=self.group.dimension)
        sets = self.sets
        points = np.fromiter(itertools.chain.from_iterable(sets), dtype=np.intp)
        starts = np.cumsum([0, *map(len, sets[:-1])])
        keys = np.add.reduceat(numbers[points], starts)
        order = np.argsort(keys)
        moved = np.add.reduceat(numbers[action.indices][:, points], starts, axis=1)
        place = np.searchsorted(keys[order], moved).clip(max=len(keys) - 1)
        found = keys[order][place] == moved
        if not found.all():
            outside = sets[np.argwhere(~found)[0, 1]]
            raise ValueError(
                f"{self.group} moves the set {list(outside)} to one that is not listed: the sets "
                "must be closed under the group"
            )
        return order[place]

    def act(self, elements, x):
        return np.take_along_axis(x, self._sources(elements.actions[self.group])[:, :, None], 1)


@dataclass(frozen=True, repr=False)
class Sets(_PermutedSets):
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

    def __post_init__(self):
        self._check_group()
        d = self.group.dimension
        check_points(self.group)
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


@dataclass(frozen=True, repr=False)
class Pairs(_PermutedSets):
    """One column for each pair of two different points: 01, 02, ..., 12, ...

    Write ``group.pairs``.

    Parameters
    ----------
    group : Group
        One that permutes points, two of them at least.

    See Also
    --------
    Group.pairs : One column for each pair of points.
    Sets : One column for each of some sets of points.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S
    >>> S(4).pairs.dimension, S("n").pairs.substitute("n", 4) == S(4).pairs
    (6, True)
    """

    group: Factor

    def __post_init__(self):
        self._check_group()
        if not self.group.unknowns:
            self._check_dimension()

    def _check_dimension(self):
        if self.dimension > MAX_PAIRS:
            raise ValueError(
                f"'{self}' has {self.dimension} columns: {MAX_PAIRS} at most are allowed"
            )

    def __str__(self):
        return f"{named(self.group)}.pairs"

    @property
    def dimension(self):
        d = self.group.dimension
        if d == 1:
            raise ValueError(f"'{self}' has no columns: one point makes no pair")
        return d * (d - 1) // 2

    def roles(self):
        points = range(1, self.group.dimension + 1)
        pairs = itertools.combinations(points, 2)
        return (f"pair {first},{second} of {self.group}" for first, second in pairs)

    @property
    def sets(self) -> tuple:
        """The points of each pair."""
        return tuple(itertools.combinations(range(self.group.dimension), 2))


def check_points(group: Factor) -> None:
    """Raise a ValueError if a group has too many columns to list sets of them.

    Parameters
    ----------
    group : Group
        One that permutes points.

    Raises
    ------
    ValueError
        If it has more than 100000 columns.
    """
    if group.dimension > MAX_POINTS:
        raise ValueError(
            f"sets of the points of {group} cannot be listed, which has {group.dimension} columns: "
            f"{MAX_POINTS} at most are allowed"
        )
