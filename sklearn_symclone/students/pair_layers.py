"""Layers of a network whose units belong to pairs of items, and share weights."""

from __future__ import annotations

import itertools
import math
from copy import deepcopy
from typing import NamedTuple

import numpy as np
import torch
from torch import nn


class Places(NamedTuple):
    """Which columns of a layer belong to pairs of items, to items, and to the whole.

    Parameters
    ----------
    pair : ndarray of int of shape (n_pairs, n_channels)
        The pairs are (0, 1), (0, 2), and so on: an item and another one, in both orders.
    item : ndarray of int of shape (n_items, n_channels)
    whole : ndarray of int of shape (1, n_channels)
    """

    pair: np.ndarray
    item: np.ndarray
    whole: np.ndarray

    @classmethod
    def hidden(cls, n_items, width):
        """Return those of a hidden layer, with as many channels of pairs as it has room for."""
        n_pairs = n_items * (n_items - 1)
        in_pairs, whole = np.split(np.arange(width), [width // n_pairs * n_pairs])
        no_items = np.zeros((n_items, 0), dtype=int)
        return cls(in_pairs.reshape(n_pairs, -1), no_items, whole[None])

    @property
    def order(self):
        """All columns, part after part."""
        return np.concatenate([part.ravel() for part in self])


class PairLinear(nn.Module):
    """A linear map that commutes with all permutations of the items, and a bias.

    What an item has is its own columns, and the sums over pairs in which it is the first one or the
    second one. A pair hears what its two items have, and its own columns and those of the same pair
    in the other order. All hear the sums over items, and the whole.

    Parameters
    ----------
    source, target : Places
        Of the columns before and after the layer.
    gain : float
        Columns of variance 1 are mapped to columns of this variance, at first.
    generator : torch.Generator
        Draws the weights.
    """

    def __init__(self, source, target, gain, generator):
        super().__init__()
        self.source, self.n_items = source, len(source.item)
        n_pair, n_item, n_whole = (part.shape[1] for part in source)
        n_item += 2 * n_pair
        n_whole += n_item
        # products with ones and zeros are quicker than to pick columns, and so are their gradients
        pairs = np.array(list(itertools.permutations(range(self.n_items), 2)))
        first, second = np.eye(self.n_items)[pairs.T]
        turned = np.eye(len(pairs))[np.lexsort(pairs.T)]
        self._keep("members", np.hstack([first, second]).T / math.sqrt(self.n_items - 1))
        self._keep("order", _unless_sorted(source.order))
        self._keep("places", _unless_sorted(np.argsort(target.order)))
        draw = _Draw(gain, generator)
        self.parts = nn.ModuleList()
        if target.pair.size:
            spread = np.hstack([first, second, turned])
            self.parts.append(_ToPairs(n_pair, n_item, n_whole, target.pair.shape[1], draw))
            self.parts[0].register_buffer("spread", torch.as_tensor(spread), persistent=False)
        if target.item.size:
            self.parts.append(_ToItems(n_item, n_whole, target.item.shape[1], draw))
        if target.whole.size:
            self.parts.append(_ToWhole(n_whole, target.whole.shape[1], draw))

    def forward(self, x):
        """Map rows of shape (n, n_source) to rows of shape (n, n_target)."""
        heard = self._heard(x)
        made = [part(*heard).flatten(1) for part in self.parts]
        return _picked(torch.cat(made, dim=1), self.places)

    @property
    def weight(self):
        """The matrix, of shape (n_target, n_source), in float64."""
        exact = deepcopy(self).double()
        n_columns = sum(part.size for part in self.source)
        return (exact(torch.eye(n_columns).to(exact.members)) - exact.bias).T

    @property
    def bias(self):
        """The bias, of shape (n_target,), in float64."""
        exact = deepcopy(self).double()
        n_columns = sum(part.size for part in self.source)
        return exact(exact.members.new_zeros(1, n_columns))[0]

    def _keep(self, name, array):
        tensor = None if array is None else torch.as_tensor(array)
        self.register_buffer(name, tensor, persistent=False)

    def _heard(self, x):
        """Return what pairs, items and the whole have: three tensors (n, of them, channels)."""
        parts = _picked(x, self.order).split([part.size for part in self.source], 1)
        shaped = zip(parts, self.source, strict=True)
        pairs, items, whole = (x.unflatten(1, part.shape) for x, part in shaped)
        items = torch.cat([items, *(self.members @ pairs).chunk(2, dim=1)], dim=2)
        mean = items.sum(1, keepdim=True) / math.sqrt(self.n_items)
        return pairs, items, torch.cat([whole, mean], dim=2)


class _Draw(NamedTuple):
    """Draws the maps of a layer."""

    gain: float
    generator: torch.Generator

    def maps(self, *sizes):
        """Return maps of sizes (inputs, outputs, times), of which the first one has a bias.

        Maps are added up that many times.
        """
        layers, fan_in = [], sum(n * times for n, _, times in sizes)
        for n, n_outputs, times in sizes:
            layer = nn.utils.skip_init(
                nn.Linear, n, times * n_outputs, bias=not layers, dtype=torch.float64
            )
            deviation = math.sqrt(self.gain / fan_in)
            nn.init.normal_(layer.weight, std=deviation, generator=self.generator)
            layers.append(layer)
        nn.init.zeros_(layers[0].bias)
        return layers


class _ToPairs(nn.Module):
    """What pairs hear; ``spread`` says which items a pair has, and which pair is its reverse."""

    def __init__(self, n_pair, n_item, n_whole, n_outputs, draw):
        super().__init__()
        sizes = [(n_whole, n_outputs, 1), (n_item, n_outputs, 2), (n_pair, n_outputs, 2)]
        self.whole, self.items, *pairs = draw.maps(*sizes[: 3 if n_pair else 2])
        self.pairs = pairs[0] if pairs else None

    def forward(self, pairs, items, whole):
        first, second = self.items(items).chunk(2, dim=2)
        heard = [first + self.whole(whole), second]
        if self.pairs is None:
            return self.spread[:, : 2 * items.shape[1]] @ torch.cat(heard, dim=1)
        own, back = self.pairs(pairs).chunk(2, dim=2)
        return own + self.spread @ torch.cat([*heard, back], dim=1)


class _ToItems(nn.Module):
    """What items hear."""

    def __init__(self, n_item, n_whole, n_outputs, draw):
        super().__init__()
        self.whole, self.item = draw.maps((n_whole, n_outputs, 1), (n_item, n_outputs, 1))

    def forward(self, pairs, items, whole):
        return self.whole(whole) + self.item(items)


class _ToWhole(nn.Module):
    """What the whole hears."""

    def __init__(self, n_whole, n_outputs, draw):
        super().__init__()
        (self.whole,) = draw.maps((n_whole, n_outputs, 1))

    def forward(self, pairs, items, whole):
        return self.whole(whole)


def _unless_sorted(order):
    return None if np.array_equal(order, np.arange(len(order))) else order


def _picked(x, order):
    return x if order is None else x.index_select(1, order)
