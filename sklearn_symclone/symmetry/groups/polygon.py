"""Turns and mirrors of the plane that keep a regular polygon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..representations import check_size, known_size
from .actions import Matrices
from .base import Group


@dataclass(frozen=True, repr=False)
class Polygon(Group):
    """Rotations of the plane by multiples of 360/n degrees, and reflections with kind "D".

    They move the two coordinates of a vector of the plane.

    Parameters
    ----------
    n : int
        Number of rotations.
    kind : {"C", "D"}, default="C"
        Rotations alone, or with reflections, one of them of the second coordinate.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    C : Cyclic shifts of n columns.
    D : Cyclic shifts and the reversal of n columns.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Polygon
    >>> Polygon(6).order, Polygon(6, "D").order
    (6, 12)
    """

    n: int
    kind: str = "C"
    name = "Polygon"
    dimension = 2
    is_self_dual = True

    def __post_init__(self):
        check_size(self.n, "n of Polygon(n)")
        known_size(self.n, "Polygon(n)")
        if self.kind not in ("C", "D"):
            raise ValueError(f'the kind of a Polygon must be "C" or "D", got {self.kind!r}')

    @property
    def order(self) -> float:
        """Number of elements: n, and 2 n with reflections."""
        return self.n * (2 if self.kind == "D" else 1)

    def _numbered(self, numbers):
        """Return elements by their numbers: n rotations, then n reflections."""
        angles = 2 * np.pi / self.n * (numbers % self.n)
        cosine, sine = np.cos(angles), np.sin(angles)
        mirror = np.where(numbers < self.n, 1.0, -1.0)
        rows = np.array([[cosine, -sine * mirror], [sine, cosine * mirror]])
        return Matrices(rows.transpose(2, 0, 1))

    def elements(self):
        return self._numbered(np.arange(self.order))

    def sample(self, n_elements, random_state):
        return self._numbered(random_state.randint(self.order, size=n_elements))

    def generators(self):
        # the smallest rotation, and a reflection
        return self._numbered(np.array([1 % self.n, self.n][: 1 + (self.kind == "D")]))
