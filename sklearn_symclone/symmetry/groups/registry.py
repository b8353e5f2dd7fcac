"""The names of the expression language: groups announce theirs by being defined."""

from __future__ import annotations

import re

#: Every group name of the language, with the class that it stands for.
GROUPS: dict[str, type] = {}
#: Names that can follow a dot for groups of one kind alone, such as the boxes of a wreath product.
ATTRIBUTES: list[str] = []

_NAME = re.compile(r"[A-Z][A-Za-z0-9]*\+?")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9]+")


def announce(group: type) -> None:
    """Enter the names that a class of groups defines itself into the language.

    Parameters
    ----------
    group : type
        A subclass of Group.

    Raises
    ------
    ValueError
        If a name cannot be read in an expression, or another class has it.
    """
    own = vars(group)
    names = [own["name"], *own.get("other_names", ())] if "name" in own else []
    for name in names:
        _check(name, _NAME, "a capital letter, more letters or digits, such as 'Cube' or 'SO+'")
        known = GROUPS.get(name)
        if known is not None and _place(known) != _place(group):
            raise ValueError(
                f"{_place(group)} is called {name!r} in expressions, but that is the name of "
                f"{_place(known)}: set 'name' to one that is free"
            )
    attributes = own.get("attributes", ())
    for name in attributes:
        _check(name, _ATTRIBUTE, "a small letter, more small letters or digits, such as 'top'")
    GROUPS.update(dict.fromkeys(names, group))
    ATTRIBUTES.extend(name for name in attributes if name not in ATTRIBUTES)


def announce_late(group: type) -> None:
    """Announce a class that was empty when it was defined, and has got its names since.

    cloudpickle builds classes of a user's script in this way in other processes.

    Parameters
    ----------
    group : type
        A subclass of Group.
    """
    if vars(group).get("name", "") not in ("", *GROUPS):
        announce(group)


def _check(name, pattern, wanted):
    if not isinstance(name, str) or not pattern.fullmatch(name):
        raise ValueError(f"a name in expressions must be {wanted}; got {name!r}")


def _place(group):
    """Return where a class is defined, which stays the same if it is defined again."""
    return f"{group.__module__}.{group.__qualname__}"
