"""Parser of the expression language, with errors that show the place."""

from __future__ import annotations

from typing import Any

from ..representations import Trivial
from .grammar import language
from .hints import hint

#: Characters of the longest expression that an error shows whole.
MAX_SHOWN = 200
#: Levels of the deepest tree of an expression.
MAX_DEPTH = 100

_READABLE = {
    "INT": "a number",
    "NUMBER": "a number",
    "ATTRIBUTE": "a name such as dual",
    "WR": "wr",
    "LSQB": "[",
    "RSQB": "]",
    "NAME": "a group",
    "UNKNOWN": "an unknown such as n",
    "STRING": 'a kind such as "C4"',
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": "a comma",
    "PLUS": "+",
    "STAR": "*",
    "DOT": ".",
    "$END": "the end",
}


def parse(text: str) -> tuple[Any, Any]:
    """Parse an expression into its two sides.

    Parameters
    ----------
    text : str
        It reads ``inputs`` or ``inputs -> outputs``.

    Returns
    -------
    inputs : Representation
        What stands before the arrow.
    outputs : Representation or None
        What stands after it, None without an arrow.

    Raises
    ------
    ValueError
        If the text is no expression, with a caret under the first place that is wrong.
    """
    # imported when the first expression is parsed
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

    if not isinstance(text, str):
        raise TypeError(f"a symmetry expression must be a string, got {text!r}")
    parser, build = language()
    try:
        tree = parser.parse(text)
        _check_depth(tree, text)
        sides = build.transform(tree)
    except UnexpectedCharacters as error:
        place = error.pos_in_stream or 0
        raise _error(text, place, f"cannot read {text[place]!r}", error.allowed) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise _error(text, len(text), "the expression ends too early", error.accepts) from None
        place, problem = error.token.start_pos, f"{str(error.token)!r} cannot stand here"
        raise _error(text, place, problem, error.accepts) from None
    except VisitError as error:
        place = getattr(error.obj, "meta", error.obj).start_pos
        if error.rule == "attribute":
            place = error.obj.children[1].start_pos
        raise _error(text, place, str(error.orig_exc)) from None
    inputs, outputs = sides if len(sides) == 2 else (sides[0], None)
    # any other letter is an unknown number of outputs; this one is meant for the targets
    if outputs == Trivial("y") and "y" not in inputs.unknowns:
        problem = (
            "'y' after the arrow would be a number of columns, not the targets: leave '-> y' out "
            "if they are invariant, or say how they move"
        )
        raise _error(text, text.rindex("y"), problem)
    return inputs, outputs


def parse_representation(text: str) -> Any:
    """Parse one side of an expression.

    Numbers, groups and what is built of them are read; an arrow is not.

    Parameters
    ----------
    text : str
        A sum or product such as ``"S(5) + S(5)*O(3)"``.

    Returns
    -------
    Representation
        What the text stands for.

    Raises
    ------
    ValueError
        If the text is no representation, with a caret under the first place that is wrong.

    See Also
    --------
    Symmetry.parse : Build a symmetry from its expression.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import parse_representation
    >>> parse_representation("S(5)*O(3)").dimension
    15
    """
    inputs, outputs = parse(text)
    if outputs is not None:
        raise _error(text, text.index("->"), "a representation has no arrow")
    return inputs


def _check_depth(tree, text):
    """Raise a ValueError if what a text stands for is nested too deeply."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for parent in level for child in parent.children if hasattr(child, "data")]
    if depth > MAX_DEPTH:
        problem = f"the expression is nested {depth} deep: {MAX_DEPTH} at most are allowed"
        raise _error(text, 0, problem)


def _error(text, place, problem, expected=()):
    guess = hint(text, place) if expected else None
    readable = sorted(_READABLE[name] for name in expected or () if name in _READABLE)
    cure = f", expected {' or '.join(readable)}" if readable else ""
    if guess is not None:
        cure = f": {guess}"
    # a text of several lines is shown as one, which keeps every place where it was
    line = text.replace("\n", " ")
    if len(text) > MAX_SHOWN:
        start = max(0, place - MAX_SHOWN // 2)
        line, place = line[start : start + MAX_SHOWN], place - start
        text = f"{text[:MAX_SHOWN]}..."
    return ValueError(f"symmetry {text!r}: {problem}{cure}\n    {line}\n    {' ' * place}^")
