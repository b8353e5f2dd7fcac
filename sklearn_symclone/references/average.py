"""Any finite group: a network averaged over all group elements."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from ._networks import mlp

#: The average runs the network once for each element: more of them than this takes too long.
MAX_ORDER = 256


def refuses(symmetry):
    """Return why this family cannot have a symmetry, None if it can."""
    if symmetry.order > MAX_ORDER:
        size = "infinite" if symmetry.order == np.inf else f"of {symmetry.order} elements"
        return f"the group is {size}, and an average takes {MAX_ORDER} at most"
    return None


class Average(nn.Module):
    r"""The group average of an MLP, :math:`\frac1{|G|}\sum_g \rho(g)^{-1} f(g x)`.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    def __init__(self, symmetry):
        super().__init__()
        elements = symmetry.elements()
        for name, side, moved in [
            ("input", symmetry.inputs, elements),
            ("output", symmetry.outputs, elements.inverse()),
        ]:
            index, sign = _signed_permutations(side, moved)
            self.register_buffer(f"{name}_index", torch.as_tensor(index))
            self.register_buffer(f"{name}_sign", torch.tensor(sign, dtype=torch.float32))
        # narrower for larger groups, so that the arithmetic does not grow with their order
        width = round(min(256, 1024 / math.sqrt(symmetry.order)))
        self.network = mlp(symmetry.inputs.dimension, width, width, symmetry.outputs.dimension)

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        y = self.network(x[:, self.input_index] * self.input_sign)
        index = self.output_index.expand(len(x), -1, -1)
        return (y.gather(2, index) * self.output_sign).mean(1)


def _signed_permutations(representation, elements):
    """Return the elements of a finite group as columns to take and signs to give them.

    Every finite group of the language permutes columns and changes signs, so that numbering the
    columns and moving the numbers tells all.
    """
    numbers = np.arange(1.0, representation.dimension + 1)
    moved = representation.transform(elements, np.tile(numbers, (len(elements), 1)))
    return np.abs(moved).round().astype(int) - 1, np.sign(moved)
