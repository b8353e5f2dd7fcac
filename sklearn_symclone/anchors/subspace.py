"""The anchor "subspace": each matrix stays near the equivariant ones."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from ..defaults import EARLIER_LAYER
from ..students import linear_layers
from .base import Anchor, Anchoring


class SubspaceAnchor(Anchor):
    """Keep each matrix near the equivariant ones, earlier layers more than later ones.

    Where the data break the symmetry, the last layers should break it, on features that keep it.
    It needs ``cloning="layers"`` or ``"weights"``.

    See Also
    --------
    SubspacePenalty : The term that it adds to the loss with ``cloning="layers"``.
    DifferencePenalty : The term that it adds to the loss with ``cloning="weights"``.

    Examples
    --------
    >>> from sklearn_symclone import anchors
    >>> sorted(anchors.get("subspace").needs)
    ['subspace']
    """

    needs = frozenset({"subspace"})

    def penalty(self, anchoring: Anchoring) -> Callable:
        """Return the sum of squared distances of the matrices from the equivariant ones.

        Parameters
        ----------
        anchoring : Anchoring
            The fit to the task.

        Returns
        -------
        callable
            Takes the network and returns a scalar tensor.
        """
        return anchoring.clone.distance_from_symmetry(anchoring)


class SubspacePenalty:
    r"""Squared distance of matrices from equivariant ones, :math:`\sum_l\lambda_l\|W_l-PW_l\|^2`.

    P projects onto the equivariant matrices. :math:`\|W-PW\|^2`, biases included, is the mean
    squared difference between a layer and the equivariant layer nearest to it, for Gaussian inputs
    of variance 1. The factor of a layer is ten times that of the next layer.

    Parameters
    ----------
    layers : nn.Sequential
        A weight-tied network, which knows the entries that an equivariant matrix shares.
    factor : float
        The factor of the last layer.

    See Also
    --------
    SubspaceAnchor : Uses it in a fit to the task.
    DifferencePenalty : The same for matrices that are stored as a tied one and a difference.

    Examples
    --------
    The matrices of a weight-tied network are equivariant, those of a dense one are not:

    >>> import torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.anchors import SubspacePenalty
    >>> from sklearn_symclone.references import Pointwise
    >>> symmetry = Symmetry.parse("S(3) -> S(3)")
    >>> tied = Pointwise(symmetry, [symmetry.inputs * 2]).layers
    >>> dense = torch.nn.Sequential(torch.nn.Linear(3, 6), torch.nn.SiLU(), torch.nn.Linear(6, 3))
    >>> penalty = SubspacePenalty(tied, factor=1.0)
    >>> penalty(tied).item() < 1e-10 < penalty(dense).item()
    True
    """

    def __init__(self, layers: nn.Sequential, factor: float) -> None:
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
    with torch.no_grad():  # the projection is orthogonal, so it does not contribute a gradient
        nearest = block.project(entries)
    return (entries - nearest).square().sum()


class DifferencePenalty:
    r"""Squared difference of layers from tied ones, :math:`\sum_l\lambda_l\|\delta_l\|^2`.

    Its minimum over the tied matrices is the distance that ``SubspacePenalty`` measures. It needs
    no projection in a step.

    Parameters
    ----------
    layers : list of Freed
        The layers of the network.
    factor : float
        The factor of the last layer. That of each layer is ten times that of the next layer.

    See Also
    --------
    SubspaceAnchor : Uses it in a fit to the task.
    sklearn_symclone.students.Freed : A layer that stores a tied matrix and a difference.

    Examples
    --------
    A freed layer starts without a difference from its tied matrix:

    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.anchors import DifferencePenalty
    >>> from sklearn_symclone.references import Pointwise
    >>> from sklearn_symclone.students import Freed
    >>> tied = Pointwise(Symmetry.parse("S(3) -> S(3)"), []).layers[0]
    >>> penalty = DifferencePenalty([Freed(tied, tied)], factor=1.0)
    >>> penalty(None).item()
    0.0
    """

    def __init__(self, layers: list, factor: float) -> None:
        self.layers, self.factors = layers, _by_depth(factor, layers)

    def __call__(self, network):
        """Return the penalty of the network whose layers these are."""
        sizes = (sum(d @ d for d in layer.differences) for layer in self.layers)
        return sum(factor * size for factor, size in zip(self.factors, sizes, strict=True))


def _by_depth(factor, layers):
    return [factor * EARLIER_LAYER**depth for depth in reversed(range(len(layers)))]
