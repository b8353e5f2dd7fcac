"""Independent changes of the signs of some columns."""

from __future__ import annotations

import itertools

import numpy as np

from ..representations import MAX_COUNTED
from .actions import SignChanges
from .sized import SizedGroup


class Signs(SizedGroup):
    """Independent changes of sign of n columns.

    For a common sign of k columns write ``k*O(1)``.

    Parameters
    ----------
    n : int or str
        Number of columns, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    O : Rotations and mirrors; O(1) is a common change of sign.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Signs
    >>> Signs(2).elements().signs
    array([[ 1.,  1.],
           [ 1., -1.],
           [-1.,  1.],
           [-1., -1.]])
    """

    name = "Signs"
    is_monomial = True

    @property
    def order(self) -> float:
        """Number of elements, 2^n."""
        return 2**self.dimension

    @property
    def capped_order(self):
        return MAX_COUNTED if self.dimension >= 100 else super().capped_order

    def sample(self, n_elements, random_state):
        return SignChanges(1.0 - 2.0 * random_state.randint(2, size=(n_elements, self.dimension)))

    def elements(self):
        return SignChanges(np.array(list(itertools.product([1.0, -1.0], repeat=self.dimension))))

    def generators(self):
        # the changes of one sign each
        return SignChanges(1.0 - 2.0 * np.eye(self.dimension))
