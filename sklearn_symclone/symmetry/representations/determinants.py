"""The determinant as a representation: pseudo-scalars, and signs of permutations."""

from __future__ import annotations

from dataclasses import dataclass

from .factors import Factor
from .names import named


@dataclass(frozen=True, repr=False)
class Det(Factor):
    """One column that an element multiplies by its determinant.

    It is a pseudo-scalar of rotations and mirrors, and the sign of a permutation.

    Parameters
    ----------
    group : Group
        The group whose determinants these are.

    See Also
    --------
    Group.det : The determinant of a group.
    Group.pseudo : Vectors times the determinant.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Det, O
    >>> Det(O(3)) == O(3).det, Det(O(3)).dimension
    (True, 1)
    """

    group: Factor
    dimension = 1
    tensor_indices = (), 1

    def __str__(self):
        return f"{named(self.group)}.det"

    @property
    def is_monomial(self) -> bool:
        """Whether determinants are signs for the reason that the elements are."""
        return self.group.is_monomial

    @property
    def is_self_dual(self):
        """Whether determinants are signs."""
        return self.group.is_unimodular

    def roles(self):
        return [f"determinant of {self.group}"]

    def on_vectors(self, vectors):
        return vectors.det

    def _scales(self, elements, x):
        return elements.actions[self.group].determinant()[:, None, None].astype(x.dtype)

    def act(self, elements, x):
        return x * self._scales(elements, x)

    def act_dual(self, elements, x):
        return x / self._scales(elements, x)
