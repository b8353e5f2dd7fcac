"""How a student learns, and learning each weight alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..defaults import CLONE_BATCH_SIZE
from ..symmetry import Symmetry, Trivial
from ..symmetry.docstrings import InheritsDocstrings
from .scaling import ColumnScaling


@dataclass(frozen=True)
class Learner(InheritsDocstrings, ABC):
    """How a student learns.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.

    See Also
    --------
    learner_of : Decides.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import Dense, Learner, learner_of
    >>> learner = learner_of(Dense((8,), "silu"), Symmetry.parse("2*O(2) -> 1"))
    >>> isinstance(learner, Learner), learner.solver
    (True, 'soap')
    """

    symmetry: Symmetry
    #: The optimiser of the imitation.
    solver: ClassVar[str]
    #: Whether a clone that is far from its reference goes on.
    goes_on: ClassVar[bool]
    #: Samples of a gradient step.
    batch_size: ClassVar[int] = CLONE_BATCH_SIZE
    #: Whether few samples to imitate are enough.
    few_samples_do: ClassVar[bool]
    #: What ``verbose`` tells of it.
    explanation: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def of(cls, student, symmetry):
        """Return the learner for a student, None if students of this kind do not learn so.

        Parameters
        ----------
        student : Dense
            The network to train.
        symmetry : Symmetry
            Bound to the columns.

        Returns
        -------
        Learner or None
            A learner of this class, or None.
        """

    @abstractmethod
    def network(self, student, scaling, generator):
        """Return a network to train.

        Parameters
        ----------
        student : Dense
            What it is to become.
        scaling : ColumnScaling
            Standardises the columns.
        generator : torch.Generator
            Draws the weights.

        Returns
        -------
        nn.Sequential
            For standardised columns. Its layers have a matrix and a bias, as dense ones have.
        """

    def pooled(self, scaling):
        """Return the scaling of columns for networks of this learner.

        Parameters
        ----------
        scaling : ColumnScaling
            That of each column alone.

        Returns
        -------
        ColumnScaling
            The same shifts and scales for all columns that share weights: otherwise a network that
            has the symmetry for standardised columns would not have it for the columns themselves.
        """
        return scaling


@dataclass(frozen=True)
class Alone(Learner):
    """Each weight learns alone, and starts near the symmetry.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.

    See Also
    --------
    learner_of : Decides.

    Examples
    --------
    >>> import numpy as np, torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import Alone, ColumnScaling, Dense
    >>> scaling = ColumnScaling(np.zeros(4), np.ones(4), np.zeros(1), np.ones(1))
    >>> learner = Alone(Symmetry.parse("2*O(2) -> 1"))
    >>> learner.network(Dense((8, 8), "silu"), scaling, torch.Generator().manual_seed(0))[0]
    Linear(in_features=4, out_features=8, bias=True)
    """

    solver, goes_on, few_samples_do = "soap", True, False

    @classmethod
    def of(cls, student, symmetry):  # noqa: D102  (that of Learner)
        return cls(symmetry)

    def network(self, student, scaling, generator):  # noqa: D102  (that of Learner)
        sizes = len(scaling.x_shift), len(scaling.y_shift)
        network = student.build(*sizes, generator)
        student.start_near(network, self.symmetry, scaling, generator)
        return network


@dataclass(frozen=True)
class SharingLearner(Learner):
    """Items share weights; their columns share shifts and scales.

    Parameters
    ----------
    symmetry : Symmetry
        That of the items alone.

    See Also
    --------
    learner_of : Decides.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.students import ColumnScaling, Shared
    >>> from sklearn_symclone.symmetry import Symmetry
    >>> learner = Shared(Symmetry.parse("S(2) -> 1"), ())
    >>> x_shift, x_scale = np.array([0.0, 2.0]), np.array([1.0, 1.0])
    >>> learner.pooled(ColumnScaling(x_shift, x_scale, np.zeros(1), np.ones(1))).x_scale ** 2
    array([2., 2.])
    """

    @property
    def items(self):
        """The S(n) that permutes the items."""
        (items,) = self.symmetry.inputs.groups
        return items

    def pooled(self, scaling):  # noqa: D102  (that of Learner)
        x = self._pooled(self.symmetry.inputs, scaling.x_shift, scaling.x_scale)
        y = self._pooled(self.symmetry.outputs, scaling.y_shift, scaling.y_scale)
        return ColumnScaling(*x, *y)

    def _pooled(self, representation, shift, scale):
        """Return means and deviations of columns over all items."""
        shift, scale = shift.copy(), scale.copy()
        columns = columns_of(self.items, representation)
        mean = shift[columns].mean(axis=0)
        variance = (scale[columns] ** 2 + (shift[columns] - mean) ** 2).mean(axis=0)
        shift[columns], scale[columns] = mean, np.sqrt(variance)
        return shift, scale


def columns_of(items, representation):
    """Return the columns of each item.

    Parameters
    ----------
    items : S
        Permutes the items.
    representation : Representation
        Each column belongs to one item, or to none.

    Returns
    -------
    ndarray of int of shape (n_items, n_columns)
        A row for each item.

    See Also
    --------
    of_items_alone : Returns such representations.

    Examples
    --------
    >>> from sklearn_symclone.students.learner import columns_of
    >>> from sklearn_symclone.symmetry import S, Symmetry
    >>> columns_of(S(2), Symmetry.parse("S(2) + 1 + S(2)*2 -> 1").inputs)
    array([[0, 3, 4],
           [1, 5, 6]])
    """
    found = [np.zeros((items.dimension, 0), dtype=int)]
    for block in representation.blocks():
        if items in block.factors:
            columns = np.moveaxis(block.columns, block.factors.index(items), 0)
            found.append(columns.reshape(items.dimension, -1))
    return np.hstack(found)


def of_items_alone(symmetry, items):
    """Return the symmetry under permutations of the items, without the other groups.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    items : S
        One of its groups.

    Returns
    -------
    Symmetry or None
        None if a column belongs to several of the items, or to one with a sign.

    See Also
    --------
    learner_of : Decides how a student learns.

    Examples
    --------
    >>> from sklearn_symclone.students.learner import of_items_alone
    >>> from sklearn_symclone.symmetry import S, Symmetry
    >>> of_items_alone(Symmetry.parse("S(3)*O(2) -> O(2)"), S(3))
    Symmetry.parse('S(3)*2 -> 2')
    """
    alone = Symmetry(symmetry.inputs.restricted(items), symmetry.outputs.restricted(items))
    for block in alone.inputs.blocks() + alone.outputs.blocks():
        if [f for f in block.factors if not isinstance(f, Trivial)] not in ([], [items]):
            return None
    return alone
