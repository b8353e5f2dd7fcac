"""Any group: the polynomials of degree 2 that are equivariant. Few numbers, so little noise."""

from __future__ import annotations

from ..symmetry import Symmetry
from .family import Family
from .layers import polynomials
from .layers.products import Products, all_products
from .registry import register


def pairs(symmetry: Symmetry) -> list[Products]:
    """Return all products of two columns."""
    return [all_products(symmetry, 2)]


class Quadratic(polynomials.Polynomials):
    """Equivariant polynomials of degree 2."""

    products = staticmethod(pairs)
    # 1 and .5 are worse on matches of the NFL
    next_degree = 0.25


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    return polynomials.refuses_products(symmetry, pairs)


def misses(symmetry: Symmetry) -> str:
    """Return why "auto" does not take it alone."""
    return "it knows polynomials of degree 2 only"


register("quadratic", Family(refuses, Quadratic, polynomials.FIT, misses=misses))
