"""Weights that the items of a large set share while a student learns.

A dense network has too many weights to learn the items of a large set one by one: it learns the
samples of the imitation by heart. Weights that items share are few, as in "Deep Sets" (arXiv
1703.06114). What comes out is a dense network all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..defaults import MANY_ITEMS
from ..references import Pointwise
from ..symmetry import Representation, S, Trivial
from ..training import Seeded
from . import activations
from .learner import SharingLearner, columns_of, of_items_alone


@dataclass(frozen=True)
class Shared(SharingLearner):
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

    @classmethod
    def of(cls, student, symmetry):  # noqa: D102  (that of Learner)
        groups = [group for group in symmetry.inputs.groups if isinstance(group, S)]
        items = max(groups, key=lambda group: group.dimension, default=None)
        if items is None or items.dimension <= MANY_ITEMS or not student.hidden_layer_sizes:
            return None
        alone = of_items_alone(symmetry, items)
        if alone is None:
            return None
        n_columns = columns_of(items, alone.inputs).shape[1]
        activation, hidden = activations.get(student.activation), []
        for layer, width in enumerate(student.hidden_layer_sizes):
            # the first units are invariant: those of an item must all be squares, or none of them
            squares = activation.squares(layer, width)
            n_beside = squares.start if squares.stop > squares.start else 0
            n_channels = (width - n_beside) // items.dimension
            hidden.append(_layer(items, n_channels, width - n_channels * items.dimension))
            if layer == 0 and n_channels < n_columns:
                return None
        return cls(alone, tuple(hidden))

    def network(self, student, scaling, generator):  # noqa: D102  (that of Learner)
        with Seeded(int(torch.randint(2**31, (), generator=generator))):
            layers = Pointwise(self.symmetry, self.hidden).layers
        activation = activations.get(student.activation)
        for layer, place in enumerate(range(1, len(layers), 2)):
            layers[place] = activation.module(layer)
        return layers.double()  # as those of dense layers


def _layer(items, n_channels, n_invariant):
    """Return a representation of invariant units, followed by channels of items."""
    if n_channels == 0:
        return Trivial(n_invariant)
    return Trivial(n_invariant) + items * n_channels if n_invariant else items * n_channels
