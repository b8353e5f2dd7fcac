"""Any group: the polynomials of degree 2 that are equivariant. Few numbers, so little noise."""

from __future__ import annotations

from ..symmetry import Symmetry
from .family import Family
from .layers import polynomials
from .registry import register


class Quadratic(polynomials.Polynomials):
    """Equivariant polynomials of degree 2."""

    degree = 2


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    return polynomials.refuses(symmetry, Quadratic.degree)


def misses(symmetry: Symmetry) -> str:
    """Return why "auto" does not take it alone."""
    return "it knows polynomials of degree 2 only"


register("quadratic", Family(refuses, Quadratic, polynomials.FIT, misses=misses))
