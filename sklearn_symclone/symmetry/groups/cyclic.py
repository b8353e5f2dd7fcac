"""Cyclic shifts of some columns, without and with their reversal."""

from __future__ import annotations

import numpy as np

from .permuting import PermutingGroup
from .sized import SizedGroup


class C(PermutingGroup, SizedGroup):
    """Cyclic group: cyclic shifts of n columns, also called Z(n).

    It is the group of n places on a ring, such as the hours of a day.

    Parameters
    ----------
    n : int or str
        Number of columns, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    D : Cyclic shifts and the reversal.
    Polygon : Turns of the plane by multiples of 360/n degrees.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import C
    >>> C(3).elements().indices
    array([[0, 1, 2],
           [1, 2, 0],
           [2, 0, 1]])
    """

    name = "C"
    other_names = ("Z",)

    @property
    def order(self) -> float:
        """Number of elements, n."""
        return self.dimension

    def generating_permutations(self):
        return np.roll(np.arange(self.dimension), -1)[None]


#: Cyclic shifts under their other name.
Z = C


class D(PermutingGroup, SizedGroup):
    """Dihedral group: cyclic shifts and the reversal of n columns.

    It is the group of n places on a ring that has no direction, such as the atoms of benzene.

    Parameters
    ----------
    n : int or str
        Number of columns, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    C : Cyclic shifts alone.
    Polygon : Turns and mirrors of the plane that keep a regular polygon.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import D
    >>> D(6).order
    12
    """

    name = "D"

    @property
    def order(self) -> float:
        """Number of elements: 2 n, and n for n below 3, where reversing is shifting."""
        return self.dimension * (2 if self.dimension > 2 else 1)

    def generating_permutations(self):
        steps = np.arange(self.dimension)
        return np.array([np.roll(steps, -1), steps[::-1]])
