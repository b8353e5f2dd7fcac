"""Dense layers that start from weight-tied ones, and learn a difference from them beside."""

from __future__ import annotations

import torch
from torch import nn

from ..defaults import BREAKING_STEP
from ..references.layers.tied import BlockLinear


class Freed(nn.Module):
    r"""A dense layer, :math:`W = W(\tau) + \delta`: a weight-tied matrix and a difference from it.

    Both are fitted. A step of Adam on every entry of W alone is as large in what breaks the
    symmetry as in what keeps it; here the steps of τ keep it, as they did before, an anchor holds
    δ, and BREAKING_STEP makes the steps of δ small.

    Parameters
    ----------
    tied : BlockLinear
    dense : nn.Linear
        The matrix and the bias to start from.
    """

    def __init__(self, tied, dense):
        super().__init__()
        self.tied = tied
        # flat: an L2 penalty on matrices is for τ
        steps = [
            (now - then).detach().flatten() / BREAKING_STEP
            for now, then in [(dense.weight, tied.weight), (dense.bias, tied.bias)]
        ]
        self.weight_steps, self.bias_steps = map(nn.Parameter, steps)

    @property
    def differences(self):
        """Of the matrix and of the bias, both flat."""
        return BREAKING_STEP * self.weight_steps, BREAKING_STEP * self.bias_steps

    @property
    def weight(self):
        """The matrix, of shape (n_outputs, n_inputs)."""
        tied = self.tied.weight
        return torch.add(tied, self.weight_steps.view_as(tied), alpha=BREAKING_STEP)

    @property
    def bias(self):
        """The bias, of shape (n_outputs,)."""
        return torch.add(self.tied.bias, self.bias_steps, alpha=BREAKING_STEP)

    def forward(self, x):
        """Map rows of shape (n, n_inputs) to rows of shape (n, n_outputs)."""
        return nn.functional.linear(x, self.weight, self.bias)


def free(student, layers):
    """Return a student whose matrices are those of a weight-tied network and differences.

    Parameters
    ----------
    student : nn.Sequential
        Dense layers.
    layers : nn.Sequential
        The weight-tied network, of the same shape.

    Returns
    -------
    nn.Sequential
        The same function as the student.
    """
    layers.to(next(student.parameters()))
    pairs = zip(layers, student, strict=True)
    return nn.Sequential(
        *(Freed(*pair) if isinstance(pair[0], BlockLinear) else pair[1] for pair in pairs)
    )
