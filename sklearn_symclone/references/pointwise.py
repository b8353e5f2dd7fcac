"""Permuted columns: weight-tied networks with a nonlinearity of each entry alone.

Between all permutation representations an element-wise function is equivariant, so that an MLP is
so as soon as its weight matrices are: "Equivariance Through Parameter-Sharing" (arXiv 1702.08389).
With a regular representation among the hidden layers this is a group convolution.
"""

from __future__ import annotations

import itertools

from torch import nn

from ._kinds import as_kind, as_product, columns_by_kind, kind_size, sort_kinds, subsets
from ._tied import BlockLinear

N_LAYERS = 2
#: Width of a hidden layer, as far as each kind has MIN_CHANNELS to MAX_CHANNELS.
WIDTH = 512
MIN_CHANNELS, MAX_CHANNELS = 8, 64
#: Width of the widest hidden layer, whose weights are a dense matrix at each step.
MAX_WIDTH = 4096
#: Elements of the largest group whose regular representation is a hidden layer.
MAX_REGULAR = 64


def refuses(symmetry):
    """Return why this family cannot have a symmetry, None if it can."""
    refusal = refuses_columns(symmetry)
    if refusal is not None:
        return refusal
    width = max(layer.dimension for layer in hidden_layers(symmetry))
    if width > MAX_WIDTH:
        return (
            f"its hidden layers would have {width} units, whose dense weights are {width**2:.1e} "
            f"numbers: {MAX_WIDTH} units are allowed"
        )
    return None


def refuses_columns(symmetry):
    """Return which columns are not permuted, None if all are."""
    for side in (symmetry.inputs, symmetry.outputs):
        for block in side.blocks():
            for factor in block.factors:
                if not factor.permutes:
                    return f"it needs columns that are permuted, '{factor}' are not"
    return None


class Pointwise(nn.Sequential):
    """An MLP whose weights are tied along the orbits of the group.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, all of them permuted.
    hidden : sequence of Representation, default=None
        How the units of each hidden layer are permuted. None: ``hidden_layers(symmetry)``.
    activation : type, default=nn.SiLU
        Of the hidden layers, an nn.Module class.
    """

    def __init__(self, symmetry, hidden=None, activation=nn.SiLU):
        if hidden is None:
            hidden = hidden_layers(symmetry)
        layers = []
        for pair in itertools.pairwise([symmetry.inputs, *hidden, symmetry.outputs]):
            layers += [BlockLinear(*pair), activation()]
        super().__init__(*layers[:-1])


def hidden_layers(symmetry, widths=None):
    """Return representations of hidden layers: equally many channels of each kind.

    The kinds are the factors of the columns and their products, invariants, and the regular
    representation of a small group.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, all of them permuted.
    widths : sequence of int, default=None
        About how many units a layer has, at most; a kind that cannot have MIN_CHANNELS channels
        is left out. None: N_LAYERS layers with all kinds, of WIDTH units, as far as the kinds have
        MIN_CHANNELS to MAX_CHANNELS.

    Returns
    -------
    list of Representation
    """
    kinds = {()}
    for side in (symmetry.inputs, symmetry.outputs):
        for kind in columns_by_kind(side):
            kinds |= subsets(kind)
    if 1 < symmetry.order <= MAX_REGULAR:
        kinds.add(as_kind(group.regular for group in symmetry.groups))
    if widths is None:
        n_channels = min(MAX_CHANNELS, max(MIN_CHANNELS, WIDTH // sum(map(kind_size, kinds))))
        return [_layer(kinds, n_channels)] * N_LAYERS
    layers = []
    for width in widths:
        fitting = {kind for kind in kinds if kind_size(kind) * MIN_CHANNELS <= width} | {()}
        layers.append(_layer(fitting, max(1, width // sum(map(kind_size, fitting)))))
    return layers


def _layer(kinds, n_channels):
    """Return a sum of some channels of each kind, the channels of an entry side by side."""
    first, *others = (as_product(kind) * n_channels for kind in sort_kinds(kinds))
    return sum(others, start=first)
