"""What a wrong expression may have meant: signs of mathematics, groups written without brackets."""

from __future__ import annotations

import re
from typing import Any

from ..groups import GROUPS, SizedGroup

#: Signs that people write, and what the language has for them.
SIGNS = {
    "×": "*",
    "⊗": "*",
    "·": "*",
    "⊕": "+",
    "→": "->",
    "^": "**",
    "−": "-",
    "’": "'",
    "′": "'",
}
#: A group and its size as in S5, S_5 or SO_{3}.
_WITHOUT_BRACKETS = re.compile(r"([A-Z][A-Za-z]*\+?)[\s_{]*(\d+)\}?")
_CALLED = re.compile(r"([A-Za-z]+\+?)\s*\(")


def hint(text: str, place: int) -> str | None:
    """Return what may have been meant where an expression cannot be read.

    Parameters
    ----------
    text : str
        The expression.
    place : int
        Where reading stopped.

    Returns
    -------
    str or None
        Words that can follow the error, None without a guess.
    """
    sign = SIGNS.get(text[place : place + 1])
    if sign is not None:
        return f"write {sign!r}"
    for found in _WITHOUT_BRACKETS.finditer(text):
        group: Any = GROUPS.get(found[1])
        is_here = found.start() < place and not text[found.end() : place].strip()
        if is_here and group is not None and issubclass(group, SizedGroup):
            return f"did you mean {group.name}({found[2]})?"
    by_small_letters = {name.lower(): name for name in GROUPS}
    for found in _CALLED.finditer(text):
        name = by_small_letters.get(found[1].lower())
        if found.start() <= place < found.end() and name not in (None, found[1]):
            return f"did you mean {name}(...)?"
    return None
