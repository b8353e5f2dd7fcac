"""Small torch pieces that several reference families are made of."""

from __future__ import annotations

import itertools
import math

import torch
from torch import nn

#: Size of the inputs of a square unit of a reference from which it grows linearly.
LIMIT = 6.0


class SiLUAndSquares(nn.Module):
    """SiLU for the first units of a layer, (z² - 1) / 4 for the others.

    Distances and inner products are sums of squares of linear maps. A few square units represent
    them exactly, where many units of another kind only come close.

    Parameters
    ----------
    share : float
        Share of the units that are squares, from 0 to 1.
    limit : float, default=inf
        Beyond this size of z, squares grow linearly. A finite limit keeps features with long tails
        from dominating a fit.

    See Also
    --------
    n_bent : Number of units that are SiLU.

    Examples
    --------
    >>> import torch
    >>> from sklearn_symclone.students.activations import SiLUAndSquares
    >>> SiLUAndSquares(share=0.5)(torch.tensor([[0.0, 3.0]]))
    tensor([[0., 2.]])
    """

    def __init__(self, share, limit=math.inf):
        super().__init__()
        self.share, self.limit = share, limit

    def forward(self, z):
        """Return the activated values.

        Parameters
        ----------
        z : Tensor of shape (..., n_units)
            The values of a layer.

        Returns
        -------
        Tensor of shape (..., n_units)
            SiLU of the first units, squares of the others.
        """
        bent = n_bent(z.shape[-1], self.share)
        if torch.is_grad_enabled() and z.requires_grad:
            return _SiLUAndSquares.apply(z, bent, self.limit)
        rest = z[..., bent:]
        squares = rest * rest.clamp(-self.limit, self.limit)
        return torch.cat([nn.functional.silu(z[..., :bent]), 0.25 * squares - 0.25], dim=-1)


class _SiLUAndSquares(torch.autograd.Function):
    """The same with its derivative, in a third of the time that torch's own derivation takes."""

    @staticmethod
    def forward(ctx, z, bent, limit):
        ctx.save_for_backward(z)
        ctx.bent, ctx.limit = bent, limit
        y = torch.empty_like(z)
        y[..., :bent] = nn.functional.silu(z[..., :bent])
        rest = z[..., bent:]
        factor = rest if math.isinf(limit) else rest.clamp(-limit, limit)
        torch.mul(rest, factor, out=y[..., bent:]).sub_(1).mul_(0.25)
        return y

    @staticmethod
    def backward(ctx, slope):
        (z,) = ctx.saved_tensors
        bent, limit = ctx.bent, ctx.limit
        derivative = torch.empty_like(z)
        some, rest = z[..., :bent], z[..., bent:]
        sigmoid = torch.sigmoid(some)
        derivative[..., :bent] = sigmoid * (1 + some * (1 - sigmoid))
        if math.isinf(limit):
            torch.mul(rest, 0.5, out=derivative[..., bent:])
        else:
            # beyond the limit the square goes on as a straight line
            twice = torch.where(rest.abs() <= limit, 2 * rest, rest.clamp(-limit, limit))
            torch.mul(twice, 0.25, out=derivative[..., bent:])
        return derivative.mul_(slope), None, None


def n_bent(n_units: int, share: float) -> int:
    """Return how many units of a layer with a share of squares are SiLU.

    Parameters
    ----------
    n_units : int
        Number of units of the layer.
    share : float
        Share of the units that are squares, from 0 to 1.

    Returns
    -------
    int
        At least 1.

    See Also
    --------
    SiLUAndSquares : The activation of such a layer.

    Examples
    --------
    >>> from sklearn_symclone.students.activations import n_bent
    >>> n_bent(192, 0.9)
    20
    """
    return max(1, math.ceil(n_units * (1 - share)))


def mlp(*sizes, squares=0.0):
    """Return dense layers of the given sizes, activations between them and none after the last.

    Parameters
    ----------
    *sizes : int
    squares : float, default=0
        Share of the units that are squares, up to ``LIMIT``; the others are SiLU.
    """
    layers = [nn.Linear(a, b) for a, b in itertools.pairwise(sizes)]
    between = [
        [layer, SiLUAndSquares(squares, LIMIT) if squares else nn.SiLU()] for layer in layers[:-1]
    ]
    return nn.Sequential(*itertools.chain.from_iterable(between), layers[-1])


class FirstBatch(nn.Module):
    """Base of modules that measure the first batch ever seen, and keep what they found.

    The statistics are fixed from then on, so that a prediction depends on its row alone.

    Attributes
    ----------
    ready : bool
        Whether a batch was measured. It is no tensor, for on a GPU each forward pass would wait for
        its value; the state keeps it beside the buffers.
    """

    def __init__(self):
        super().__init__()
        self.ready = False

    def observe(self, x, counts=None):
        """Measure x if it is the first batch; ``counts`` says of which items, None: of all."""
        if not self.ready:
            with torch.no_grad():
                everything = counts is None or not counts.any()
                self._measure(x if everything else x[counts][:, None])
            self.ready = True

    def get_extra_state(self):
        """Return what the state keeps beside buffers."""
        return torch.tensor(self.ready)

    def set_extra_state(self, state):
        """Take over whether the buffers of a state were measured."""
        self.ready = bool(state)

    def _measure(self, x):
        """Write what is found into buffers."""
        raise NotImplementedError


class FirstBatchScaling(FirstBatch):
    """Standardise features by the first batch ever seen, and keep them near its range.

    Beyond half a range outside of what was seen a feature is clamped: a network says nothing
    sensible there, and a feature that was constant, such as the squared mass of a particle, stays
    so.

    Parameters
    ----------
    n_features : int
        The last axis; statistics are taken over all others.
    """

    def __init__(self, n_features):
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("scale", torch.ones(n_features))
        self.register_buffer("low", torch.zeros(n_features))
        self.register_buffer("high", torch.zeros(n_features))

    def forward(self, x, counts=None):
        """Standardise x, of shape (..., n_features).

        Parameters
        ----------
        x : Tensor of shape (..., n_features)
        counts : Tensor of bool, default=None
            Which entries are measured, of the shape of x without the last axis. None: all.
        """
        self.observe(x, counts)
        return (x.clamp(self.low, self.high) - self.mean) / self.scale

    def _measure(self, x):
        x = x.reshape(-1, x.shape[-1])
        self.mean.copy_(x.mean(0))
        scale = x.std(0, correction=0)
        # a constant feature is known to rounding only: what varies by less than a thousandth of
        # its neighbours stays small
        floor = 1e-3 * scale.max()
        self.scale.copy_(torch.where(floor > 0, scale.clamp(min=floor), 1.0))
        margin = 0.5 * (x.amax(0) - x.amin(0))
        self.low.copy_(x.amin(0) - margin)
        self.high.copy_(x.amax(0) + margin)
