"""Numbers of columns, known or still unknown, and the words that errors have for sizes."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable
from typing import Any

Size = int | str  # a number, or the lower-case name of one that the data will tell

#: The largest size, in words: numbers of columns are whole numbers of 64 bits.
LARGEST_SIZE = "10^18"
MAX_SIZE = 10**18
#: A finite group of more elements counts as one of so many.
MAX_COUNTED = 10**30


def check_size(size: Any, what: str) -> None:
    """Raise a ValueError unless size is a positive whole number or a lower-case name.

    Parameters
    ----------
    size : object
        What a user gave.
    what : str
        What the error calls it.

    Raises
    ------
    ValueError
        If it is no size, or one above 10^18.
    """
    known = isinstance(size, int) and not isinstance(size, bool) and size >= 1
    unknown = isinstance(size, str) and size in string.ascii_lowercase and len(size) == 1
    if not known and not unknown:
        raise ValueError(
            f"{what} must be a whole number of at least 1, or one lower-case unknown such as "
            f"'n'; got {size!r}"
        )
    if isinstance(size, int) and size > MAX_SIZE:
        raise ValueError(f"{what} must be {LARGEST_SIZE} at most; got {describe_number(size)}")


def describe_number(number: int) -> str:
    """Return the words for a positive whole number, which nobody reads if it is very long.

    Parameters
    ----------
    number : int
        Any positive number.

    Returns
    -------
    str
        Its digits, or the power of 10 that it exceeds.
    """
    return str(number) if number < MAX_COUNTED else f"more than 10^{int(math.log10(number)) - 1}"


def known_size(size: int | str, what: str) -> int:
    """Return a size that is known; raise a ValueError naming the unknown otherwise.

    Parameters
    ----------
    size : int or str
        A size that ``check_size`` accepts.
    what : str
        The representation that has this size.

    Returns
    -------
    int
        The size.
    """
    if isinstance(size, str):
        raise ValueError(
            f"the size {size!r} in {what!r} is not known yet: bind it to data first, or write a "
            "number in its place"
        )
    return size


def capped_product(orders: Iterable[float]) -> float:
    """Return the product of orders of groups, as far as it is counted.

    Parameters
    ----------
    orders : iterable of int or float
        Numbers of elements, ``math.inf`` for an infinite group.

    Returns
    -------
    int or float
        10^30 at most for a finite group, ``math.inf`` for an infinite one.
    """
    orders = list(orders)
    # multiplied with infinity, a very large whole number would overflow
    return math.inf if math.inf in orders else min(math.prod(orders), MAX_COUNTED)


def describe_order(order: float) -> str:
    """Return the words for the number of elements of a group.

    Such a number can have thousands of digits, which nobody wants to read.

    Parameters
    ----------
    order : int or float
        The number of elements, ``math.inf`` for an infinite group.

    Returns
    -------
    str
        Words that can follow "the group is".

    See Also
    --------
    Symmetry.order : The number of elements of the group of a symmetry.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, describe_order
    >>> describe_order(S(5).order), describe_order(S(50).order)
    ('of 120 elements', 'of more than 10^24 elements')
    """
    if order == math.inf:
        return "infinite"
    return f"of {order} elements" if order < 10**24 else "of more than 10^24 elements"
