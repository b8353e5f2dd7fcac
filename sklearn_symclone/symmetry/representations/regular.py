"""The regular representation: a finite group's elements as columns."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from .factors import Factor
from .names import named
from .sizes import describe_order

#: Elements of the largest group that has a regular representation: its dimension.
MAX_REGULAR = 10_000


@dataclass(frozen=True, repr=False)
class Regular(Factor):
    """One column for each element of a finite group, which multiplies them from the left.

    A function of the group's elements is a row of such a table.

    Parameters
    ----------
    group : Group
        A finite group of at most 10000 elements.

    See Also
    --------
    Group.regular : The regular representation of a group.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S
    >>> S(4).regular.dimension
    24
    """

    group: Factor
    permutes = True

    def __post_init__(self):
        if self.group.unknowns:
            return
        if self.group.capped_order > MAX_REGULAR:
            raise ValueError(
                f"the regular representation has a column for each element, and {self.group} is "
                f"{describe_order(self.group.capped_order)}: {MAX_REGULAR} are allowed"
            )

    def __str__(self):
        return f"{named(self.group)}.regular"

    @property
    def dimension(self):
        return self.group.order

    def roles(self):
        return (f"element {number} of {self.group}" for number in range(1, self.dimension + 1))

    def act(self, elements, x):
        # the column of h moves to that of g h
        images, numbers, order = _element_numbers(self.group)
        back = elements.actions[self.group].inverse()
        moved = back.act(np.broadcast_to(images, (len(x), *images.shape)))
        keys = np.random.RandomState(1).standard_normal(images.shape[0]) @ moved
        ranks = np.searchsorted(numbers, keys)
        below = numbers[(ranks - 1).clip(min=0)]
        above = numbers[ranks.clip(max=len(numbers) - 1)]
        nearest = np.where(np.abs(keys - below) < np.abs(keys - above), ranks - 1, ranks).clip(
            0, len(numbers) - 1
        )
        return np.take_along_axis(x, order[nearest][:, :, None], axis=1)


@functools.lru_cache(maxsize=32)
def _element_numbers(group):
    """Return what tells the elements of a group apart.

    It is a random vector moved by each element, a random projection of these in rising order, and
    that order.
    """
    every = group.elements()
    vector = np.random.RandomState(0).standard_normal((1, group.dimension, 1))
    images = every.act(np.broadcast_to(vector, (len(every), group.dimension, 1)))[:, :, 0].T
    keys = np.random.RandomState(1).standard_normal(group.dimension) @ images
    order = np.argsort(keys)
    return images, keys[order], order
