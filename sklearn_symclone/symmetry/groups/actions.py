"""Batches of elements of one group, as they act on its defining representation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..docstrings import InheritsDocstrings


class Action(InheritsDocstrings):
    """Base of all batches of elements of one group, which act on d columns."""

    def join(self, other: Any) -> Any:
        """Return these elements, followed by others of the same group.

        Parameters
        ----------
        other : Permutations, SignChanges, Matrices or AffineMaps
            A batch of the same class.

        Returns
        -------
        Permutations, SignChanges, Matrices or AffineMaps
            A batch of the same class.
        """
        raise NotImplementedError

    def act(self, x: np.ndarray) -> np.ndarray:
        """Move columns.

        Parameters
        ----------
        x : ndarray of shape (n_elements, d, rest)
            Element k moves x[k].

        Returns
        -------
        ndarray of shape (n_elements, d, rest)
            The moved columns.
        """
        raise NotImplementedError

    def inverse(self) -> Any:
        """Return the inverse elements.

        Returns
        -------
        Permutations, SignChanges, Matrices or AffineMaps
            A batch of the same class.
        """
        raise NotImplementedError

    def dual(self) -> Any:
        """Return the inverse transposes, which act on the dual.

        Returns
        -------
        Permutations, SignChanges or Matrices
            The same elements where they are orthogonal by their class.
        """
        raise NotImplementedError

    def identity(self, n_elements: int) -> Any:
        """Return elements of the same group that move nothing.

        Parameters
        ----------
        n_elements : int
            How many.

        Returns
        -------
        Permutations, SignChanges, Matrices or AffineMaps
            A batch of the same class.
        """
        raise NotImplementedError

    def determinant(self) -> np.ndarray:
        """Return the determinants of the elements, for points those of their turns.

        Returns
        -------
        ndarray of shape (n_elements,)
            The sign of a permutation is its determinant.
        """
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Permutations(Action):
    """Permutations of ``d`` columns: element ``k`` sends x to ``x[indices[k]]``.

    Groups that permute columns, such as S(n), have them as elements.

    Parameters
    ----------
    indices : ndarray of int of shape (n_elements, d)
        Where each column of a moved row comes from.

    See Also
    --------
    PermutingGroup : Base of the groups with such elements.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import Permutations
    >>> Permutations(np.array([[2, 0, 1]])).inverse().indices
    array([[1, 2, 0]])
    """

    indices: np.ndarray

    def __len__(self):
        return len(self.indices)

    def __getitem__(self, rows):
        return Permutations(self.indices[rows])

    def join(self, other):
        return Permutations(np.concatenate([self.indices, other.indices]))

    def act(self, x):
        return np.take_along_axis(x, self.indices[:, :, None], axis=1)

    def inverse(self):
        return Permutations(np.argsort(self.indices, axis=1))

    def dual(self):
        # which is the same for orthogonal matrices
        return self

    def identity(self, n_elements):
        return Permutations(np.tile(np.arange(self.indices.shape[1]), (n_elements, 1)))

    def determinant(self):
        later = np.triu(self.indices[:, :, None] > self.indices[:, None, :])
        return 1.0 - 2.0 * (later.sum(axis=(1, 2)) % 2)


@dataclass(frozen=True, eq=False)
class SignChanges(Action):
    """Changes of sign of ``d`` columns.

    The group Signs(n) has them as elements.

    Parameters
    ----------
    signs : ndarray of shape (n_elements, d)
        Each is 1 or -1.

    See Also
    --------
    Signs : The group of all changes of sign.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import SignChanges
    >>> SignChanges(np.array([[1.0, -1.0]])).determinant()
    array([-1.])
    """

    signs: np.ndarray

    def __len__(self):
        return len(self.signs)

    def __getitem__(self, rows):
        return SignChanges(self.signs[rows])

    def join(self, other):
        return SignChanges(np.concatenate([self.signs, other.signs]))

    def act(self, x):
        return x * self.signs[:, :, None].astype(x.dtype, copy=False)

    def inverse(self):
        # a change of sign undoes itself
        return self

    def dual(self):
        # which is the same for orthogonal matrices
        return self

    def identity(self, n_elements):
        return SignChanges(np.ones((n_elements, self.signs.shape[1])))

    def determinant(self):
        return self.signs.prod(axis=1)


@dataclass(frozen=True, eq=False)
class Matrices(Action):
    """Invertible d x d matrices.

    Groups that turn, stretch or shear vectors have them as elements.

    Parameters
    ----------
    matrices : ndarray of shape (n_elements, d, d)
        Element k sends x to ``matrices[k] @ x``.

    See Also
    --------
    MatrixGroup : The group that some matrices generate.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import Matrices
    >>> Matrices(np.array([[[2.0, 0.0], [0.0, 1.0]]])).dual().matrices
    array([[[0.5, 0. ],
            [0. , 1. ]]])
    """

    matrices: np.ndarray

    def __len__(self):
        return len(self.matrices)

    def __getitem__(self, rows):
        return Matrices(self.matrices[rows])

    def join(self, other):
        return Matrices(np.concatenate([self.matrices, other.matrices]))

    def act(self, x):
        return self.matrices.astype(x.dtype, copy=False) @ x

    def inverse(self):
        return Matrices(np.linalg.inv(self.matrices))

    def dual(self):
        return Matrices(self.inverse().matrices.transpose(0, 2, 1))

    def identity(self, n_elements):
        return Matrices(np.tile(np.eye(self.matrices.shape[1]), (n_elements, 1, 1)))

    def determinant(self):
        return np.linalg.det(self.matrices)


@dataclass(frozen=True, eq=False)
class AffineMaps(Action):
    """Affine maps of points: element ``k`` sends x to ``matrices[k] @ x + shifts[k]``.

    Groups that move points of space, such as E(n), have them as elements.

    Parameters
    ----------
    matrices : ndarray of shape (n_elements, d, d)
        What turns the points.
    shifts : ndarray of shape (n_elements, d)
        What is added to them.

    See Also
    --------
    AffineGroup : Base of the groups with such elements.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import AffineMaps
    >>> AffineMaps(np.eye(2)[None], np.array([[1.0, 2.0]])).inverse().shifts
    array([[-1., -2.]])
    """

    matrices: np.ndarray
    shifts: np.ndarray

    def __len__(self):
        return len(self.matrices)

    def __getitem__(self, rows):
        return AffineMaps(self.matrices[rows], self.shifts[rows])

    def join(self, other):
        return AffineMaps(
            np.concatenate([self.matrices, other.matrices]),
            np.concatenate([self.shifts, other.shifts]),
        )

    @property
    def linear(self):
        """The elements as they act on vectors, which are differences of points."""
        return Matrices(self.matrices)

    def act(self, x):
        return self.linear.act(x) + self.shifts[:, :, None].astype(x.dtype, copy=False)

    def inverse(self):
        back = np.linalg.inv(self.matrices)
        return AffineMaps(back, -np.einsum("kij,kj->ki", back, self.shifts))

    def identity(self, n_elements):
        matrices = self.linear.identity(n_elements).matrices
        return AffineMaps(matrices, np.zeros((n_elements, self.shifts.shape[1])))

    def determinant(self):
        return self.linear.determinant()

    def about(self, centre: np.ndarray, unit: float) -> AffineMaps:
        """Return the same elements with another origin and another unit of length.

        Parameters
        ----------
        centre : ndarray of shape (d,)
            What they turn about.
        unit : float
            What their shifts are multiplied by.

        Returns
        -------
        AffineMaps
            A batch of as many elements.
        """
        fixed = centre - np.einsum("kij,j->ki", self.matrices, centre)
        return AffineMaps(self.matrices, fixed + unit * self.shifts)
