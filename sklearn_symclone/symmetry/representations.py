"""Representations as values: the algebra of sums and products, and trivial representations.

A representation is the layout of columns: each node knows its dimension, and moves columns by a
batch of group elements without building matrices of its own size.
"""

from __future__ import annotations

import itertools
import math
import string
from dataclasses import dataclass, field

import numpy as np

Size = int | str  # a number, or the lower-case name of one that the data will tell


@dataclass(frozen=True, eq=False)
class Block:
    """One tensor product of trivial representations and those of one group each.

    Parameters
    ----------
    factors : tuple of Trivial or Factor
    columns : ndarray of int
        The columns that hold the block, one axis for each factor.
    """

    factors: tuple
    columns: np.ndarray


class Representation:
    """Base of all representations: the algebra, and what is derived from ``act`` and ``parts``.

    Representations are compared by value, hashed and printed as the expression language has them.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, O
    >>> S(5) + S(5) * O(3)
    parse_representation('S(5) + S(5)*O(3)')
    >>> (S(5) + S(5) * O(3)).dimension
    20
    """

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
        return math.prod([self] * (exponent - 1), start=self)

    def __rshift__(self, outputs):
        from .expression import Symmetry

        outputs = as_representation(outputs)
        return NotImplemented if outputs is None else Symmetry(self, outputs)

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

    @property
    def dimension(self):
        """Number of columns."""
        raise NotImplementedError

    @property
    def groups(self):
        """The groups named, each once, in order of appearance."""
        found = itertools.chain.from_iterable(part.groups for part in self.parts)
        return tuple(dict.fromkeys(found))

    @property
    def unknowns(self):
        """The names of the sizes that are still unknown."""
        return frozenset().union(*(part.unknowns for part in self.parts))

    @property
    def is_affine(self):
        """Whether some columns are coordinates of points, which have no origin."""
        return any(part.is_affine for part in self.parts)

    @property
    def permutes(self):
        """Whether all group elements permute the columns, and do nothing else."""
        return all(part.permutes for part in self.parts)

    @property
    def is_monomial(self):
        """Whether all group elements permute the columns and change signs, and nothing else."""
        return all(part.is_monomial for part in self.parts)

    def substitute(self, name, value):
        """Return the representation with the unknown size ``name`` replaced by ``value``."""
        raise NotImplementedError

    def blocks(self):
        """Return the tensor products that make up the columns, as a list of Block."""
        raise NotImplementedError

    def act(self, elements, x):
        """Move x, of shape (n_elements, dimension, rest), row k by element k."""
        raise NotImplementedError

    def transform(self, elements, X):
        """Move rows of a table, row k by element k.

        Parameters
        ----------
        elements : GroupElements
            As many elements as X has rows.
        X : array of shape (n_elements, dimension)

        Returns
        -------
        ndarray of shape (n_elements, dimension)
        """
        X = np.asarray(X)
        X = X if np.issubdtype(X.dtype, np.floating) else X.astype(float)
        if X.shape != (len(elements), self.dimension):
            raise ValueError(
                f"representation '{self}' and {len(elements)} group elements move a table of "
                f"shape {(len(elements), self.dimension)}, got {X.shape}"
            )
        return self.act(elements, X[:, :, None])[:, :, 0]

    def matrix(self, elements):
        """Return the matrices of the elements, of shape (n_elements, dimension, dimension).

        Of points they are the linear parts; ``shift`` returns what is added.
        """
        identity = np.broadcast_to(np.eye(self.dimension), (len(elements),) + (self.dimension,) * 2)
        moved = self.act(elements, identity)
        return moved - self.shift(elements)[:, :, None] if self.is_affine else moved

    def shift(self, elements):
        """Return where the elements move the origin to, of shape (n_elements, dimension)."""
        return self.act(elements, np.zeros((len(elements), self.dimension, 1)))[:, :, 0]


def as_representation(value):
    """Return an integer as the trivial representation, None for what cannot be one."""
    if isinstance(value, Representation):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Trivial(value)
    return None


def axes_by_group(factors):
    """Return which of the factors of a product are of each group; None stands for trivial ones."""
    found = {}
    for axis, factor in enumerate(factors):
        group = None if isinstance(factor, Trivial) else factor.group
        found.setdefault(group, []).append(axis)
    return found


def describe_order(order):
    """Return the words for a number of group elements, which can have thousands of digits."""
    if order == math.inf:
        return "infinite"
    return f"of {order} elements" if order < 10**24 else "of more than 10^24 elements"


def product_name(factors):
    """Return the words for a product of factors in an error."""
    return "*".join(map(str, factors))


def check_size(size, what):
    """Raise a ValueError unless size is a positive whole number or a lower-case name."""
    known = isinstance(size, int) and not isinstance(size, bool) and size >= 1
    unknown = isinstance(size, str) and size in string.ascii_lowercase and len(size) == 1
    if not known and not unknown:
        raise ValueError(
            f"{what} must be a whole number of at least 1, or one lower-case unknown such as "
            f"'n'; got {size!r}"
        )


def known_size(size, what):
    """Return a size that is known; raise a ValueError naming the unknown otherwise."""
    if isinstance(size, str):
        raise ValueError(f"the size {size!r} in {what!r} is not known yet: bind it to data first")
    return size


def _flat(kind, *representations):
    """Join the parts of sums (or of products) into one tuple."""
    parts = (r.parts if isinstance(r, kind) else (r,) for r in representations)
    return tuple(itertools.chain.from_iterable(parts))


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

    Parameters
    ----------
    size : int or str
        Their number, or the name of an unknown one.
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
        """Number of columns."""
        return known_size(self.size, str(self))

    @property
    def unknowns(self):
        """The name of the size, if unknown."""
        return frozenset([self.size] if isinstance(self.size, str) else [])

    def substitute(self, name, value):
        """Return the representation with the unknown size replaced."""
        return Trivial(value) if self.size == name else self

    def blocks(self):
        """Return the one block that this is."""
        return [Block((self,), np.arange(self.dimension))]

    def act(self, elements, x):
        """Return x as it is."""
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
        """Number of columns."""
        return sum(part.dimension for part in self.parts)

    def substitute(self, name, value):
        """Return the sum with the unknown size replaced."""
        return Sum(_flat(Sum, *(part.substitute(name, value) for part in self.parts)))

    def blocks(self):
        """Return the blocks of the parts, shifted to their columns."""
        offsets = itertools.accumulate((part.dimension for part in self.parts), initial=0)
        return [
            Block(block.factors, block.columns + offset)
            for part, offset in zip(self.parts, offsets, strict=False)
            for block in part.blocks()
        ]

    def act(self, elements, x):
        """Move each part's columns."""
        stops = np.cumsum([part.dimension for part in self.parts])[:-1]
        pieces = np.split(x, stops, axis=1)
        moved = [part.act(elements, piece) for part, piece in zip(self.parts, pieces, strict=True)]
        return np.concatenate(moved, axis=1)


@dataclass(frozen=True, repr=False)
class Product(Representation):
    """Tensor product, flattened row-major: the last factor's index runs fastest."""

    parts: tuple = field(default=())

    def __post_init__(self):
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
        """Number of columns."""
        return math.prod(part.dimension for part in self.parts)

    def substitute(self, name, value):
        """Return the product with the unknown size replaced."""
        return _product(_flat(Product, *(part.substitute(name, value) for part in self.parts)))

    def blocks(self):
        """Return the products of the blocks of the parts."""
        found = []
        for combination in itertools.product(*(part.blocks() for part in self.parts)):
            columns = np.zeros((), dtype=int)
            for part, block in zip(self.parts, combination, strict=True):
                columns = np.add.outer(columns * part.dimension, block.columns)
            factors = tuple(itertools.chain.from_iterable(b.factors for b in combination))
            found.append(Block(factors, columns))
        return found

    def act(self, elements, x):
        """Move x along one axis after the other."""
        shape = tuple(part.dimension for part in self.parts)
        moved = x.reshape(len(x), *shape, x.shape[2])
        for axis, part in enumerate(self.parts, start=1):
            if isinstance(part, Trivial):
                continue
            front = np.moveaxis(moved, axis, 1)
            flat = part.act(elements, front.reshape(*front.shape[:2], -1))
            moved = np.moveaxis(flat.reshape(front.shape), 1, axis)
        return moved.reshape(x.shape)


def _atom(representation):
    """Print a factor of a product, in parentheses where it is a sum or has a name of two words."""
    text = str(representation)
    return f"({text})" if isinstance(representation, Sum) or " wr " in text else text
