"""Columns of presence: which items of a set are there, where sets are of different size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .algebra import Product, Representation, Sum, Trivial
from .factors import Factor
from .names import named


@dataclass(frozen=True, repr=False)
class Mask(Representation):
    """One column for each item, which is 1 if the item is present and 0 if it is absent.

    Write ``group.mask``. The columns move with the items, as those of the group itself do. What the
    other columns of an absent item hold does not count. A mask stands alone in a sum, once for each
    group, and among the inputs.

    Parameters
    ----------
    group : Group
        The group that permutes the items.

    See Also
    --------
    S.mask : The mask of exchangeable items.
    Masking : Fills what absent items leave open.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Symmetry
    >>> Symmetry.parse("S(n).mask + S(n)*2").bind(12, 1)
    Symmetry.parse('S(4).mask + S(4)*2 -> 1')
    """

    group: Factor

    def __str__(self):
        return f"{named(self.group)}.mask"

    @property
    def parts(self):
        """The group, on whose columns this acts."""
        return (self.group,)

    @property
    def dual(self):
        """Permutations are their own duals."""
        return self

    @property
    def dimension(self):
        return self.group.dimension

    def substitute(self, name, value):
        return replace(self, group=self.group.substitute(name, value))

    def blocks(self):
        return self.group.blocks()

    def without_shifts(self, linear):
        return self

    def roles(self) -> Iterable[str]:
        """Return what each column is, in words.

        Returns
        -------
        iterable of str
            One text for each column; items are counted from 1.
        """
        return (f"presence of item {n} of {self.group}" for n in range(1, self.dimension + 1))

    def restricted(self, group):
        return self if self.group == group else Trivial(self.dimension)

    def act(self, elements, x):
        return self.group.act(elements, x)


def mask_columns(representation: Representation) -> dict:
    """Return the columns of presence of a representation.

    Parameters
    ----------
    representation : Representation
        The inputs of a symmetry, of known size.

    Returns
    -------
    dict of Group to ndarray of int of shape (n_items,)
        The columns of the mask of each group that has one.

    Raises
    ------
    ValueError
        If a mask is multiplied, or a group has two.

    See Also
    --------
    Masking : What masks say of the rows of a table.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, mask_columns
    >>> mask_columns(S(2) * 3 + S(2).mask)[S(2)]
    array([6, 7])
    """
    found: dict = {}
    start = 0
    for term in _terms(representation):
        if isinstance(term, Mask):
            if term.group in found:
                raise ValueError(f"'{representation}' has '{term}' twice: give it once")
            found[term.group] = np.arange(start, start + term.dimension)
        elif has_mask(term):
            raise ValueError(
                f"'{term}' multiplies a mask: a mask is a term of its own, as in "
                "'S(n).mask + S(n)*3'"
            )
        start += term.dimension
    return found


def has_mask(representation: Any) -> bool:
    """Return whether columns of presence are among the columns.

    Parameters
    ----------
    representation : Representation
        Of known or unknown size.

    Returns
    -------
    bool
        True if a part of it is a mask.

    See Also
    --------
    Mask : Columns of presence.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, has_mask
    >>> has_mask(S("n").mask + S("n")), has_mask(S("n"))
    (True, False)
    """
    return isinstance(representation, Mask) or any(map(has_mask, representation.parts))


def _terms(representation):
    return representation.parts if isinstance(representation, Sum) else (representation,)


def items_of_columns(representation: Representation, masks: dict) -> dict:
    """Return which item each column belongs to, for each group that has a mask.

    Parameters
    ----------
    representation : Representation
        The inputs or the outputs of a symmetry, of known size.
    masks : dict of Group to ndarray of int of shape (n_items,)
        What ``mask_columns`` returns.

    Returns
    -------
    dict of Group to ndarray of int of shape (dimension,)
        The column of presence of the item; -1 for a column that belongs to none.

    Raises
    ------
    ValueError
        If a column belongs to several items of a group.
    """
    found = {group: np.full(representation.dimension, -1) for group in masks}
    start = 0
    for term in _terms(representation):
        # the columns of a mask tell of items, and are always there
        for block in () if isinstance(term, Mask) else term.blocks():
            for group, axis in _axes_of_items(block, masks).items():
                shape = [1] * block.columns.ndim
                shape[axis] = -1
                owners = np.broadcast_to(masks[group].reshape(shape), block.columns.shape)
                found[group][start + block.columns] = owners
        start += term.dimension
    return found


def _axes_of_items(block, masks):
    """Return the axis of a block along which the items of a mask stand, by group."""
    found: dict = {}
    for axis, factor in enumerate(block.factors):
        group = factor.group if factor.groups else None
        if group not in masks:
            continue
        if factor != group or group in found:
            name = Product(block.factors) if len(block.factors) > 1 else factor
            raise ValueError(
                f"'{group}.mask' says which items are present, but a column of '{name}' belongs to "
                f"several items: a mask is for columns of single items, such as '{group}*3'"
            )
        found[group] = axis
    return found
