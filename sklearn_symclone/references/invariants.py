"""Vectors and scalars under O, SO, SO+ and Sp: networks of inner products.

"Scalars are universal: Equivariant machine learning, structured like classical physics" (arXiv
2106.06610): an equivariant function of vectors is a combination of those vectors, and of products
of them, whose coefficients depend on inner products and scalars alone. With exchangeable items
the coefficients are computed by a network on the complete graph of the items.
"""

from __future__ import annotations

import dataclasses

import torch
from torch import nn

from ..symmetry import Det, Dual, S, Square, Symmetry, Trivial, product_name
from .family import Family, Fit
from .layers.blocks import Term, gather
from .layers.graph import (
    EDGE_WIDTH,
    WIDTH,
    Crowd,
    Handedness,
    Messages,
    Present,
    VectorMessages,
    pull,
)
from .layers.networks import FirstBatchScaling, mlp
from .layers.presence import Presence, masked_mean
from .layers.sums import N_SUMS, PooledMessages
from .layers.vectors import CrossProducts, Form, keeps_a_form, tells_hands
from .registry import register

#: Share of the hidden units that are squares, from 0 to 1: chosen among a third, two thirds and .9
#: by the clones of the particle, O5 and the inertia with 100 samples.
SQUARES = 2 / 3
#: Items, at most: the states of all their pairs are kept for each sample of a step.
MAX_ITEMS = 32


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    refusal = refuses_columns(symmetry)
    n_items = count_items(symmetry)
    if refusal is None and n_items > MAX_ITEMS:
        return f"it keeps all pairs of items and takes {MAX_ITEMS} items at most, not {n_items}"
    return refusal


def count_items(symmetry: Symmetry) -> int:
    """Return the number of items of all species."""
    return sum(group.dimension for group in symmetry.groups if isinstance(group, S))


def refuses_columns(symmetry: Symmetry) -> str | None:
    """Return why networks of inner products cannot have a symmetry, however few items there are."""
    vectors, items, others = _split(symmetry.groups)
    if others:
        return f"it knows O, SO, SO+, Sp and S(n), not {', '.join(map(str, others))}"
    if len(vectors) != 1:
        return f"it takes one group of vectors such as O(3), here are {len(vectors)}"
    for block in symmetry.inputs.blocks() + symmetry.outputs.blocks():
        for factor in block.factors:
            if isinstance(factor, Det):
                return f"it has no columns that are multiplied by a determinant, as '{factor}' is"
            vector = factor.base if isinstance(factor, Square) else factor
            vector = vector.base if isinstance(vector, Dual) else vector
            if not (isinstance(factor, Trivial) or factor in items or vector in vectors):
                return f"its columns are scalars, vectors and their squares, '{factor}' is none"
    if not any(_rank(block) for block in symmetry.inputs.blocks()):
        return f"no column of the inputs belongs to a vector of {vectors[0]}"
    for side, largest, what in [
        (symmetry.inputs, 1, "inputs are scalars and vectors"),
        (symmetry.outputs, 2, "outputs are scalars, vectors and tensors of rank 2"),
    ]:
        for block in side.blocks():
            if _rank(block) > largest:
                return f"its {what}, not '{product_name(block.factors)}'"
            named = [factor for factor in block.factors if isinstance(factor, S)]
            if len(named) > len(set(named)):
                return f"a power such as {named[0]}**2 is more than one index over the same items"
            if len(named) > 1:
                return f"an item is of one S(n), '{product_name(block.factors)}' has two"
    return None


def _rank(block):
    ranks = [
        0 if isinstance(f, Trivial | S) else 2 if isinstance(f, Square) else 1
        for f in block.factors
    ]
    return sum(ranks)


def _split(groups):
    vectors = [group for group in groups if keeps_a_form(group)]
    items = [group for group in groups if isinstance(group, S)]
    others = [group for group in groups if group not in vectors and group not in items]
    return vectors, items, others


class Invariants(nn.Module):
    """A network whose only view of vectors are their products that the group keeps.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns: one group of vectors, and for each species of exchangeable items
        one S(n).

    Notes
    -----
    For SO(n) and its relatives these products are inner products and, up to n = 8, determinants;
    beyond, the functions are those of O(n), which cannot tell the handedness of their inputs.
    """

    pairs: torch.Tensor
    #: Whether items hear each other one by one, at a cost that grows with the number of pairs.
    looks_at_pairs = True

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        (group,), items, _ = _split(symmetry.groups)
        self.form = Form(group)
        sizes = {item: item.dimension for item in items} or {None: 1}
        self.species_sizes, n_items = sizes, sum(sizes.values())
        self.presence, self.crowd = Presence(symmetry), Crowd(n_items)
        inputs = [Term(block) for block in symmetry.inputs.blocks()]
        outputs = [Term(block) for block in symmetry.outputs.blocks()]
        scalars, _, _ = gather([term for term in inputs if term.rank == 0], sizes)
        vectors, lowered, n_own = gather([term for term in inputs if term.rank == 1], sizes)
        n_vectors = vectors.shape[1]
        self.n_own, self.has_covectors = n_own, bool(lowered.any())
        species = torch.eye(len(sizes)).repeat_interleave(torch.tensor(list(sizes.values())), dim=0)
        for name, value in [
            ("scalars", torch.as_tensor(scalars)),
            ("vectors", torch.as_tensor(vectors)),
            ("lowered", torch.as_tensor(lowered)[..., None]),
            ("pairs", self.form.pairs(n_vectors)),
            ("species", species),
        ]:
            self.register_buffer(name, value, persistent=False)

        n_features = scalars.shape[1] + self.pairs.shape[1] + self.form.is_definite * n_vectors
        self.scaling = FirstBatchScaling(n_features)
        # which species an item is of says nothing if there is one, but may be the only feature
        self.tells_species = len(sizes) > 1 or not n_features
        self.node = mlp(n_features + self.tells_species * len(sizes), WIDTH, WIDTH, squares=SQUARES)
        self.sums = self.messages = self.vector_messages = self.handedness = None
        self.n_states = n_items
        if n_own and not self.looks_at_pairs:
            self.sums = PooledMessages(self.form, n_items, n_own)
            n_vectors += N_SUMS
        elif n_items > 1 and n_own:
            self.n_states = n_items**2
            self.messages = Messages(self.form, n_own)
            n_messages = _number_of_messages(group, outputs)
            if n_messages:
                self.vector_messages = VectorMessages(self.form, n_messages, n_own, n_vectors)
                n_vectors += n_messages
        n_frame = 0
        if tells_hands(group):
            self.handedness = Handedness(group, self.form, n_vectors)
            n_frame = self.handedness.n_frame
            n_vectors += self.handedness.n_products
        self.pooled = mlp(WIDTH * len(sizes), WIDTH, WIDTH, squares=SQUARES)
        self.outputs = nn.ModuleList(
            _Output(
                term,
                _range(sizes, term.group),
                group=group,
                n_vectors=n_vectors,
                n_frame=n_frame,
                n_own=n_own if self.messages else 0,
            )
            for term in outputs
        )
        self.n_outputs = symmetry.outputs.dimension

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        graph = self._graph(x)
        y = x.new_zeros(len(x), self.n_outputs)
        for output in self.outputs:
            y[:, output.columns] = output(graph, self.form).to(y.dtype)
        return y

    def _graph(self, x):
        present, x = self.presence(x)
        crowd = self.crowd(self._present(present, x) if present else None)
        padded = torch.cat([x, x.new_zeros(len(x), 1)], dim=1)  # column -1 is 0: a missing channel
        vectors = padded[:, self.vectors]
        if self.has_covectors:
            vectors = torch.where(self.lowered, self.form.raise_index(vectors), vectors)
        products = self.form.lower(vectors) @ vectors.transpose(2, 3)
        products = products[:, :, self.pairs[0], self.pairs[1]]
        features = [padded[:, self.scalars], products]
        if self.form.is_definite:
            features.append(vectors.norm(dim=3))  # many laws are simple in lengths
        features = torch.cat(features, dim=2)
        if features.shape[2]:
            features = self.scaling(features, crowd.measured)
        if self.tells_species:
            features = torch.cat([features, self.species.expand(len(x), -1, -1)], dim=2)
        node = nn.functional.silu(self.node(features))
        own, edge, frame = vectors[:, :, : self.n_own], None, None
        if self.sums:
            node, vectors = self.sums(node, own, vectors, crowd.items)
        if self.messages:
            node, edge = self.messages(node, own, crowd)
        if self.vector_messages:
            node, vectors = self.vector_messages(node, edge, vectors, crowd)
        if self.handedness:
            node, vectors, frame = self.handedness(node, vectors, crowd)
        means = self._means(node, crowd.items)
        pooled = nn.functional.silu(self.pooled(torch.cat(means, dim=1)))
        state = torch.cat([node, pooled[:, None].expand(-1, node.shape[1], -1)], dim=2)
        return _Graph(state, vectors, frame, own, edge, crowd)

    def _present(self, present, x):
        """Return which items of all species are present, of shape (n, n_items)."""
        everybody = [
            present.get(group, x.new_ones(len(x), size))
            for group, size in self.species_sizes.items()
        ]
        return torch.cat(everybody, dim=1)

    def _means(self, node, present):
        """Return the mean states of the items of each species."""
        sizes = list(self.species_sizes.values())
        parts = [None] * len(sizes) if present is None else present.split(sizes, dim=1)
        return [
            masked_mean(of_species, 1, part)[:, 0]
            for of_species, part in zip(node.split(sizes, dim=1), parts, strict=True)
        ]


def _number_of_messages(group, outputs):
    """Return how many vectors an item gets from others.

    A whole row needs none, unless cross products are to be made of them: its outputs are sums over
    items and pairs, and those of what moves an item are sums over pairs of its own.
    """
    per_item = any(term.group is not None for term in outputs)
    return max(int(per_item), group.dimension - 1 if tells_hands(group) else 0)


def _range(sizes, species):
    """Return the items of one species, of all for None, as a slice."""
    if species is None:
        return slice(None)
    stop = 0
    for group, size in sizes.items():
        start, stop = stop, stop + size
        if group == species:
            break
    return slice(start, stop)


@dataclasses.dataclass
class _Graph:
    """What is known of a batch of rows, with an axis for the items after that for the rows.

    Parameters
    ----------
    state : Tensor of shape (n, items, 2 * WIDTH)
        What is known of each item, and then of all of them together.
    vectors : Tensor of shape (n, items, n_vectors, d)
    frame : Tensor of shape (n, items, n_frame, d) or None
        The vectors whose cross products are taken.
    own : Tensor of shape (n, items, n_own, d)
        Vectors that an item has for itself.
    edge : Tensor of shape (n, items, items, EDGE_WIDTH) or None
    crowd : Present
        Which items and pairs count.
    """

    state: torch.Tensor
    vectors: torch.Tensor
    frame: torch.Tensor | None
    own: torch.Tensor
    edge: torch.Tensor | None
    crowd: Present


class _Output(nn.Module):
    """One block of outputs: coefficients from the graph times products of vectors."""

    def __init__(self, term, items, *, group, n_vectors, n_frame, n_own):
        super().__init__()
        self.term, self.items = term, items
        self.register_buffer("columns", torch.as_tensor(term.columns), persistent=False)
        entries = torch.as_tensor(term.square.entries()[0]) if term.square else None
        self.register_buffer("entries", entries, persistent=False)
        k, rank = term.n_channels, term.rank
        heads = {"nodes": mlp(2 * WIDTH, WIDTH, k * n_vectors**rank, squares=SQUARES)}
        # pairs of different items matter where two vectors meet, or where an item pulls another
        if n_own and (rank == 2 or (rank == 1 and term.group is not None)):
            n_meeting = n_vectors if rank == 2 else 1
            heads["edges"] = nn.Linear(EDGE_WIDTH, k * n_meeting * n_own)
        if rank == 2:
            heads["form"] = mlp(2 * WIDTH, WIDTH, k, squares=SQUARES)
        self.tensors = None
        if rank == 2 and tells_hands(group) and 2 <= group.dimension <= n_frame + 2:
            self.tensors = CrossProducts(group, n_frame, rank=2)
            heads["tensors"] = mlp(2 * WIDTH, WIDTH, k * self.tensors.n_products, squares=SQUARES)
        self.heads = nn.ModuleDict(heads)

    def forward(self, graph, form):
        """Return the values of the columns of the block, of shape (n, *columns.shape)."""
        rank, k = self.term.rank, self.term.n_channels
        state, vectors = graph.state[:, self.items], graph.vectors[:, self.items]
        coefficients = self.heads["nodes"](state)
        y = _combine(coefficients.unflatten(2, (k, *[vectors.shape[2]] * rank)), vectors, rank)
        if "edges" in self.heads:
            y = y + self._pull(graph, vectors)
        if "form" in self.heads:
            y = y + self.heads["form"](state)[..., None, None] * form.inverse
        if "tensors" in self.heads:
            tensors = self.tensors(graph.frame[:, self.items]).flatten(3)
            coefficients = self.heads["tensors"](state).unflatten(2, (k, -1))
            y = y + (coefficients @ tensors).unflatten(3, form.inverse.shape)
        if self.term.group is None:
            present = graph.crowd.items
            shape = [-1, y.shape[1]] + [1] * (y.ndim - 2)
            y = masked_mean(y, 1, None if present is None else present.reshape(shape))
        for axis, lowered in enumerate(self.term.lowered, start=3):
            if lowered:
                y = form.lower(y.transpose(axis, -1)).transpose(axis, -1)
        if self.term.square:
            y = y + self.term.square.sign * y.transpose(3, 4)
            y = y.flatten(3)[..., self.entries]
        return y

    def _pull(self, graph, vectors):
        """Sum over the other items: their vectors, for rank 2 times an item's own."""
        rank, k = self.term.rank, self.term.n_channels
        coefficients = self.heads["edges"](graph.edge[:, self.items])
        coefficients = coefficients * graph.crowd.pairs[:, self.items]
        pulled = pull(coefficients, graph.own, k * (vectors.shape[2] if rank == 2 else 1))
        if rank == 1:
            return pulled
        return torch.einsum("nikcf,nicd->nikdf", pulled.unflatten(2, (k, -1)), vectors)


def _combine(coefficients, vectors, rank):
    """Contract coefficients (n, items, k, channels, ...) with vectors, once for each rank."""
    if rank == 0:
        return coefficients
    if rank == 1:
        return coefficients @ vectors
    return torch.einsum("nikce,nicd,nief->nikdf", coefficients, vectors, vectors)


register(
    "invariants",
    Family(
        refuses,
        Invariants,
        # chosen on the particle and O5 with 30 and 100 samples; as good as 2500 steps of 4e-3
        Fit(1200, 7e-3, weight_decay=0.2, label_smoothing=0.1, gain=1.5),
        # chosen on muon pairs, O5 and the inertia with 1000 samples, where it beats 600 steps
        Fit(1000, 1e-2, weight_decay=0.3, solver="soap", label_smoothing=0.1, gain=1.5),
        # of both: the gain on the inertia, O5 and the particle with 1000 samples (1.5 beats 1 and
        # is level with 1.85), the smoothing on pen digits (.05 is level)
    ),
)
