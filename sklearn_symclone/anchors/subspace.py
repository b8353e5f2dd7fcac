"""The anchor "subspace": each matrix stays near the equivariant ones."""

from __future__ import annotations

import torch

from ..defaults import EARLIER_LAYER
from ..students import linear_layers
from .base import Anchor


class SubspaceAnchor(Anchor):
    """Keep each matrix near the equivariant ones, earlier layers more than later ones.

    Where data break the symmetry, the last layers should, on features that keep it.
    """

    needs = frozenset({"subspace"})

    def penalty(self, anchoring):
        """Return the weighted squared distance of each matrix from the equivariant ones."""
        return anchoring.clone.distance_from_symmetry(anchoring)


class SubspacePenalty:
    r"""Distance of matrices from equivariant ones, :math:`\sum_l\lambda_l\|W_l-PW_l\|^2`.

    :math:`\|W-PW\|^2`, biases included, is the squared difference that Gaussian inputs of variance
    1 make between a layer and the equivariant one nearest to it. The anchor of a layer weighs ten
    times that of the next.

    Parameters
    ----------
    layers : nn.Sequential
        A weight-tied network: it says how entries are shared along orbits.
    factor : float
        Of the last layer.
    """

    def __init__(self, layers, factor):
        self.layers = linear_layers(layers)
        self.factors = _by_depth(factor, self.layers)

    def __call__(self, network):
        """Return the penalty of a network."""
        penalty = 0.0
        layers = zip(self.factors, self.layers, linear_layers(network), strict=True)
        for factor, tied, dense in layers:
            parts = tied.split(dense.weight, dense.bias)
            penalty = penalty + factor * sum(_off_orbits(*part) for part in parts)
        return penalty


def _off_orbits(block, entries):
    with torch.no_grad():  # the projection is orthogonal: it adds nothing to the gradient
        nearest = block.project(entries)
    return (entries - nearest).square().sum()


class DifferencePenalty:
    r"""Size of what freed layers add to tied matrices, :math:`\sum_l\lambda_l\|\delta_l\|^2`.

    Its least value over the tied matrices is the distance that ``SubspacePenalty`` takes; it needs
    no projection in every step.

    Parameters
    ----------
    layers : list of Freed
        The layers of the network.
    factor : float
        Of the last layer.
    """

    def __init__(self, layers, factor):
        self.layers, self.factors = layers, _by_depth(factor, layers)

    def __call__(self, network):
        """Return the penalty of the network whose layers these are."""
        sizes = (sum(d @ d for d in layer.differences) for layer in self.layers)
        return sum(factor * size for factor, size in zip(self.factors, sizes, strict=True))


def _by_depth(factor, layers):
    return [factor * EARLIER_LAYER**depth for depth in reversed(range(len(layers)))]
