"""Symmetries that the names of columns suggest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Letters of components, as they are written, and what they are components of.
COMPONENTS = {
    ("x", "y", "z"): "O(3)",
    ("x", "y"): "O(2)",
    ("e", "px", "py", "pz"): "O(1,3)",
    ("px", "py", "pz"): "O(3)",
}
#: Words of columns that are cells of images: an image has an upright position, unlike a board.
IMAGES = ("pixel", "px", "img", "image")
#: Labels that stand for the two sides of a match.
SIDES = ({"a", "b"}, {"home", "away"}, {"left", "right"}, {"1", "2"})


@dataclass(frozen=True)
class Suggestion:
    """A symmetry that a table may have.

    Parameters
    ----------
    symmetry : str
        The expression, for y that does not change.
    columns : tuple of str
        The order of the columns that it needs: ``frame[list(columns)]``.
    reason : str
        What in the names suggests it.

    See Also
    --------
    suggest_symmetries : Returns these.

    Examples
    --------
    >>> from sklearn_symclone.inspection import Suggestion
    >>> Suggestion("S(2)", ("a", "b"), "items a, b").symmetry
    'S(2)'
    """

    symmetry: str
    columns: tuple
    reason: str


def suggest_symmetries(frame: Any) -> list[Suggestion]:
    """Suggest symmetries from the names of the columns of a table.

    Nothing is applied, and no value is looked at except whether a column holds numbers. Names that
    differ in a label alone, such as ``m1, m2, m3`` or ``a_elo, b_elo``, stand for exchangeable
    items. Components ``x, y, z`` of several labels stand for vectors, ``d_12, d_13, d_23`` for
    pairs of items, and ``board_11, board_12, …`` for a board. Test what you consider with
    :func:`symmetry_test`.

    Parameters
    ----------
    frame : DataFrame, or sequence of str
        The table, or the names of its columns.

    Returns
    -------
    list of Suggestion
        The most telling one first. Empty if the names tell nothing.

    See Also
    --------
    symmetry_test : Whether data have a symmetry.

    Examples
    --------
    >>> from sklearn_symclone.inspection import suggest_symmetries
    >>> first, *_ = suggest_symmetries(["x1", "y1", "z1", "m1", "x2", "y2", "z2", "m2"])
    >>> first.symmetry, first.columns
    ('S(2) + S(2)*O(3)', ('m1', 'm2', 'x1', 'y1', 'z1', 'x2', 'y2', 'z2'))
    """
    names = _numeric(frame)
    for suggest in (_board, _pairs, _items):
        if found := suggest(names):
            return found
    return []


def _numeric(frame):
    """Return the names of the columns if all are numbers; none otherwise."""
    is_list = isinstance(frame, Sequence) and not isinstance(frame, str)
    if is_list or (isinstance(frame, np.ndarray) and frame.ndim == 1):
        return [str(name) for name in frame]
    if not hasattr(frame, "columns"):
        raise TypeError(
            f"frame must be a DataFrame or a list of names of columns, got {type(frame).__name__}"
        )
    values = np.asarray(frame)
    names = [str(name) for name in frame.columns]
    is_number = values.dtype != object or all(
        np.isreal(value) for value in values[: min(len(values), 20)].ravel()
    )
    return names if is_number else []


def _rest(columns, names, expression):
    """Return an expression and an order with the columns that nothing moves at the end."""
    others = [name for name in names if name not in set(columns)]
    return (f"{expression} + {len(others)}" if others else expression), (*columns, *others)


def _board(names):
    """Suggest the moves of a board from names such as board_23."""
    matches = {name: re.fullmatch(r"([A-Za-z]+)_?(\d)_?(\d)", name) for name in names}
    cells = {}
    for name, match in matches.items():
        if match:
            cells.setdefault(match[1], {})[int(match[2]), int(match[3])] = name
    for word, of_word in cells.items():
        rows, columns = (sorted({place[axis] for place in of_word}) for axis in (0, 1))
        if (
            word.lower() in IMAGES
            or len(of_word) != len(rows) * len(columns)
            or min(len(rows), len(columns)) < 3
        ):
            continue
        ordered = [of_word[place] for place in sorted(of_word)]
        kind = "D4" if len(rows) == len(columns) else "mirror"
        size = f"{len(rows)},{len(columns)}"
        reason = f"{word} names the cells of a board of {len(rows)} x {len(columns)}"
        return [
            Suggestion(*_rest(ordered, names, f'Grid({size},"{found}")'), reason)
            for found in dict.fromkeys((kind, "mirror"))
        ]
    return []


def _pairs(names):
    """Suggest exchangeable items from names of pairs such as d_12, d_13, d_23."""
    matches = [(name, re.fullmatch(r"([A-Za-z]+)_?(\d)_?(\d)", name)) for name in names]
    found = {}
    for name, match in matches:
        if match and match[2] < match[3]:
            found.setdefault(match[1], {})[match[2], match[3]] = name
    for word, of_word in found.items():
        labels = sorted({label for pair in of_word for label in pair})
        wanted = [(a, b) for i, a in enumerate(labels) for b in labels[i + 1 :]]
        # a name for each of all ordered pairs is a cell of a grid
        is_half = not any(match and match[2] >= match[3] for _, match in matches)
        if is_half and len(labels) >= 3 and set(of_word) == set(wanted):
            order = [of_word[pair] for pair in wanted]
            expression = f"S({len(labels)}).pairs"
            reason = f"{word} has a column for each pair of {', '.join(labels)}"
            return [Suggestion(*_rest(order, names, expression), reason)]
    return []


def _items(names):
    """Suggest exchangeable items, and vectors, from names that differ in a label."""
    labels, words = _labelled(names)
    if labels is None:
        return []
    components, group = _components(words)
    scalars = [word for word in words if word not in components]
    n, terms, columns = len(labels), [], []
    for word in scalars:
        terms.append("S")
        columns += [words[word][label] for label in labels]
    if components:
        terms.append(f"S*{group}")
        columns += [words[word][label] for label in labels for word in components]
    reason = f"each of {', '.join(labels)} has {', '.join(words)}"

    def suggestion(exchangeable):
        item = f"S({n})" if exchangeable else str(n)
        text = " + ".join(term.replace("S", item, 1) for term in terms)
        return Suggestion(*_rest(columns, names, text), reason)

    return [suggestion(True), suggestion(False)] if components else [suggestion(True)]


def _labelled(names):
    """Return the labels of items, and the column of each word and label; or None."""
    patterns = (r"(?P<word>[A-Za-z]+)_?(?P<label>\d+)", r"(?P<label>[A-Za-z]+)_(?P<word>\w+)")
    for pattern in patterns:
        words = {}
        for name in names:
            if match := re.fullmatch(pattern, name):
                words.setdefault(match["word"], {})[match["label"]] = name
        several = {word: of_word for word, of_word in words.items() if len(of_word) > 1}
        sets = {frozenset(of_word) for of_word in several.values()}
        if len(sets) != 1:
            continue
        labels = sorted(next(iter(sets)), key=lambda label: (len(label), label))
        is_numbered = all(label.isdigit() for label in labels)
        # one numbered word is often a list of different quantities, such as s1 to s6
        n_named = sum(map(len, several.values())) * (1 if len(several) == 1 else 2)
        if is_numbered and n_named < len(names):
            continue
        if is_numbered or set(labels) in SIDES:
            return labels, several
    return None, {}


def _components(words):
    """Return the words that are components of one vector, and the group that turns it."""
    for wanted, group in COMPONENTS.items():
        found = [word for letter in wanted for word in words if word.lower() == letter]
        if len(found) == len(wanted):
            return found, group
    return [], None
