"""Representations of one group, with their duals and squares.

A group is a factor itself: it stands for its defining representation.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from .algebra import Product, Representation, Trivial
from .blocks import Block
from .names import named
from .square_entries import mean_of_mirrored, square_entries, sum_of_mirrored


class Factor(Representation):
    """Base of the representations of one group.

    A subclass is a frozen dataclass. It has a field or property ``group``, a ``dimension``, prints
    itself by ``__str__``, and moves columns by ``act``. If its matrices are not orthogonal, it
    also has ``act_dual``.

    See Also
    --------
    Group : Base of all groups, which are factors themselves.
    Dual : The dual of a factor.
    Square : The symmetric or antisymmetric square of a factor.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Factor, O, S
    >>> isinstance(O(3), Factor), isinstance(O(3).sym2, Factor), isinstance(O(3) * S(5), Factor)
    (True, True, False)
    """

    parts = ()
    is_affine = False
    permutes = False
    #: What kind of tensor the columns are: a pair of a tuple, with 1 for each index of a vector and
    #: -1 for each index of a dual vector, and the power of the determinant that multiplies it.
    #: None for what is no tensor; closed forms of invariants are for tensors.
    tensor_indices: ClassVar[Any] = None
    #: What ``doubled`` builds. It is a factor itself, so its module sets it.
    doubling: ClassVar[Any] = None

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
        return self.permutes

    @property
    def is_self_dual(self) -> bool:
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

    @property
    def doubled(self):
        """Each column and its negative: permuted, where columns are permuted and change signs.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import S
        >>> S(3).alt2.doubled.dimension
        6
        """
        return Factor.doubling(self)

    def substitute(self, name, value):
        return replace(self, group=self.group.substitute(name, value))

    def blocks(self):
        return [Block((self,), np.arange(self.dimension))]

    def without_shifts(self, linear):
        if self.group not in linear:
            return self
        vectors = linear[self.group]
        # where the group does nothing but shift, nothing moves what is made of its vectors
        return Trivial(self.dimension) if isinstance(vectors, Trivial) else self.on_vectors(vectors)

    def restricted(self, group):
        return self if self.group == group else Trivial(self.dimension)

    def on_vectors(self, vectors: Factor) -> Representation:
        """Return this representation of an affine group as one of its vectors.

        Parameters
        ----------
        vectors : Factor
            What the group does to differences of points.

        Returns
        -------
        Representation
            The same columns where points are counted from their mean.
        """
        raise NotImplementedError

    def act_dual(self, elements: Any, x: np.ndarray) -> np.ndarray:
        """Move columns by the inverse transposes of group elements.

        Parameters
        ----------
        elements : GroupElements
            A batch of elements.
        x : ndarray of shape (n_elements, dimension, rest)
            Element k moves x[k].

        Returns
        -------
        ndarray of shape (n_elements, dimension, rest)
            The moved columns.
        """
        return self.act(elements, x)

    def roles(self) -> Iterable[str]:
        """Return what each column is, in words.

        Returns
        -------
        iterable of str
            One text for each column; they are counted from 1.
        """
        noun, link = ("item", "of") if self.permutes else ("component", "under")
        return (f"{noun} {number} {link} {self}" for number in range(1, self.dimension + 1))

    def restriction(self) -> Any:
        """Return the matrix from all entries of a tensor to the columns.

        Returns
        -------
        sparse array of shape (dimension, n_entries) or None
            None if all entries are columns.
        """
        return None

    def restriction_dual(self) -> Any:
        """Return the matrix from all entries of a tensor to the columns of the dual.

        Returns
        -------
        sparse array of shape (dimension, n_entries) or None
            None if all entries are columns.
        """
        return self.restriction()


@dataclass(frozen=True, repr=False)
class Dual(Factor):
    """Dual of a representation whose matrices are not orthogonal.

    Group elements act on it by their inverse transposes, as on the gradient of a function of
    vectors. Write ``.dual``, which is the representation itself for orthogonal matrices.

    Parameters
    ----------
    base : Factor
        The representation that this is the dual of.

    See Also
    --------
    Representation.dual : The dual of any representation.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import GL
    >>> str(GL(3).dual), GL(3).dual.dual == GL(3)
    ('GL(3).dual', True)
    """

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
        return self.base.dimension

    @property
    def tensor_indices(self):
        """The indices of the base, each turned to its dual."""
        if self.base.tensor_indices is None:
            return None
        signs, power = self.base.tensor_indices
        return tuple(-sign for sign in signs), -power

    def substitute(self, name, value):
        return self.base.substitute(name, value).dual

    def on_vectors(self, vectors):
        return self.base.on_vectors(vectors).dual

    def act(self, elements, x):
        return self.base.act_dual(elements, x)

    def act_dual(self, elements, x):
        return self.base.act(elements, x)

    def restriction(self):
        return self.base.restriction_dual()

    def restriction_dual(self):
        return self.base.restriction()


@dataclass(frozen=True, repr=False)
class Square(Factor):
    """Symmetric or antisymmetric part of the tensor square of a factor.

    The columns are entries of a matrix, row by row: those on and above the diagonal of a symmetric
    one, those above it of an antisymmetric one.

    Parameters
    ----------
    base : Factor
        The representation that is squared.
    sign : {1, -1}
        1 for the symmetric part, -1 for the antisymmetric part.

    See Also
    --------
    Factor.sym2 : The symmetric square.
    Factor.alt2 : The antisymmetric square.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import O, Square
    >>> Square(O(3), 1) == O(3).sym2, Square(O(3), 1).dimension
    (True, 6)
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
    def is_monomial(self) -> bool:
        """Whether entries are permuted and change signs."""
        return self.base.is_monomial

    @property
    def dimension(self):
        d = self.base.dimension
        if d == 1 and self.sign < 0:
            raise ValueError(f"'{self}' has no columns: a 1 x 1 antisymmetric matrix is 0")
        return d * (d + self.sign) // 2

    @property
    def tensor_indices(self):
        """Two indices, for squares of vectors and dual vectors alone."""
        if self.base.tensor_indices not in [((1,), 0), ((-1,), 0)]:
            return None
        return 2 * self.base.tensor_indices[0], 0

    def substitute(self, name, value):
        return replace(self, base=self.base.substitute(name, value))

    def on_vectors(self, vectors):
        return replace(self, base=self.base.on_vectors(vectors))

    def roles(self):
        indices = range(1, self.base.dimension + 1)
        choose = (
            itertools.combinations_with_replacement if self.sign > 0 else itertools.combinations
        )
        return (f"entry {row},{column} of {self}" for row, column in choose(indices, 2))

    def entries(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the entries of the tensor square that are columns, and their mirror images.

        Returns
        -------
        kept : ndarray of int of shape (dimension,)
            Where each column stands in the flattened square.
        mirror : ndarray of int of shape (dimension,)
            Where the entry with both indices exchanged stands.
        """
        return square_entries(self.base.dimension, self.sign)

    def _tensor(self, x, mirrored):
        kept, mirror = self.entries()
        full = np.zeros((len(x), self.base.dimension**2, x.shape[2]), dtype=x.dtype)
        if mirrored:
            full[:, mirror] = self.sign * x
        full[:, kept] = x
        return full

    def act(self, elements, x):
        # as a matrix, on both sides
        moved = Product((self.base, self.base)).act(elements, self._tensor(x, mirrored=True))
        return moved[:, self.entries()[0]]

    def act_dual(self, elements, x):
        twice = Product((Dual(self.base), Dual(self.base)))
        moved = twice.act(elements, self._tensor(x, mirrored=False))
        kept, mirror = self.entries()
        off_diagonal = (kept != mirror)[:, None]
        return moved[:, kept] + np.where(off_diagonal, self.sign * moved[:, mirror], 0)

    def restriction(self):
        return mean_of_mirrored(self.base.dimension, self.sign)

    def restriction_dual(self):
        # a column of the dual stands for a pair of entries
        return sum_of_mirrored(self.base.dimension, self.sign)
