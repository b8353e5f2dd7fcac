"""Groups as values, and those that permute columns in a regular way, or change signs.

A group stands for its defining representation. Each class says how large that is, draws random
elements, names generators and, if the group is finite, lists all elements. Random elements are
Haar distributed where the group is compact.
"""

from __future__ import annotations

import itertools
import math
import operator
from dataclasses import dataclass, field, replace

import numpy as np

from . import _permutations
from .column_sets import Part, Regular, Sets, pairs
from .elements import GroupElements, Matrices, Permutations, SignChanges
from .factors import Det, Factor
from .representations import Size, check_size, known_size


@dataclass(frozen=True, repr=False)
class Group(Factor):
    """Base of all groups.

    Parameters
    ----------
    primes : int, default=0
        Tells different factors of one name apart: ``S(3)`` and ``S(3)'`` move independently.
    """

    primes: int = field(default=0, kw_only=True)
    is_unimodular = True

    def __str__(self):
        arguments = ",".join(map(format_argument, self._arguments()))
        return f"{self.name}({arguments})" + "'" * self.primes

    def _arguments(self):
        """Return what stands between the parentheses."""
        return (self.n,)

    @property
    def group(self):
        """The group itself."""
        return self

    @property
    def prime(self):
        """The same group as one more, independent factor.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import S
        >>> str(S(3) + S(3).prime)
        "S(3) + S(3)'"
        """
        return replace(self, primes=self.primes + 1)

    @property
    def dimension(self):
        """Number of columns of the defining representation."""
        return known_size(self.n, str(self))

    @property
    def unknowns(self):
        """The name of the size, if unknown."""
        return frozenset(size for size in [getattr(self, "n", 0)] if isinstance(size, str))

    def substitute(self, name, value):
        """Return the group with the unknown size replaced."""
        return replace(self, n=value) if name in self.unknowns else self

    @property
    def det(self):
        """One column multiplied by the determinant: a pseudo-scalar, the sign of a permutation.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import O
        >>> str(O(3).det), str(O(3).pseudo)
        ('O(3).det', 'O(3).det*O(3)')
        """
        return Det(self)

    @property
    def pseudo(self):
        """Pseudo-vectors, such as cross products: vectors times the determinant."""
        return Det(self) * (self.vector if self.is_affine else self)

    @property
    def regular(self):
        """One column for each element, which are multiplied from the left; for finite groups."""
        return Regular(self)

    @property
    def pairs(self):
        """One column for each pair of different points; for groups that permute."""
        return pairs(self)

    def sets(self, *sets):
        """Return one column for each of some sets of points; for groups that permute.

        Parameters
        ----------
        *sets : sequences of int
            Points counted from 0. The group must permute the sets among themselves.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import C
        >>> C(4).sets([0, 2], [1, 3]).dimension
        2
        """
        try:
            listed = tuple(tuple(sorted(map(operator.index, points))) for points in sets)
        except TypeError:
            raise ValueError(
                f"{self}.sets(...) takes lists of points such as [0, 1], got {sets}"
            ) from None
        return Sets(self, listed)

    def part(self, *columns):
        """Return some columns of the defining representation, which are mixed with no others.

        Parameters
        ----------
        *columns : int
            Counted from 0.
        """
        try:
            return Part(self, tuple(map(operator.index, columns)))
        except TypeError:
            given = ",".join(map(format_argument, columns))
            raise ValueError(f"{self}.part(...) takes whole numbers, got {given}") from None

    def act(self, elements, x):
        """Move x by the elements of this group."""
        return elements.actions[self].act(x)

    def act_dual(self, elements, x):
        """Move x by the inverse transposes."""
        return elements.actions[self].dual().act(x)

    @property
    def order(self):
        """Number of elements, ``math.inf`` for an infinite group."""
        return math.inf

    @property
    def is_compact(self):
        """Whether there is an average over the group: it is finite, or keeps lengths."""
        return self.is_self_dual or self.order < math.inf

    def sample(self, n_elements, random_state):
        """Draw random elements with a ``numpy.random.RandomState``."""
        raise NotImplementedError

    def elements(self):
        """Return all elements of a finite group, the identity first."""
        raise ValueError(f"{self} is infinite: its elements cannot be listed")

    def generators(self):
        """Return elements that generate the group.

        For a Lie group they are generic elements of it, and a reflection for each of its parts:
        what is linear and is left alone by them is left alone by the whole group.
        """
        generic = self.sample(4, np.random.RandomState(0))
        reflections = self._reflections()
        return generic.join(Matrices(reflections)) if len(reflections) else generic

    def _reflections(self):
        """Return matrices that lead from one connected part of a Lie group to the others."""
        return np.empty((0, 0, 0))

    def generating_elements(self):
        """Return the generators as GroupElements."""
        generators = self.generators()
        return GroupElements({self: generators}, len(generators))


def format_argument(value):
    """Print an argument of a group: a number, a kind in quotation marks, or a nested list."""
    if isinstance(value, tuple):
        return f"[{','.join(map(format_argument, value))}]"
    if isinstance(value, str) and not value.islower():
        return f'"{value}"'
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value)


@dataclass(frozen=True, repr=False)
class PermutingGroup(Group):
    """Base of the groups that permute their columns; subclasses name generators."""

    permutes = True

    def _generators(self):
        """Return generating permutations, an int array of shape (n_generators, dimension)."""
        raise NotImplementedError

    def generators(self):
        """Return permutations that generate the group."""
        return Permutations(self._generators())

    @property
    def order(self):
        """Number of elements."""
        return _permutations.order(self._generators())

    def sample(self, n_elements, random_state):
        """Draw uniformly among the elements."""
        return Permutations(_permutations.sample(self._generators(), n_elements, random_state))

    def elements(self):
        """Return all elements, the identity first."""
        return Permutations(_permutations.elements(self._generators(), str(self)))


@dataclass(frozen=True, repr=False)
class SizedGroup(PermutingGroup):
    """Base of the groups that permute ``n`` columns, where n can be unknown."""

    n: Size

    def __post_init__(self):
        check_size(self.n, f"n of {self.name}(n)")


@dataclass(frozen=True, repr=False)
class S(SizedGroup):
    """Symmetric group: all permutations of n columns.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S
    >>> S(5).order
    120
    """

    name = "S"

    @property
    def order(self):
        """Number of elements, n!."""
        return math.factorial(self.dimension)

    def _generators(self):
        steps = np.arange(self.dimension)
        swap = steps.copy()
        swap[:2] = swap[:2][::-1]
        return np.array([swap, np.roll(steps, -1)])

    def sample(self, n_elements, random_state):
        """Draw uniformly among all permutations."""
        return Permutations(np.argsort(random_state.uniform(size=(n_elements, self.dimension))))


@dataclass(frozen=True, repr=False)
class A(SizedGroup):
    """Alternating group: the even permutations of n columns.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import A
    >>> A(5).order
    60
    """

    name = "A"

    @property
    def order(self):
        """Number of elements: n!/2, and 1 for n below 3."""
        return max(1, math.factorial(self.dimension) // 2)

    def _generators(self):
        steps = np.arange(self.dimension)
        cycles = np.tile(steps, (max(1, self.dimension - 2), 1))
        for last, cycle in enumerate(cycles[: self.dimension - 2], start=2):
            cycle[[0, 1, last]] = 1, last, 0
        return cycles

    def sample(self, n_elements, random_state):
        """Draw uniformly among the even permutations."""
        drawn = np.argsort(random_state.uniform(size=(n_elements, self.dimension)))
        odd = Permutations(drawn).determinant() < 0
        drawn[odd, :2] = drawn[odd, 1::-1]
        return Permutations(drawn)


@dataclass(frozen=True, repr=False)
class C(SizedGroup):
    """Cyclic group: cyclic shifts of n columns, also called Z(n)."""

    name = "C"

    @property
    def order(self):
        """Number of elements, n."""
        return self.dimension

    def _generators(self):
        return np.roll(np.arange(self.dimension), -1)[None]


@dataclass(frozen=True, repr=False)
class D(SizedGroup):
    """Dihedral group: cyclic shifts and the reversal of n columns."""

    name = "D"

    @property
    def order(self):
        """Number of elements: 2 n, and n for n below 3, where reversing is shifting."""
        return self.dimension * (2 if self.dimension > 2 else 1)

    def _generators(self):
        steps = np.arange(self.dimension)
        return np.array([np.roll(steps, -1), steps[::-1]])


@dataclass(frozen=True, repr=False)
class Signs(Group):
    """Independent changes of sign of n columns. For a common sign of k columns use ``k*O(1)``."""

    n: Size
    name = "Signs"
    is_monomial = True

    def __post_init__(self):
        check_size(self.n, "n of Signs(n)")

    @property
    def order(self):
        """Number of elements, 2^n."""
        return 2**self.dimension

    def sample(self, n_elements, random_state):
        """Draw each sign at random."""
        return SignChanges(1.0 - 2.0 * random_state.randint(2, size=(n_elements, self.dimension)))

    def elements(self):
        """Return all elements, the identity first."""
        return SignChanges(np.array(list(itertools.product([1.0, -1.0], repeat=self.dimension))))

    def generators(self):
        """Return the changes of one sign each."""
        return SignChanges(1.0 - 2.0 * np.eye(self.dimension))
