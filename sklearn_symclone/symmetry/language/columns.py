"""Build the column order of an expression from the names of a data frame's columns."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from ..representations import Pairs, Product, Sum
from .binding import solve
from .names import did_you_mean
from .symmetry import as_symmetry


def column_order(symmetry: Any, *patterns: Any, columns: Sequence | None = None) -> list:
    """Return the names of the columns in the order in which an expression lists them.

    An expression is the layout of a table: ``df[column_order(...)]`` puts a data frame into it, and
    ``Symmetry.parse(..., columns=column_order(...))`` finds the columns of any data frame.

    Parameters
    ----------
    symmetry : Symmetry, Representation or str
        Only its inputs are used. The labels tell an unknown size.
    *patterns : tuple of (str, sequence, ...), or list of names
        One for each term of the expression, in order. A tuple holds a format string and the
        labels of each factor of the term: ``("{1}{0}", [1, 2], "xyz")`` for ``S(2)*O(3)`` means
        the columns x1, y1, z1, x2, y2, z2. For ``.pairs`` the labels are those of the items, and
        the format string has two places, as in ``("d_{0}{1}", "abc")`` for ``S(3).pairs``. A tuple
        of format strings makes names of several levels, as in a ``MultiIndex``. A list of names is
        taken as it is.
    columns : sequence, default=None
        The columns that there are, such as ``df.columns``. If given, the names are checked.

    Returns
    -------
    list
        One name for each column of the expression, a string or a tuple of strings.

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
    >>> column_order("S(n).pairs", ("d_{0}{1}", "abc"))
    ['d_ab', 'd_ac', 'd_bc']
    """
    inputs = as_symmetry(symmetry).inputs
    terms = _terms(inputs)
    if len(patterns) != len(terms):
        raise ValueError(
            f"'{inputs}' has {len(terms)} terms, got {len(patterns)} patterns: give one for each"
        )
    blocks = [_names(term, pattern) for term, pattern in zip(terms, patterns, strict=True)]
    for name in inputs.unknowns:
        n_columns = sum(map(len, blocks))
        value = solve(str(inputs), inputs, name, n_columns, "the list of all names")
        terms = [term.substitute(name, value) for term in terms]
    for term, pattern, block in zip(terms, patterns, blocks, strict=True):
        _check_sizes(term, pattern)
        if len(block) != term.dimension:
            raise ValueError(
                f"'{term}' has {term.dimension} columns, its pattern {pattern!r} gives {len(block)}"
            )
    names = list(itertools.chain.from_iterable(blocks))
    _check_names(names, columns)
    return names


def _terms(inputs):
    return list(inputs.parts) if isinstance(inputs, Sum) else [inputs]


def _factors(term):
    return term.parts if isinstance(term, Product) else (term,)


def _names(term, pattern):
    """Return the names of one term's columns, whose sizes need not be known."""
    if isinstance(pattern, list):
        if not all(isinstance(name, Hashable) for name in pattern):
            raise ValueError(f"the names of '{term}' must be strings, got {pattern!r}")
        return pattern
    if not isinstance(pattern, tuple) or not pattern:
        raise ValueError(
            f"the pattern of '{term}' must be a list of names, or a tuple of a format string and "
            f"labels such as ('x{{0}}', [1, 2]); got {pattern!r}"
        )
    template, *labels = pattern
    for given in labels:
        if not isinstance(given, Sequence) and not hasattr(given, "__len__"):
            raise ValueError(
                f"the labels of '{term}' must be lists or strings, such as [1, 2] or 'xyz'; got "
                f"{given!r} in its pattern {pattern!r}"
            )
    places = [[(label,) for label in given] for given in labels]
    factors = _factors(term)
    if len(labels) == len(factors):
        for number, factor in enumerate(factors):
            if isinstance(factor, Pairs):
                places[number] = list(itertools.combinations(labels[number], 2))
    choices = [tuple(itertools.chain(*choice)) for choice in itertools.product(*places)]
    return [_formatted(template, choice, term) for choice in choices]


def _formatted(template, choice, term):
    """Return the name of one column; a tuple of format strings makes one of several levels."""
    if isinstance(template, tuple):
        return tuple(_formatted(level, choice, term) for level in template)
    if not isinstance(template, str):
        raise ValueError(f"the format string of '{term}' must be a string, got {template!r}")
    try:
        return template.format(*choice)
    except (IndexError, KeyError) as error:
        raise ValueError(
            f"the format string {template!r} of '{term}' has a place without labels: number its "
            f"places from {{0}} to {{{len(choice) - 1}}}"
        ) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"the format string {template!r} of '{term}' cannot be filled with {choice}: {error}"
        ) from error


def _check_sizes(term, pattern):
    """Raise a ValueError unless each factor of a term has as many labels as columns."""
    if isinstance(pattern, list):
        return
    labels, factors = pattern[1:], _factors(term)
    sizes = [f.group.dimension if isinstance(f, Pairs) else f.dimension for f in factors]
    if len(labels) == len(factors) and [len(given) for given in labels] != sizes:
        wanted = ", ".join(f"{size} for '{f}'" for size, f in zip(sizes, factors, strict=True))
        raise ValueError(f"'{term}' needs {wanted} as labels, its pattern is {pattern!r}")


def _check_names(names, columns):
    twice = sorted(str(name) for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f"the patterns name these columns more than once: {', '.join(twice)}")
    if columns is not None and not isinstance(columns, Iterable):
        raise ValueError(f"columns must be a list of names, got {columns!r}")
    known = names if columns is None else list(columns)
    missing = [name for name in names if name not in set(known)]
    if missing:
        raise ValueError(
            f"these columns are not in the table: {', '.join(map(str, missing))}"
            f"{did_you_mean(missing[0], known)}; it has {', '.join(map(str, known))}"
        )
