"""Many items with vectors: sums over all items take the place of their pairs."""

import numpy as np
import torch

from sklearn_symclone.references import FAMILIES, choose_family, refusals
from sklearn_symclone.symmetry import Symmetry

from ._helpers import assert_equivariant, assert_refused, build, rows, share_unexplained


def test_auto_takes_it_where_pairs_are_too_many():
    refused = refusals(Symmetry.parse("S(33)*O(3) -> 1"))
    assert refused["invariants"] == "it keeps all pairs of items and takes 32 items at most, not 33"
    assert choose_family(Symmetry.parse("S(33)*O(3) -> 1")) == "pooled"
    assert choose_family(Symmetry.parse("S(20)*O(3) + S(13)' -> 1")) == "pooled"
    assert choose_family(Symmetry.parse("S(32)*O(3) -> 1")) == "invariants"


def test_one_item_has_no_others_to_hear():
    assert_refused("pooled", "2*O(3) -> 1", "it takes at least two items")


def test_networks_of_many_items_are_equivariant():
    symmetry = Symmetry.parse("S(40) + S(40)*O(3) + O(3) -> S(40)*O(3) + O(3)**2 + 1")
    module = build("pooled", symmetry)
    with torch.no_grad():
        module(torch.tensor(rows(symmetry.inputs, n=60)))
    assert_equivariant(module, symmetry)


def test_products_of_different_items_are_learned():
    # |x1 + ... + x4|², which no sum over single items tells
    X = np.random.RandomState(0).standard_normal((400, 12))
    y = np.square(X.reshape(-1, 4, 3).sum(1)).sum(1, keepdims=True)
    assert share_unexplained("pooled", "S(4)*O(3) -> 1", X, y, max_iter=60) < 0.05


def test_states_grow_with_the_items_alone():
    text = "S({})*O(3) -> 1"
    few, many = (FAMILIES["pooled"].network(Symmetry.parse(text.format(n))) for n in (10, 40))
    assert many.n_states == 4 * few.n_states
    assert sum(p.numel() for p in many.parameters()) == sum(p.numel() for p in few.parameters())
