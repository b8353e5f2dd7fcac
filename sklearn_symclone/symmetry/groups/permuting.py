"""Groups that permute their columns: generators are enough to know all about them."""

from __future__ import annotations

import numpy as np

from .actions import Permutations
from .base import Group
from .stabilizer_chains import all_elements, draw_elements, number_of_elements


class PermutingGroup(Group):
    """Base of the groups that permute their columns, and of yours that do.

    A subclass has a ``name``, a ``dimension`` and ``generating_permutations``. Its order, its
    elements and its random elements follow from these.

    Parameters
    ----------
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    PermutationGroup : A group of your own without a class, from its generators.
    SizedGroup : Second base of the groups with a size n that can be unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import PermutingGroup, SizedGroup, Symmetry
    >>> class Mirror(PermutingGroup, SizedGroup):
    ...     '''Columns in their order or in the reverse order.'''
    ...
    ...     name = "Mirror"
    ...
    ...     def generating_permutations(self):
    ...         return np.arange(self.dimension)[::-1][None]
    >>> Mirror(5).order
    2
    >>> Symmetry.parse("Mirror(n)*3").bind(12, 1)
    Symmetry.parse('Mirror(4)*3 -> 1')
    """

    permutes = True

    def generating_permutations(self) -> np.ndarray:
        """Return permutations that generate the group.

        Returns
        -------
        ndarray of int of shape (n_generators, dimension)
            Where each column of a moved row comes from.
        """
        raise NotImplementedError

    def generators(self):
        return Permutations(self.generating_permutations())

    @property
    def order(self) -> float:
        """Number of elements."""
        return number_of_elements(self.generating_permutations())

    def sample(self, n_elements, random_state):
        drawn = draw_elements(self.generating_permutations(), n_elements, random_state)
        return Permutations(drawn)

    def elements(self):
        return Permutations(all_elements(self.generating_permutations(), str(self)))
