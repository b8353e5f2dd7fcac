"""Tables that say what each column is, what moves it, and what it turns into."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from ..representations import Trivial
from .binding import solve
from .roles import default_names, roles

#: Sizes that stand for an unknown one in a table, in the order in which they are tried.
SIZES = (3, 2, 4, 1)
#: Columns of the largest table.
MAX_DESCRIBED = 2000
#: Coefficients below this are not shown.
LEAST_SHOWN = 0.005


class Row(NamedTuple):
    """What a table says of one column or of one output.

    Parameters
    ----------
    name : str
        Its name.
    role : str
        What it is.
    moved_by : tuple of str
        The groups that move it.
    becomes : tuple of str
        What an example element of each group makes of it, in the order of the groups.
    """

    name: str
    role: str
    moved_by: tuple
    becomes: tuple


@dataclass(frozen=True, repr=False)
class Description:
    """A table of the columns and the outputs of a symmetry. It prints as text.

    Parameters
    ----------
    expression : str
        The symmetry, all its sizes known.
    groups : tuple of str
        The groups, in the order of ``Row.becomes``.
    inputs, outputs : tuple of Row
        What is said of the columns and of the outputs. There are no rows of invariant outputs that
        have no names.

    See Also
    --------
    Symmetry.describe : The table of a symmetry.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> description = Symmetry.parse("S(2)*2").describe(columns=["a1", "b1", "a2", "b2"])
    >>> description.inputs[1].role, description.inputs[1].becomes
    ('item 1 of S(2), feature 2', ('b2',))
    """

    expression: str
    groups: tuple
    inputs: tuple[Row, ...]
    outputs: tuple[Row, ...]

    def __str__(self):
        moves = [f"a move of {group} makes it" for group in self.groups]
        lines = [["column", "what it is", "moved by", *moves]]
        lines += map(_cells, self.inputs)
        if self.outputs:
            lines += [["output", "", "", *("" for _ in moves)], *map(_cells, self.outputs)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rows = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([self.expression, "", *rows])

    __repr__ = __str__


def _cells(row):
    return [row.name, row.role, ", ".join(row.moved_by) or "nothing", *row.becomes]


def describe(symmetry: Any) -> Description:
    """Return the table of a symmetry, as ``Symmetry.describe`` says.

    Parameters
    ----------
    symmetry : Symmetry
        Its names stand in the table.

    Returns
    -------
    Description
        The table.

    Raises
    ------
    ValueError
        If there are too many columns for a table.
    """
    inputs, outputs = _known(symmetry)
    for side in filter(None, (inputs, outputs)):
        if side.dimension > MAX_DESCRIBED:
            raise ValueError(
                f"'{side}' has {side.dimension} columns: {MAX_DESCRIBED} at most are described"
            )
    if outputs is None and symmetry.classes is not None:
        outputs = Trivial(len(symmetry.classes))
    bare = replace(symmetry, inputs=inputs, outputs=outputs)
    examples = [_example(group) for group in bare.groups]
    of_outputs = ()
    if outputs is not None:
        of_outputs = tuple(_rows(outputs, _texts(outputs, symmetry.classes, "y"), examples))
    return Description(
        bare.expression,
        tuple(map(str, bare.groups)),
        tuple(_rows(inputs, _texts(inputs, symmetry.columns, "x"), examples)),
        of_outputs,
    )


def _example(group):
    """Return an element of a group that shows what the group does."""
    # of the generators of a group that permutes, the last one moves most
    return group.generating_elements()[-1:] if group.permutes else group.generating_elements()[:1]


def _known(symmetry):
    """Return both sides with known sizes: those of the names, or small ones."""
    inputs, outputs, text = symmetry.inputs, symmetry.outputs, symmetry.expression
    columns, classes = symmetry.columns, symmetry.classes
    for name in symmetry.unknowns:
        if columns is not None and name in inputs.unknowns:
            value = solve(text, inputs, name, len(columns), "columns=[...]")
        elif classes is not None and outputs is not None and name in outputs.unknowns:
            value = solve(text, outputs, name, len(classes), "classes=[...]")
        else:
            value = _small(symmetry, name)
        inputs = inputs.substitute(name, value)
        outputs = None if outputs is None else outputs.substitute(name, value)
    return inputs, outputs


def _small(symmetry, name):
    """Return a small size that an unknown can have."""
    for value in SIZES:
        try:
            for side in filter(None, (symmetry.inputs, symmetry.outputs)):
                _ = side.substitute(name, value).dimension
        except ValueError:  # no group has this size, such as Sp(2n) an odd one
            continue
        return value
    raise ValueError(f"symmetry '{symmetry.expression}': no {name} from 1 to 4 fits")


def _texts(side, names, letter):
    """Return names of columns as text."""
    names = default_names(side.dimension, letter) if names is None else names
    return [name if isinstance(name, str) else repr(name) for name in names]


def _rows(side, names, examples):
    """Yield the rows of one side."""
    cells = [_becomes(side, names, example) for example in examples]
    moved = [_moved(side, group) for group in side.groups]
    for place, role in enumerate(roles(side)):
        movers = [str(g) for g, of_all in zip(side.groups, moved, strict=True) if of_all[place]]
        yield Row(names[place], role, tuple(movers), tuple(column[place] for column in cells))


def _moved(side, group):
    """Return for each column whether a group moves it."""
    elements = group.generating_elements()
    row = np.random.RandomState(0).standard_normal(side.dimension)
    rows = np.tile(row, (len(elements), 1))
    moved = side.restricted(group).transform(elements, rows)
    return (np.abs(moved - rows) > 1e-9).any(axis=0)


def _becomes(side, names, example):
    """Return what an element of one group makes of each column."""
    (group,) = example.actions
    side = side.restricted(group)
    matrix, shift = side.matrix(example)[0], side.shift(example)[0]
    return [_combination(*row, names) for row in zip(matrix, shift, strict=True)]


def _combination(coefficients, constant, names):
    """Print a linear combination of columns."""
    terms = [
        (coefficients[place], names[place])
        for place in np.flatnonzero(np.abs(coefficients) >= LEAST_SHOWN)
    ]
    text = ""
    for value, name in [*terms, (constant, "")]:
        if not name and abs(value) < LEAST_SHOWN:
            continue
        size = f"{abs(value):.2f}"
        piece = name if name and size == "1.00" else f"{size}*{name}" if name else size
        sign = "-" if value < 0 else "+"
        text += f" {sign} {piece}" if text else f"{'-' if value < 0 else ''}{piece}"
    return text or "0"
