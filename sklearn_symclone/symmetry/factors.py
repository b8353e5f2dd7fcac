"""Representations of one group: duals, determinants, squares, and vectors of affine groups.

A group is a factor itself, that of its defining representation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .representations import Block, Product, Representation, Trivial


class Factor(Representation):
    """Base of the representations of one group, in the field ``group``."""

    parts = ()
    is_affine = False
    permutes = False

    @property
    def groups(self):
        """The group."""
        return (self.group,)

    @property
    def unknowns(self):
        """The names of the unknown sizes of the group."""
        return self.group.unknowns

    @property
    def is_monomial(self):
        """Whether all elements permute the columns and change signs, and do nothing else."""
        return self.permutes

    @property
    def is_self_dual(self):
        """Whether the dual is the representation itself: for orthogonal matrices."""
        return self.is_monomial

    @property
    def dual(self):
        """The dual representation, acted on by the inverse transposes."""
        return self if self.is_self_dual else Dual(self)

    @property
    def sym2(self):
        """The symmetric square: the entries xx, xy, ..., yy, ... of a symmetric matrix.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import O
        >>> O(3).sym2.dimension
        6
        """
        return Square(self, 1)

    @property
    def alt2(self):
        """The antisymmetric square: the entries xy, xz, ..., yz, ... above the diagonal.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import O
        >>> O(4).alt2.dimension
        6
        """
        return Square(self, -1)

    def substitute(self, name, value):
        """Return the factor with the unknown size of its group replaced."""
        return replace(self, group=self.group.substitute(name, value))

    def blocks(self):
        """Return the one block that this is."""
        return [Block((self,), np.arange(self.dimension))]

    def act_dual(self, elements, x):
        """Move x by the inverse transposes."""
        return self.act(elements, x)


def named(factor):
    """Print a factor so that a dot can follow."""
    return f"({factor})" if " wr " in str(factor) else str(factor)


@dataclass(frozen=True, repr=False)
class Dual(Factor):
    """Dual of a representation that does not preserve lengths."""

    base: Factor

    def __post_init__(self):
        if self.base.is_affine:
            raise ValueError(f"{self.base} moves points, which have no dual; '.vector' has one")

    def __str__(self):
        return f"{named(self.base)}.dual"

    @property
    def group(self):
        """The group."""
        return self.base.group

    @property
    def dual(self):
        """The dual of the dual is the representation itself."""
        return self.base

    @property
    def dimension(self):
        """Number of columns."""
        return self.base.dimension

    def substitute(self, name, value):
        """Return the dual with the unknown size replaced."""
        return self.base.substitute(name, value).dual

    def act(self, elements, x):
        """Move x by the inverse transposes."""
        return self.base.act_dual(elements, x)

    def act_dual(self, elements, x):
        """Move x by the matrices of the base."""
        return self.base.act(elements, x)


@dataclass(frozen=True, repr=False)
class Det(Factor):
    """One column that an element multiplies by its determinant: a pseudo-scalar, a sign."""

    group: Factor
    dimension = 1

    def __str__(self):
        return f"{named(self.group)}.det"

    @property
    def is_monomial(self):
        """Whether determinants are signs for the reason that the elements are."""
        return self.group.is_monomial

    @property
    def is_self_dual(self):
        """Whether determinants are signs."""
        return self.group.is_unimodular

    def _scales(self, elements, x):
        return elements.actions[self.group].determinant()[:, None, None].astype(x.dtype)

    def act(self, elements, x):
        """Multiply x by determinants."""
        return x * self._scales(elements, x)

    def act_dual(self, elements, x):
        """Divide x by determinants."""
        return x / self._scales(elements, x)


@dataclass(frozen=True, repr=False)
class Square(Factor):
    """Symmetric (sign 1) or antisymmetric (sign -1) part of the tensor square of a factor.

    The columns are entries of a matrix, row by row: those on and above the diagonal of a symmetric
    one, those above it of an antisymmetric one.
    """

    base: Factor
    sign: int

    def __post_init__(self):
        if self.base.is_affine:
            raise ValueError(f"{self.base} moves points, which have no square; '.vector' has one")

    def __str__(self):
        return f"{named(self.base)}.{'sym2' if self.sign > 0 else 'alt2'}"

    @property
    def group(self):
        """The group."""
        return self.base.group

    @property
    def permutes(self):
        """Whether entries are permuted."""
        return self.sign > 0 and self.base.permutes

    @property
    def is_monomial(self):
        """Whether entries are permuted and change signs."""
        return self.base.is_monomial

    @property
    def dimension(self):
        """Number of columns."""
        d = self.base.dimension
        if d == 1 and self.sign < 0:
            raise ValueError(f"'{self}' has no columns: a 1 x 1 antisymmetric matrix is 0")
        return d * (d + self.sign) // 2

    def substitute(self, name, value):
        """Return the square with the unknown size replaced."""
        return replace(self, base=self.base.substitute(name, value))

    def entries(self):
        """Return the columns of the tensor square that are kept, and those that mirror them."""
        d = self.base.dimension
        i, j = np.triu_indices(d, 0 if self.sign > 0 else 1)
        return i * d + j, j * d + i

    def _tensor(self, x, mirrored):
        kept, mirror = self.entries()
        full = np.zeros((len(x), self.base.dimension**2, x.shape[2]), dtype=x.dtype)
        if mirrored:
            full[:, mirror] = self.sign * x
        full[:, kept] = x
        return full

    def act(self, elements, x):
        """Move x as a matrix, on both sides."""
        moved = Product((self.base, self.base)).act(elements, self._tensor(x, mirrored=True))
        return moved[:, self.entries()[0]]

    def act_dual(self, elements, x):
        """Move x by the inverse transposes."""
        twice = Product((Dual(self.base), Dual(self.base)))
        moved = twice.act(elements, self._tensor(x, mirrored=False))
        kept, mirror = self.entries()
        off_diagonal = (kept != mirror)[:, None]
        return moved[:, kept] + np.where(off_diagonal, self.sign * moved[:, mirror], 0)


@dataclass(frozen=True, repr=False)
class Vector(Factor):
    """Differences of points: what an affine group turns, but does not shift."""

    group: Factor

    def __str__(self):
        return f"{self.group}.vector"

    @property
    def is_self_dual(self):
        """Whether the linear parts are orthogonal: of all affine groups here."""
        return True

    @property
    def dimension(self):
        """Number of columns."""
        return self.group.dimension

    def act(self, elements, x):
        """Move x by the linear parts."""
        return elements.actions[self.group].linear.act(x)


#: Representations by the name that follows a dot in an expression; those in a call take arguments.
ATTRIBUTES = ("dual", "det", "pseudo", "sym2", "alt2", "vector", "pairs", "regular", "top")
METHODS = ("sets", "part")


def attribute(representation, name, arguments):
    """Return what a name after a dot stands for; raise a ValueError if it is none."""
    allowed = METHODS if arguments is not None else ATTRIBUTES
    if name not in allowed:
        known = ", ".join([*(f".{a}" for a in ATTRIBUTES), *(f".{m}(...)" for m in METHODS)])
        raise ValueError(
            f"there is no .{name}{'' if arguments is None else '(...)'}; known: {known}"
        )
    if isinstance(representation, Trivial) and name != "dual":
        raise ValueError(f"{representation} is a number of columns, it has no .{name}")
    if not hasattr(type(representation), name):
        raise ValueError(f"'{representation}' has no .{name}")
    value = getattr(representation, name)
    return value if arguments is None else value(*arguments)
