"""Names of columns and of classes: checked, printed, read, and found in tables."""

from __future__ import annotations

import ast
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from numbers import Number
from typing import Any

import numpy as np

#: An expression, and the names that follow a bar outside of quotation marks.
_WITH_NAMES = re.compile(r'((?:[^"|]|"[^"]*")*)\|(.*)', re.DOTALL)
#: What can have names, in the order in which they are printed.
NAMED = ("columns", "classes")
#: Names of the longest list that an error shows whole.
MAX_SHOWN = 20


def checked_names(names: Any, parameter: str) -> tuple | None:
    """Return names as a tuple of Python's own values.

    Parameters
    ----------
    names : iterable of str, number or tuple, or None
        What a user gave.
    parameter : str
        What errors call it.

    Returns
    -------
    tuple or None
        None if there are no names.

    Raises
    ------
    TypeError
        If it is no list of names.
    ValueError
        If a name stands twice, or labels of classes have no common order.
    """
    if names is None:
        return None
    if isinstance(names, str | bytes) or not isinstance(names, Iterable):
        raise TypeError(f"{parameter} must be a list of names, got {names!r}")
    plain = tuple(_plain(name, parameter) for name in names)
    twice = [name for name, count in Counter(plain).items() if count > 1]
    if twice:
        raise ValueError(f"{parameter} must hold each name once: {listed(twice)} stands twice")
    if parameter == "classes" and 0 < sum(isinstance(name, str) for name in plain) < len(plain):
        raise ValueError(f"classes must all be strings, or all be numbers; got {list(plain)}")
    return plain


def _plain(name, parameter):
    if isinstance(name, np.generic):
        name = name.item()
    if isinstance(name, tuple) and parameter == "columns":
        return tuple(_plain(part, parameter) for part in name)
    # a name that differs from itself, NaN, could not be found
    if not isinstance(name, str | Number) or name != name:
        kinds = "strings, numbers or tuples of them" if parameter == "columns" else "labels"
        raise TypeError(f"the names in {parameter} must be {kinds}, got {name!r}")
    return name


def listed(names: Sequence) -> str:
    """Return names for an error, the first ones of many.

    Parameters
    ----------
    names : sequence
        The names.

    Returns
    -------
    str
        Strings without quotation marks.
    """
    more = f", ... ({len(names)} in all)" if len(names) > MAX_SHOWN else ""
    return ", ".join(map(str, names[:MAX_SHOWN])) + more


def printed(names: dict) -> str:
    """Return names as keyword arguments in Python.

    Parameters
    ----------
    names : dict of str to tuple or None
        The names of columns and of classes.

    Returns
    -------
    str
        Such as ``columns=['a', 'b'], classes=[1, 0]``; empty if there are none.
    """
    return ", ".join(f"{key}={list(value)}" for key, value in names.items() if value is not None)


def split_names(text: Any) -> tuple[Any, dict]:
    """Split what is printed of a symmetry with names into its expression and its names.

    Parameters
    ----------
    text : str
        An expression. Names may follow after a bar, as ``printed`` writes them.

    Returns
    -------
    expression : str
        What stands before the bar.
    names : dict of str to list
        What stands after it.

    Raises
    ------
    ValueError
        If no names stand after the bar.
    """
    found = _WITH_NAMES.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return text, {}
    try:
        call: Any = ast.parse(f"names({found[2]})", mode="eval").body
        names = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        is_read = not call.args and names and not names.keys() - set(NAMED)
    except (SyntaxError, ValueError, AttributeError):
        is_read = False
    if not is_read:
        raise ValueError(
            f"after '|' a symmetry has names such as columns=['a', 'b'], classes=['win', 'loss']; "
            f"got {found[2].strip()!r}"
        )
    return found[1].rstrip(), names


def column_names(table: Any) -> list | None:
    """Return the names of the columns of a data frame of pandas, polars, pyarrow or Dask.

    Parameters
    ----------
    table : object
        A data frame, or anything else.

    Returns
    -------
    list or None
        None for what has no names, such as an array.

    See Also
    --------
    Symmetry.arrange : Put a data frame into the order of a symmetry.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn_symclone.symmetry import column_names
    >>> column_names(pd.DataFrame({"x": [1], "y": [2]})), column_names(np.ones((1, 2)))
    (['x', 'y'], None)
    """
    # the columns of a pyarrow table are arrays
    names = getattr(table, "column_names", getattr(table, "columns", None))
    return None if names is None else list(names)


def places(wanted: Sequence, given: Sequence, symmetry: str, what: str, table: str) -> np.ndarray:
    """Return where names stand in a list of the same names.

    Parameters
    ----------
    wanted : sequence
        The names of a symmetry.
    given : sequence
        Those of a table, in any order.
    symmetry, what, table : str
        What errors call the symmetry, what is named, and the table.

    Returns
    -------
    ndarray of int of shape (n_names,)
        The place of each wanted name among those that are given.

    Raises
    ------
    ValueError
        If they are not the same names, saying which are missing and which are left over.
    """
    twice = [name for name, count in Counter(given).items() if count > 1]
    if twice:
        raise ValueError(f"{table} has several {what} of one name: {listed(twice)}")
    where = {name: place for place, name in enumerate(given)}
    missing = [name for name in wanted if name not in where]
    left_over = [name for name in given if name not in set(wanted)]
    if not missing and not left_over:
        return np.array([where[name] for name in wanted], dtype=int)
    problems = []
    if missing:
        problems.append(f"{table} lacks {listed(missing)}{did_you_mean(missing[0], left_over)}")
    if left_over:
        problems.append(f"{table} also has {listed(left_over)}, which the symmetry does not name")
    raise ValueError(f"the {what} of symmetry '{symmetry}': {'; '.join(problems)}")


def did_you_mean(name: Any, known: Iterable) -> str:
    """Return a hint to the known name that is most like another one.

    Parameters
    ----------
    name : object
        A name that is not known.
    known : iterable
        Those that are.

    Returns
    -------
    str
        Empty if none is like it.
    """
    near = difflib.get_close_matches(str(name), [str(other) for other in known], n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
