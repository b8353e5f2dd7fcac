"""What a name after a dot stands for in an expression."""

from __future__ import annotations

from typing import Any

from ..groups import ATTRIBUTES as ATTRIBUTES_OF_GROUPS
from ..representations import Trivial
from .names import did_you_mean

#: Names that can follow a dot, beside those that groups announce.
ATTRIBUTES = ("dual", "det", "pseudo", "sym2", "alt2", "doubled", "vector", "pairs", "regular")
#: Those that take arguments.
METHODS = ("sets", "part")


def attribute(representation: Any, name: str, arguments: tuple | None) -> Any:
    """Return what a name after a dot stands for.

    Parameters
    ----------
    representation : Representation
        What stands before the dot.
    name : str
        What stands after it.
    arguments : tuple or None
        What stands between parentheses, None if there are none.

    Returns
    -------
    Representation
        The representation of this name.

    Raises
    ------
    ValueError
        If there is none.
    """
    attributes = (*ATTRIBUTES, *ATTRIBUTES_OF_GROUPS)
    if name not in (attributes if arguments is None else METHODS):
        known = ", ".join([*(f".{a}" for a in attributes), *(f".{m}(...)" for m in METHODS)])
        raise ValueError(
            f"there is no .{name}{'' if arguments is None else '(...)'}; known: {known}"
            f"{did_you_mean(name, attributes)}"
        )
    if isinstance(representation, Trivial) and name != "dual":
        raise ValueError(f"{representation} is a number of columns, it has no .{name}")
    if not hasattr(type(representation), name):
        raise ValueError(f"'{representation}' has no .{name}")
    value = getattr(representation, name)
    return value if arguments is None else value(*arguments)
