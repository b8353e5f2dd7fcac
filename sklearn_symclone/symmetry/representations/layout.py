"""Layouts of columns: what follows from how the columns move and from the parts they have."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ..docstrings import InheritsDocstrings


class Layout(InheritsDocstrings):
    """Columns of a table that group elements move: all of a representation but its algebra.

    A subclass names its ``parts`` and says how elements ``act``. They are moved without building
    matrices of the size of the table.
    """

    parts: Any

    @property
    def dimension(self) -> int:
        """Number of columns."""
        raise NotImplementedError

    @property
    def groups(self) -> tuple:
        """The groups named, each once, in order of appearance."""
        found = itertools.chain.from_iterable(part.groups for part in self.parts)
        return tuple(dict.fromkeys(found))

    @property
    def unknowns(self) -> frozenset[str]:
        """The names of the sizes that are still unknown."""
        return frozenset().union(*(part.unknowns for part in self.parts))

    @property
    def is_affine(self) -> bool:
        """Whether some columns are coordinates of points, which have no origin."""
        return any(part.is_affine for part in self.parts)

    @property
    def permutes(self) -> bool:
        """Whether all group elements permute the columns, and do nothing else."""
        return all(part.permutes for part in self.parts)

    @property
    def is_monomial(self) -> bool:
        """Whether all group elements permute the columns and change signs, and nothing else."""
        return all(part.is_monomial for part in self.parts)

    def substitute(self, name: str, value: int) -> Any:
        """Return the representation with an unknown size replaced.

        Parameters
        ----------
        name : str
            The name of the unknown.
        value : int
            What it is replaced with.

        Returns
        -------
        Representation
            The same one if it has no such unknown.
        """
        raise NotImplementedError

    def blocks(self) -> list:
        """Return the tensor products that make up the columns.

        Returns
        -------
        list of Block
            The products in the order of their columns.
        """
        raise NotImplementedError

    def without_shifts(self, linear: dict) -> Any:
        """Return what is left where points are counted from their mean.

        Parameters
        ----------
        linear : dict of Group to Representation
            For each group that shifts points, what it does to differences of points.

        Returns
        -------
        Representation
            With vectors instead of points.
        """
        raise NotImplementedError

    def restricted(self, group: Any) -> Any:
        """Return the representation of one factor of the group alone.

        Parameters
        ----------
        group : Group
            The factor that moves columns. The others rest.

        Returns
        -------
        Representation
            With the same columns.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import O, S
        >>> str((S(5) + S(5) * O(3)).restricted(O(3)))
        '5 + 5*O(3)'
        """
        raise NotImplementedError

    def act(self, elements: Any, x: np.ndarray) -> np.ndarray:
        """Move columns by group elements.

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
        raise NotImplementedError

    def transform(self, elements: Any, X: np.ndarray) -> np.ndarray:
        """Move rows of a table, row k by element k.

        Parameters
        ----------
        elements : GroupElements
            As many elements as X has rows.
        X : array of shape (n_elements, dimension)
            The rows.

        Returns
        -------
        ndarray of shape (n_elements, dimension)
            The moved rows.
        """
        X = np.asarray(X)
        X = X if np.issubdtype(X.dtype, np.floating) else X.astype(float)
        if X.shape != (len(elements), self.dimension):
            raise ValueError(
                f"representation '{self}' and {len(elements)} group elements move a table of "
                f"shape {(len(elements), self.dimension)}, got {X.shape}"
            )
        return self.act(elements, X[:, :, None])[:, :, 0]

    def matrix(self, elements: Any) -> np.ndarray:
        """Return the matrices of group elements.

        An element turns points and shifts them. Its matrix is how it turns them; ``shift`` returns
        what is added.

        Parameters
        ----------
        elements : GroupElements
            A batch of elements.

        Returns
        -------
        ndarray of shape (n_elements, dimension, dimension)
            One matrix for each element.
        """
        identity = np.broadcast_to(np.eye(self.dimension), (len(elements),) + (self.dimension,) * 2)
        moved = self.act(elements, identity)
        return moved - self.shift(elements)[:, :, None] if self.is_affine else moved

    def shift(self, elements: Any) -> np.ndarray:
        """Return where group elements move the origin to.

        Parameters
        ----------
        elements : GroupElements
            A batch of elements.

        Returns
        -------
        ndarray of shape (n_elements, dimension)
            Zeros, unless there are points among the columns.
        """
        return self.act(elements, np.zeros((len(elements), self.dimension, 1)))[:, :, 0]
