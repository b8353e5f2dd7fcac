"""Parser of the expression language, with errors that show the place."""

from __future__ import annotations

import functools
import operator

from .affine import SE, E, T
from .classical import GL, SL, SU, Scaling, Sp, U
from .factors import attribute
from .groups import A, C, D, S, Signs
from .matrix import MatrixGroup, Polygon
from .orthogonal import SO, O, SOplus
from .permuting import Cube, Grid, PermutationGroup, Rubik, Wreath
from .representations import Trivial

#: Every group name of the language, with the class that it stands for.
GROUPS = {
    group.name: group
    for group in (
        *(S, A, C, D, Signs, Grid, Cube, Rubik, PermutationGroup),
        *(O, SO, SOplus, Sp, U, SU, SL, GL, Scaling, Polygon, MatrixGroup),
        *(E, SE, T),
    )
} | {"Z": C}

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
NAME: /SO\+(?=\s*\()|[A-Z][A-Za-z0-9]*/
UNKNOWN: /[a-z]\b/
ATTRIBUTE: /[a-z][a-z0-9]+/
NUMBER: /-?\d+(\.\d*)?([eE][+-]?\d+)?/
PRIME: "'"
STRING: /"[^"]*"/
%import common.INT
%ignore /\s+/
"""

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


def parse(text):
    """Parse an expression into its two sides.

    Parameters
    ----------
    text : str
        ``inputs`` or ``inputs -> outputs``.

    Returns
    -------
    inputs : Representation
    outputs : Representation or None

    Raises
    ------
    ValueError
        If the text is no expression, with a caret under the first place that is wrong.
    """
    # lark is imported when the first expression is parsed: the package's import stays quick
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

    if not isinstance(text, str):
        raise TypeError(f"a symmetry expression must be a string, got {text!r}")
    parser, build = _language()
    try:
        sides = build.transform(parser.parse(text))
    except UnexpectedCharacters as error:
        place = error.pos_in_stream
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
    return sides if len(sides) == 2 else (sides[0], None)


def parse_representation(text):
    """Parse one side of an expression.

    Parameters
    ----------
    text : str

    Returns
    -------
    Representation

    Raises
    ------
    ValueError
        If the text is no representation, with a caret under the first place that is wrong.

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


def _error(text, place, problem, expected=()):
    readable = sorted(_READABLE[name] for name in expected or () if name in _READABLE)
    hint = f", expected {' or '.join(readable)}" if readable else ""
    # a text of several lines is shown as one, which keeps every place where it was
    line = text.replace("\n", " ")
    return ValueError(f"symmetry {text!r}: {problem}{hint}\n    {line}\n    {' ' * place}^")


@functools.cache
def _language():
    """Return the parser and the transformer from its trees to values."""
    from lark import Lark, Token, Transformer

    class Build(Transformer):
        def start(self, sides):
            return tuple(sides)

        def sum(self, parts):
            return functools.reduce(operator.add, parts)

        def product(self, parts):
            return functools.reduce(operator.mul, parts)

        def power(self, parts):
            base, exponent = parts
            return base ** int(exponent)

        def number(self, parts):
            return Trivial(int(parts[0]))

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
                return float(value) if set(value) & set(".eE") else int(value)
            return str(value).strip('"')

        def group(self, parts):
            name, arguments, *primes = parts
            if name not in GROUPS:
                known = ", ".join(sorted(GROUPS))
                raise ValueError(f"no group is called {str(name)!r}; there are {known}")
            try:
                return GROUPS[name](*arguments, primes=len(primes))
            except TypeError:
                raise ValueError(
                    f"{name} does not take the {len(arguments)} arguments "
                    f"({', '.join(map(str, arguments))})"
                ) from None

    parser = Lark(_GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)
    return parser, Build()
