"""Any matrix group: networks whose hidden layers are scalars, vectors and tensors.

The construction of "A Practical Method for Constructing Equivariant Multilayer Perceptrons for
Arbitrary Matrix Groups" (arXiv 2104.09459): equivariant linear layers, gated nonlinearities, and
bilinear layers that multiply tensors, here with residual connections around them.
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
import torch
from torch import nn

from ..symmetry import Symmetry, product_name
from .family import Family, Fit
from .layers.kinds import (
    as_kind,
    columns_by_kind,
    count_channels,
    kind_size,
    n_maps,
    normalised_maps,
    sort_key,
    sort_kinds,
    split_kind,
    subsets,
)
from .layers.linear import EquivariantLinear, Read, Write, is_better_tied
from .layers.networks import FirstBatch, mlp
from .layers.sizes import states_of
from .layers.vanishing import vanishes
from .registry import register

#: Blocks of products: with three, polynomials of degree 8 have tails of 1 to 200.
N_BLOCKS = 2
#: Invariant answers grow logarithmically from here on, in deviations of the targets. Polynomials
#: alone have answers a thousand times as large for rows ten times as large. Not tuned.
LINEAR_UP_TO = 10.0
#: Units of the networks on entries that are permuted, such as invariants.
WIDTH = 64
#: Channels of scalars; of larger kinds fewer, by the square root of their size.
CHANNELS = 48
#: Channels of a kind, at least.
MIN_CHANNELS = 8
#: Channels of a kind that are multiplied with those of another one.
MIN_PRODUCTS, MAX_PRODUCTS = 2, 16
#: Entries of all tensors that multiply two kinds, for one sample.
PRODUCT_ENTRIES = 512
#: Entries of the largest block of columns.
MAX_SIZE = 128
#: Elements of the largest group whose regular representation is among the hidden ones.
MAX_REGULAR = 24
#: Entries of the largest basis of the maps that multiply two kinds.
MAX_PRODUCT = 2**14
#: Multiplications of a layer for one sample: with more of them a step of 200 samples takes minutes.
MAX_WORK = 3e7


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    inputs, outputs = map(columns_by_kind, (symmetry.inputs, symmetry.outputs))
    for kind in (*inputs, *outputs):
        if kind_size(kind) > MAX_SIZE:
            return (
                f"its blocks have {MAX_SIZE} columns at most, '{product_name(kind)}' has "
                f"{kind_size(kind)}"
            )
    try:
        hidden = _hidden_kinds(inputs, outputs)
        work = sum(_work(*pair) for pair in _layers(inputs, hidden, outputs))
    except ValueError as error:
        return f"a layer of it would be too large: {error}"
    if work > MAX_WORK:
        return (
            f"a layer of it would be too large: it takes {work:.1e} multiplications for one "
            f"sample, {MAX_WORK:.1e} at most"
        )
    for kind in outputs:
        if not any(n_maps(other, kind) for other in hidden):
            return f"no layer of it builds '{product_name(kind)}' from the inputs"
    if any(_is_signed(factor) for kind in outputs for factor in kind):
        return vanishes(Tensors, symmetry)
    return None


def _layers(inputs, hidden, outputs):
    """Return the pairs of kinds between which layers have maps."""
    hidden = set(hidden)
    pairs = (inputs, hidden), (hidden, hidden), (hidden, outputs)
    return itertools.chain.from_iterable(itertools.product(*pair) for pair in pairs)


def _work(source, target):
    """Return how many multiplications take the channels of one kind to those of another."""
    n_source, n_target = map(_n_channels, (source, target))
    sizes = kind_size(source) * kind_size(target)
    if is_better_tied(source, n_source, target):
        return sizes * n_source * n_target
    mapped = n_maps(source, target) * n_source
    return mapped * (sizes + kind_size(target) * n_target)


class Tensors(nn.Module):
    """A gated, bilinear, residual network of equivariant layers.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        inputs, outputs = map(columns_by_kind, (symmetry.inputs, symmetry.outputs))
        hidden = {kind: _n_channels(kind) for kind in _hidden_kinds(inputs, outputs)}
        self.read = Read(inputs)
        self.first = EquivariantLinear(count_channels(inputs), hidden)
        self.blocks = nn.ModuleList(_Block(hidden) for _ in range(N_BLOCKS))
        self.last = EquivariantLinear(hidden, count_channels(outputs))
        self.scale = _UnitScale(len(outputs), about_mean=True)
        self.write = Write(outputs)
        self.permuted = [not split_kind(kind)[1] for kind in outputs]
        mapped = [layer.n_mapped for layer in (self.first, self.last)]
        self.n_states = states_of(max(*mapped, *(block.n_held for block in self.blocks)))

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        hidden = self.first(self.read(x))
        for block in self.blocks:
            hidden = block(hidden)
        answers = zip(self.scale(self.last(hidden)), self.permuted, strict=True)
        return self.write([_bounded(x) if permuted else x for x, permuted in answers])


def _bounded(x):
    """Return answers as they are up to ``LINEAR_UP_TO``; beyond they grow logarithmically."""
    near = x.clamp(-LINEAR_UP_TO, LINEAR_UP_TO)
    return near + torch.asinh(x - near)


def _n_channels(kind):
    return max(MIN_CHANNELS, round(CHANNELS / math.sqrt(kind_size(kind))))


def _hidden_kinds(inputs, outputs):
    """Return the kinds of hidden layers, those that can be had from the inputs."""
    items, tensors = {()}, {()}
    given = {_unsigned(kind) for kind in (*inputs, *outputs)}
    for permuting, linear in map(split_kind, given):
        items |= subsets(permuting)
        tensors |= subsets(linear)
    items |= _regular_kinds((*inputs, *outputs))
    singles = {factor for kind in tensors for factor in kind}
    # a dual is no other kind where the group keeps a metric or another bilinear form
    duals = {f.dual for f in singles if not n_maps((f,), (f.dual,))}
    tensors |= {(factor,) for factor in duals}
    tensors |= {(f, f) for f in singles | duals if f.dimension > 1}
    tensors |= {as_kind((f, f.dual)) for f in duals}
    kinds = {as_kind(p + t) for p, t in itertools.product(items, tensors)}
    most = {kind: MAX_SIZE if kind in given else MAX_SIZE // 2 for kind in kinds}
    kinds = {kind for kind in kinds if kind_size(kind) <= most[kind]}
    kinds = {kind for kind in kinds if kind in given or _n_known(kind, kind) >= 0}
    # items without tensors are there at least as constants, and hold the gates
    found = items | inputs.keys()
    while new := {kind for kind in kinds - found if _can_be_had(kind, found)}:
        found |= new
    return sort_kinds(found & kinds)


def _is_signed(factor):
    """Return whether a group that permutes columns changes signs here, as in S(3).alt2."""
    return factor.group.permutes and factor.is_monomial and not factor.permutes


def _unsigned(kind):
    """Return a kind with doubled columns where signs change: their nonlinear functions are odd."""
    return as_kind(f.doubled if _is_signed(f) else f for f in kind)


def _regular_kinds(kinds):
    """Return the regular representations of small groups that change signs.

    A sign that no pair of items shows, such as S(4).det, is seen by them alone.
    """
    signed = {f for kind in kinds for f in kind if _is_signed(f)}
    groups = {f.group for f in signed if f.doubled.dimension < f.group.capped_order <= MAX_REGULAR}
    return {(group.regular,) for group in groups}


def _can_be_had(kind, others):
    pairs = itertools.combinations_with_replacement(sorted(others, key=str), 2)
    return any(n_maps(other, kind) for other in others) or any(
        _multiplies(a, b, kind) for a, b in pairs
    )


def _multiplies(a, b, target):
    """Return whether there is a product of two kinds in a third that is small enough."""
    items = {split_kind(kind)[0] for kind in (a, b, target)}
    return len(items) == 1 and len(_products(*(split_kind(kind)[1] for kind in (a, b, target)))) > 0


@functools.lru_cache(maxsize=1024)
def _products(a, b, target):
    """Return maps from the tensor product of two kinds to a third, none if they are too large."""
    factors = a + b
    if target == as_kind(factors):
        # the identity alone: all others are linear maps of it, which the next layer has
        shape = [factor.dimension for factor in factors]
        order = sorted(range(len(factors)), key=lambda axis: sort_key(factors[axis]))
        identity = np.eye(kind_size(target)).reshape(*shape, -1)
        return identity.transpose(*order, -1).reshape(1, kind_size(target), -1)
    size = kind_size(factors + target)
    if size > MAX_PRODUCT or not 0 <= _n_known(factors, target) * size <= MAX_PRODUCT:
        return np.empty((0, kind_size(target), kind_size(factors)))
    return normalised_maps(factors, target)


def _n_known(source, target):
    """Return the number of maps from one kind to another, -1 if they cannot be found."""
    try:
        return n_maps(source, target)
    except ValueError:  # too many products span them, or they take too much memory
        return -1


class _Block(nn.Module):
    """A gated nonlinearity beside products of tensors; then a network on what is permuted.

    Parameters
    ----------
    hidden : dict of tuple to int
        Number of channels by kind.

    Attributes
    ----------
    n_held : int
        Numbers of a sample that are held for one kind, at most.
    """

    def __init__(self, hidden):
        super().__init__()
        self.gate = _Gate(hidden)
        n_factors = {kind: min(MAX_PRODUCTS, n) for kind, n in hidden.items()}
        self.widths = [
            [n + n_gates, n_factors[kind], n_factors[kind]]
            for (kind, n), n_gates in zip(hidden.items(), self.gate.counts, strict=True)
        ]
        self.inward = EquivariantLinear(
            hidden, {kind: sum(widths) for kind, widths in zip(hidden, self.widths, strict=True)}
        )
        self.products = _Products(n_factors)
        self.scale = _UnitScale(len(hidden))
        # products have been mapped to a kind in every way: it remains to mix the channels
        self.outward = nn.ModuleList(
            nn.Linear(n + n_products, n, bias=False)
            for n, n_products in zip(hidden.values(), self.products.counts, strict=True)
        )
        joined = zip(hidden, self.outward, strict=True)
        sizes = [kind_size(kind) * mix.in_features for kind, mix in joined]
        self.n_held = max(self.inward.n_mapped, *sizes)
        # a function of invariants, such as a length, is no polynomial: it takes several layers
        self.pointwise = nn.ModuleList(
            None if split_kind(kind)[1] else mlp(n, WIDTH, WIDTH, n) for kind, n in hidden.items()
        )

    def forward(self, hidden):
        """Return the hidden tensors after the block."""
        hidden = [a + b for a, b in zip(hidden, self._multiplied(hidden), strict=True)]
        pairs = zip(hidden, self.pointwise, strict=True)
        return [x if network is None else x + network(x) for x, network in pairs]

    def _multiplied(self, hidden):
        pieces = [
            x.split(widths, dim=-1)
            for x, widths in zip(self.inward(hidden), self.widths, strict=True)
        ]
        values, left, right = zip(*pieces, strict=True)
        gated, products = self.gate(values), self.scale(self.products(left, right))
        return [
            mix(torch.cat(pair, -1))
            for mix, *pair in zip(self.outward, gated, products, strict=True)
        ]


class _Gate(nn.Module):
    """SiLU where entries are permuted; other tensors are multiplied by a sigmoid of their own."""

    def __init__(self, n_channels):
        super().__init__()
        kinds = list(n_channels)
        self.n_channels = list(n_channels.values())
        self.counts = [0] * len(kinds)
        self.gates = []
        for kind, n in n_channels.items():
            items, tensors = split_kind(kind)
            place = kinds.index(items)
            self.gates.append((place, self.counts[place]) if tensors else None)
            self.counts[place] += n if tensors else 0

    def forward(self, hidden):
        """Take hidden tensors with the gates behind their channels, return them without."""
        values, gates = zip(
            *(x.tensor_split([n], dim=-1) for x, n in zip(hidden, self.n_channels, strict=True)),
            strict=True,
        )
        gates = [torch.sigmoid(gate) for gate in gates]
        gated = []
        for x, n, found in zip(values, self.n_channels, self.gates, strict=True):
            if found is None:
                gated.append(nn.functional.silu(x))
                continue
            place, first = found
            gate = gates[place][..., first : first + n]
            # the same for all entries of a tensor
            gated.append((x.unflatten(0, (len(gate), -1)) * gate[:, None]).flatten(0, 1))
        return gated


class _Products(nn.Module):
    """All products of two tensors, channel by channel and item by item."""

    def __init__(self, n_channels):
        super().__init__()
        kinds = list(n_channels)
        self.counts = [0] * len(kinds)
        self.paths = []
        for (i, a), (j, b) in itertools.combinations_with_replacement(enumerate(kinds), 2):
            affordable = max(MIN_PRODUCTS, PRODUCT_ENTRIES // kind_size(a + split_kind(b)[1]))
            k = min(n_channels[a], n_channels[b], affordable)
            targets = [t for t, kind in enumerate(kinds) if _multiplies(a, b, kind)]
            if not targets:
                continue
            la, lb = split_kind(a)[1], split_kind(b)[1]
            maps = [_products(la, lb, split_kind(kinds[t])[1]) for t in targets]
            for t, basis in zip(targets, maps, strict=True):
                self.counts[t] += k * len(basis)
            flat = np.concatenate([basis.reshape(-1, basis.shape[2]) for basis in maps])
            name = f"maps_{i}_{j}"
            self.register_buffer(name, torch.tensor(flat), persistent=False)
            shapes = [(t, *basis.shape[:2]) for t, basis in zip(targets, maps, strict=True)]
            self.paths.append((i, j, name, (kind_size(la), kind_size(lb)), k, shapes))

    def forward(self, left, right):
        found = [[] for _ in self.counts]
        for i, j, name, (da, db), k, shapes in self.paths:
            n = left[i].shape[1]
            a = left[i][..., :k].reshape(-1, da, 1, n, k)
            b = right[j][..., :k].reshape(-1, 1, db, n, k)
            outer = (a * b).reshape(len(a), da * db, n * k)
            products = getattr(self, name) @ outer
            rows = [rank * size for _, rank, size in shapes]
            for (t, rank, size), part in zip(shapes, products.split(rows, dim=1), strict=True):
                part = part.reshape(len(a), rank, size, n, k).permute(0, 2, 3, 1, 4)
                found[t].append(part.reshape(-1, n, rank * k))
        n = left[0].shape[1]
        return [
            torch.cat(parts, -1) if parts else x.new_zeros(len(x), n, 0)
            for parts, x in zip(found, left, strict=True)
        ]


class _UnitScale(FirstBatch):
    """Divide tensors by their size in the first batch ever seen, or by how much they vary in it.

    Layers are built to give about 1. What is far less is rounding, such as the cross products of
    parallel vectors, and stays small.
    """

    def __init__(self, n_kinds, about_mean=False):
        super().__init__()
        self.about_mean = about_mean
        self.register_buffer("scales", torch.ones(n_kinds))

    def forward(self, tensors):
        self.observe(tensors)
        return [x / scale for x, scale in zip(tensors, self.scales, strict=True)]

    def _measure(self, tensors):
        sizes = [self._size(x) if x.numel() else x.new_ones(()) for x in tensors]
        self.scales.copy_(torch.stack(sizes).clamp(min=1e-3))

    def _size(self, x):
        centre = x.mean(1, keepdim=True) if self.about_mean else 0.0
        return (x - centre).square().mean().sqrt()


# steps and rate were chosen on O5 and the particle, 1000 samples, where decays of .03 and .3 are
# worse
register("tensors", Family(refuses, Tensors, Fit(2500, 3e-3, weight_decay=0.01)))
