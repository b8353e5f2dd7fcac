"""Fit a symmetry to the columns of a table: solve the unknown, say what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .roles import first_roles

#: Columns of the largest representation of which an error shows the first ones.
MOST_LISTED = 10_000


def solve(symmetry: str, side: Any, name: str, columns: int, table: str) -> int:
    """Return the value of the unknown for which a side of a symmetry has so many columns.

    Parameters
    ----------
    symmetry : str
        What the error shows.
    side : Representation
        Its inputs or its outputs.
    name : str
        The unknown.
    columns : int
        Number of columns of the table.
    table : str
        What the error calls the table.

    Returns
    -------
    int
        The size.
    """
    sizes = {}
    for value in range(1, max(columns, 1) + 1):
        try:
            sizes[value] = side.substitute(name, value).dimension
        except ValueError:  # no group has this size, such as Sp(2n) an odd one
            continue
        if sizes[value] >= columns:
            break
    if sizes and sizes[max(sizes)] == columns:
        return max(sizes)
    near = sorted(sizes)[-2:]
    wanted = " and ".join(f"{sizes[value]} for {name}={value}" for value in near)
    raise ValueError(
        f"symmetry '{symmetry}': no {name} fits, {table} has {columns} columns where '{side}' "
        f"needs {wanted}{''.join(_shown(side.substitute(name, value)) for value in near[:1])}"
    )


def check_columns(
    symmetry: str, side: Any, columns: int, table: str, classes: Sequence | None = None
) -> None:
    """Raise a ValueError unless a table has as many columns as a side of a symmetry.

    Parameters
    ----------
    symmetry : str
        What the error shows.
    side : Representation
        Its inputs or its outputs.
    columns : int
        Number of columns of the table.
    table : str
        What the error calls the table.
    classes : sequence, default=None
        The labels that the columns stand for, in order. None: the columns are no classes.
    """
    noun = "column" if classes is None else "class"
    missing = columns - side.dimension
    if missing > 0:
        first = "it comes first" if missing == 1 else "they come first"
        more = _count(missing, f"invariant {noun}")
        advice = f"add '+ {missing}' for {more}, or '{missing} +' if {first}"
    else:
        advice = f"remove {_count(-missing, noun)} from '{side}' or add them to {table}"
    if missing:
        raise ValueError(
            f"symmetry '{symmetry}' needs {_count(side.dimension, noun)} in {table}, "
            f"{table} has {columns}: {advice}{_shown(side, classes)}"
        )


def _shown(side, classes=None):
    """Return what the first columns or classes are, if it matters which ones they are."""
    if not side.groups or side.dimension > MOST_LISTED:
        return ""
    if classes is None:
        return f". The columns of '{side}' are\n{first_roles(side)}"
    return f". For '{side}' the sorted classes are\n{first_roles(side, classes)}"


def _count(number, noun):
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}{'es' if noun.endswith('s') else 's'}"
