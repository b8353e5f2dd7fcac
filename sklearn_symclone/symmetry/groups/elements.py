"""Batches of elements of a product of groups."""

from __future__ import annotations

from typing import Any

import numpy as np


class GroupElements:
    """A batch of elements of a product of groups, with an action for each of its factors.

    Symmetry.sample and Symmetry.elements return it, and representations act by it.

    Parameters
    ----------
    actions : dict of Group to Permutations, SignChanges, Matrices or AffineMaps
        How the elements move the columns of each group.
    n_elements : int
        Number of elements. The product of no groups has no action that could tell it.

    See Also
    --------
    Symmetry.sample : Draw random elements of the group of a symmetry.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import O, S
    >>> elements = (S(5) * O(3) >> 1).sample(10, random_state=0)
    >>> len(elements), len(elements[:4]), [str(group) for group in elements.actions]
    (10, 4, ['S(5)', 'O(3)'])
    """

    def __init__(self, actions: dict, n_elements: int) -> None:
        self.actions = actions
        self.n_elements = n_elements

    def __len__(self):
        return self.n_elements

    def __getitem__(self, rows):
        actions = {group: action[rows] for group, action in self.actions.items()}
        return GroupElements(actions, len(np.arange(self.n_elements)[rows]))

    def only(self, group: Any) -> GroupElements:
        """Return the elements with every other factor of the group at rest.

        Parameters
        ----------
        group : Group
            The factor that moves.

        Returns
        -------
        GroupElements
            As many elements.
        """
        actions = {
            g: action if g == group else action.identity(len(self))
            for g, action in self.actions.items()
        }
        return GroupElements(actions, self.n_elements)

    def inverse(self) -> GroupElements:
        """Return the inverse elements.

        Returns
        -------
        GroupElements
            As many elements.
        """
        actions = {group: action.inverse() for group, action in self.actions.items()}
        return GroupElements(actions, self.n_elements)
