"""Tables of items: sums over items of a polynomial of degree 3 in the columns of one item.

A mass, a dipole moment and a moment of inertia are such sums, and so is the difference of the
strengths of two teams. They know no interactions of items, so they have few numbers and learn
little noise. These are generalized additive models (Hastie and Tibshirani, "Generalized Additive
Models", 1986) whose variables are items.
"""

from __future__ import annotations

import functools
import operator

import numpy as np

from ..symmetry import Symmetry, Trivial
from .family import Family
from .layers import polynomials
from .layers.kinds import as_product, columns_by_kind, kind_size, split_kind
from .layers.products import Products
from .registry import register

#: Highest degree of the polynomials.
DEGREE = 3


def products_of_items(symmetry: Symmetry) -> list[Products]:
    """Return the products of two and of three columns of one item."""
    found: dict = {}
    for kind, columns in columns_by_kind(symmetry.inputs).items():
        items, tensors = split_kind(kind)
        if items:
            shape = len(columns), kind_size(items), kind_size(tensors)
            of_items = columns.reshape(shape).swapaxes(0, 1).reshape(shape[1], -1)
            moved = Trivial(len(columns)) * as_product(tensors)
            found.setdefault(as_product(items), []).append((moved, of_items))
    return [
        Products(
            items,
            functools.reduce(operator.add, (moved for moved, _ in parts)),
            np.hstack([columns for _, columns in parts]),
            degree,
        )
        for degree in range(2, DEGREE + 1)
        for items, parts in found.items()
    ]


class Additive(polynomials.Polynomials):
    """Sums over items of an equivariant polynomial of degree 3."""

    products = staticmethod(products_of_items)
    # .25 is better on matches, .5 on moments of inertia
    next_degree = 0.35


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    if not products_of_items(symmetry):
        return "no column belongs to an item"
    return polynomials.refuses_products(symmetry, products_of_items)


def misses(symmetry: Symmetry) -> str:
    """Return why "auto" does not take it alone."""
    return "it knows no interactions of items"


register("additive", Family(refuses, Additive, polynomials.FIT, misses=misses))
