"""Leave out the shifts of a symmetry: what is left of points that are counted from their mean."""

from __future__ import annotations

import functools
import operator
from dataclasses import replace

from .affine import AffineGroup, T
from .expression import Symmetry, point_columns
from .factors import Det, Dual, Vector
from .representations import Product, Sum, Trivial


def without_shifts(symmetry):
    """Return the symmetry of rows whose points are counted from the mean of all points.

    An equivariant function of points is one of vectors, their differences from the mean; the mean
    is added again where the outputs are points.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.

    Returns
    -------
    Symmetry
        With O(n) for E(n), SO(n) for SE(n), and invariant columns for T(n).

    Raises
    ------
    ValueError
        If points are among the outputs, but not among the inputs.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import E, S
    >>> without_shifts(S(4) * E(3) + S(4) * E(3).vector >> S(4) * E(3).vector)
    Symmetry.parse('S(4)*O(3) + S(4)*O(3) -> S(4)*O(3)')
    """
    for group in point_columns(symmetry.outputs):
        if group not in symmetry.points():
            raise ValueError(
                f"'{symmetry}' has points of {group} among its outputs and none among its inputs, "
                "which could tell where they are"
            )
    linear, taken = {}, set(symmetry.groups)
    for group in symmetry.groups:
        if isinstance(group, AffineGroup):
            linear[group] = group.linear
            while linear[group] in taken:  # another, independent group of that name
                linear[group] = linear[group].prime
            taken |= set(linear[group].groups)
    sides = (_linear(side, linear) for side in (symmetry.inputs, symmetry.outputs))
    return Symmetry(*sides) if linear else symmetry


def _linear(representation, linear):
    if isinstance(representation, Sum | Product):
        join = operator.add if isinstance(representation, Sum) else operator.mul
        return functools.reduce(join, (_linear(part, linear) for part in representation.parts))
    if isinstance(representation, AffineGroup | Vector):
        return linear[representation.group]
    if not any(group in linear for group in representation.groups):
        return representation
    if isinstance(representation, Dual):
        return _linear(representation.base, linear).dual
    if isinstance(representation.group, T):
        return Trivial(representation.dimension)
    if isinstance(representation, Det):
        return linear[representation.group].det
    return replace(representation, base=_linear(representation.base, linear))
