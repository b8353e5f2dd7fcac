"""Dense layers that start from weight-tied ones and also learn a difference from them."""

from __future__ import annotations

import torch
from torch import nn

from ..defaults import BREAKING_STEP
from ..references.layers.tied import BlockLinear


class Freed(nn.Module):
    r"""A dense layer whose matrix is a weight-tied one and a difference, :math:`W(\tau) + \delta`.

    Both parts are fitted. If Adam fitted the entries of W, its steps would be as large where they
    break the symmetry as where they keep it. Here the steps of τ keep the symmetry. Those of δ
    break it: BREAKING_STEP makes them small, and an anchor keeps δ near 0.

    Parameters
    ----------
    tied : BlockLinear
        The weight-tied layer.
    dense : nn.Module
        A layer with the matrix and the bias to start from.

    See Also
    --------
    free : Frees all layers of a network.
    sklearn_symclone.anchors.DifferencePenalty : Keeps the differences small.

    Examples
    --------
    The difference starts from zero if both layers are the same:

    >>> import torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import Pointwise
    >>> from sklearn_symclone.students import Freed
    >>> tied = Pointwise(Symmetry.parse("S(3) -> S(3)"), []).layers[0]
    >>> freed = Freed(tied, tied)
    >>> torch.equal(freed.weight, tied.weight), len(list(freed.parameters()))
    (True, 4)
    """

    def __init__(self, tied, dense):
        super().__init__()
        self.tied = tied
        # they are flat because the L2 penalty, which acts on matrices, is for τ alone
        steps = [
            (now - then).detach().flatten() / BREAKING_STEP
            for now, then in [(dense.weight, tied.weight), (dense.bias, tied.bias)]
        ]
        self.weight_steps, self.bias_steps = map(nn.Parameter, steps)

    @property
    def differences(self):
        """The differences of the matrix and of the bias, both flat."""
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
        """Return the outputs of the layer.

        Parameters
        ----------
        x : Tensor of shape (n_samples, n_inputs)
            The inputs.

        Returns
        -------
        Tensor of shape (n_samples, n_outputs)
            The outputs.
        """
        return nn.functional.linear(x, self.weight, self.bias)


def free(student, layers):
    """Return a network that fits a weight-tied one and the differences of its matrices from it.

    Parameters
    ----------
    student : nn.Sequential
        A network of dense layers.
    layers : nn.Sequential
        A weight-tied network of the same shape.

    Returns
    -------
    nn.Sequential
        It computes the same function as the student.

    See Also
    --------
    Freed : One of its layers.

    Examples
    --------
    >>> import torch
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import Pointwise
    >>> from sklearn_symclone.students import free
    >>> symmetry = Symmetry.parse("S(3) -> S(3)")
    >>> layers = Pointwise(symmetry, [symmetry.inputs * 2]).layers
    >>> student = torch.nn.Sequential(torch.nn.Linear(3, 6), torch.nn.SiLU(), torch.nn.Linear(6, 3))
    >>> x = torch.ones(1, 3)
    >>> torch.allclose(free(student, layers)(x), student(x), atol=1e-6)
    True
    """
    layers.to(next(student.parameters()))
    pairs = zip(layers, student, strict=True)
    return nn.Sequential(
        *(Freed(*pair) if isinstance(pair[0], BlockLinear) else pair[1] for pair in pairs)
    )
