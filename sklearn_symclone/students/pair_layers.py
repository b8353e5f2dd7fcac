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

    An item has its own columns, and the sums over pairs in which it is the first one or the second
    one. A pair hears what its two items have, its own columns, and those of the same pair in the
    other order. All hear the whole, which hears the sums over items.

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
        # products with ones and zeros are quicker than to pick columns, and so are their gradients
        pairs = np.array(list(itertools.permutations(range(self.n_items), 2)))
        first, second = np.eye(self.n_items)[pairs.T]
        turned = np.eye(len(pairs))[np.lexsort(pairs.T)]
        # from the two items and the same pair in the other order, to a pair
        self._keep("spread", np.hstack([first, second, turned]))
        self._keep("members", np.hstack([first, second]).T / math.sqrt(self.n_items - 1))
        self._keep("order", _unless_sorted(source.order))
        self._keep("places", _unless_sorted(np.argsort(target.order)))
        draw = _Draw(gain, generator)
        of_pair, of_item, of_whole = (part.shape[1] for part in target)
        self.to_pair = draw.maps(of_pair, item=(n_item, 2), pair=(n_pair, 2), whole=(n_whole, 1))
        self.to_item = draw.maps(of_item, item=(n_item, 1), whole=(n_whole, 1))
        self.to_whole = draw.maps(of_whole, whole=(n_whole + n_item, 1))
        sizes = [("pair", of_pair), ("item", of_item), ("whole", of_whole)]
        self.offsets = nn.ParameterDict(
            {name: torch.zeros(size, dtype=torch.float64) for name, size in sizes if size}
        )

    def forward(self, x):
        """Map rows of shape (n, n_source) to rows of shape (n, n_target)."""
        pairs, items, whole = self._heard(x)
        made = []
        if self.to_pair:
            made.append(self._of_pairs(pairs, items, whole))
        if self.to_item:
            made.append(self.to_item["item"](items) + self._beside("item", self.to_item, whole))
        if self.to_whole:
            mean = items.sum(1, keepdim=True) / math.sqrt(self.n_items)
            made.append(self._beside("whole", self.to_whole, torch.cat([whole, mean], dim=2)))
        return _picked(torch.cat([part.flatten(1) for part in made], dim=1), self.places)

    @property
    def weight(self):
        """The matrix, of shape (n_target, n_source), in float64."""
        exact = self._exact()
        unit = torch.eye(len(self.source.order), dtype=torch.float64)
        return (exact(unit) - exact(0 * unit[:1])).T

    @property
    def bias(self):
        """The bias, of shape (n_target,), in float64."""
        zero = torch.zeros(1, len(self.source.order), dtype=torch.float64)
        return self._exact()(zero)[0]

    def _exact(self):
        """Return the layer in float64, which some devices do not have."""
        return deepcopy(self).cpu().double()

    def _keep(self, name, array):
        tensor = None if array is None else torch.as_tensor(array)
        self.register_buffer(name, tensor, persistent=False)

    def _of_pairs(self, pairs, items, whole):
        first, second = self.to_pair["item"](items).chunk(2, dim=2)
        heard = [first + self._beside("pair", self.to_pair, whole), second]
        if "pair" not in self.to_pair:
            return self.spread[:, : 2 * self.n_items] @ torch.cat(heard, dim=1)
        own, turned = self.to_pair["pair"](pairs).chunk(2, dim=2)
        return own + self.spread @ torch.cat([*heard, turned], dim=1)

    def _beside(self, name, maps, whole):
        """Return what all pairs, items or units of the whole hear alike, and their bias."""
        offset = self.offsets[name]
        return offset + maps["whole"](whole) if "whole" in maps else offset

    def _heard(self, x):
        """Return what pairs, items and the whole have: three tensors (n, of them, channels)."""
        parts = _picked(x, self.order).split([part.size for part in self.source], 1)
        shaped = zip(parts, self.source, strict=True)
        pairs, items, whole = (x.unflatten(1, part.shape) for x, part in shaped)
        return pairs, torch.cat([items, *(self.members @ pairs).chunk(2, dim=1)], dim=2), whole


class _Draw(NamedTuple):
    """Draws the maps of a layer."""

    gain: float
    generator: torch.Generator

    def maps(self, n_outputs, **heard):
        """Return the maps to some outputs by what is heard: its columns, and how often it enters.

        What has no columns has no map. Without outputs there are none.
        """
        layers, fan_in = nn.ModuleDict(), sum(n * times for n, times in heard.values())
        for name, (n, times) in heard.items():
            if n_outputs and n:
                layer = nn.utils.skip_init(
                    nn.Linear, n, times * n_outputs, bias=False, dtype=torch.float64
                )
                deviation = math.sqrt(self.gain / fan_in)
                nn.init.normal_(layer.weight, std=deviation, generator=self.generator)
                layers[name] = layer
        return layers


def _unless_sorted(order):
    return None if np.array_equal(order, np.arange(len(order))) else order


def _picked(x, order):
    return x if order is None else x.index_select(1, order)
