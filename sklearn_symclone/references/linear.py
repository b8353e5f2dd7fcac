"""Any group: equivariant linear functions. Few numbers, so little noise."""

from __future__ import annotations

from ..symmetry import Symmetry
from .family import Family
from .layers import polynomials
from .layers.products import Products
from .registry import register


def no_products(symmetry: Symmetry) -> list[Products]:
    """Return no products: the columns alone."""
    return []


class Linear(polynomials.Polynomials):
    """Equivariant linear functions."""

    products = staticmethod(no_products)


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    return polynomials.refuses(symmetry, no_products)


def misses(symmetry: Symmetry) -> str:
    """Return why "auto" does not take it alone."""
    return "it knows linear functions only"


register("linear", Family(refuses, Linear, polynomials.FIT, misses=misses))
