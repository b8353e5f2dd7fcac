"""Boards and images: symmetries of the cells of a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..representations import check_size, known_size
from .permuting import PermutingGroup


@dataclass(frozen=True, repr=False)
class Grid(PermutingGroup):
    """Symmetries of the cells of an h x w board or image, listed row by row.

    Shifts go round: what leaves the grid on one side comes back on the other.

    Parameters
    ----------
    height : int
        Number of rows of cells.
    width : int
        Number of cells in a row.
    kind : {"C4", "D4", "T(2)"}
        Quarter turns; quarter turns and reflections (square grids both); cyclic shifts in both
        directions.
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

    @property
    def dimension(self) -> int:
        """Number of cells."""
        return self.height * self.width

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

    def generating_permutations(self):
        cells = np.arange(self.dimension).reshape(self.height, self.width)
        moved = {
            "C4": lambda: [np.rot90(cells)],
            "D4": lambda: [np.rot90(cells), cells.T],
            "T(2)": lambda: [np.roll(cells, 1, axis=axis) for axis in (0, 1)],
        }
        return np.array([board.ravel() for board in moved[self.kind]()])
