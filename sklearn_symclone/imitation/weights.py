"""The imitation "weights": nothing is imitated, a weight-tied network is written out as dense."""

from __future__ import annotations

from copy import deepcopy

from ..anchors import DifferencePenalty
from ..students import Freed, free
from .tied import TiedClone, TiedImitation


class WeightsClone(TiedClone):
    """A weight-tied network, written out as dense matrices."""

    def network(self, sizes, scaling, start, generator):
        """Return the network to fit to the task: tied matrices, and differences from them."""
        network = super().network(sizes, scaling, start, generator)
        return free(network, deepcopy(self.layers))

    def anchored_parameters(self, anchoring):
        """Return the parameters of a network, and the values where they stay near."""
        parameters = list(anchoring.network.parameters())
        return parameters, parameters

    def distance_from_symmetry(self, anchoring):
        """Return the penalty that keeps matrices near the equivariant ones."""
        freed = [layer for layer in anchoring.network if isinstance(layer, Freed)]
        return DifferencePenalty(freed, anchoring.factor)


class WeightsImitation(TiedImitation):
    """Write the weights of a fitted, weight-tied reference out as matrices."""

    name = "weights"
    refuses_chunks = (
        "cloning='weights' has an anchor that dense weights do not keep; cloning='network' can"
    )

    def keep(self, tied, **found):
        """Return the clone from the layers of the weight-tied network, and all else it keeps."""
        return WeightsClone(**found)
