"""The imitation "weights": a weight-tied network is copied into a dense one."""

from __future__ import annotations

from copy import deepcopy

from ..anchors import DifferencePenalty
from ..students import Freed, free
from .tied import TiedClone, TiedImitation


class WeightsClone(TiedClone):
    """A weight-tied network, copied into dense matrices."""

    def network(self, sizes, scaling, start, generator):
        """Return the network to fit to the task, of tied matrices and differences from them."""
        network = super().network(sizes, scaling, start, generator)
        return free(network, deepcopy(self.layers))

    def anchored_parameters(self, anchoring):
        """Return the parameters of a network, and the values that they stay near."""
        parameters = list(anchoring.network.parameters())
        return parameters, parameters

    def distance_from_symmetry(self, anchoring):
        """Return the penalty that keeps matrices near the equivariant ones."""
        freed = [layer for layer in anchoring.network if isinstance(layer, Freed)]
        return DifferencePenalty(freed, anchoring.factor)


class WeightsImitation(TiedImitation):
    """Copy the weights of a fitted, weight-tied reference into matrices."""

    name = "weights"
    refuses_chunks = (
        'cloning="weights" has an anchor that dense weights do not store; use cloning="network"'
    )

    def keep(self, tied, **found):
        """Return the clone with all its parts."""
        return WeightsClone(**found)
