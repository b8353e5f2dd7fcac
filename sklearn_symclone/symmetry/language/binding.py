"""Fit a symmetry to the columns of a table: solve the unknown, say what is missing."""

from __future__ import annotations

from typing import Any


def solve(symmetry: Any, side: Any, name: str, columns: int, table: str) -> int:
    """Return the value of the unknown for which a side of a symmetry has so many columns.

    Parameters
    ----------
    symmetry : Symmetry
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
    near = " and ".join(f"{sizes[v]} for {name}={v}" for v in sorted(sizes)[-2:])
    raise ValueError(
        f"symmetry '{symmetry}': no {name} fits, {table} has {columns} columns where '{side}' "
        f"needs {near}"
    )


def check_columns(symmetry: Any, side: Any, columns: int, table: str) -> None:
    """Raise a ValueError unless a table has as many columns as a side of a symmetry.

    Parameters
    ----------
    symmetry : Symmetry
        What the error shows.
    side : Representation
        Its inputs or its outputs.
    columns : int
        Number of columns of the table.
    table : str
        What the error calls the table.
    """
    missing = columns - side.dimension
    if missing > 0:
        advice = f"add '+ {missing}' for {_count(missing, 'invariant column')}"
    else:
        advice = f"remove {_count(-missing, 'column')} from '{side}' or add them to {table}"
    if missing:
        raise ValueError(
            f"symmetry '{symmetry}' needs {_count(side.dimension, 'column')} in {table}, "
            f"{table} has {columns}: {advice}"
        )


def _count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
