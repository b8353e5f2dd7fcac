"""How a student learns: each weight alone, or weights that the items of a large set share.

A dense network has too many weights to learn the items of a large set one by one: it learns the
samples of the imitation by heart. Weights that items share are few, as in "Deep Sets" (arXiv
1703.06114). What comes out is a dense network all the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch

from ..defaults import MANY_ITEMS
from ..references import Pointwise
from ..symmetry import Representation, S, Symmetry, Trivial
from ..symmetry.docstrings import InheritsDocstrings
from ..training import Seeded
from . import activations


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
    #: Whether few samples to imitate are enough.
    few_samples_do: ClassVar[bool]
    #: What ``verbose`` tells of it.
    explanation: ClassVar[str] = ""

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

    def network(self, student, scaling, generator):  # noqa: D102  (that of Learner)
        sizes = len(scaling.x_shift), len(scaling.y_shift)
        network = student.build(*sizes, generator)
        student.start_near(network, self.symmetry, scaling, generator)
        return network


@dataclass(frozen=True)
class Shared(Learner):
    """Items share weights.

    Parameters
    ----------
    symmetry : Symmetry
        That of the items alone.
    hidden : tuple of Representation
        How the items move the units of each hidden layer.

    See Also
    --------
    learner_of : Decides.

    Examples
    --------
    >>> import numpy as np, torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import ColumnScaling, Dense, Shared
    >>> symmetry = Symmetry.parse("S(4)*2 -> 1")
    >>> student, scaling = Dense((8,), "silu"), ColumnScaling(*map(np.zeros, (8, 8, 1, 1)))
    >>> learner = Shared(symmetry, (symmetry.inputs,))
    >>> network = learner.network(student, scaling, torch.Generator().manual_seed(0))
    >>> network[0].weight.shape, sum(p.numel() for p in network[0].parameters())
    (torch.Size([8, 8]), 10)
    """

    hidden: tuple[Representation, ...]
    # SOAP would need large matrices for lists of shared weights. These weights are few: few steps
    # and few samples are enough to learn them, and more do not help.
    solver, goes_on, few_samples_do = "adam", False, True
    explanation = f"; items share weights, for there are more than {MANY_ITEMS}"

    def network(self, student, scaling, generator):  # noqa: D102  (that of Learner)
        with Seeded(int(torch.randint(2**31, (), generator=generator))):
            layers = Pointwise(self.symmetry, self.hidden).layers
        activation = activations.get(student.activation)
        for layer, place in enumerate(range(1, len(layers), 2)):
            layers[place] = activation.module(layer)
        return layers.double()  # as those of dense layers


def learner_of(student, symmetry):
    """Return how a student of a symmetry learns.

    Items share weights if there are more than ``MANY_ITEMS`` of them, and if the first hidden layer
    has as many units for each item as the item has columns.

    Parameters
    ----------
    student : Dense
        Its widths and its activation count.
    symmetry : Symmetry
        Bound to the columns.

    Returns
    -------
    Learner
        ``Alone`` or ``Shared``.

    See Also
    --------
    Dense : The student.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import Dense, learner_of
    >>> learner = learner_of(Dense((192, 192), "square_silu"), Symmetry.parse("S(50)*O(3) -> 1"))
    >>> [str(layer) for layer in learner.hidden]
    ['42 + S(50)*3', '42 + S(50)*3']
    """
    groups = [group for group in symmetry.inputs.groups if isinstance(group, S)]
    items = max(groups, key=lambda group: group.dimension, default=None)
    if items is None or items.dimension <= MANY_ITEMS or not student.hidden_layer_sizes:
        return Alone(symmetry)
    alone = Symmetry(symmetry.inputs.restricted(items), symmetry.outputs.restricted(items))
    blocks = alone.inputs.blocks() + alone.outputs.blocks()
    factors = [[f for f in block.factors if not isinstance(f, Trivial)] for block in blocks]
    if any(found not in ([], [items]) for found in factors):
        return Alone(symmetry)
    n_columns = sum(
        block.columns.size // items.dimension
        for block in alone.inputs.blocks()
        if items in block.factors
    )
    activation, hidden = activations.get(student.activation), []
    for layer, width in enumerate(student.hidden_layer_sizes):
        # the first units are invariant: those of an item must all be squares, or none of them
        squares = activation.squares(layer, width)
        n_beside = squares.start if squares.stop > squares.start else 0
        n_channels = (width - n_beside) // items.dimension
        hidden.append(_layer(items, n_channels, width - n_channels * items.dimension))
        if layer == 0 and n_channels < n_columns:
            return Alone(symmetry)
    return Shared(alone, tuple(hidden))


def _layer(items, n_channels, n_invariant):
    """Return a representation of invariant units, followed by channels of items."""
    if n_channels == 0:
        return Trivial(n_invariant)
    return Trivial(n_invariant) + items * n_channels if n_invariant else items * n_channels
