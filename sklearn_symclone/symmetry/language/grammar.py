"""The grammar of the expression language, and the values that its trees stand for."""

from __future__ import annotations

import functools
import operator
import re
from typing import Any

from ..groups import GROUPS, Wreath
from ..representations import Trivial
from .attributes import attribute
from .names import did_you_mean

#: Digits of the longest whole number that is read, 10^18.
MAX_DIGITS = 19

_GRAMMAR = r"""
start: sum ("->" sum)?
?sum: product ("+" product)*
?product: power ("*" power)*
?power: wreath
    | wreath "**" INT -> power
?wreath: atom
    | wreath "wr" atom -> wreath
?atom: INT -> number
    | UNKNOWN -> unknown
    | NAME arguments PRIME* -> group
    | atom "." ATTRIBUTE arguments? -> attribute
    | "(" sum ")"
arguments: "(" (argument ("," argument)*)? ")"
argument: UNKNOWN | STRING | NUMBER | list
list: "[" (argument ("," argument)*)? "]"
NAME: /%(names)s/
UNKNOWN: /[a-z]\b/
ATTRIBUTE: /[a-z][a-z0-9]+/
NUMBER: /-?\d+(\.\d*)?([eE][+-]?\d+)?/
PRIME: "'"
STRING: /"[^"]*"/
%%import common.INT
%%ignore /\s+/
"""


def language() -> tuple[Any, Any]:
    """Return what reads expressions, for the groups that there are.

    Returns
    -------
    parser : lark.Lark
        From text to trees.
    build : lark.Transformer
        From trees to tuples of one or two representations.
    """
    # a plus sign is part of the name of some groups, and a sum everywhere else
    plus = sorted(name for name in GROUPS if not name.isalnum())
    return _language(tuple(plus))


@functools.cache
def _language(plus):
    # lark is imported when the first expression is parsed: the package's import stays quick
    from lark import Lark

    names = [*(re.escape(name) + r"(?=\s*\()" for name in plus), "[A-Z][A-Za-z0-9]*"]
    grammar = _GRAMMAR % {"names": "|".join(names)}
    parser = Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)
    return parser, _transformer()


def _transformer():
    from lark import Token
    from lark.visitors import Transformer_NonRecursive

    # one that is not recursive takes expressions of any length
    class Build(Transformer_NonRecursive):
        def start(self, sides):
            return tuple(sides)

        def sum(self, parts):
            return functools.reduce(operator.add, parts)

        def product(self, parts):
            return functools.reduce(operator.mul, parts)

        def power(self, parts):
            base, exponent = parts
            return base ** _whole(exponent)

        def number(self, parts):
            return Trivial(_whole(parts[0]))

        def unknown(self, parts):
            return Trivial(str(parts[0]))

        def wreath(self, parts):
            return Wreath(*parts)

        def attribute(self, parts):
            base, name, *arguments = parts
            return attribute(base, str(name), arguments[0] if arguments else None)

        def list(self, parts):
            return tuple(parts)

        def arguments(self, parts):
            return tuple(parts)

        def argument(self, parts):
            (value,) = parts
            if not isinstance(value, Token):
                return value
            if value.type == "NUMBER":
                return float(value) if set(value) & set(".eE") else _whole(value)
            return str(value).strip('"')

        def group(self, parts):
            name, arguments, *primes = parts
            return _group(str(name), arguments, len(primes))

    return Build()


def _whole(digits):
    n_digits = len(digits.lstrip("-0"))
    if n_digits > MAX_DIGITS:
        raise ValueError(
            f"a whole number of {n_digits} digits stands here: {MAX_DIGITS} at most are allowed"
        )
    return int(digits)


def _group(name, arguments, primes):
    if name not in GROUPS:
        known = ", ".join(sorted(GROUPS))
        near = did_you_mean(name, GROUPS)
        raise ValueError(f"no group is called {name!r}{near}; there are {known}")
    try:
        return GROUPS[name](*arguments, primes=primes)
    except TypeError:
        raise ValueError(
            f"{name} does not take the {len(arguments)} arguments "
            f"({', '.join(map(str, arguments))})"
        ) from None
