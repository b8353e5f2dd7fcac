"""All linear maps, and all of determinant 1."""

from __future__ import annotations

import numpy as np

from .actions import Matrices
from .orthogonal import draw_orthogonal
from .sized import SizedGroup
from .small_tensors import linear_products

#: Standard deviation of the logarithms of the random factors by which SL, GL, Sp and Scaling
#: stretch; the typical factor is 1.6.
STRETCH = 0.5


def stretched(left: np.ndarray, logarithms: np.ndarray, right: np.ndarray) -> Matrices:
    """Return matrices that stretch between two turns, left @ diag(exp(logarithms)) @ right.

    Parameters
    ----------
    left, right : ndarray of shape (n_elements, d, d)
        The turns.
    logarithms : ndarray of shape (n_elements, d)
        Logarithms of the factors.

    Returns
    -------
    Matrices
        A batch of elements.
    """
    return Matrices(left * np.exp(logarithms)[:, None, :] @ right)


class GL(SizedGroup):
    """General linear group GL(n): all invertible matrices.

    Random elements are k a k' with k and k' Haar distributed in O(n), and a diagonal with
    logarithms N(0, 0.5^2).

    Parameters
    ----------
    n : int or str
        Number of columns, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    SL : Those of determinant 1.
    Scaling : Changes of scale alone.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import GL, equivariant_maps
    >>> equivariant_maps(GL(3), GL(3)).rank, equivariant_maps(GL(3), GL(3).dual).rank
    (1, 0)
    """

    name = "GL"
    is_unimodular = False
    special = False

    def reflections(self):
        mirror = np.diag([-1.0] + [1.0] * (self.dimension - 1))
        return super().reflections() if self.special else mirror[None]

    def sample(self, n_elements, random_state):
        d = self.dimension
        logarithms = STRETCH * random_state.standard_normal((n_elements, d))
        if self.special:
            logarithms -= logarithms.mean(axis=1, keepdims=True)
        left, right = (draw_orthogonal(d, self.special, n_elements, random_state) for _ in "lr")
        return stretched(left, logarithms, right)

    def invariant_products(self, signs, power):
        return linear_products(self.dimension, signs, None if self.special else -power)


class SL(GL):
    """Special linear group SL(n): matrices of determinant 1.

    Random elements are k a k' with k and k' Haar distributed in SO(n), and a diagonal with
    logarithms N(0, 0.5^2) about their mean.

    Parameters
    ----------
    n : int or str
        Number of columns, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    GL : All invertible matrices.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import SL, equivariant_maps
    >>> equivariant_maps(SL(3) ** 3, 1).rank  # the determinant of three vectors
    1
    """

    name = "SL"
    is_unimodular = True
    special = True
