"""Changes of scale."""

from __future__ import annotations

import numpy as np

from .actions import Matrices
from .linear import STRETCH
from .sized import SizedGroup
from .small_tensors import single_entries


class Scaling(SizedGroup):
    """Changes of scale: n columns are multiplied by one positive number.

    The logarithm of this number is N(0, 0.5^2).

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
    >>> from sklearn_symclone.symmetry import Scaling, Symmetry
    >>> speed = Symmetry.parse("Scaling(1) + Scaling(1)' -> Scaling(1)*Scaling(1)'.dual")
    >>> [str(group) for group in speed.groups]  # units of length and of time
    ['Scaling(1)', "Scaling(1)'"]
    """

    name = "Scaling"
    is_unimodular = False

    def sample(self, n_elements, random_state):
        factors = np.exp(STRETCH * random_state.standard_normal((n_elements, 1, 1)))
        return Matrices(factors * np.eye(self.dimension))

    def invariant_products(self, signs, power):
        is_kept = sum(signs) + self.dimension * power == 0
        return single_entries(self.dimension, range(len(signs))) if is_kept else ()
