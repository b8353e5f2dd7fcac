"""Weights that the pairs of a few items share while a student learns.

What bodies do to each other is nearly a sum over pairs of them. A dense network has to learn it
anew for each pair. Units that belong to pairs, with weights that all pairs share, learn it from all
of them at once. What comes out is a dense network all the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from torch import nn

from ..defaults import (
    HIDDEN_LAYER_SIZES,
    MOST_PAIR_CHANNELS,
    MOST_PAIRED,
    PAIR_CHANNELS,
    PAIRED_ANSWERS,
    PAIRED_BATCH_SIZE,
    PAIRED_LAYERS,
    PAIRED_UNITS,
)
from ..symmetry import S
from . import activations
from .dense import Dense
from .learner import SharingLearner, columns_of, of_items_alone
from .pair_layers import PairLinear
from .parts import Joined, OnParts, Places, Split


@dataclass(frozen=True)
class Paired(SharingLearner):
    """Pairs of items share weights.

    Parameters
    ----------
    symmetry : Symmetry
        That of the items alone.

    See Also
    --------
    learner_of : Decides.

    Examples
    --------
    Twelve units are two for each of six pairs; one weight stands at many places:

    >>> import numpy as np, torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import ColumnScaling, Dense, Paired
    >>> learner = Paired(Symmetry.parse("S(3)*2 -> S(3)*2"))
    >>> student, scaling = Dense((12,), "silu"), ColumnScaling(*map(np.zeros, (6, 6, 6, 6)))
    >>> network = learner.network(student, scaling, torch.Generator().manual_seed(0))
    >>> network[1].weight.shape, sum(p.numel() for p in network[1].parameters())
    (torch.Size([12, 6]), 10)
    """

    # twice the steps at once are better than to go on with a high rate again
    solver, goes_on, few_samples_do, batch_size = "soap", False, False, PAIRED_BATCH_SIZE
    explanation = "; pairs of items share weights"

    @classmethod
    def of(cls, student, symmetry):  # noqa: D102  (that of Learner)
        items = _items_with_vectors(symmetry.inputs)
        if items is None or not activations.get(student.activation).treats_units_alike:
            return None  # squares and others stand side by side
        alone = of_items_alone(symmetry, items)
        least = PAIR_CHANNELS * items.dimension * (items.dimension - 1)
        has_room = least <= min(student.hidden_layer_sizes, default=0)
        return cls(alone) if alone is not None and has_room else None

    @classmethod
    def widths(cls, symmetry, activation):
        """Return the widths of hidden layers for motions, None if ordinary ones do.

        Motions are vectors of items that have vectors. For these ordinary layers are too narrow.

        Parameters
        ----------
        symmetry : Symmetry
            Bound to the columns.
        activation : str
            One of ``activations.names()``.

        Returns
        -------
        tuple of int or None
            With room for the units that carry a linear law.
        """
        items = _items_with_vectors(symmetry.inputs)
        if items is None or not _has_vectors(items, symmetry.outputs):
            return None
        if items.dimension > MOST_PAIRED:
            return None
        n_pairs = items.dimension * (items.dimension - 1)
        n_channels = max(PAIR_CHANNELS, min(MOST_PAIR_CHANNELS, PAIRED_UNITS // n_pairs))
        width = n_channels * n_pairs + 2 * symmetry.outputs.dimension
        widths = (max(width, *HIDDEN_LAYER_SIZES),) * PAIRED_LAYERS
        return widths if cls.of(Dense(widths, activation), symmetry) else None

    def network(self, student, scaling, generator):  # noqa: D102  (that of Learner)
        activation, n_items = activations.get(student.activation), self.items.dimension
        places = [
            _places(self.items, self.symmetry.inputs),
            *(Places.hidden(n_items, width) for width in student.hidden_layer_sizes),
            _places(self.items, self.symmetry.outputs),
        ]
        layers = [Split(places[0])]
        for layer, (source, target) in enumerate(pairwise(places)):
            gain = activation.gain if layer < len(places) - 2 else PAIRED_ANSWERS
            linear = PairLinear(source, target, gain, generator)
            layers += [linear, OnParts(activation.module(layer))]
        return nn.Sequential(*layers[:-1], Joined(places[-1]))


def _items_with_vectors(representation):
    """Return the S(n) of the most items that have vectors, None if there is none."""
    groups = [group for group in representation.groups if isinstance(group, S)]
    found = [g for g in groups if g.dimension > 1 and _has_vectors(g, representation)]
    return max(found, key=lambda group: group.dimension, default=None)


def _has_vectors(items, representation):
    """Return whether a column belongs both to an item and to a group that is not finite."""
    for block in representation.blocks():
        others = {group for factor in block.factors for group in factor.groups} - {items}
        if items in block.factors and any(group.capped_order == math.inf for group in others):
            return True
    return False


def _places(items, representation):
    """Return which columns belong to the items."""
    of_items = columns_of(items, representation)
    whole = np.setdiff1d(np.arange(representation.dimension), of_items)
    no_pairs = np.zeros((items.dimension * (items.dimension - 1), 0), dtype=int)
    return Places(no_pairs, of_items, whole[None])
