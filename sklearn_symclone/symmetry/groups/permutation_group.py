"""Permutation groups of a user's own, from their generators."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .permuting import PermutingGroup


@dataclass(frozen=True, repr=False)
class PermutationGroup(PermutingGroup):
    """The group that some permutations of columns generate.

    It needs no class of its own: the generators stand in the expression.

    Parameters
    ----------
    generators : sequence of sequences of int
        Each lists 0, ..., n - 1 in some order: where column i of a moved row comes from.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    PermutingGroup : Base of groups with a name.
    MatrixGroup : The group that some matrices generate.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import PermutationGroup
    >>> PermutationGroup([[1, 0, 3, 2], [2, 3, 0, 1]]).order
    4
    """

    permutations: tuple
    name = "PermutationGroup"

    def __init__(self, generators: Sequence, *, primes: int = 0) -> None:
        try:
            rows = tuple(tuple(map(operator.index, row)) for row in generators)
        except TypeError:
            raise ValueError(
                "the generators of a PermutationGroup are lists of whole numbers, got "
                f"{generators!r}"
            ) from None
        if not rows or not rows[0]:
            raise ValueError("PermutationGroup needs at least one generator")
        for row in rows:
            if sorted(row) != list(range(len(rows[0]))):
                raise ValueError(
                    f"a generator of a PermutationGroup must list each of 0 to {len(rows[0]) - 1} "
                    f"once, got {list(row)}"
                )
        object.__setattr__(self, "permutations", rows)
        object.__setattr__(self, "primes", primes)

    @property
    def prime(self):
        return PermutationGroup(self.permutations, primes=self.primes + 1)

    @property
    def dimension(self):
        return len(self.permutations[0])

    def generating_permutations(self):
        return np.array(self.permutations)
