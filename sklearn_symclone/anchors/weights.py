r"""The anchor "weights": :math:`\lambda\|\theta - \theta_\mathrm{clone}\|^2`.

It is the Kullback-Leibler divergence of two Gaussians whose means are the two sets of weights, as
in arXiv 2410.03989.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .base import Anchor, Anchoring


class WeightAnchor(Anchor):
    """Keep the parameters near those of the clone.

    See Also
    --------
    WeightPenalty : The term that it adds to the loss.
    FunctionAnchor : Compares answers instead.

    Examples
    --------
    >>> from sklearn_symclone import anchors
    >>> type(anchors.get("weights")).__name__
    'WeightAnchor'
    """

    needs = frozenset({"weights"})

    def penalty(self, anchoring: Anchoring) -> Callable:
        """Return the squared distance of the parameters from the clone's, times the factor.

        Parameters
        ----------
        anchoring : Anchoring
            The fit to the task.

        Returns
        -------
        callable
            Takes the network and returns a scalar tensor.
        """
        parameters, values = anchoring.clone.anchored_parameters(anchoring)
        return WeightPenalty(parameters, values, anchoring.factor)


class WeightPenalty:
    """The squared distance of parameters from given values, times a factor.

    Parameters
    ----------
    parameters : iterable of Parameter
        The parameters that are trained.
    values : iterable of Tensor
        The values that they stay near. They are copied.
    factor : float
        Multiplies the distance.

    See Also
    --------
    WeightAnchor : Uses it in a fit to the task.

    Examples
    --------
    >>> import torch
    >>> from sklearn_symclone.anchors import WeightPenalty
    >>> layer = torch.nn.Linear(2, 1)
    >>> penalty = WeightPenalty(layer.parameters(), layer.parameters(), factor=0.5)
    >>> penalty(layer).item()
    0.0
    """

    def __init__(self, parameters: Iterable, values: Iterable, factor: float) -> None:
        self.parameters, self.factor = list(parameters), factor
        self.values = [value.detach().clone() for value in values]

    def __call__(self, network):
        """Return the penalty of the network whose parameters these are."""
        pairs = zip(self.parameters, self.values, strict=True)
        return self.factor * sum((now - then).square().sum() for now, then in pairs)
