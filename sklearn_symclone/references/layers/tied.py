"""Dense matrices whose entries are shared along the orbits of a group that permutes units.

A matrix between two representations is made of blocks, one for each pair of kinds. In a block each
pair of an input and an output channel has one weight vector: a number for each orbit.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch
from torch import nn

from ...symmetry import Grid, equivariant_maps
from .kinds import as_product, columns_by_kind, kind_size


class Block(nn.Module):
    """A matrix between the channels of two kinds, from one weight vector for each pair of them.

    Subclasses have ``weight``, of shape (n_weights, n_source * n_target), and ``entries``.

    Parameters
    ----------
    source, target : tuple of Factor
        Kinds.
    n_source, n_target : int
        Numbers of channels.
    """

    def __init__(self, source, n_source, target, n_target):
        super().__init__()
        self.kinds = (source, target)
        self.shape = (kind_size(target), kind_size(source), n_source, n_target)

    def matrix(self):
        """Return the matrix, its rows and columns entry by entry, channels last."""
        m, n, n_source, n_target = self.shape
        entries = self.entries().view(self.shape).permute(0, 3, 1, 2)
        return entries.reshape(m * n_target, n * n_source)

    def entries(self):
        """Return entries by (entry of target, entry of source), (channel of source, of target)."""
        raise NotImplementedError


class Tied(Block):
    """A block that is exactly equivariant: entries on one orbit are equal, or equal but for signs.

    Parameters
    ----------
    source, target : tuple of Factor
        Kinds whose factors all permute, or permute and change signs.
    n_source, n_target : int
    deviation : float
        Standard deviation of the initial weights.
    window : int or None
        As for ``signed_orbits``.
    """

    def __init__(self, source, n_source, target, n_target, deviation, window=None):
        super().__init__(source, n_source, target, n_target)
        self.window = window
        numbers, signs, rank = signed_orbits(as_product(source), as_product(target), window)
        counts = np.bincount(numbers, minlength=rank)
        self.weight = nn.Parameter(deviation * torch.randn(rank, n_source * n_target))
        lengths = np.sqrt(counts[:rank] / self.shape[0])
        for name, value in [
            ("numbers", torch.as_tensor(numbers)),
            ("signs", None if (signs > 0).all() else torch.as_tensor(signs)[:, None]),
            ("scale", torch.tensor(1 / lengths)[:, None]),
            ("counts", torch.tensor(counts)[:, None]),
        ]:
            self.register_buffer(name, value, persistent=False)

    def entries(self):
        """Return the entries, of shape (target size * source size, pairs of channels)."""
        return self._spread(self.scale * self.weight)

    def project(self, entries):
        """Return the nearest entries that this block can have."""
        sums = entries.new_zeros(len(self.counts), entries.shape[1])
        sums.index_add_(0, self.numbers, self._signed(entries))
        return self._spread((sums / self.counts.to(entries))[: len(self.weight)])

    def _spread(self, values):
        if len(self.counts) > len(values):  # entries on no orbit are 0
            values = torch.cat([values, values.new_zeros(1, values.shape[1])])
        return self._signed(values.index_select(0, self.numbers))

    def _signed(self, entries):
        return entries if self.signs is None else entries * self.signs.to(entries)


def signed_orbits(source, target, window=None):
    """Return the orbit of each entry of a matrix between two representations, and its sign there.

    Parameters
    ----------
    source, target : Representation
        Their columns are permuted, or permuted and change signs.
    window : int, default=None
        The width of the square of cells of a ``Grid`` that a cell depends on, an odd number.
        Entries outside of it are on no orbit. None: a cell depends on all cells.

    Returns
    -------
    numbers : ndarray of int of shape (target.dimension * source.dimension,)
        From 0 to ``rank`` - 1; ``rank`` stands for entries on no orbit, which are 0: those outside
        of a window, and those that an element multiplies by -1.
    signs : ndarray of the same shape
        What the number of the orbit is multiplied by, 1 or -1.
    rank : int
    """
    maps = equivariant_maps(source, target)
    entries = maps.combine(np.arange(1.0, maps.rank + 1)).round().astype(np.int64)
    inside = entries != 0
    if window is not None:
        inside &= _is_inside(source, target, window)
    kept, numbers = np.unique(np.abs(entries[inside]), return_inverse=True)
    orbits = np.full(entries.shape, len(kept))
    orbits[inside] = numbers
    return orbits.ravel(), np.where(entries < 0, -1.0, 1.0).ravel(), len(kept)


def _is_inside(source, target, window):
    """Return which entries of a matrix join cells of one window, of the matrix's shape."""
    (source,), (target,) = source.blocks(), target.blocks()
    inside = np.ones((*target.columns.shape, *source.columns.shape), dtype=bool)
    for row, column in itertools.product(range(target.columns.ndim), range(source.columns.ndim)):
        grid = target.factors[row]
        if isinstance(grid, Grid) and grid == source.factors[column]:
            axes = [
                axis
                for axis in range(inside.ndim)
                if axis not in (row, target.columns.ndim + column)
            ]
            inside &= np.expand_dims(2 * grid.distances() < window, axes)
    return inside.reshape(target.columns.size, source.columns.size)


class BlockLinear(nn.Module):
    """A dense layer between representations of permuted columns, signed or not, in blocks.

    Initialised so that inputs of variance 1 give outputs of variance 1.

    Parameters
    ----------
    source, target : Representation
        Their factors all permute, or permute and change signs.
    window : int, default=None
        As for ``signed_orbits``.

    Attributes
    ----------
    blocks : nn.ModuleList of nn.ModuleList of Block
        By the kinds of the target, then by those of the source.
    offsets : nn.ModuleList of Block
        The bias, by the kinds of the target: maps from the number 1.
    """

    def __init__(self, source, target, window=None):
        super().__init__()
        sources, targets = columns_by_kind(source), columns_by_kind(target)
        self.blocks, self.offsets = nn.ModuleList(), nn.ModuleList()
        for kind, columns in targets.items():
            row = [
                Tied(other, len(c), kind, len(columns), 1.0, window) for other, c in sources.items()
            ]
            fan_in = sum(len(block.weight) * block.shape[2] for block in row)
            for block in row:
                block.weight.data /= math.sqrt(fan_in)
            self.blocks.append(nn.ModuleList(row))
            self.offsets.append(Tied((), 1, kind, len(columns), 0.0))
        for name, columns in [("rows", targets), ("columns", sources)]:
            order, places = _order(columns)
            self.register_buffer(f"{name}_order", order, persistent=False)
            self.register_buffer(f"{name}_places", places, persistent=False)

    @property
    def weight(self):
        """The matrix, of shape (target.dimension, source.dimension)."""
        rows = [_join([block.matrix() for block in row], 1) for row in self.blocks]
        return _reorder(_reorder(_join(rows, 0), self.rows_places, 0), self.columns_places, 1)

    @property
    def bias(self):
        """The bias, of shape (target.dimension,)."""
        bias = torch.cat([block.matrix()[:, 0] for block in self.offsets])
        return _reorder(bias, self.rows_places, 0)

    def split_inputs(self, x):
        """Return the inputs of each kind, one row for each channel of each row of x."""
        x = _reorder(x, self.columns_order, 1)
        shapes = [block.shape[1:3] for block in self.blocks[0]]
        parts = zip(x.split([n * channels for n, channels in shapes], 1), shapes, strict=True)
        return [part.unflatten(1, shape).transpose(1, 2).flatten(0, 1) for part, shape in parts]

    def split(self, weight, bias):
        """Yield the entries of a matrix and a bias beside the blocks that they belong to.

        Parameters
        ----------
        weight : Tensor of shape (target.dimension, source.dimension)
        bias : Tensor of shape (target.dimension,)

        Yields
        ------
        block : Block
        entries : Tensor of the shape that ``block.entries`` has
        """
        weight = _reorder(_reorder(weight, self.rows_order, 0), self.columns_order, 1)
        bias = _reorder(bias, self.rows_order, 0)[:, None]
        sizes = [block.shape[1] * block.shape[2] for block in self.blocks[0]]
        heights = [block.shape[0] * block.shape[3] for block in self.offsets]
        whole = zip(
            self.blocks, self.offsets, weight.split(heights), bias.split(heights), strict=True
        )
        for row, offset, of_row, of_offset in whole:
            for block, part in zip(
                [*row, offset], [*of_row.split(sizes, 1), of_offset], strict=True
            ):
                m, n, n_source, n_target = block.shape
                entries = part.reshape(m, n_target, n, n_source).permute(0, 2, 3, 1)
                yield block, entries.reshape(m * n, -1)

    def forward(self, x):
        """Map rows of shape (n, source.dimension) to rows of shape (n, target.dimension)."""
        return nn.functional.linear(x, self.weight, self.bias)


def _order(columns):
    """Return the order of columns by kind, by entry, channels last, and its inverse.

    Both are None if the columns stand so already, as those of hidden layers do: to reorder a
    large matrix takes time.
    """
    order = np.concatenate([of_kind.T.ravel() for of_kind in columns.values()])
    if np.array_equal(order, np.arange(len(order))):
        return None, None
    return torch.as_tensor(order), torch.as_tensor(np.argsort(order))


def _join(parts, axis):
    return torch.cat(parts, axis) if len(parts) > 1 else parts[0]


def _reorder(x, order, axis):
    return x if order is None else x.index_select(axis, order)
