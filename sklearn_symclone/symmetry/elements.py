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

    def act(self, x):
        """Move the rows of x, of shape (n_elements, d, rest)."""
        return np.take_along_axis(x, self.indices[:, :, None], axis=1)

    def inverse(self):
        """Return the inverse elements."""
        return Permutations(np.argsort(self.indices, axis=1))

    def dual(self):
        """Return the elements as they act on the dual, which is the same for permutations."""
        return self


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

    def act(self, x):
        """Move the rows of x, of shape (n_elements, d, rest)."""
        return x * self.signs[:, :, None].astype(x.dtype, copy=False)

    def inverse(self):
        """Return the inverse elements: a change of sign undoes itself."""
        return self

    def dual(self):
        """Return the elements as they act on the dual, which is the same for signs."""
        return self


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

    def act(self, x):
        """Move the rows of x, of shape (n_elements, d, rest)."""
        return self.matrices.astype(x.dtype, copy=False) @ x

    def inverse(self):
        """Return the inverse elements."""
        return Matrices(np.linalg.inv(self.matrices))

    def dual(self):
        """Return the inverse transposes, which act on the dual."""
        return Matrices(self.inverse().matrices.transpose(0, 2, 1))


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

    def inverse(self):
        """Return the inverse elements."""
        actions = {group: action.inverse() for group, action in self.actions.items()}
        return GroupElements(actions, self.n_elements)
