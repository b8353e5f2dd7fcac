"""The imitation "layers", as in the paper: layers are learned as functions of input and weights."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch

from ..anchors import SubspacePenalty
from ..defaults import LAYER_NOISE
from ..references.layers.kinds import as_product
from ..references.layers.tied import Block, BlockLinear
from .layer import EquivariantLayer, Factorised, Multilinear, clone_layer, enough
from .tied import TiedClone, TiedImitation, TiedNetwork

#: Largest number of entries of a multilinear clone. Larger layers get a factorised clone.
MAX_THETA = 2**25


@dataclass(frozen=True)
class ClonedNetwork(TiedNetwork):
    """A function that builds a network of cloned layers.

    Parameters
    ----------
    reference, hidden_layer_sizes, activation
        As for a TiedNetwork.
    clone_inputs : {"orbit", "gaussian"}
        The inputs at which layers are cloned. "orbit": what the layers before make of samples of
        the table. "gaussian": Gaussian inputs.
    seed : int
        Seed of the inputs.
    """

    clone_inputs: str
    seed: int

    def __call__(self, symmetry, samples=None):
        """Return the network of cloned layers.

        Parameters
        ----------
        symmetry : Symmetry
            Bound to its columns, all of them permuted or changed in sign.
        samples : Tensor of shape (n_samples, n_features), default=None
            Standardised samples from which layers are cloned. None: nothing is learned, because
            weights will be loaded.
        """
        network = super().__call__(symmetry, samples)
        clone_blocks(network, samples, self.clone_inputs, self.seed)
        return network


class Cloned(Block):
    """A block whose matrix a cloned layer computes from the weights of the block.

    Parameters
    ----------
    tied : Tied
        The block that was cloned, and whose weights this block has.
    form : Multilinear or Factorised
        The cloned layer.
    """

    def __init__(self, tied, form):
        (source, target), (*_, n_source, n_target) = tied.kinds, tied.shape
        super().__init__(source, n_source, target, n_target)
        self.tied, self.form = tied, form.requires_grad_(False)

    def entries(self):
        """Return the entries, of shape (target size * source size, pairs of channels)."""
        return self.form.entries(self.tied.weight)


def _replace_blocks(network, function):
    """Replace each block of a network by what a function returns for it."""
    for layer in network.layers:
        if isinstance(layer, BlockLinear):
            for row in (*layer.blocks, layer.offsets):
                for place, block in enumerate(row):
                    row[place] = function(block)


def clone_blocks(network, samples, clone_inputs, seed):
    """Replace each block of a weight-tied network by a clone.

    The channels of a block share its clone, as in the paper. A block without weights, whose
    matrix is 0, stays as it is.

    Parameters
    ----------
    network : Pointwise
        It changes in place.
    samples, clone_inputs, seed
        As for ``ClonedNetwork``.
    """
    if samples is None:
        _replace_blocks(network, _unlearned)
        return
    random_state = np.random.RandomState(seed)
    for layer in network.layers:
        before = samples
        with torch.no_grad():
            samples = layer(samples)
        if not isinstance(layer, BlockLinear):
            continue
        by_kind = [None] * len(layer.blocks[0])
        if clone_inputs == "orbit":
            by_kind = [_spanning(x, random_state) for x in layer.split_inputs(before)]
        for row in layer.blocks:
            for place, (tied, X) in enumerate(zip(row, by_kind, strict=True)):
                row[place] = _learned(tied, X, random_state)
        for place, tied in enumerate(layer.offsets):
            layer.offsets[place] = _learned(tied, None, random_state)


def _spanning(x, random_state):
    """Return enough samples of x, with a little noise, to span the space of a layer's inputs."""
    x = x.double().cpu().numpy()
    n_samples = enough(x.shape[1])
    x = x[random_state.randint(len(x), size=n_samples)]
    size = np.sqrt(np.mean(x**2)) or 1.0
    return x + LAYER_NOISE * size * random_state.standard_normal(x.shape)


def _layer_of(tied):
    """Return the layer of a block, its shape, and the form of its clone."""
    layer = EquivariantLayer(*map(as_product, tied.kinds), tied.window)
    shape = (layer.n_outputs, layer.n_inputs, layer.n_weights)
    return layer, shape, "multilinear" if math.prod(shape) <= MAX_THETA else "factorised"


def _learned(tied, X, random_state):
    if not len(tied.weight):
        return tied
    layer, _, form = _layer_of(tied)
    form = clone_layer(layer, form=form, X=X, seed=random_state.randint(2**31))
    return Cloned(tied, form.to(tied.weight.dtype))


def _unlearned(tied):
    """Return a clone whose numbers will be loaded."""
    if not len(tied.weight):
        return tied
    _, shape, form = _layer_of(tied)
    is_small = form == "multilinear"
    form = Multilinear(torch.zeros(math.prod(shape)), shape) if is_small else Factorised(shape)
    return Cloned(tied, form.to(tied.weight.dtype))


@dataclass(frozen=True, eq=False, kw_only=True)
class LayersClone(TiedClone):
    """A network of cloned layers, and the weight-tied network with the same weights.

    Parameters
    ----------
    weights, student, scaling, loss_curve, complaint, error, layers, inputs
        As for a TiedClone.
    tied : nn.Sequential
        The layers of the weight-tied network.
    """

    tied: torch.nn.Sequential

    def network(self, sizes, scaling, start, generator):
        """Return the network to fit to the task, in which the cloned layers may change."""
        return deepcopy(self.layers).requires_grad_()

    def anchored_parameters(self, anchoring):
        """Return the parameters of the cloned layers, and the values that they stay near."""
        blocks = [module for module in anchoring.network.modules() if isinstance(module, Cloned)]
        parameters = [p for block in blocks for p in block.form.parameters()]
        return parameters, parameters

    def distance_from_symmetry(self, anchoring):
        """Return the penalty that keeps matrices near the equivariant ones."""
        return SubspacePenalty(self.tied, anchoring.factor)


class LayersImitation(TiedImitation):
    """Clone each equivariant layer as a function of its input and its weights."""

    name = "layers"
    refuses_warm_start = (
        'warm_start=True is not possible with cloning="layers": dense matrices do not tell '
        'the cloned layers from their weights; set warm_start=False, or cloning="weights"'
    )
    refuses_chunks = (
        'cloning="layers" has an anchor that dense weights do not store; use cloning="network"'
    )

    def builder(self, settings, seeds):
        """Return a function that builds the network to fit, from the symmetry and samples."""
        return ClonedNetwork(
            settings.reference.network,
            settings.hidden_layer_sizes,
            settings.students[0].activation,
            settings.imitating.inputs,
            seeds.clone,
        )

    def weight_tied(self, fitted):
        """Return the fitted module with the block that each clone has replaced."""
        tied = deepcopy(fitted)
        _replace_blocks(tied.network, lambda block: getattr(block, "tied", block))
        return tied

    def keep(self, tied, **found):
        """Return the clone, from the layers of the weight-tied network and its other parts."""
        return LayersClone(tied=tied, **found)
