"""Vectors and scalars under O(n), SO(n), O(p,q): networks of inner products.

"Scalars are universal: Equivariant machine learning, structured like classical physics" (arXiv
2106.06610): an equivariant function of vectors is a combination of those vectors, and of products
of them, whose coefficients depend on inner products and scalars alone. With exchangeable items
the coefficients are computed by a network on the complete graph of the items.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import torch
from torch import nn

from ..symmetry.factors import Dual
from ..symmetry.groups import S
from ..symmetry.orthogonal import OrthogonalGroup
from ..symmetry.representations import Trivial
from ._networks import FirstBatchScaling, mlp

WIDTH = 64
EDGE_WIDTH = 32  # there are many more edges than nodes


def refuses(symmetry):
    """Return why this family cannot have a symmetry, None if it can."""
    metric, items, others = _split(symmetry.groups)
    if others:
        return f"it knows O, SO, SO+ and S(n), not {', '.join(map(str, others))}"
    if len(metric) != 1:
        return f"it takes one group of vectors such as O(3), here are {len(metric)}"
    if len(items) > 1:
        return f"it takes one S(n) of exchangeable items, here are {len(items)}"
    if not any(_is_vector(f) for block in symmetry.inputs.blocks() for f in block.factors):
        return f"no column of the inputs belongs to a vector of {metric[0]}"
    for block in symmetry.inputs.blocks() + symmetry.outputs.blocks():
        known = S | Trivial | OrthogonalGroup
        strange = [f for f in block.factors if not isinstance(f, known) and not _is_vector(f)]
        if strange:
            return f"its columns are scalars and vectors, '{strange[0]}' are others"
    for side, largest, what in [
        (symmetry.inputs, 1, "inputs are scalars and vectors"),
        (symmetry.outputs, 2, "outputs are scalars, vectors and tensors of rank 2"),
    ]:
        for block in side.blocks():
            if sum(map(_is_vector, block.factors)) > largest:
                return f"its {what}, not '{'*'.join(map(str, block.factors))}'"
            if sum(isinstance(factor, S) for factor in block.factors) > 1:
                return f"a power such as {items[0]}**2 is more than one index over the same items"
    return None


class Invariants(nn.Module):
    """A network whose only view of vectors are their inner products.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns: one group of vectors, at most one of exchangeable items.

    Notes
    -----
    For SO(n) and its relatives the functions are those of O(n): they cannot tell the handedness
    of their inputs.
    """

    def __init__(self, symmetry):
        super().__init__()
        (group,), items, _ = _split(symmetry.groups)
        self.n_items = items[0].dimension if items else 1
        self.register_buffer("metric", torch.tensor(group.metric, dtype=torch.float32))
        inputs = [_Term(block) for block in symmetry.inputs.blocks()]
        self.scalars = nn.ModuleList(term for term in inputs if term.rank == 0)
        self.vectors = nn.ModuleList(term for term in inputs if term.rank == 1)
        n_scalars = sum(term.n_channels for term in self.scalars)
        n_vectors = sum(term.n_channels for term in self.vectors)
        n_products = n_vectors * (n_vectors + 1) // 2
        self.register_buffer("pairs", torch.triu_indices(n_vectors, n_vectors), persistent=False)

        self.node_scaling = FirstBatchScaling(n_scalars + n_products)
        self.node = mlp(n_scalars + n_products, WIDTH, WIDTH)
        self.has_edges = self.n_items > 1
        if self.has_edges:
            others = [[j for j in range(self.n_items) if j != i] for i in range(self.n_items)]
            self.register_buffer("others", torch.tensor(others), persistent=False)
            self.edge_scaling = FirstBatchScaling(n_vectors**2)
            self.sender = nn.Linear(WIDTH, EDGE_WIDTH, bias=False)
            self.receiver = nn.Linear(WIDTH, EDGE_WIDTH, bias=False)
            self.products = nn.Linear(n_vectors**2, EDGE_WIDTH)
            self.message = nn.Linear(EDGE_WIDTH, EDGE_WIDTH)
            self.update = mlp(WIDTH + EDGE_WIDTH, WIDTH, WIDTH)
        self.pooled = mlp(WIDTH, WIDTH, WIDTH)
        self.outputs = nn.ModuleList(
            _Output(_Term(block), n_vectors, self.has_edges) for block in symmetry.outputs.blocks()
        )
        self.n_outputs = symmetry.outputs.dimension

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        graph = self._graph(x)
        y = x.new_zeros(len(x), self.n_outputs)
        for output in self.outputs:
            y[:, output.columns] = output(graph, self.metric)
        return y

    def _graph(self, x):
        vectors = self._items([term(x, self.metric) for term in self.vectors])
        scalars = self._items([term(x, self.metric) for term in self.scalars])
        lowered = vectors * self.metric
        features = (lowered @ vectors.transpose(2, 3))[:, :, self.pairs[0], self.pairs[1]]
        if scalars is not None:
            features = torch.cat([scalars, features], dim=2)
        node = nn.functional.silu(self.node(self.node_scaling(features)))
        edge = None
        if self.has_edges:
            products = lowered[:, :, None] @ vectors[:, self.others].transpose(3, 4)
            edge = self.products(self.edge_scaling(products.flatten(3)))
            edge = edge + self.sender(node)[:, self.others] + self.receiver(node)[:, :, None]
            edge = nn.functional.silu(self.message(nn.functional.silu(edge)))
            node = node + self.update(torch.cat([node, edge.mean(2)], dim=2))
        pooled = nn.functional.silu(self.pooled(node).mean(1))
        return _Graph(vectors, node, edge, pooled, self.others if self.has_edges else None)

    def _items(self, terms):
        """Join terms along their channels, giving every item what belongs to the whole row."""
        if not terms:
            return None
        return torch.cat([t.expand(-1, self.n_items, *t.shape[2:]) for t in terms], dim=2)


@dataclasses.dataclass
class _Graph:
    """What is known of a batch of rows: vectors (n, items, channels, d) and hidden states.

    An edge (n, items, items - 1, width) leads from each item to each of its ``others``.
    """

    vectors: torch.Tensor
    node: torch.Tensor
    edge: torch.Tensor | None
    pooled: torch.Tensor
    others: torch.Tensor | None


class _Term(nn.Module):
    """The columns of one block: an axis for the items, one for channels, one for each index."""

    def __init__(self, block):
        super().__init__()
        kinds = [
            0 if isinstance(factor, S) else 1 if isinstance(factor, Trivial) else 2
            for factor in block.factors
        ]
        columns = np.transpose(block.columns, np.argsort(kinds, kind="stable"))
        self.rank = kinds.count(2)
        self.per_item = 0 in kinds
        vector_shape = columns.shape[columns.ndim - self.rank :]
        n_items = columns.shape[0] if self.per_item else 1
        columns = columns.reshape(n_items, -1, *vector_shape)
        self.n_channels = columns.shape[1]
        self.register_buffer("columns", torch.as_tensor(columns), persistent=False)
        self.lowered = [isinstance(f, Dual) for f in block.factors if _is_vector(f)]

    def forward(self, x, metric):
        taken = x[:, self.columns]
        return taken * metric if any(self.lowered) else taken


class _Output(nn.Module):
    """One block of outputs: coefficients from the graph times products of vectors."""

    def __init__(self, term, n_vectors, has_edges):
        super().__init__()
        self.term = term
        self.columns = term.columns
        k, rank = term.n_channels, term.rank
        self.from_nodes = mlp(2 * WIDTH, WIDTH, k * n_vectors**rank)
        # pairs of different items matter where two vectors meet, or where an item pulls another
        self.uses_edges = has_edges and (rank == 2 or (rank == 1 and term.per_item))
        if self.uses_edges:
            self.from_edges = nn.Linear(EDGE_WIDTH, k * n_vectors**rank)
        if rank == 2:
            self.from_metric = mlp(2 * WIDTH, WIDTH, k)

    def forward(self, graph, metric):
        n, n_items, n_vectors, _ = graph.vectors.shape
        rank, k = self.term.rank, self.term.n_channels
        state = torch.cat([graph.node, graph.pooled[:, None].expand(-1, n_items, -1)], dim=2)
        shape = (k, *[n_vectors] * rank)
        parts = [_combine(self.from_nodes(state).view(n, n_items, *shape), graph.vectors, rank)]
        if self.uses_edges:
            parts.append(self._pull(graph, rank, k))
        if rank == 2:
            parts.append(self.from_metric(state)[..., None, None] * torch.diag(metric))
        y = sum(parts)
        if not self.term.per_item:
            y = y.mean(1, keepdim=True)
        for axis, lowered in enumerate(self.term.lowered):
            if lowered:
                y = y * metric.view(-1, *[1] * (rank - 1 - axis))
        return y

    def _pull(self, graph, rank, k):
        """Sum over the other items: their vectors, for rank 2 times an item's own."""
        n, n_items, n_others, _ = graph.edge.shape
        n_vectors = graph.vectors.shape[2]
        coefficients = self.from_edges(graph.edge)
        # to (n, items, channels and own vectors, others and their vectors)
        coefficients = coefficients.view(n, n_items, n_others, -1, n_vectors).transpose(2, 3)
        theirs = graph.vectors[:, graph.others].flatten(2, 3)
        pulled = coefficients.flatten(3) @ theirs / math.sqrt(n_others)
        if rank == 1:
            return pulled
        return torch.einsum("nikcf,nicd->nikdf", pulled.unflatten(2, (k, -1)), graph.vectors)


def _combine(coefficients, vectors, rank):
    """Contract coefficients (n, items, k, channels, ...) with vectors, once for each rank."""
    if rank == 0:
        return coefficients
    if rank == 1:
        return coefficients @ vectors
    return torch.einsum("nikce,nicd,nief->nikdf", coefficients, vectors, vectors)


def _is_vector(factor):
    plain = factor.base if isinstance(factor, Dual) else factor
    return isinstance(plain, OrthogonalGroup)


def _split(groups):
    metric = [group for group in groups if isinstance(group, OrthogonalGroup)]
    items = [group for group in groups if isinstance(group, S)]
    others = [group for group in groups if group not in metric and group not in items]
    return metric, items, others
