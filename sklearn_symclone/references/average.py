"""Any finite group: a network averaged over all elements. Any compact one: over many of them."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from ..symmetry import Symmetry, describe_order, signed_permutations
from .family import Family, Fit
from .layers.networks import mlp
from .layers.sizes import states_of
from .registry import register

#: Elements of the largest group that is averaged over as a whole: the network is run once for each.
MAX_ORDER = 256
#: Random elements that stand for a larger group.
N_FRAMES = 512
#: How many of them a training step takes.
N_IN_STEP = 16
#: Units of the widest hidden layer, and units times the square root of the elements in a step:
#: larger groups have narrower networks, so that a step takes about as much arithmetic.
MAX_WIDTH, WIDTH_TIMES_ROOT = 256, 1024


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    loose = [str(group) for group in symmetry.groups if not group.is_compact]
    if loose:
        return f"there is no average over what is not compact, here {', '.join(loose)}"
    return None


def misses(symmetry: Symmetry) -> str | None:
    """Return why the average is not exactly equivariant, None if it is."""
    if symmetry.capped_order <= MAX_ORDER:
        return None
    size = describe_order(symmetry.capped_order)
    return f"the group is {size}, and an average over more than {MAX_ORDER} is taken by sampling"


class Average(nn.Module):
    r"""The group average of an MLP, :math:`\frac1{|G|}\sum_g \rho(g)^{-1} f(g x)`.

    Over all elements of a group of 256 at most, which is exact; else over 512 random ones, of which
    a training step takes 16 in turn.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        self.exact = misses(symmetry) is None
        if self.exact:
            elements = symmetry.elements()
        else:
            elements = symmetry.sample(N_FRAMES, np.random.RandomState(0))
        self.n_elements = len(elements)
        self.move = _action(symmetry.inputs, elements)
        self.move_back = _action(symmetry.outputs, elements.inverse())
        in_step = self.n_elements if self.exact else N_IN_STEP
        width = round(min(MAX_WIDTH, WIDTH_TIMES_ROOT / math.sqrt(in_step)))
        sizes = symmetry.inputs.dimension, width, width, symmetry.outputs.dimension
        self.network = mlp(*sizes)
        self.n_states = states_of(in_step * max(sizes))
        self.step = 0  # no tensor: a step on a GPU would wait for its value

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        if self.exact:
            return self._mean_over(x, slice(None))
        starts = range(0, self.n_elements, N_IN_STEP)
        if self.training:
            starts = [starts[self.step % len(starts)]]
            self.step += 1
        parts = [self._mean_over(x, slice(start, start + N_IN_STEP)) for start in starts]
        return sum(parts) / len(parts)

    def get_extra_state(self):
        """Return what the state keeps beside weights: the number of training steps so far."""
        return torch.tensor(self.step)

    def set_extra_state(self, state):
        """Go on after as many training steps as a state has seen."""
        self.step = int(state)

    def _mean_over(self, x, chosen):
        return self.move_back(self.network(self.move(x[:, None], chosen)), chosen).mean(1)


def _action(representation, elements):
    """Return a module that moves rows (n, n_elements, dimension), element by element."""
    kind = _SignedPermutations if representation.is_monomial else _Matrices
    return kind(representation, elements)


class _SignedPermutations(nn.Module):
    def __init__(self, representation, elements):
        super().__init__()
        sources, signs = signed_permutations(representation, elements)
        self.register_buffer("sources", torch.as_tensor(sources), persistent=False)
        signs = torch.tensor(signs, dtype=torch.float32)
        self.register_buffer("signs", signs, persistent=False)

    def forward(self, x, chosen):
        sources = self.sources[chosen].expand(len(x), -1, -1)
        return x.expand(-1, sources.shape[1], -1).gather(2, sources) * self.signs[chosen]


class _Matrices(nn.Module):
    def __init__(self, representation, elements):
        super().__init__()
        matrices = torch.tensor(representation.matrix(elements), dtype=torch.float32)
        self.register_buffer("matrices", matrices, persistent=False)

    def forward(self, x, chosen):
        return (self.matrices[chosen] @ x[..., None])[..., 0]


# steps and decay were chosen on boards of 3 x 3 and 4 x 4 cells with three rules that are not
# tic-tac-toe's
register(
    "average",
    Family(refuses, Average, Fit(300, weight_decay=1.0), misses=misses),
)
