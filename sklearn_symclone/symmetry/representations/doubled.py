"""Columns and their negatives: permuted, where columns are permuted and change signs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .factors import Factor
from .names import named
from .signed import signed_permutations


@dataclass(frozen=True, repr=False)
class Doubled(Factor):
    """The columns of a factor, followed by their negatives.

    A group that permutes columns and changes signs permutes the doubled ones. Hidden layers have
    such units: an activation of each unit alone keeps permutations, but no changes of sign.

    Parameters
    ----------
    base : Factor
        A representation whose elements permute columns and change signs, and do nothing else.

    See Also
    --------
    Factor.doubled : The doubled columns of a factor.
    signed_permutations : How elements permute columns and change signs.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Doubled, S, equivariant_maps
    >>> Doubled(S(2).det) == S(2).det.doubled, S(2).det.doubled.permutes
    (True, True)
    >>> equivariant_maps(S(2).det.doubled, S(2).det).basis()  # the difference of both
    array([[[ 1., -1.]]])
    """

    base: Factor
    permutes = True

    def __post_init__(self):
        if not self.base.is_monomial:
            raise ValueError(
                f"'{self.base}' cannot be doubled: its columns are mixed, and not only permuted "
                "with changes of sign"
            )

    def __str__(self):
        return f"{named(self.base)}.doubled"

    @property
    def group(self):
        """The group."""
        return self.base.group

    @property
    def dimension(self):
        return 2 * self.base.dimension

    def substitute(self, name, value):
        return self.base.substitute(name, value).doubled

    def act(self, elements, x):
        sources, signs = signed_permutations(self.base, elements)
        d = self.base.dimension
        both = [sources + d * (signs < 0), sources + d * (signs > 0)]
        return np.take_along_axis(x, np.concatenate(both, axis=1)[:, :, None], axis=1)


# which is how ``factor.doubled`` gets to know of it
Factor.doubling = Doubled
