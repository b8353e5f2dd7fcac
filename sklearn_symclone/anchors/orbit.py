r"""The anchor "orbit": answers are consistent, :math:`\lambda\,E\|f(gx) - \rho(g)f(x)\|^2`."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import torch

from ..defaults import ANCHOR_SAMPLES
from .base import Anchor


class OrbitAnchor(Anchor):
    """Keep answers at moved samples equal to moved answers."""

    needs = frozenset({"inputs"})

    def penalty(self, anchoring):
        """Return the weighted mean squared inconsistency on orbits."""
        # a copy: every fit that starts from the clone draws the same samples
        inputs = deepcopy(anchoring.clone.inputs)
        return OrbitPenalty(inputs, anchoring.symmetry, anchoring.scaling, anchoring.factor)


class OrbitPenalty:
    """The weighted mean squared inconsistency of a network on orbits.

    Parameters
    ----------
    inputs : OrbitInputs or GaussianInputs
        Draws fresh samples.
    symmetry : Symmetry
        Bound to the columns.
    scaling : ColumnScaling
    factor : float
    n_samples : int, default=256
        In each step.
    """

    def __init__(self, inputs, symmetry, scaling, factor, n_samples=ANCHOR_SAMPLES):
        self.inputs, self.symmetry, self.scaling = inputs, symmetry, scaling
        self.factor, self.n_samples = factor, n_samples

    def __call__(self, network):
        """Return the penalty of a network, on fresh samples and group elements."""
        samples = self.inputs.draw(self.n_samples)
        elements = self.symmetry.sample(self.n_samples, self.inputs.random_state, samples)
        moved_samples = self.symmetry.inputs.transform(elements, samples)
        both = self.scaling.scale_inputs(np.concatenate([samples, moved_samples]))

        like = next(network.parameters())
        shift, scale = like.new_tensor(self.scaling.y_shift), like.new_tensor(self.scaling.y_scale)
        matrices = like.new_tensor(self.symmetry.outputs.matrix(elements))
        before, after = network(like.new_tensor(both)).chunk(2)
        moved = torch.einsum("nij,nj->ni", matrices, before * scale + shift)
        if self.symmetry.outputs.is_affine:
            moved = moved + like.new_tensor(self.symmetry.outputs.shift(elements))
        return self.factor * (after - (moved - shift) / scale).square().mean()
