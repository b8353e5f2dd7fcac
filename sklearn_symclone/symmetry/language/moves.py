"""The group of a symmetry: its factors, and its elements, drawn and listed."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..groups import MAX_LISTED, GroupElements
from ..representations import Representation, capped_product, describe_order, point_columns


class Moves:
    """What moves both sides of a symmetry: all of a symmetry but its text and its names.

    A subclass has the two sides, and prints itself.
    """

    inputs: Representation
    outputs: Representation | None

    @property
    def groups(self) -> tuple:
        """The factors of the group, in order of appearance."""
        outputs = () if self.outputs is None else self.outputs.groups
        return tuple(dict.fromkeys(self.inputs.groups + outputs))

    @property
    def unknowns(self) -> frozenset[str]:
        """The names of the sizes that the data will tell."""
        outputs = frozenset() if self.outputs is None else self.outputs.unknowns
        return self.inputs.unknowns | outputs

    @property
    def order(self) -> float:
        """Number of group elements, ``math.inf`` for an infinite group."""
        orders = [group.order for group in self.groups]
        # multiplied with infinity, a very large whole number would overflow
        return math.inf if math.inf in orders else math.prod(orders)

    @property
    def capped_order(self) -> float:
        """Number of group elements, as ``Group.capped_order`` counts them."""
        return capped_product(group.capped_order for group in self.groups)

    def sample(
        self,
        n_elements: int,
        random_state: int | np.random.RandomState | None = None,
        X: np.ndarray | None = None,
    ) -> GroupElements:
        """Draw random group elements.

        Parameters
        ----------
        n_elements : int
            How many elements are drawn.
        random_state : int, RandomState or None, default=None
            Seed or source of randomness.
        X : ndarray of shape (n_samples, n_features), default=None
            Rows of the inputs. Where points are among their columns, elements turn about the mean
            of these points and shift by their spread, instead of about 0 and by 1.

        Returns
        -------
        GroupElements
            Haar distributed where the group is compact; each other group's class says how.

        Raises
        ------
        ValueError
            If ``n_elements`` is no whole number of at least 0.
        """
        if not (isinstance(n_elements, Integral) and n_elements >= 0):
            raise ValueError(f"n_elements must be a whole number of at least 0, got {n_elements!r}")
        random_state = check_random_state(random_state)
        actions = {group: group.sample(n_elements, random_state) for group in self.groups}
        has_points = X is not None and self.inputs.is_affine
        for group, columns in self.points().items() if has_points else ():
            points = np.asarray(X, dtype=float)[:, columns].reshape(-1, group.dimension)
            centre = points.mean(axis=0)
            spread = np.sqrt(((points - centre) ** 2).mean())
            actions[group] = actions[group].about(centre, spread)
        return GroupElements(actions, n_elements)

    def generators(self) -> Any:
        """Return elements that generate the group, each of them of one factor.

        Returns
        -------
        GroupElements
            The generators of the first factor, followed by those of the second, and so on.
        """
        of_each = {group: group.generators() for group in self.groups}
        n_elements = sum(map(len, of_each.values()))
        actions, first = {}, 0
        for group, generators in of_each.items():
            chosen = np.full(n_elements, len(generators))
            chosen[first : first + len(generators)] = np.arange(len(generators))
            first += len(generators)
            actions[group] = generators.join(generators.identity(1))[chosen]
        return GroupElements(actions, n_elements)

    def points(self) -> dict:
        """Return the columns of the inputs that are coordinates of points.

        Returns
        -------
        dict of Group to ndarray of int of shape (n_points, n)
            For each group that shifts points, one row of columns for each point.
        """
        return point_columns(self.inputs)

    def elements(self) -> GroupElements:
        """Return all elements of a finite group, the identity first.

        Returns
        -------
        GroupElements
            Each combination of the elements of the factors.

        Raises
        ------
        ValueError
            If the group is infinite.
        """
        if MAX_LISTED < self.capped_order < math.inf:
            raise ValueError(
                f"the group of '{self}' is {describe_order(self.capped_order)}: {MAX_LISTED} at "
                "most are listed"
            )
        every = {group: group.elements() for group in self.groups}
        sizes = [len(action) for action in every.values()]
        order = math.prod(sizes)
        grid = np.indices(sizes).reshape(len(sizes), order)
        chosen = {g: action[i] for (g, action), i in zip(every.items(), grid, strict=True)}
        return GroupElements(chosen, order)
