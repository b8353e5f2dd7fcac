"""Build the column order of an expression from the names of a data frame's columns."""

from __future__ import annotations

import difflib
import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..representations import Product, Sum
from .symmetry import as_symmetry


def column_order(symmetry: Any, *patterns: Any, columns: Sequence[str] | None = None) -> list[str]:
    """Return the names of the columns in the order in which an expression lists them.

    An expression is the layout of a table: ``df[column_order(...)]`` puts a data frame into it.

    Parameters
    ----------
    symmetry : Symmetry, Representation or str
        Only its inputs are used; all sizes must be known.
    *patterns : tuple of (str, sequence, ...), or list of str
        One for each term of the expression, in order. A tuple holds a format string and the
        labels of each factor of the term: ``("{1}{0}", [1, 2], "xyz")`` for ``S(2)*O(3)`` means
        the columns x1, y1, z1, x2, y2, z2. A list of names is taken as it is.
    columns : sequence of str, default=None
        The columns that there are, such as ``df.columns``. If given, the names are checked.

    Returns
    -------
    list of str
        One name for each column of the expression.

    Raises
    ------
    ValueError
        If patterns and expression do not fit, or a column is missing or named twice.

    See Also
    --------
    Symmetry.parse : Build a symmetry from its expression.

    Examples
    --------
    >>> from sklearn_symclone import column_order
    >>> column_order("S(2) + S(2)*O(2)", ("m{0}", "ab"), ("{1}_{0}", "ab", "xy"))
    ['ma', 'mb', 'x_a', 'y_a', 'x_b', 'y_b']
    """
    inputs = as_symmetry(symmetry).inputs
    terms = inputs.parts if isinstance(inputs, Sum) else (inputs,)
    if len(patterns) != len(terms):
        raise ValueError(
            f"'{inputs}' has {len(terms)} terms, got {len(patterns)} patterns: give one for each"
        )
    names = []
    for term, pattern in zip(terms, patterns, strict=True):
        block = _names(term, pattern)
        if len(block) != term.dimension:
            raise ValueError(
                f"'{term}' has {term.dimension} columns, its pattern {pattern!r} gives {len(block)}"
            )
        names += block
    _check_names(names, columns)
    return names


def _names(term, pattern):
    """Return the names of one term's columns."""
    if isinstance(pattern, list):
        return pattern
    if not isinstance(pattern, tuple):
        raise ValueError(
            f"the pattern of '{term}' must be a list of names, or a tuple of a format string and "
            f"labels such as ('x{{0}}', [1, 2]); got {pattern!r}"
        )
    template, *labels = pattern
    factors = term.parts if isinstance(term, Product) else (term,)
    sizes = [factor.dimension for factor in factors]
    if len(labels) == len(factors) and [len(given) for given in labels] != sizes:
        wanted = ", ".join(f"{size} for '{f}'" for size, f in zip(sizes, factors, strict=True))
        raise ValueError(f"'{term}' needs {wanted} as labels, its pattern is {pattern!r}")
    try:
        return [template.format(*choice) for choice in itertools.product(*labels)]
    except (IndexError, KeyError) as error:
        raise ValueError(
            f"the format string {template!r} of '{term}' has a place without labels: number its "
            f"places from {{0}} to {{{len(labels) - 1}}}"
        ) from error


def _check_names(names, columns):
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f"the patterns name these columns more than once: {', '.join(twice)}")
    known = set(names if columns is None else columns)
    missing = [name for name in names if name not in known]
    if missing:
        near = difflib.get_close_matches(missing[0], [str(c) for c in columns], n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(
            f"these columns are not in the table: {', '.join(missing)}{hint}; it has "
            f"{', '.join(map(str, columns))}"
        )
