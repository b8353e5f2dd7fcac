"""Equivariant linear layers in torch, between hidden representations of several kinds.

A hidden representation is kept as a list of tensors of shape (size of the kind, n_samples,
n_channels): with the entries first, mixing the channels and mixing the entries are both plain
matrix products.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from .kinds import groups_of, kind_size, n_maps, normalised_maps, split_kind
from .tied import Tied


class EquivariantLinear(nn.Module):
    """All equivariant maps between two hidden representations, and a bias of invariant vectors.

    Inputs of variance 1 give outputs of variance 1 when initialised.

    Parameters
    ----------
    source, target : dict of tuple to int
        Number of channels by kind.

    Attributes
    ----------
    n_mapped : int
        Numbers that the maps to one kind make of a sample, before its channels are mixed, at most.
    """

    def __init__(self, source, target):
        super().__init__()
        self.outputs = nn.ModuleList(_ToKind(source, kind, n) for kind, n in target.items())
        self.n_mapped = max(output.n_mapped for output in self.outputs)

    def forward(self, hidden):
        """Map a list of tensors (size, n_samples, n_channels) to another one."""
        return [output(hidden) for output in self.outputs]


class _ToKind(nn.Module):
    def __init__(self, source, kind, n_channels):
        super().__init__()
        fan_in = sum(n_maps(other, kind) * n for other, n in source.items())
        deviation = max(1, fan_in) ** -0.5
        self.tied, self.mapped = nn.ModuleDict(), nn.ModuleDict()
        n_mapped = 0
        for place, (other, n) in enumerate(source.items()):
            if n_maps(other, kind) == 0:
                continue
            if is_better_tied(other, n, kind):
                self.tied[str(place)] = Tied(other, n, kind, n_channels, deviation)
            else:
                self.mapped[str(place)] = _Maps(other, kind)
                n_mapped += n_maps(other, kind) * n
        self.n_mapped = n_mapped * kind_size(kind)
        self.weight = nn.Parameter(deviation * torch.randn(n_mapped, n_channels))
        invariants = normalised_maps((), kind)[:, :, 0].T
        self.register_buffer("invariants", torch.tensor(invariants), persistent=False)
        self.bias = nn.Parameter(torch.zeros(invariants.shape[1], n_channels))

    def forward(self, hidden):
        n_samples = hidden[0].shape[1]
        y = (self.invariants @ self.bias)[:, None].expand(-1, n_samples, -1)
        mapped = [x for place, maps in self.mapped.items() for x in maps(hidden[int(place)])]
        if mapped:
            y = y + torch.cat(mapped, -1).flatten(0, 1) @ self.weight
        for place, tied in self.tied.items():
            x = hidden[int(place)].transpose(0, 1).flatten(1)
            y = y + x @ tied.entries().view(len(y), x.shape[1], -1)
        return y


class _Maps(nn.Module):
    """Every map of a basis, applied to the tensors first and then to the items.

    If a group moves both, as in S(4)*S(4).det, the maps are applied to all entries at once.
    """

    def __init__(self, source, target):
        super().__init__()
        items, tensors = zip(split_kind(source), split_kind(target), strict=True)
        self.target_sizes = kind_size(items[1]), kind_size(tensors[1])
        if not groups_of(*items).isdisjoint(groups_of(*tensors)):
            items, tensors = (source, target), ((), ())
        self.n_items = kind_size(items[0])
        self.rank = []
        for name, pair in [("items", items), ("tensors", tensors)]:
            maps = normalised_maps(*pair)
            self.rank.append(len(maps))
            flat = torch.tensor(maps.reshape(-1, maps.shape[2]))
            self.register_buffer(name, flat, persistent=False)

    def forward(self, x):
        """Return a list of tensors of shape (items, tensor size, n_samples, n_channels)."""
        n_items, size = self.target_sizes
        y = self.tensors @ x.reshape(self.n_items, -1, x[0].numel())
        if self.items.numel() > 1:
            y = self.items @ y.flatten(1)
        y = y.view(self.rank[0], n_items, self.rank[1], size, *x.shape[1:])
        return y.transpose(1, 2).flatten(0, 1).unbind() if self.rank[0] > 1 else y[0].unbind(1)


def is_better_tied(source, n_source, target):
    """Return whether a dense matrix takes less arithmetic than one map after the other."""
    rank, size = n_maps(source, target), kind_size(target)
    permutes = all(factor.permutes for factor in source + target)
    return permutes and size * n_source < rank * (n_source + size)


class Read(nn.Module):
    """Sort columns by kinds."""

    def __init__(self, columns):
        super().__init__()
        self.sizes = [of_kind.shape for of_kind in columns.values()]
        order = np.concatenate([of_kind.T.ravel() for of_kind in columns.values()])
        self.register_buffer("order", torch.as_tensor(order), persistent=False)

    def forward(self, x):
        """Map rows of shape (n, n_features) to one tensor for each kind."""
        pieces = x.T[self.order].split([c * d for c, d in self.sizes])
        return [
            piece.view(d, c, -1).transpose(1, 2)
            for piece, (c, d) in zip(pieces, self.sizes, strict=True)
        ]


class Write(nn.Module):
    """Put kinds back into their columns."""

    def __init__(self, columns):
        super().__init__()
        order = np.concatenate([of_kind.T.ravel() for of_kind in columns.values()])
        self.register_buffer("order", torch.as_tensor(np.argsort(order)), persistent=False)

    def forward(self, tensors):
        """Map one tensor for each kind to rows of shape (n, n_outputs)."""
        rows = [y.transpose(1, 2).reshape(-1, y.shape[1]) for y in tensors]
        return torch.cat(rows)[self.order].T
