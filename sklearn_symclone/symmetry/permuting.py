"""Permutation groups by generators: one's own, grids, wreath products, and two cubes."""

from __future__ import annotations

import itertools
import operator
from dataclasses import dataclass, replace

import numpy as np

from .column_sets import Sets
from .elements import Permutations
from .factors import named
from .groups import PermutingGroup
from .representations import check_size, known_size


@dataclass(frozen=True, repr=False)
class PermutationGroup(PermutingGroup):
    """The group that some permutations of columns generate.

    Parameters
    ----------
    generators : sequence of sequences of int
        Each lists 0, ..., n - 1 in some order: where column i of a moved row comes from.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import PermutationGroup
    >>> PermutationGroup([[1, 0, 3, 2], [2, 3, 0, 1]]).order
    4
    """

    permutations: tuple
    name = "PermutationGroup"

    def __init__(self, generators, *, primes=0):
        try:
            rows = tuple(tuple(map(operator.index, row)) for row in generators)
        except TypeError:
            raise ValueError(
                "the generators of a PermutationGroup are lists of whole numbers, got "
                f"{generators!r}"
            ) from None
        if not rows or not rows[0]:
            raise ValueError("PermutationGroup needs at least one generator")
        for row in rows:
            if sorted(row) != list(range(len(rows[0]))):
                raise ValueError(
                    f"a generator of a PermutationGroup must list each of 0 to {len(rows[0]) - 1} "
                    f"once, got {list(row)}"
                )
        object.__setattr__(self, "permutations", rows)
        object.__setattr__(self, "primes", primes)

    @property
    def prime(self):
        """The same group as one more, independent factor."""
        return PermutationGroup(self.permutations, primes=self.primes + 1)

    def _arguments(self):
        return (self.permutations,)

    @property
    def dimension(self):
        """Number of columns."""
        return len(self.permutations[0])

    def _generators(self):
        return np.array(self.permutations)


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

    height: int
    width: int
    kind: str
    name = "Grid"

    def __post_init__(self):
        for size, what in [(self.height, "height"), (self.width, "width")]:
            check_size(size, f"the {what} of Grid(height,width,kind)")
            known_size(size, "Grid")
        if self.kind not in ("C4", "D4", "T(2)"):
            raise ValueError(f'the kind of a Grid must be "C4", "D4" or "T(2)", got {self.kind!r}')
        if self.kind != "T(2)" and self.height != self.width:
            raise ValueError(
                f'Grid({self.height},{self.width},"{self.kind}") is not square: only square grids '
                'can be turned by a quarter; use "T(2)" for shifts'
            )

    def _arguments(self):
        return (self.height, self.width, self.kind)

    @property
    def dimension(self):
        """Number of cells."""
        return self.height * self.width

    def distances(self):
        """Return how far cells are apart, the larger of both directions, across the edges of T(2).

        Returns
        -------
        ndarray of shape (dimension, dimension)
            What no element of the group changes.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import Grid
        >>> Grid(1, 4, "T(2)").distances()[0]
        array([0, 1, 2, 1])
        """
        sizes = np.array([self.height, self.width])
        cells = np.stack(np.divmod(np.arange(self.dimension), self.width), axis=1)
        apart = np.abs(cells[:, None] - cells)
        if self.kind == "T(2)":
            apart = np.minimum(apart, sizes - apart)
        return apart.max(axis=2)

    def _generators(self):
        cells = np.arange(self.dimension).reshape(self.height, self.width)
        moved = {
            "C4": lambda: [np.rot90(cells)],
            "D4": lambda: [np.rot90(cells), cells.T],
            "T(2)": lambda: [np.roll(cells, 1, axis=axis) for axis in (0, 1)],
        }
        return np.array([board.ravel() for board in moved[self.kind]()])


@dataclass(frozen=True, repr=False)
class Wreath(PermutingGroup):
    """Wreath product: identical boxes of identical things, ``S(2) wr S(2)`` in an expression.

    The columns are those of the inner group for the first box, then for the second, and so on.
    Every box is permuted by an element of its own; then the boxes are permuted.

    Parameters
    ----------
    inner, outer : PermutingGroup
        Of the things in a box, and of the boxes.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, Wreath
    >>> molecules = Wreath(S(3), S(4))  # four molecules of three identical atoms
    >>> molecules.dimension, molecules.order
    (12, 31104)
    """

    inner: PermutingGroup
    outer: PermutingGroup

    def __post_init__(self):
        for group in (self.inner, self.outer):
            if not isinstance(group, PermutingGroup):
                raise ValueError(f"'wr' stands between groups that permute columns, not {group}")
        inner = self.inner
        for _ in range(self.primes):  # the inner group carries them: that is how they are printed
            inner = inner.prime
        object.__setattr__(self, "inner", inner)
        object.__setattr__(self, "primes", 0)

    def __str__(self):
        return f"{named(self.inner)} wr {named(self.outer)}"

    @property
    def prime(self):
        """The same group as one more, independent factor."""
        return replace(self, inner=self.inner.prime)

    @property
    def top(self):
        """One column for each box.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import S, Wreath
        >>> Wreath(S(3), S(4)).top.dimension
        4
        """
        boxes = np.arange(self.dimension).reshape(self.outer.dimension, -1)
        return Sets(self, tuple(map(tuple, boxes.tolist())), "top")

    @property
    def dimension(self):
        """Number of columns."""
        return self.inner.dimension * self.outer.dimension

    @property
    def unknowns(self):
        """The names of the unknown sizes."""
        return self.inner.unknowns | self.outer.unknowns

    def substitute(self, name, value):
        """Return the product with the unknown size replaced."""
        inner, outer = (group.substitute(name, value) for group in (self.inner, self.outer))
        return replace(self, inner=inner, outer=outer)

    @property
    def order(self):
        """Number of elements."""
        return self.inner.order**self.outer.dimension * self.outer.order

    def _generators(self):
        k, n_boxes = self.inner.dimension, self.outer.dimension
        columns = np.arange(k * n_boxes)
        within = [np.concatenate([g, columns[k:]]) for g in self.inner._generators()]
        boxes = [columns.reshape(n_boxes, k)[g].ravel() for g in self.outer._generators()]
        return np.array(within + boxes)

    def sample(self, n_elements, random_state):
        """Draw uniformly among the elements."""
        k, n_boxes = self.inner.dimension, self.outer.dimension
        boxes = self.outer.sample(n_elements, random_state).indices
        within = self.inner.sample(n_elements * n_boxes, random_state).indices
        indices = boxes[:, :, None] * k + within.reshape(n_elements, n_boxes, k)
        return Permutations(indices.reshape(n_elements, n_boxes * k))


@dataclass(frozen=True, repr=False)
class Cube(PermutingGroup):
    """The 24 rotations of a cube, which permute its faces: +x, -x, +y, -y, +z, -z."""

    name = "Cube"
    dimension = 6

    def _arguments(self):
        return ()

    def _generators(self):
        faces = np.kron(np.eye(3, dtype=int), [[1], [-1]])
        return np.array([_sources(faces, faces @ turn.T) for turn in _quarter_turns()[:2]])


@dataclass(frozen=True, repr=False)
class Rubik(PermutingGroup):
    """Rubik's cube: its six faces' turns permute 48 coloured squares, the centres left out.

    The squares are listed face by face, +x, -x, +y, -y, +z, -z, and on a face in the order of
    their coordinates.
    """

    name = "Rubik"
    dimension = 48

    def _arguments(self):
        return ()

    def _generators(self):
        squares = []
        for axis, side in itertools.product(range(3), (1, -1)):
            for position in itertools.product((-1, 0, 1), repeat=3):
                if position[axis] == side and np.abs(position).sum() > 1:
                    normal = side * np.eye(3, dtype=int)[axis]
                    squares.append([*position, *normal])
        squares = np.array(squares)
        generators = []
        for (axis, turn), side in itertools.product(enumerate(_quarter_turns()), (1, -1)):
            turned = np.hstack([squares[:, :3] @ turn.T, squares[:, 3:] @ turn.T])
            layer = squares[:, [axis]] == side
            generators.append(_sources(squares, np.where(layer, turned, squares)))
        return np.array(generators)


def _quarter_turns():
    """Return the rotations by a quarter about x, y and z."""
    turn = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    return [np.roll(turn, axis, axis=(0, 1)) for axis in range(3)]


def _sources(places, moved):
    """Return for each place the one that moved to it."""
    return [(moved == place).all(axis=1).argmax() for place in places]
