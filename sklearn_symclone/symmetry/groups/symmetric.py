"""All permutations of some columns, and all even ones."""

from __future__ import annotations

import math

import numpy as np

from ..representations import MAX_COUNTED, Mask
from .actions import Permutations
from .permuting import PermutingGroup
from .sized import SizedGroup


class S(PermutingGroup, SizedGroup):
    """Symmetric group: all permutations of n columns.

    It is the group of n exchangeable items.

    Parameters
    ----------
    n : int or str
        Number of columns, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    A : The even permutations.
    C : The cyclic shifts.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S
    >>> S(5).order
    120
    """

    name = "S"
    attributes = ("mask",)

    @property
    def mask(self) -> Mask:
        """One column for each item: 1 if the item is present, 0 if it is absent.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import S
        >>> S(6).mask + S(6) * 3
        parse_representation('S(6).mask + S(6)*3')
        """
        return Mask(self)

    @property
    def order(self) -> float:
        """Number of elements, n!."""
        return math.factorial(self.dimension)

    @property
    def capped_order(self):
        return MAX_COUNTED if self.dimension >= 30 else super().capped_order

    def generating_permutations(self):
        steps = np.arange(self.dimension)
        swap = steps.copy()
        swap[:2] = swap[:2][::-1]
        return np.array([swap, np.roll(steps, -1)])

    def sample(self, n_elements, random_state):
        return Permutations(np.argsort(random_state.uniform(size=(n_elements, self.dimension))))


class A(PermutingGroup, SizedGroup):
    """Alternating group: the even permutations of n columns.

    An even permutation is an even number of exchanges of two columns.

    Parameters
    ----------
    n : int or str
        Number of columns, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    S : All permutations.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import A
    >>> A(5).order
    60
    """

    name = "A"

    @property
    def order(self) -> float:
        """Number of elements: n!/2, and 1 for n below 3."""
        return max(1, math.factorial(self.dimension) // 2)

    @property
    def capped_order(self):
        return MAX_COUNTED if self.dimension >= 30 else super().capped_order

    def generating_permutations(self):
        steps = np.arange(self.dimension)
        if self.dimension < 3:
            return steps[None]
        three, many = steps.copy(), steps.copy()
        three[:3] = 1, 2, 0
        # a cycle of an odd number of columns is even: all columns, or all but the first one
        first = 1 - self.dimension % 2
        many[first:] = np.roll(many[first:], -1)
        return np.array([three, many])

    def sample(self, n_elements, random_state):
        drawn = np.argsort(random_state.uniform(size=(n_elements, self.dimension)))
        odd = Permutations(drawn).determinant() < 0
        drawn[odd, :2] = drawn[odd, 1::-1]
        return Permutations(drawn)
