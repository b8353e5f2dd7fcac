"""Sources of batches: from a table, from its chunks, and from two sources at once.

A source is iterated once per epoch and yields ``(inputs, (targets, weights))``. The weights of each
batch sum to one. No DataLoader is used: it fetches samples one by one, which takes longer than the
arithmetic of a small network.
"""

from __future__ import annotations

import itertools
import math

import torch
from torch.utils.data import IterableDataset

from .transfer import to_device


class ShuffledBatches(IterableDataset):
    """Shuffled batches of a table.

    Parameters
    ----------
    inputs : Tensor of shape (n_samples, n_features)
        Standardised inputs.
    targets : Tensor of shape (n_samples, n_outputs)
        Standardised targets.
    weights : Tensor of shape (n_samples,)
        Weights of the samples.
    batch_size : int
        Largest size of a batch. All batches have about the same size.
    generator : torch.Generator or None
        Shuffles the samples. It lives on the CPU. None: they stay in order.
    """

    def __init__(self, inputs, targets, weights, batch_size, generator):
        self.inputs, self.targets, self.weights = inputs, targets, weights
        self.n_batches = math.ceil(len(inputs) / batch_size)
        self.generator = generator

    def __len__(self):
        return self.n_batches

    def __iter__(self):
        columns = (self.inputs, self.targets, self.weights)
        # one batch needs no order, so it draws no random number: the fit then depends on the
        # weights of the samples alone, not on how often each sample is listed
        if self.n_batches > 1 and self.generator is not None:
            order = torch.randperm(len(self.inputs), generator=self.generator)
            order = to_device(order, self.inputs.device)
            # reorder all samples at once, because slices of them cost nothing
            columns = [column[order] for column in columns]
        pieces = (column.tensor_split(self.n_batches) for column in columns)
        tiny = torch.finfo(self.weights.dtype).tiny
        for inputs, targets, weights in zip(*pieces, strict=True):
            # all weights of a batch can be zero: it then contributes nothing
            yield inputs, (targets, weights / weights.sum().clamp_(min=tiny))


#: This many neighbouring samples of a table are read together.
BLOCK = 256


class ChunkedBatches(IterableDataset):
    """Shuffled batches of a table that is read chunk by chunk.

    In each epoch, a chunk consists of blocks of neighbouring samples from all over the table, and
    its samples are shuffled. A file is then read in few pieces, and batches do not depend on how it
    is sorted. A table that fits into one chunk is read once.

    Parameters
    ----------
    read : callable
        Takes the places of samples, a slice or an ndarray of int, and returns tensors of inputs,
        targets and weights.
    n_samples : int
        Number of samples of the table.
    batch_size : int
        Largest size of a batch.
    generator : torch.Generator or None
        Shuffles the samples. It lives on the CPU. None: they stay in order.
    chunk_size : int
        Largest size of a chunk.
    """

    def __init__(self, read, n_samples, batch_size, generator, chunk_size):
        self.read, self.batch_size, self.generator = read, batch_size, generator
        self.n_samples, self.n_chunks = n_samples, math.ceil(n_samples / chunk_size)
        self.whole = [self._chunk(slice(None))] if self.n_chunks == 1 else None

    def _chunk(self, places):
        return ShuffledBatches(*self.read(places), self.batch_size, self.generator)

    def _places(self, order):
        """Yield the places of the samples of each chunk, for blocks in some order."""
        rest = torch.arange(len(order) * BLOCK, self.n_samples)
        for number, blocks in enumerate(order.tensor_split(self.n_chunks), start=1):
            places = (blocks.sort().values[:, None] * BLOCK + torch.arange(BLOCK)).flatten()
            yield torch.cat([places, rest]) if number == self.n_chunks else places

    def __len__(self):
        if self.whole:
            return len(self.whole[0])
        sizes = (len(places) for places in self._places(torch.arange(self.n_samples // BLOCK)))
        return sum(math.ceil(size / self.batch_size) for size in sizes)

    def __iter__(self):
        yield from itertools.chain.from_iterable(self.whole or self._read_chunks())

    def _read_chunks(self):
        order = torch.arange(self.n_samples // BLOCK)
        if self.generator is not None:
            order = torch.randperm(len(order), generator=self.generator)
        for places in self._places(order):
            yield self._chunk(places.numpy())


class MixedBatches(IterableDataset):
    """Batches that join a batch of one source and a batch of a second source.

    Parameters
    ----------
    first, second : IterableDataset
        An epoch is an epoch of the first source. The second source starts again whenever it ends.
    share : float
        Weight of the second source's samples, between 0 and 1.

    Attributes
    ----------
    n_own : int
        How many samples of the last batch, its first ones, are of the first source.
    """

    def __init__(self, first, second, share):
        self.first, self.second, self.share = first, second, share
        self.n_own = 0
        self._rest = iter(())

    def __len__(self):
        return len(self.first)

    def __iter__(self):
        for x, (y, w) in self.first:
            other_x, (other_y, other_w) = self._next_of_second()
            weights = torch.cat([w * (1 - self.share), other_w * self.share])
            self.n_own = len(x)
            yield torch.cat([x, other_x]), (torch.cat([y, other_y]), weights)

    def _next_of_second(self):
        batch = next(self._rest, None)
        if batch is None:
            self._rest = iter(self.second)
            batch = next(self._rest)
        return batch
