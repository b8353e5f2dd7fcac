"""What each column of a representation is, in words: an item, a component, a feature."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from ..representations import Product, Sum, Trivial

#: Columns that an error about their number shows.
N_SHOWN = 6


def roles(representation: Any) -> Iterator[str]:
    """Yield what each column of a representation is, in words.

    Parameters
    ----------
    representation : Representation
        One of known size.

    Yields
    ------
    str
        Items, components and features are counted from 1.
    """
    if isinstance(representation, Sum):
        yield from _of_sum(representation.parts)
    elif isinstance(representation, Product):
        noun = _noun(representation.parts)
        of_each = [
            _numbered(noun, part.size) if isinstance(part, Trivial) else roles(part)
            for part in representation.parts
        ]
        yield from map(", ".join, itertools.product(*of_each))
    elif isinstance(representation, Trivial):
        yield from _numbered("invariant", representation.size)
    else:
        yield from representation.roles()


def _of_sum(parts):
    """Yield the roles in a sum. Parts that are alike are told apart by a number."""
    for place, part in enumerate(parts):
        is_alone = isinstance(part, Trivial) or parts.count(part) == 1
        block = "" if is_alone else f", block {1 + parts[:place].count(part)}"
        yield from (role + block for role in roles(part))


def _numbered(noun, size):
    return (noun if size == 1 else f"{noun} {number}" for number in range(1, size + 1))


def _noun(parts):
    """Return what a number in a product counts: features, vectors, points or tensors."""
    mixed = [p for p in parts if p.is_affine or (not p.is_monomial and p.dimension > 1)]
    if not mixed:
        return "feature"
    if len(mixed) > 1:
        return "tensor"
    if isinstance(mixed[0], Sum):
        return "block"
    return "point" if mixed[0].is_affine else "vector"


def default_names(size: int, letter: str) -> list[str]:
    """Return the names of columns that have none, as scikit-learn calls them.

    Parameters
    ----------
    size : int
        How many.
    letter : str
        What they begin with.

    Returns
    -------
    list of str
        Such as x0, x1.
    """
    return [f"{letter}{place}" for place in range(size)]


def first_roles(representation: Any, classes: Sequence | None = None) -> str:
    """Return what the first columns are, for errors about the number of columns.

    Parameters
    ----------
    representation : Representation
        One side of a symmetry, of known size.
    classes : sequence, default=None
        The labels of the classes that the columns stand for, in order; there may be more or fewer
        of them than columns. None: the columns are no classes.

    Returns
    -------
    str
        A line for each of the first columns.
    """
    size = representation.dimension
    shown = itertools.islice(roles(representation), N_SHOWN)
    if classes is None:
        lines = [f"    column {number}: {role}" for number, role in enumerate(shown, 1)]
    else:
        pairs = itertools.zip_longest(classes[:N_SHOWN], shown)
        lines = list(itertools.starmap(_role_of_class, pairs))
        size = max(size, len(classes))
    if size > N_SHOWN:
        lines.append(f"    ... and {size - N_SHOWN} more; Symmetry.describe() shows all")
    return "\n".join(lines)


def _role_of_class(label, role):
    """Return a line about a class; there may be no label for a role, or no role for a label."""
    name = "a class that y lacks" if label is None else f"class {label!r}"
    return f"    {name}: {role or 'the symmetry has no place for it'}"
