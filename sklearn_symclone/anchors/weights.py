r"""The anchor "weights": :math:`\lambda\|\theta - \theta_\mathrm{clone}\|^2`.

The Kullback-Leibler divergence between Gaussians about both, as in arXiv 2410.03989.
"""

from __future__ import annotations

from .base import Anchor


class WeightAnchor(Anchor):
    """Keep the parameters near those of the clone."""

    needs = frozenset({"weights"})

    def penalty(self, anchoring):
        """Return the weighted squared distance of the parameters from the clone's."""
        return WeightPenalty(*anchoring.clone.anchored_parameters(anchoring), anchoring.factor)


class WeightPenalty:
    """The weighted squared distance of parameters from given values.

    Parameters
    ----------
    parameters : iterable of Parameter
        What is trained.
    values : iterable of Tensor
        Where it is to stay near; copied.
    factor : float
    """

    def __init__(self, parameters, values, factor):
        self.parameters, self.factor = list(parameters), factor
        self.values = [value.detach().clone() for value in values]

    def __call__(self, network):
        """Return the penalty of the network whose parameters these are."""
        pairs = zip(self.parameters, self.values, strict=True)
        return self.factor * sum((now - then).square().sum() for now, then in pairs)
