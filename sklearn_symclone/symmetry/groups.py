"""Groups as values. A group stands for its defining representation.

Each class says how large its defining representation is, draws random elements and, if the
group is finite, lists them all. Random elements are Haar distributed where the group is compact.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace

import numpy as np

from .elements import Permutations, SignChanges
from .representations import Block, Dual, Representation, Size, check_size, known_size


@dataclass(frozen=True, repr=False)
class Group(Representation):
    """Base of all groups.

    Parameters
    ----------
    primes : int, default=0
        Tells different factors of one name apart: ``S(3)`` and ``S(3)'`` move independently.
    """

    primes: int = field(default=0, kw_only=True)
    parts = ()
    self_dual = True

    def __str__(self):
        sizes = ",".join(map(self._argument, self._arguments()))
        return f"{self.name}({sizes})" + "'" * self.primes

    @staticmethod
    def _argument(value):
        return str(value)

    def _arguments(self):
        """Return what stands between the parentheses."""
        return (self.n,)

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
    def groups(self):
        """The group itself."""
        return (self,)

    @property
    def dual(self):
        """The dual of the defining representation."""
        return self if self.self_dual else Dual(self)

    @property
    def dimension(self):
        """Number of columns of the defining representation."""
        return known_size(self.n, str(self))

    @property
    def unknowns(self):
        """The name of the size, if unknown."""
        return frozenset(size for size in self._arguments() if isinstance(size, str))

    def substitute(self, name, value):
        """Return the group with the unknown size replaced."""
        return replace(self, n=value) if self.n == name else self

    def blocks(self):
        """Return the one block that the defining representation is."""
        return [Block((self,), np.arange(self.dimension))]

    def act(self, elements, x):
        """Move x by the elements of this group."""
        return elements.actions[self].act(x)

    @property
    def order(self):
        """Number of elements, ``math.inf`` for an infinite group."""
        return math.inf

    def sample(self, n_elements, random_state):
        """Draw random elements with a ``numpy.random.RandomState``."""
        raise NotImplementedError

    def elements(self):
        """Return all elements of a finite group."""
        raise ValueError(f"{self} is infinite: its elements cannot be listed")


@dataclass(frozen=True, repr=False)
class PermutingGroup(Group):
    """Base of the groups that permute ``n`` columns; subclasses list their permutations."""

    n: Size

    def __post_init__(self):
        check_size(self.n, f"n of {self.name}(n)")

    def _permutations(self):
        """Return all permutations, an int array of shape (order, n)."""
        raise NotImplementedError

    def sample(self, n_elements, random_state):
        """Draw uniformly among the elements."""
        permutations = self._permutations()
        return Permutations(permutations[random_state.randint(len(permutations), size=n_elements)])

    def elements(self):
        """Return all elements, the identity first."""
        return Permutations(self._permutations())


@dataclass(frozen=True, repr=False)
class S(PermutingGroup):
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

    def _permutations(self):
        return np.array(list(itertools.permutations(range(self.dimension))))

    def sample(self, n_elements, random_state):
        """Draw uniformly among all permutations, without listing them."""
        return Permutations(np.argsort(random_state.uniform(size=(n_elements, self.dimension))))


@dataclass(frozen=True, repr=False)
class C(PermutingGroup):
    """Cyclic group: cyclic shifts of n columns."""

    name = "C"

    @property
    def order(self):
        """Number of elements, n."""
        return self.dimension

    def _permutations(self):
        steps = np.arange(self.dimension)
        return (steps + steps[:, None]) % self.dimension


@dataclass(frozen=True, repr=False)
class D(PermutingGroup):
    """Dihedral group: cyclic shifts and the reversal of n columns."""

    name = "D"

    @property
    def order(self):
        """Number of elements: 2 n, and n for n below 3, where reversing is shifting."""
        return self.dimension * (2 if self.dimension > 2 else 1)

    def _permutations(self):
        shifts = C(self.dimension)._permutations()
        return shifts if self.dimension < 3 else np.concatenate([shifts, shifts[:, ::-1]])


@dataclass(frozen=True, repr=False)
class Signs(Group):
    """Independent changes of sign of n columns. For a common sign of k columns use ``k*O(1)``."""

    n: Size
    name = "Signs"

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


@dataclass(frozen=True, repr=False)
class Grid(PermutingGroup):
    """Symmetries of the cells of an h x w board or image, listed row by row.

    Parameters
    ----------
    height, width : int
    kind : {"C4", "D4", "T(2)"}
        Quarter turns; quarter turns and reflections (square grids both); cyclic shifts in both
        directions.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Grid
    >>> Grid(3, 3, "D4").order
    8
    """

    n: Size  # the height: PermutingGroup's first field
    width: int
    kind: str
    name = "Grid"

    def __post_init__(self):
        for size, what in [(self.n, "height"), (self.width, "width")]:
            check_size(size, f"the {what} of Grid(height,width,kind)")
            known_size(size, "Grid")
        if self.kind not in ("C4", "D4", "T(2)"):
            raise ValueError(f'the kind of a Grid must be "C4", "D4" or "T(2)", got {self.kind!r}')
        if self.kind != "T(2)" and self.n != self.width:
            raise ValueError(
                f'Grid({self.n},{self.width},"{self.kind}") is not square: only square grids '
                'can be turned by a quarter; use "T(2)" for shifts'
            )

    @staticmethod
    def _argument(value):
        return f'"{value}"' if isinstance(value, str) else str(value)

    def _arguments(self):
        return (self.n, self.width, self.kind)

    @property
    def dimension(self):
        """Number of cells."""
        return self.n * self.width

    @property
    def unknowns(self):
        """A grid's sizes are always known."""
        return frozenset()

    @property
    def order(self):
        """Number of distinct elements."""
        return len(self._permutations())

    def _permutations(self):
        cells = np.arange(self.dimension).reshape(self.n, self.width)
        if self.kind == "T(2)":
            moved = [
                np.roll(cells, shift, axis=(0, 1))
                for shift in itertools.product(range(self.n), range(self.width))
            ]
        else:
            sides = [cells] if self.kind == "C4" else [cells, cells.T]
            moved = [np.rot90(side, turns) for side in sides for turns in range(4)]
        distinct = dict.fromkeys(tuple(board.ravel().tolist()) for board in moved)
        return np.array(list(distinct))
