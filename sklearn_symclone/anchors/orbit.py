r"""The anchor "orbit": :math:`\lambda\,E\|f(gx) - \rho(g)f(x)\|^2`, without a reference."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import torch

from ..defaults import ANCHOR_SAMPLES
from ..students import ColumnScaling
from ..symmetry import Symmetry
from ..training import to_device
from .base import Anchor, Anchoring


class OrbitAnchor(Anchor):
    """Keep the answer at a moved sample near the moved answer at the sample.

    See Also
    --------
    OrbitPenalty : The term that it adds to the loss.
    FunctionAnchor : Compares the network with the reference instead.

    Examples
    --------
    >>> from sklearn_symclone import anchors
    >>> type(anchors.get("orbit")).__name__
    'OrbitAnchor'
    """

    needs = frozenset({"inputs"})

    def penalty(self, anchoring: Anchoring) -> Callable:
        """Return the mean squared error of equivariance, times the factor.

        Parameters
        ----------
        anchoring : Anchoring
            The fit to the task.

        Returns
        -------
        callable
            Takes the network and returns a scalar tensor.
        """
        # a copy: every fit that starts from the clone draws the same samples
        inputs = deepcopy(anchoring.clone.inputs)
        return OrbitPenalty(inputs, anchoring.symmetry, anchoring.scaling, anchoring.factor)


class OrbitPenalty:
    """The mean squared error of equivariance of a network, times a factor.

    Parameters
    ----------
    inputs : OrbitInputs or GaussianInputs
        Draws fresh samples.
    symmetry : Symmetry
        Its size is that of the columns.
    scaling : ColumnScaling
        Standardises the columns.
    factor : float
        Multiplies the error.
    n_samples : int, default=256
        Number of samples that are drawn in each step.

    See Also
    --------
    OrbitAnchor : Uses it in a fit to the task.

    Examples
    --------
    A network that returns its input is equivariant:

    >>> import numpy as np
    >>> import torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.anchors import OrbitPenalty
    >>> from sklearn_symclone.students import ColumnScaling
    >>> class Inputs:
    ...     random_state = np.random.RandomState(0)
    ...
    ...     def draw(self, n_samples):
    ...         return self.random_state.standard_normal((n_samples, 2))
    >>> scaling = ColumnScaling(np.zeros(2), np.ones(2), np.zeros(2), np.ones(2))
    >>> network = torch.nn.Linear(2, 2).double()
    >>> _ = torch.nn.init.eye_(network.weight), torch.nn.init.zeros_(network.bias)
    >>> penalty = OrbitPenalty(Inputs(), Symmetry.parse("S(2) -> S(2)"), scaling, factor=1.0)
    >>> penalty(network).item()
    0.0
    """

    def __init__(
        self,
        inputs: Any,
        symmetry: Symmetry,
        scaling: ColumnScaling,
        factor: float,
        n_samples: int = ANCHOR_SAMPLES,
    ) -> None:
        self.inputs, self.symmetry, self.scaling = inputs, symmetry, scaling
        self.factor, self.n_samples = factor, n_samples
        self._outputs = None

    def __call__(self, network):
        """Return the penalty of a network on fresh samples and group elements."""
        samples = self.inputs.draw(self.n_samples)
        elements = self.symmetry.sample(self.n_samples, self.inputs.random_state, samples)
        moved_samples = self.symmetry.inputs.transform(elements, samples)
        both = self.scaling.scale_inputs(np.concatenate([samples, moved_samples]))

        like = next(network.parameters())
        if self._outputs is None:  # once: a copy from the host waits for the device
            self._outputs = [like.new_tensor(side) for side in self._scale_of_outputs()]
        shift, scale = self._outputs

        def on_device(array):
            return to_device(torch.tensor(array, dtype=like.dtype), like.device)

        matrices = on_device(self.symmetry.outputs.matrix(elements))
        before, after = network(on_device(both)).chunk(2)
        moved = torch.einsum("nij,nj->ni", matrices, before * scale + shift)
        if self.symmetry.outputs.is_affine:
            moved = moved + on_device(self.symmetry.outputs.shift(elements))
        return self.factor * (after - (moved - shift) / scale).square().mean()

    def _scale_of_outputs(self):
        return self.scaling.y_shift, self.scaling.y_scale
