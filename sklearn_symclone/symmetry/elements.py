"""Batches of group elements, as they act on the defining representation of their group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Permutations:
    """Permutations of ``d`` columns: element ``k`` sends x to ``x[indices[k]]``.

    Parameters
    ----------
    indices : ndarray of int of shape (n_elements, d)
    """

    indices: np.ndarray

    def __len__(self):
        return len(self.indices)

    def __getitem__(self, rows):
        return Permutations(self.indices[rows])

    def join(self, other):
        """Return these elements, followed by others of the same group."""
        return Permutations(np.concatenate([self.indices, other.indices]))

    def act(self, x):
        """Move the rows of x, of shape (n_elements, d, rest)."""
        return np.take_along_axis(x, self.indices[:, :, None], axis=1)

    def inverse(self):
        """Return the inverse elements."""
        return Permutations(np.argsort(self.indices, axis=1))

    def dual(self):
        """Return the elements as they act on the dual, which is the same for permutations."""
        return self

    def identity(self, n_elements):
        """Return elements of the same group that move nothing."""
        return Permutations(np.tile(np.arange(self.indices.shape[1]), (n_elements, 1)))

    def determinant(self):
        """Return the signs of the permutations, of shape (n_elements,)."""
        later = np.triu(self.indices[:, :, None] > self.indices[:, None, :])
        return 1.0 - 2.0 * (later.sum(axis=(1, 2)) % 2)


@dataclass(frozen=True, eq=False)
class SignChanges:
    """Changes of sign of ``d`` columns.

    Parameters
    ----------
    signs : ndarray of shape (n_elements, d), of +1 and -1
    """

    signs: np.ndarray

    def __len__(self):
        return len(self.signs)

    def __getitem__(self, rows):
        return SignChanges(self.signs[rows])

    def join(self, other):
        """Return these elements, followed by others of the same group."""
        return SignChanges(np.concatenate([self.signs, other.signs]))

    def act(self, x):
        """Move the rows of x, of shape (n_elements, d, rest)."""
        return x * self.signs[:, :, None].astype(x.dtype, copy=False)

    def inverse(self):
        """Return the inverse elements: a change of sign undoes itself."""
        return self

    def dual(self):
        """Return the elements as they act on the dual, which is the same for signs."""
        return self

    def identity(self, n_elements):
        """Return elements of the same group that move nothing."""
        return SignChanges(np.ones((n_elements, self.signs.shape[1])))

    def determinant(self):
        """Return the products of the signs, of shape (n_elements,)."""
        return self.signs.prod(axis=1)


@dataclass(frozen=True, eq=False)
class Matrices:
    """Invertible d x d matrices.

    Parameters
    ----------
    matrices : ndarray of shape (n_elements, d, d)
    """

    matrices: np.ndarray

    def __len__(self):
        return len(self.matrices)

    def __getitem__(self, rows):
        return Matrices(self.matrices[rows])

    def join(self, other):
        """Return these elements, followed by others of the same group."""
        return Matrices(np.concatenate([self.matrices, other.matrices]))

    def act(self, x):
        """Move the rows of x, of shape (n_elements, d, rest)."""
        return self.matrices.astype(x.dtype, copy=False) @ x

    def inverse(self):
        """Return the inverse elements."""
        return Matrices(np.linalg.inv(self.matrices))

    def dual(self):
        """Return the inverse transposes, which act on the dual."""
        return Matrices(self.inverse().matrices.transpose(0, 2, 1))

    def identity(self, n_elements):
        """Return elements of the same group that move nothing."""
        return Matrices(np.tile(np.eye(self.matrices.shape[1]), (n_elements, 1, 1)))

    def determinant(self):
        """Return the determinants, of shape (n_elements,)."""
        return np.linalg.det(self.matrices)


@dataclass(frozen=True, eq=False)
class AffineMaps:
    """Affine maps of points: element ``k`` sends x to ``matrices[k] @ x + shifts[k]``.

    Parameters
    ----------
    matrices : ndarray of shape (n_elements, d, d)
    shifts : ndarray of shape (n_elements, d)
    """

    matrices: np.ndarray
    shifts: np.ndarray

    def __len__(self):
        return len(self.matrices)

    def __getitem__(self, rows):
        return AffineMaps(self.matrices[rows], self.shifts[rows])

    def join(self, other):
        """Return these elements, followed by others of the same group."""
        return AffineMaps(
            np.concatenate([self.matrices, other.matrices]),
            np.concatenate([self.shifts, other.shifts]),
        )

    @property
    def linear(self):
        """The elements as they act on vectors, which are differences of points."""
        return Matrices(self.matrices)

    def act(self, x):
        """Move the rows of x, of shape (n_elements, d, rest)."""
        return self.linear.act(x) + self.shifts[:, :, None].astype(x.dtype, copy=False)

    def inverse(self):
        """Return the inverse elements."""
        back = np.linalg.inv(self.matrices)
        return AffineMaps(back, -np.einsum("kij,kj->ki", back, self.shifts))

    def identity(self, n_elements):
        """Return elements of the same group that move nothing."""
        matrices = self.linear.identity(n_elements).matrices
        return AffineMaps(matrices, np.zeros((n_elements, self.shifts.shape[1])))

    def determinant(self):
        """Return the determinants of the linear parts, of shape (n_elements,)."""
        return self.linear.determinant()

    def about(self, centre, unit):
        """Return the same elements with another origin and another unit of length."""
        fixed = centre - np.einsum("kij,j->ki", self.matrices, centre)
        return AffineMaps(self.matrices, fixed + unit * self.shifts)


class GroupElements:
    """A batch of elements of a product of groups, one action for each of its factors.

    Parameters
    ----------
    actions : dict of Group to Permutations, SignChanges or Matrices
    n_elements : int
        Needed for the product of no groups, which has no action to tell.
    """

    def __init__(self, actions, n_elements):
        self.actions = actions
        self.n_elements = n_elements

    def __len__(self):
        return self.n_elements

    def __getitem__(self, rows):
        actions = {group: action[rows] for group, action in self.actions.items()}
        return GroupElements(actions, len(np.arange(self.n_elements)[rows]))

    def only(self, group):
        """Return the elements with every other factor of the group at rest."""
        actions = {
            g: action if g == group else action.identity(len(self))
            for g, action in self.actions.items()
        }
        return GroupElements(actions, self.n_elements)

    def inverse(self):
        """Return the inverse elements."""
        actions = {group: action.inverse() for group, action in self.actions.items()}
        return GroupElements(actions, self.n_elements)
