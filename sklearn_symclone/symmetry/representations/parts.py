"""Parts of a group's columns that no element mixes with the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .factors import Factor
from .names import named
from .signed import signed_permutations

#: Columns of the largest group that has parts: one that permutes columns, and any other one.
MAX_PERMUTED, MAX_MATRICES = 1_000_000, 1000


@dataclass(frozen=True, repr=False)
class Part(Factor):
    """Some of a group's columns that no element mixes with the others.

    Write ``group.part(...)``.

    Parameters
    ----------
    group : Group
        A group without shifts.
    points : tuple of int
        The columns, counted from 0.

    See Also
    --------
    Group.part : Some columns of the defining representation.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import PermutationGroup
    >>> turns = PermutationGroup([[1, 2, 0, 3, 4], [0, 1, 2, 4, 3]])
    >>> turns.part(3, 4).dimension
    2
    """

    group: Factor
    points: tuple

    def __post_init__(self):
        d = self.group.dimension
        most = MAX_PERMUTED if self.group.permutes else MAX_MATRICES
        if d > most:
            raise ValueError(
                f"'{self}' is a part of a group of {d} columns: {most} at most are allowed"
            )
        if not self.points or not all(isinstance(p, int) and 0 <= p < d for p in self.points):
            raise ValueError(f"'{self}' must list columns of {self.group} from 0 to {d - 1}")
        if len(set(self.points)) < len(self.points) or self.group.is_affine:
            raise ValueError(f"'{self}' must list different columns of a group without shifts")
        outside = self._mixed_with()
        if outside is not None:
            raise ValueError(
                f"'{self}' is not closed: {self.group} mixes these columns with column {outside}"
            )

    def _mixed_with(self):
        """Return the first of the other columns that is mixed with these most, None if none is."""
        inside = np.isin(np.arange(self.group.dimension), self.points)
        mixing = _mixing_of_permutations if self.group.is_monomial else _mixing_of_matrices
        mixed = np.where(inside, 0, mixing(self.group, inside))
        return mixed.argmax() if mixed.max() > 1e-9 else None

    def __str__(self):
        return f"{named(self.group)}.part({','.join(map(str, self.points))})"

    @property
    def permutes(self):
        """Whether the group permutes."""
        return self.group.permutes

    @property
    def is_monomial(self) -> bool:
        """Whether the group permutes and changes signs."""
        return self.group.is_monomial

    @property
    def is_self_dual(self) -> bool:
        """Whether the group is its own dual."""
        return self.group.is_self_dual

    @property
    def dimension(self):
        return len(self.points)

    def _within(self, move, elements, x):
        """Move x as part of all columns."""
        full = np.zeros((len(x), self.group.dimension, x.shape[2]), dtype=x.dtype)
        full[:, self.points] = x
        return move(elements, full)[:, self.points]

    def act(self, elements, x):
        return self._within(self.group.act, elements, x)

    def act_dual(self, elements, x):
        return self._within(self.group.act_dual, elements, x)


def _mixing_of_matrices(group, inside):
    """Return for each column how much generators mix it with some columns."""
    matrices = np.abs(group.matrix(group.generating_elements()))
    mixed = matrices[:, inside] + matrices[:, :, inside].transpose(0, 2, 1)
    return mixed.max(axis=(0, 1))


def _mixing_of_permutations(group, inside):
    """Return the same for a group that permutes columns, without its matrices."""
    sources, _ = signed_permutations(group, group.generating_elements())
    mixed = inside[sources].astype(int)
    for row, source in zip(mixed, sources, strict=True):
        row[source[inside]] += 1
    return mixed.max(axis=0)
