"""Weight-tied networks for cloning="weights", and with cloned layers for cloning="layers"."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ..references.layers.kinds import as_product
from ..references.layers.tied import Block, BlockLinear
from ..references.pointwise import Pointwise, hidden_layers
from .layers import EquivariantLayer, Factorised, Multilinear, clone_layer, enough
from .student import ACTIVATIONS

#: Numbers in the largest multilinear clone of a layer; a factorised one takes its place beyond.
MAX_THETA = 2**25
#: Deviation of the noise that lets inputs from the data span all inputs of a layer.
NOISE = 0.1
#: Size of the steps of what breaks the symmetry beside those of what keeps it.
STEP = 0.1


@dataclass(frozen=True)
class TiedNetwork:
    """A function that builds a weight-tied network, or one of cloned layers.

    Parameters
    ----------
    cloning : {"layers", "weights"}
        Whether the equivariant layers are clones, or tied.
    reference : callable or "pointwise"
        From the symmetry to a ``Pointwise``; "pointwise": one of ``hidden_layer_sizes``.
    hidden_layer_sizes : tuple of int
    activation : str
        Takes the place of that of the reference.
    clone_inputs : {"orbit", "gaussian"}
        Where the inputs come from at which layers are cloned: rows of the table and what hidden
        layers make of them, or Gaussians.
    seed : int
        Of the samples.
    """

    cloning: str
    reference: Callable | str
    hidden_layer_sizes: tuple
    activation: str
    clone_inputs: str
    seed: int = 0

    def tied(self, symmetry):
        """Return the weight-tied network.

        Raises
        ------
        TypeError
            If the reference callable returns something else.
        """
        if callable(self.reference):
            network = self.reference(symmetry)
            if not isinstance(network, Pointwise):
                raise TypeError(
                    f"with cloning={self.cloning!r} the reference callable must return a "
                    f"sklearn_symclone.references.Pointwise, it returned {network!r}"
                )
        else:
            network = Pointwise(symmetry, hidden_layers(symmetry, self.hidden_layer_sizes))
        for place in range(1, len(network.layers), 2):
            network.layers[place] = ACTIVATIONS[self.activation]()
        return network

    def __call__(self, symmetry, rows=None):
        """Return the network.

        Parameters
        ----------
        symmetry : Symmetry
            Bound to its columns, all of them permuted.
        rows : Tensor of shape (n_samples, n_features), default=None
            Standardised rows from which layers are cloned; None: nothing is learned, for weights
            that are loaded.
        """
        network = self.tied(symmetry)
        if rows is not None:
            network.to(rows.dtype)
        if self.cloning == "layers":
            clone_blocks(network, rows, self.clone_inputs, self.seed)
        return network


class Freed(nn.Module):
    r"""A dense layer, :math:`W = W(\tau) + \delta`: a weight-tied matrix and a difference from it.

    Both are fitted. A step of Adam on every entry of W alone is as large in what breaks the
    symmetry as in what keeps it; here the steps of τ keep it, as they did before, an anchor holds
    δ, and STEP makes the steps of δ small.

    Parameters
    ----------
    tied : BlockLinear
    dense : nn.Linear
        The matrix and the bias to start from.
    """

    def __init__(self, tied, dense):
        super().__init__()
        self.tied = tied
        # flat: an L2 penalty on matrices is for τ
        steps = [
            (now - then).detach().flatten() / STEP
            for now, then in [(dense.weight, tied.weight), (dense.bias, tied.bias)]
        ]
        self.weight_steps, self.bias_steps = map(nn.Parameter, steps)

    @property
    def differences(self):
        """Of the matrix and of the bias, both flat."""
        return STEP * self.weight_steps, STEP * self.bias_steps

    @property
    def weight(self):
        """The matrix, of shape (n_outputs, n_inputs)."""
        tied = self.tied.weight
        return torch.add(tied, self.weight_steps.view_as(tied), alpha=STEP)

    @property
    def bias(self):
        """The bias, of shape (n_outputs,)."""
        return torch.add(self.tied.bias, self.bias_steps, alpha=STEP)

    def forward(self, x):
        """Map rows of shape (n, n_inputs) to rows of shape (n, n_outputs)."""
        return nn.functional.linear(x, self.weight, self.bias)


def free(student, layers):
    """Return a student whose matrices are those of a weight-tied network and differences.

    Parameters
    ----------
    student : nn.Sequential
        Dense layers.
    layers : nn.Sequential
        The weight-tied network, of the same shape.

    Returns
    -------
    nn.Sequential
        The same function as the student.
    """
    layers.to(next(student.parameters()))
    pairs = zip(layers, student, strict=True)
    return nn.Sequential(
        *(Freed(*pair) if isinstance(pair[0], BlockLinear) else pair[1] for pair in pairs)
    )


class Cloned(Block):
    """A block whose matrix is what a cloned layer makes of its weights.

    Parameters
    ----------
    tied : Tied
        The block that was cloned; it gives its weights away.
    form : Multilinear or Factorised
    """

    def __init__(self, tied, form):
        (source, target), (*_, n_source, n_target) = tied.kinds, tied.shape
        super().__init__(source, n_source, target, n_target)
        self.weight, self.form = tied.weight, form.requires_grad_(False)

    def entries(self):
        """Return the entries, of shape (target size * source size, pairs of channels)."""
        return self.form.entries(self.weight)


def clone_blocks(network, rows, clone_inputs, seed):
    """Put a clone in the place of each block of a weight-tied network.

    The channels of a block share its clone, as those of the paper do.

    Parameters
    ----------
    network : Pointwise
    rows, clone_inputs, seed
        As for ``TiedNetwork``.
    """
    random_state = np.random.RandomState(seed)
    for module in network.layers:
        before = rows
        if rows is not None:
            with torch.no_grad():
                rows = module(rows)
        if not isinstance(module, BlockLinear):
            continue
        by_kind = [None] * len(module.blocks[0])
        if rows is not None and clone_inputs == "orbit":
            by_kind = [_spanning(x, random_state) for x in module.split_inputs(before)]
        for row in module.blocks:
            for place, (tied, X) in enumerate(zip(row, by_kind, strict=True)):
                row[place] = _clone(tied, X, random_state, learn=rows is not None)
        for place, tied in enumerate(module.offsets):
            module.offsets[place] = _clone(tied, None, random_state, learn=rows is not None)


def _spanning(x, random_state):
    """Return as many rows of x as span all inputs of a layer, with a little noise."""
    x = x.double().cpu().numpy()
    n_rows = enough(x.shape[1])
    x = x[random_state.randint(len(x), size=n_rows)]
    size = np.sqrt(np.mean(x**2)) or 1.0
    return x + NOISE * size * random_state.standard_normal(x.shape)


def _clone(tied, X, random_state, learn):
    layer = EquivariantLayer(*map(as_product, tied.kinds), tied.window)
    shape = (layer.n_outputs, layer.n_inputs, layer.n_weights)
    form = "multilinear" if math.prod(shape) <= MAX_THETA else "factorised"
    if learn:
        form = clone_layer(layer, form=form, X=X, seed=random_state.randint(2**31))
    elif form == "multilinear":
        form = Multilinear(torch.zeros(math.prod(shape)), shape)
    else:
        form = Factorised(shape)
    return Cloned(tied, form.to(tied.weight.dtype))
