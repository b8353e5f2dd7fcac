"""Train several networks of one shape as one, which takes little longer than one of them."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.data import IterableDataset

from . import distributed
from .loop import train
from .noted import NotedLosses


def train_together(modules, sources, criterion, plan, l2):
    """Minimise the losses of several networks, each over its own samples, in place.

    The sum of their losses is minimised. The step of a weight depends on that weight's gradient
    alone, so that each network takes the steps that ``train`` would take, up to rounding.

    Parameters
    ----------
    modules : sequence of nn.Sequential
        Dense layers of the same shapes, and activations.
    sources : sequence of IterableDataset
        Batches for each network. All sources have the same number of batches.
    criterion : type
        As for ``train``. It returns one loss for each entry of a leading dimension.
    plan : TrainingPlan
        The settings of all networks. ``plan.can_stack`` must be True. Its ``l2`` is ignored.
    l2 : sequence of float
        The ``l2`` of each network.

    Returns
    -------
    loss_curves : list of list of float
        For each network, the mean loss of each epoch.

    Raises
    ------
    ValueError
        If the plan does not allow to train networks together.
    DivergenceError
        If a loss became infinite or NaN.
    """
    if not plan.can_stack:
        raise ValueError(
            f"networks cannot be trained together with {plan}: that needs a solver with "
            "can_stack=True, and no penalty, validation, early stop or callback"
        )
    stack = _stack(modules)
    losses = _EachLoss(criterion(), stack, l2)
    train(stack, StackedBatches(sources), losses, plan.kind)
    _unstack(stack, modules)
    curves = distributed.mean(losses.noted.stacked()).unflatten(0, (-1, len(sources[0]))).mean(1)
    return curves.T.tolist()


class StackedLinear(nn.Module):
    """Dense layers side by side.

    Parameters
    ----------
    layers : sequence of nn.Linear
        Layers of the same shape.
    """

    def __init__(self, layers):
        super().__init__()
        self.weight = nn.Parameter(torch.stack([layer.weight.detach().T for layer in layers]))
        self.bias = nn.Parameter(torch.stack([layer.bias.detach()[None] for layer in layers]))

    def forward(self, x):
        """Map inputs (n_layers, n_samples, fan_in) to outputs (n_layers, n_samples, fan_out)."""
        if self.weight.shape[2] == 1:
            # several times faster than products of batches of vectors
            return (x * self.weight.mT).sum(2, keepdim=True) + self.bias
        return torch.baddbmm(self.bias, x, self.weight)


def _stack(modules):
    return nn.Sequential(
        *(
            StackedLinear(layers) if isinstance(layers[0], nn.Linear) else layers[0]
            for layers in zip(*modules, strict=True)
        )
    )


@torch.no_grad()
def _unstack(stack, modules):
    for stacked, *layers in zip(stack, *modules, strict=True):
        if isinstance(stacked, StackedLinear):
            for layer, weight, bias in zip(layers, stacked.weight, stacked.bias, strict=True):
                layer.weight.copy_(weight.T)
                layer.bias.copy_(bias[0])


class StackedBatches(IterableDataset):
    """Batches of several sources side by side, padded to one size with samples of weight zero.

    Parameters
    ----------
    sources : sequence of IterableDataset
        Sources of the same length.
    """

    def __init__(self, sources):
        self.sources = sources

    def __len__(self):
        return len(self.sources[0])

    def __iter__(self):
        for batches in zip(*self.sources, strict=True):
            inputs, rest = zip(*batches, strict=True)
            targets, weights = zip(*rest, strict=True)
            yield _side_by_side(inputs), (_side_by_side(targets), _side_by_side(weights))


def _side_by_side(tensors):
    size = max(len(tensor) for tensor in tensors)
    if any(len(tensor) < size for tensor in tensors):
        tensors = [
            torch.cat([tensor, tensor.new_zeros(size - len(tensor), *tensor.shape[1:])])
            for tensor in tensors
        ]
    return torch.stack(tensors)


class _EachLoss(nn.Module):
    """The sum of the losses of stacked networks. It also stores the loss of each network.

    Parameters
    ----------
    criterion : nn.Module
        Returns the loss of each network.
    stack : nn.Sequential
        The networks.
    l2 : sequence of float
        The factor of the L2 penalty of each network.
    """

    def __init__(self, criterion, stack, l2):
        super().__init__()
        self.criterion, self.noted = criterion, NotedLosses()
        matrices = [layer.weight for layer in stack if isinstance(layer, StackedLinear)]
        self.l2 = matrices[0].new_tensor(l2)
        for matrix in matrices:
            # adding the known gradient is faster than differentiating the penalty
            matrix.register_post_accumulate_grad_hook(self._add_gradient)

    @torch.no_grad()
    def _add_gradient(self, matrix):
        matrix.grad.addcmul_(matrix, self.l2[:, None, None])

    def forward(self, prediction, target, weight):
        losses = self.criterion(prediction, target, weight)
        self.noted.add(losses)
        return losses.sum()
