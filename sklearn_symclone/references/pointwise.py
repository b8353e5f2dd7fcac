"""Permuted columns: weight-tied networks with a nonlinearity of each entry alone.

Between all permutation representations an element-wise function is equivariant, so that an MLP is
so as soon as its weight matrices are: "Equivariance Through Parameter-Sharing" (arXiv 1702.08389).
With a regular representation among the hidden layers this is a group convolution.

Where inputs or outputs change signs, hidden layers have two units for each column, one for its
negative: a group that permutes columns and changes signs permutes these.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from numbers import Integral

import torch
from torch import nn

from ..symmetry import Doubled, Symmetry, as_representation
from .family import Family, Fit
from .layers.kinds import as_kind, as_product, columns_by_kind, kind_size, sort_kinds, subsets
from .layers.tied import BlockLinear
from .layers.vanishing import vanishes
from .registry import register

#: Hidden layers.
N_LAYERS = 2
#: Units of a hidden layer, as far as each kind has MIN_CHANNELS to MAX_CHANNELS.
WIDTH = 512
#: Channels of each kind.
MIN_CHANNELS, MAX_CHANNELS = 8, 64
#: Units of the widest hidden layer, whose weights are a dense matrix at each step.
MAX_WIDTH = 4096
#: Elements of the largest group whose regular representation is a hidden layer.
MAX_REGULAR = 64


def refuses(symmetry: Symmetry) -> str | None:
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
    return refuses_signs(symmetry)


def refuses_columns(symmetry: Symmetry) -> str | None:
    """Return which columns are mixed, None if all are permuted, with signs or without."""
    for side in (symmetry.inputs, symmetry.outputs):
        for block in side.blocks():
            for factor in block.factors:
                if not factor.is_monomial:
                    return f"it needs columns that are permuted, up to signs, '{factor}' are not"
    return None


def refuses_signs(symmetry: Symmetry) -> str | None:
    """Return which outputs change signs that no hidden layer tells, None if there are none."""
    return None if symmetry.outputs.permutes else vanishes(Pointwise, symmetry)


class Pointwise(nn.Module):
    """An MLP whose weights are tied along the orbits of the group.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, all of them permuted, or permuted and changed in sign.
    hidden : sequence of Representation or int, default=None
        How the units of each hidden layer are permuted; a number is that of invariant units.
        None: as many channels of each kind of representation as make about 512 units, twice.
    windows : sequence of int or None, default=None
        For each layer, from the first to that of the outputs, the width of the filters of a
        convolution on a ``Grid``: an odd number of cells, None for all of them. None: all.
    activation : type, default=nn.SiLU
        The nn.Module class of the activation after each hidden layer.

    Attributes
    ----------
    layers : nn.Sequential
        Dense layers and activations in turn.

    Raises
    ------
    ValueError
        If the number of windows is not that of the layers, or one is no odd number. If units of a
        hidden layer are not permuted.

    See Also
    --------
    register : Makes a family of such networks that estimators accept by name.

    Examples
    --------
    Two convolutions with filters of 5 x 5 and 3 x 3 cells and the mean over all cells:

    >>> from sklearn_symclone.references import Pointwise
    >>> from sklearn_symclone.symmetry import Grid
    >>> cells = Grid(8, 8, "T(2)")
    >>> hidden = [cells * 4, cells * 8, 32]
    >>> network = Pointwise(cells >> 10, hidden, windows=[5, 3, None, None])
    >>> [layer.weight.shape for layer in network.layers[::2]]
    [torch.Size([256, 64]), torch.Size([512, 256]), torch.Size([32, 512]), torch.Size([10, 32])]
    """

    def __init__(
        self,
        symmetry: Symmetry,
        hidden: Sequence | None = None,
        *,
        windows: Sequence[int | None] | None = None,
        activation: type = nn.SiLU,
    ) -> None:
        super().__init__()
        if hidden is None:
            hidden = hidden_layers(symmetry)
        sides = [symmetry.inputs, *map(as_representation, hidden), symmetry.outputs]
        for layer in sides[1:-1]:
            if not layer.permutes:
                raise ValueError(
                    f"hidden must hold representations that permute units, got '{layer}': an "
                    "activation of each unit alone keeps no signs and no mixtures. Write "
                    "'.doubled' behind what changes signs, as in 'S(2).det.doubled'"
                )
        windows = [None] * (len(sides) - 1) if windows is None else list(windows)
        odd = all(w is None or (isinstance(w, Integral) and w > 0 and w % 2) for w in windows)
        if len(windows) != len(sides) - 1 or not odd:
            raise ValueError(
                f"windows must hold an odd number or None for each of the {len(sides) - 1} layers, "
                f"got {windows!r}"
            )
        layers = []
        for (source, target), window in zip(itertools.pairwise(sides), windows, strict=True):
            layers += [BlockLinear(source, target, window), activation()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the outputs of a batch.

        Parameters
        ----------
        x : Tensor of shape (n_samples, n_features)
            Columns as the symmetry names them, standardised.

        Returns
        -------
        Tensor of shape (n_samples, n_outputs)
            Equivariant to what floating-point numbers round.

        See Also
        --------
        Pointwise : Says what the layers are.

        Examples
        --------
        >>> import torch
        >>> from sklearn_symclone.references import Pointwise
        >>> from sklearn_symclone.symmetry import C
        >>> network = Pointwise(C(4) >> C(4), [C(4) * 8]).float()
        >>> x = torch.randn(5, 4)
        >>> shifted = network(x.roll(1, dims=1))
        >>> torch.allclose(shifted, network(x).roll(1, dims=1), atol=1e-6)
        True
        """
        return self.layers(x)


def hidden_layers(symmetry: Symmetry, widths: Sequence[int] | None = None) -> list:
    """Return representations of hidden layers: equally many channels of each kind.

    The kinds are the factors of the columns, doubled where they change signs, and their products,
    invariants, and the regular representation of a small group.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, all of them permuted, or permuted and changed in sign.
    widths : sequence of int, default=None
        About how many units a layer has, at most; a kind that cannot have MIN_CHANNELS channels,
        or 1 if it is doubled, is left out. None: N_LAYERS layers with all kinds, of WIDTH units,
        as far as the kinds have MIN_CHANNELS to MAX_CHANNELS.

    Returns
    -------
    list of Representation
    """
    kinds = {()}
    for side in (symmetry.inputs, symmetry.outputs):
        for kind in columns_by_kind(side):
            kinds |= subsets(as_kind(f if f.permutes else f.doubled for f in kind))
    if 1 < symmetry.capped_order <= MAX_REGULAR:
        kinds.add(as_kind(group.regular for group in symmetry.groups))
    if widths is None:
        n_channels = min(MAX_CHANNELS, max(MIN_CHANNELS, WIDTH // sum(map(kind_size, kinds))))
        return [_layer(kinds, n_channels)] * N_LAYERS
    layers = []
    for width in widths:
        fitting = {kind for kind in kinds if kind_size(kind) * _least(kind) <= width} | {()}
        layers.append(_layer(fitting, max(1, width // sum(map(kind_size, fitting)))))
    return layers


def _least(kind):
    """Return how many channels of a kind a layer has at least: without doubled ones, no signs."""
    return 1 if any(isinstance(factor, Doubled) for factor in kind) else MIN_CHANNELS


def _layer(kinds, n_channels):
    """Return a sum of some channels of each kind, the channels of an entry side by side."""
    first, *others = (as_product(kind) * n_channels for kind in sort_kinds(kinds))
    return sum(others, start=first)


# the decay was chosen on quarter-turned digits, 6400 samples: with less of it a network learns
# labels by heart that break the symmetry
# its layers do not see which pairs of items share an item: tensors do
register("pointwise", Family(refuses, Pointwise, Fit(300, weight_decay=1.0), asks=("tensors",)))
