"""Boards and images: symmetries of the cells of a grid."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from ..representations import check_size, known_size
from .permuting import PermutingGroup

#: For each kind of grid, what generates its symmetries, from the numbers of the cells.
_MOVES = {
    "mirror": lambda cells: [np.fliplr(cells)],
    "flip": lambda cells: [np.flipud(cells)],
    "mirror+flip": lambda cells: [np.fliplr(cells), np.flipud(cells)],
    "C4": lambda cells: [np.rot90(cells)],
    "D4": lambda cells: [np.rot90(cells), cells.T],
    "T(2)": lambda cells: [np.roll(cells, 1, axis=axis) for axis in (0, 1)],
}
_KINDS = ", ".join(f'"{kind}"' for kind in _MOVES)
#: The kinds that turn a grid by a quarter.
_TURNING = ("C4", "D4")


@dataclass(frozen=True, repr=False)
class Grid(PermutingGroup):
    """Symmetries of the cells of an h x w board or image, listed row by row.

    Reflections are possible for every grid, quarter turns for square ones alone. Shifts go round:
    what leaves the grid on one side comes back on the other.

    Parameters
    ----------
    height : int
        Number of rows of cells.
    width : int
        Number of cells in a row.
    kind : {"mirror", "flip", "mirror+flip", "C4", "D4", "T(2)"}
        "mirror": left and right are exchanged. "flip": top and bottom are exchanged. "mirror+flip":
        both. "C4": quarter turns. "D4": quarter turns and reflections. "T(2)": cyclic shifts in
        both directions.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    Cube : Rotations of the faces of a cube.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Grid
    >>> Grid(3, 3, "D4").order
    8
    >>> Grid(2, 3, "mirror").elements().indices
    array([[0, 1, 2, 3, 4, 5],
           [2, 1, 0, 5, 4, 3]])
    """

    height: int
    width: int
    kind: str = ""
    name = "Grid"

    def __post_init__(self):
        for size, what in [(self.height, "height"), (self.width, "width")]:
            check_size(size, f"the {what} of Grid(height,width,kind)")
            known_size(size, "Grid")
        if not self.kind:
            raise ValueError(
                f"Grid({self.height},{self.width}) has no kind: add one of {_KINDS}, as in "
                f'Grid({self.height},{self.width},"mirror")'
            )
        if self.kind not in _MOVES:
            raise ValueError(f"the kind of a Grid must be one of {_KINDS}, got {self.kind!r}")
        if self.kind in _TURNING and self.height != self.width:
            raise ValueError(
                f'Grid({self.height},{self.width},"{self.kind}") is not square: only square grids '
                'can be turned by a quarter; use "mirror", "flip" or "mirror+flip" for '
                'reflections, "T(2)" for shifts that go round'
            )

    @property
    def dimension(self) -> int:
        """Number of cells."""
        return self.height * self.width

    @property
    def order(self) -> float:
        """Number of elements: shifts, quarter turns, or reflections of directions of two cells."""
        if self.kind == "T(2)":
            return self.dimension
        if self.kind in _TURNING:
            return {"C4": 4, "D4": 8}[self.kind] if self.width > 1 else 1
        lengths = {"mirror": self.width, "flip": self.height}
        return math.prod(min(lengths[name], 2) for name in self.kind.split("+"))

    def distances(self) -> np.ndarray:
        """Return how far cells are apart, which no element of the group changes.

        The distance is the larger one of both directions. With kind "T(2)" it is counted across
        the edges where that is shorter.

        Returns
        -------
        ndarray of int of shape (dimension, dimension)
            The distance of each cell from each other cell.

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

    def roles(self):
        cells = itertools.product(range(1, self.height + 1), range(1, self.width + 1))
        return (f"cell of row {row}, column {column} of {self}" for row, column in cells)

    def generating_permutations(self):
        cells = np.arange(self.dimension).reshape(self.height, self.width)
        return np.array([moved.ravel() for moved in _MOVES[self.kind](cells)])
