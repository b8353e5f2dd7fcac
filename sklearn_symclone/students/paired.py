"""Weights that the pairs of a few items share while a student learns.

What bodies do to each other is nearly a sum over pairs of them. A dense network has to learn it
anew for each pair. Units that belong to pairs, with weights that all pairs share, learn it from all
of them at once. What comes out is a dense network all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from torch import nn

from ..defaults import (
    MOST_PAIR_CHANNELS,
    MOST_PAIRED,
    PAIR_CHANNELS,
    PAIRED_BATCH_SIZE,
    PAIRED_LAYERS,
    PAIRED_UNITS,
)
from ..symmetry import S, Trivial
from . import activations
from .learner import Learner, of_items_alone
from .pair_layers import PairLinear, Places

#: The variance that ``PairLinear`` gives to the first answers: they start near the mean.
SMALL = 0.03


@dataclass(frozen=True)
class Paired(Learner):
    """Pairs of items share weights.

    Parameters
    ----------
    symmetry : Symmetry
        That of the items alone.
    items : S
        Permutes them.

    See Also
    --------
    learner_of : Decides.

    Examples
    --------
    Twelve units are two for each of six pairs; one weight stands at many places:

    >>> import numpy as np, torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import ColumnScaling, Dense, Paired
    >>> from sklearn_symclone.symmetry import S
    >>> learner = Paired(Symmetry.parse("S(3)*2 -> S(3)*2"), S(3))
    >>> student, scaling = Dense((12,), "silu"), ColumnScaling(*map(np.zeros, (6, 6, 6, 6)))
    >>> network = learner.network(student, scaling, torch.Generator().manual_seed(0))
    >>> network[0].weight.shape, sum(p.numel() for p in network[0].parameters())
    (torch.Size([12, 6]), 12)
    """

    items: S
    # one long imitation is better than several that start again
    solver, goes_on, few_samples_do, batch_size = "soap", False, False, PAIRED_BATCH_SIZE
    explanation = "; pairs of items share weights"

    @classmethod
    def of(cls, student, symmetry):  # noqa: D102  (that of Learner)
        for items in symmetry.inputs.groups:
            if not isinstance(items, S) or not _have_vectors(items, symmetry.inputs):
                continue
            least = PAIR_CHANNELS * items.dimension * (items.dimension - 1)
            has_room = 0 < least <= min(student.hidden_layer_sizes, default=0)
            alone = of_items_alone(symmetry, items)
            # squares and others stand side by side
            if has_room and activations.get(student.activation).treats_units_alike and alone:
                return cls(alone, items)
        return None

    @staticmethod
    def widths(symmetry):
        """Return the widths of hidden layers that suit a symmetry, None if pairs share nothing.

        They suit answers that are vectors of a few items, such as motions of bodies: for these
        layers of ordinary width are too narrow.

        Parameters
        ----------
        symmetry : Symmetry
            Bound to the columns.

        Returns
        -------
        tuple of int or None
            With room for the units that carry a linear law.
        """
        for items in symmetry.inputs.groups:
            is_small = isinstance(items, S) and 1 < items.dimension <= MOST_PAIRED
            sides = symmetry.inputs, symmetry.outputs
            if is_small and all(_have_vectors(items, side) for side in sides):
                n_pairs = items.dimension * (items.dimension - 1)
                most = min(MOST_PAIR_CHANNELS, PAIRED_UNITS // n_pairs)
                n_units = max(PAIR_CHANNELS, most) * n_pairs
                return (n_units + 2 * symmetry.outputs.dimension,) * PAIRED_LAYERS
        return None

    def network(self, student, scaling, generator):  # noqa: D102  (that of Learner)
        activation, n_items = activations.get(student.activation), self.items.dimension
        places = [
            _places(self.symmetry.inputs, self.items),
            *(Places.hidden(n_items, width) for width in student.hidden_layer_sizes),
            _places(self.symmetry.outputs, self.items),
        ]
        layers = []
        for layer, (source, target) in enumerate(pairwise(places)):
            gain = activation.gain if layer < len(places) - 2 else SMALL
            layers += [PairLinear(source, target, gain, generator), activation.module(layer)]
        return nn.Sequential(*layers[:-1])


def _have_vectors(items, representation):
    """Return whether a column belongs both to an item and to another group."""
    for block in representation.blocks():
        groups = {factor for factor in block.factors if not isinstance(factor, Trivial)}
        if items in groups and len(groups) > 1:
            return True
    return False


def _places(representation, items):
    """Return which columns belong to the items."""
    of_items, whole = [np.zeros((items.dimension, 0), dtype=int)], [np.zeros(0, dtype=int)]
    for block in representation.blocks():
        if items in block.factors:
            columns = np.moveaxis(block.columns, block.factors.index(items), 0)
            of_items.append(columns.reshape(items.dimension, -1))
        else:
            whole.append(block.columns.ravel())
    no_pairs = np.zeros((items.dimension * (items.dimension - 1), 0), dtype=int)
    return Places(no_pairs, np.hstack(of_items), np.concatenate(whole)[None])
