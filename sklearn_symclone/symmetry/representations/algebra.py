"""The algebra of representations: sums, products and powers, and columns that nothing moves."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from .blocks import Block
from .layout import Layout
from .sizes import LARGEST_SIZE, MAX_SIZE, Size, check_size, known_size

#: Factors of the longest product: each is an axis of an array, and arrays of NumPy 1 have 32 axes.
MAX_FACTORS = 30


class Representation(Layout):
    """How the columns of a table move under a group: base of all representations.

    A representation is a value. It is compared and hashed by what it says, and printed in the
    expression language. Operators build larger ones: ``+`` puts columns side by side, ``*`` is the
    tensor product, ``**`` its power, and ``>>`` makes a symmetry of inputs and outputs.

    See Also
    --------
    Symmetry : How both the inputs and the outputs of a function move.
    parse_representation : Build a representation from its expression.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, O
    >>> S(5) + S(5) * O(3)
    parse_representation('S(5) + S(5)*O(3)')
    >>> (S(5) + S(5) * O(3)).dimension
    20
    """

    #: What ``inputs >> outputs`` builds. It is Symmetry, which stands on top of representations, so
    #: its module sets it.
    arrow: ClassVar[Any] = None

    def __add__(self, other):
        other = as_representation(other)
        return NotImplemented if other is None else Sum(_flat(Sum, self, other))

    def __radd__(self, other):
        other = as_representation(other)
        return NotImplemented if other is None else other + self

    def __mul__(self, other):
        other = as_representation(other)
        return NotImplemented if other is None else _product(_flat(Product, self, other))

    def __rmul__(self, other):
        other = as_representation(other)
        return NotImplemented if other is None else other * self

    def __pow__(self, exponent):
        if not isinstance(exponent, int) or exponent < 1:
            raise ValueError(
                f"a tensor power needs a whole exponent of at least 1, got {exponent!r}"
            )
        if _is_number(self):
            return _power_of_number(self.size, exponent)
        n_factors = exponent * (len(self.parts) if isinstance(self, Product) else 1)
        _check_factors(n_factors, f"'{self}' to the power {exponent}")
        return _product(_flat(Product, *[self] * exponent))

    def __rshift__(self, outputs):
        outputs = as_representation(outputs)
        return NotImplemented if outputs is None else Representation.arrow(self, outputs)

    def __repr__(self):
        return f"parse_representation({str(self)!r})"

    @property
    def dual(self):
        """The dual representation, acted on by the inverse transposes.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import O
        >>> str(O(1, 3).dual), str(O(3).dual)
        ('O(1,3).dual', 'O(3)')
        """
        raise NotImplementedError


def as_representation(value: Any) -> Representation | None:
    """Return a number of columns as the trivial representation.

    This is what lets numbers stand in sums and products: ``5 + 5 * O(3)``.

    Parameters
    ----------
    value : object
        A representation, a number, or anything else.

    Returns
    -------
    Representation or None
        None for what cannot be a representation.

    See Also
    --------
    Trivial : Columns that nothing moves.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import as_representation
    >>> as_representation(2), as_representation("2")
    (parse_representation('2'), None)
    """
    if isinstance(value, Representation):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Trivial(value)
    return None


def _flat(kind, *representations):
    """Join the parts of sums (or of products) into one tuple."""
    parts = (r.parts if isinstance(r, kind) else (r,) for r in representations)
    return tuple(itertools.chain.from_iterable(parts))


def _power_of_number(size, exponent):
    """Return so many invariant columns, unless their number is too large to be worked out."""
    n_digits = math.floor(exponent * math.log10(size)) + 1
    if n_digits > len(str(MAX_SIZE)):
        raise ValueError(
            f"{size} to the power {exponent} is a number of {n_digits} digits: {LARGEST_SIZE} "
            "columns at most are allowed"
        )
    return Trivial(size**exponent)


def _check_factors(n_factors, what):
    if n_factors > MAX_FACTORS:
        raise ValueError(
            f"{what} is a product of {n_factors} factors: {MAX_FACTORS} at most are allowed"
        )


def _product(factors):
    """Build a product in its normal form: neighbouring known sizes multiplied, no factor 1."""
    merged = []
    for factor in factors:
        if merged and _is_number(factor) and _is_number(merged[-1]):
            merged[-1] = Trivial(merged[-1].size * factor.size)
        else:
            merged.append(factor)
    merged = [factor for factor in merged if factor != Trivial(1)] or [Trivial(1)]
    return merged[0] if len(merged) == 1 else Product(tuple(merged))


def _is_number(factor):
    return isinstance(factor, Trivial) and isinstance(factor.size, int)


@dataclass(frozen=True, repr=False)
class Trivial(Representation):
    """Columns that no group moves.

    In an expression and in sums and products a plain number stands for them.

    Parameters
    ----------
    size : int or str
        The number of columns, or the lower-case name of an unknown number.

    See Also
    --------
    as_representation : Return a number of columns as the trivial representation.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import O, Trivial
    >>> Trivial(5) + O(3) == 5 + O(3)
    True
    """

    size: Size
    parts = ()
    groups = ()
    is_affine = False
    permutes = True
    is_monomial = True

    def __post_init__(self):
        check_size(self.size, "the number of invariant columns")

    def __str__(self):
        return str(self.size)

    @property
    def dual(self):
        """The trivial representation is its own dual."""
        return self

    @property
    def dimension(self):
        return known_size(self.size, str(self))

    @property
    def unknowns(self) -> frozenset[str]:
        """The name of the size, if unknown."""
        return frozenset([self.size] if isinstance(self.size, str) else [])

    def substitute(self, name, value):
        return Trivial(value) if self.size == name else self

    def blocks(self):
        return [Block((self,), np.arange(self.dimension))]

    def without_shifts(self, linear):
        return self

    def restricted(self, group):
        return self

    def act(self, elements, x):
        return x


@dataclass(frozen=True, repr=False)
class Sum(Representation):
    """Direct sum: the columns of the parts one after the other."""

    parts: tuple = field(default=())

    def __str__(self):
        return " + ".join(map(str, self.parts))

    @property
    def dual(self):
        """The sum of the duals."""
        return Sum(tuple(part.dual for part in self.parts))

    @property
    def dimension(self):
        return sum(part.dimension for part in self.parts)

    def substitute(self, name, value):
        return Sum(_flat(Sum, *(part.substitute(name, value) for part in self.parts)))

    def blocks(self):
        offsets = itertools.accumulate((part.dimension for part in self.parts), initial=0)
        return [
            Block(block.factors, block.columns + offset)
            for part, offset in zip(self.parts, offsets, strict=False)
            for block in part.blocks()
        ]

    def without_shifts(self, linear):
        return functools.reduce(operator.add, (part.without_shifts(linear) for part in self.parts))

    def restricted(self, group):
        return Sum(tuple(part.restricted(group) for part in self.parts))

    def act(self, elements, x):
        stops = np.cumsum([part.dimension for part in self.parts])[:-1]
        pieces = np.split(x, stops, axis=1)
        moved = [part.act(elements, piece) for part, piece in zip(self.parts, pieces, strict=True)]
        return np.concatenate(moved, axis=1)


@dataclass(frozen=True, repr=False)
class Product(Representation):
    """Tensor product, flattened row-major: the last factor's index runs fastest."""

    parts: tuple = field(default=())

    def __post_init__(self):
        _check_factors(len(self.parts), f"'{self.parts[0]}*...'")
        for place, part in enumerate(self.parts):
            others = self.parts[:place] + self.parts[place + 1 :]
            if part.is_affine and not all(other.permutes for other in others):
                raise ValueError(
                    f"'{self}' multiplies points by what is neither a number nor permuted: points "
                    "have no origin, only differences of points are vectors. For vectors write "
                    "'.vector', as in E(3).vector*E(3).vector"
                )

    def __str__(self):
        runs = [(part, len(list(run))) for part, run in itertools.groupby(self.parts)]
        return "*".join(_atom(part) + (f"**{k}" if k > 1 else "") for part, k in runs)

    @property
    def dual(self):
        """The product of the duals."""
        return _product(tuple(part.dual for part in self.parts))

    @property
    def dimension(self):
        return math.prod(part.dimension for part in self.parts)

    def substitute(self, name, value):
        return _product(_flat(Product, *(part.substitute(name, value) for part in self.parts)))

    def blocks(self):
        found = []
        for combination in itertools.product(*(part.blocks() for part in self.parts)):
            columns = np.zeros((), dtype=int)
            for part, block in zip(self.parts, combination, strict=True):
                columns = np.add.outer(columns * part.dimension, block.columns)
            factors = tuple(itertools.chain.from_iterable(b.factors for b in combination))
            found.append(Block(factors, columns))
        return found

    def without_shifts(self, linear):
        return functools.reduce(operator.mul, (part.without_shifts(linear) for part in self.parts))

    def restricted(self, group):
        return Product(tuple(part.restricted(group) for part in self.parts))

    def act(self, elements, x):
        # along one axis after the other
        shape = tuple(part.dimension for part in self.parts)
        moved = x.reshape(len(x), *shape, x.shape[2])
        for axis, part in enumerate(self.parts, start=1):
            if isinstance(part, Trivial):
                continue
            front = np.moveaxis(moved, axis, 1)
            flat = part.act(elements, front.reshape(*front.shape[:2], math.prod(front.shape[2:])))
            moved = np.moveaxis(flat.reshape(front.shape), 1, axis)
        return moved.reshape(x.shape)


def _atom(representation):
    """Print a factor of a product, in parentheses where it is a sum or has a name of two words."""
    text = str(representation)
    return f"({text})" if isinstance(representation, Sum) or " wr " in text else text
