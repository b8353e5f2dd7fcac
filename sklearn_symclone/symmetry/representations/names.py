"""How parts of an expression are printed where they stand inside of a longer text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def named(factor: Any) -> str:
    """Print a factor so that a dot can follow.

    Parameters
    ----------
    factor : Factor
        What is printed.

    Returns
    -------
    str
        In parentheses if it is of two words.
    """
    return f"({factor})" if " wr " in str(factor) else str(factor)


def product_name(factors: Sequence) -> str:
    """Return what errors call a product of factors.

    It is the product as an expression would write it.

    Parameters
    ----------
    factors : sequence of Trivial or Factor
        The factors of a product.

    Returns
    -------
    str
        The factors joined by ``*``.

    See Also
    --------
    Block : A product of factors with its columns.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import O, S, product_name
    >>> product_name([S(5), O(3)])
    'S(5)*O(3)'
    """
    return "*".join(map(str, factors))
