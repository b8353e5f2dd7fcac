"""Items that move each other under O(n) and E(n): networks on the differences of their vectors.

"E(n) equivariant graph neural networks" (arXiv 2102.09844): what an item hears from another one
depends on the lengths and products of the differences of their vectors. The item's own vectors are
moved along these differences. The answers are combinations of the vectors before and after.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from ..symmetry import O, S, Symmetry, Trivial, product_name
from .family import Family, Fit
from .layers.blocks import Term, gather
from .layers.graph import Crowd
from .layers.networks import FirstBatchScaling, mlp
from .layers.presence import Presence
from .registry import register

#: Units of the state of an item, and of what it hears from another one.
WIDTH, EDGE_WIDTH = 64, 32
#: How often items hear each other.
N_ROUNDS = 2
#: What is added to a squared distance before it is inverted, in units of the table's vectors.
SOFTENING = 0.01
#: Size of the initial weights that move vectors, in units of torch's own: nothing flies apart.
GENTLE = 0.03
#: Items, at most: the states of all their pairs are kept for each sample of a step.
MAX_ITEMS = 64


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    items = [group for group in symmetry.groups if isinstance(group, S)]
    # lengths must be positive, and networks of lengths know reflections
    vectors = [g for g in symmetry.groups if type(g) is O and (g.metric > 0).all()]
    if len(items) != 1 or len(vectors) != 1 or len(symmetry.groups) > 2:
        return "it knows the items of one S(n) with vectors of one O(n) or E(n)"
    if items[0].dimension < 2:
        return "it takes at least two items"
    n_items = items[0].dimension
    if n_items > MAX_ITEMS:
        return f"it keeps all pairs of items and takes {MAX_ITEMS} items at most, not {n_items}"
    item_vector = {items[0], vectors[0]}
    allowed = {"inputs": (item_vector, {items[0]}, set()), "outputs": (item_vector,)}
    for side, what in [(symmetry.inputs, "inputs"), (symmetry.outputs, "outputs")]:
        for block in side.blocks():
            named = _named(block)
            if len(named) > 2 or set(named) not in allowed[what]:
                kinds = "vectors of items, or scalars" if what == "inputs" else "vectors of items"
                return f"its {what} are {kinds}, not '{product_name(block.factors)}'"
    if not any(len(_named(block)) == 2 for block in symmetry.inputs.blocks()):
        return "no column of the inputs belongs to the vector of an item"
    return None


def _named(block):
    return [factor for factor in block.factors if not isinstance(factor, Trivial)]


class EGNN(nn.Module):
    """Items that hear each other and move.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns: one S(n) and one O(n).
    """

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        items = next(group for group in symmetry.groups if isinstance(group, S))
        sizes, self.n_states = {items: items.dimension}, items.dimension**2
        inputs = [Term(block) for block in symmetry.inputs.blocks()]
        scalars, _, _ = gather([term for term in inputs if term.rank == 0], sizes)
        vectors, _, n_vectors = gather([term for term in inputs if term.rank == 1], sizes)
        outputs, _, n_outputs = gather([Term(b) for b in symmetry.outputs.blocks()], sizes)
        for name, columns in [("scalars", scalars), ("vectors", vectors), ("outputs", outputs)]:
            self.register_buffer(name, torch.as_tensor(columns), persistent=False)
        self.n_columns = symmetry.outputs.dimension
        n_products = n_vectors * (n_vectors + 1) // 2
        n_scalars = scalars.shape[1]
        self.register_buffer("products", torch.triu_indices(n_vectors, n_vectors), persistent=False)
        self.items, self.presence = items, Presence(symmetry)
        self.crowd = Crowd(items.dimension)
        self.scaling = FirstBatchScaling(n_scalars + n_products)
        self.node = nn.Linear(n_scalars + n_products, WIDTH)
        of_round = n_vectors, n_products, n_scalars
        self.rounds = nn.ModuleList(_Round(*of_round) for _ in range(N_ROUNDS))
        self.answer = nn.Linear(WIDTH, n_outputs * 2 * n_vectors)

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        present, x = self.presence(x)
        crowd = self.crowd(present.get(self.items))
        scalars, vectors = x[:, self.scalars], x[:, self.vectors]
        squares = torch.asinh(self._products(vectors))
        node = self.node(self.scaling(torch.cat([scalars, squares], dim=2), crowd.measured))
        moved = vectors
        for one in self.rounds:
            apart = moved[:, :, None] - moved[:, None]
            pairs = self._pair_features(apart, scalars)
            node, moved = one(node, moved, apart, pairs, crowd)
        both = torch.cat([vectors, moved], dim=2)
        coefficients = self.answer(node).unflatten(2, (-1, both.shape[2]))
        y = x.new_zeros(len(x), self.n_columns)
        y[:, self.outputs] = (coefficients @ both).to(y.dtype)
        return y

    def _products(self, vectors):
        """Return the products of the vectors of each item, or of each pair."""
        products = vectors @ vectors.transpose(-1, -2)
        return products[..., self.products[0], self.products[1]]

    def _pair_features(self, apart, scalars):
        products = self._products(apart)
        softened = apart.square().sum(-1) + SOFTENING
        charges = scalars[:, :, None] * scalars[:, None]
        return torch.cat([torch.asinh(products), softened.log(), softened.rsqrt(), charges], dim=3)


class _Round(nn.Module):
    """What items hear from each other, and how it moves their vectors."""

    def __init__(self, n_vectors, n_products, n_scalars):
        super().__init__()
        n_features = n_products + 2 * n_vectors + n_scalars
        self.scaling = FirstBatchScaling(n_features)
        self.features = nn.Linear(n_features, EDGE_WIDTH)
        # one matrix for all that is made of an item's state, for SOAP needs time for each matrix
        self.parts = EDGE_WIDTH, EDGE_WIDTH, n_vectors**2
        self.of_item = nn.Linear(WIDTH, sum(self.parts))
        self.message = nn.Linear(EDGE_WIDTH, EDGE_WIDTH)
        self.pull = nn.Linear(EDGE_WIDTH, n_vectors**2)
        self.update = mlp(WIDTH + EDGE_WIDTH, WIDTH, WIDTH)
        with torch.no_grad():
            for parameter in self.pull.parameters():
                parameter *= GENTLE

    def forward(self, node, vectors, apart, pairs, crowd):
        """Return new states and vectors of items."""
        others = crowd.pairs
        size = math.sqrt(others.shape[1] - 1)
        sent, received, drift = self.of_item(node).split(self.parts, dim=2)
        edge = self.features(self.scaling(pairs, crowd.measured_pairs))
        edge = edge + sent[:, None] + received[:, :, None]
        edge = nn.functional.silu(self.message(nn.functional.silu(edge))) * others
        pull = (self.pull(edge) * others).unflatten(3, (apart.shape[3], -1))
        pulled = torch.einsum("nijab,nijbd->niad", pull, apart) / size
        drift = drift.unflatten(2, (apart.shape[3], -1)) @ vectors
        node = node + self.update(torch.cat([node, edge.sum(2) / size], dim=2))
        return node, vectors + pulled + drift


register(
    "egnn",
    Family(
        refuses,
        EGNN,
        # chosen on charged bodies: Adam with 100 and 300 samples, where SOAP has up to twice the
        # error; decays of .15, .3, .8, 1 and 3, batches of 50, 100 and 200, one round and two, with
        # 1000 and 3000
        Fit(1200, 5e-3, weight_decay=0.3, batch_size=50),
        Fit(1500, 1e-2, weight_decay=0.3, batch_size=50, solver="soap"),
    ),
)
