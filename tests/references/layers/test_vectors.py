"""Cross products of vectors, against contractions that are written out."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.references.layers.vectors import CrossProducts
from sklearn_symclone.symmetry import SO, SOplus


def levi_civita(d):
    tensor = np.zeros([d] * d)
    for order in itertools.permutations(range(d)):
        tensor[order] = np.linalg.det(np.eye(d)[list(order)])
    return tensor


@pytest.mark.parametrize("group", [SO(1), SO(2), SO(3), SO(5), SOplus(1, 3), SO(2, 1)])
@pytest.mark.parametrize("rank", [1, 2])
def test_cross_products_are_contractions_of_the_levi_civita_tensor(group, rank):
    d = group.dimension
    if d < rank:
        return
    cross = CrossProducts(group, d, rank).double()
    vectors = np.random.RandomState(0).standard_normal((4, d, d))
    expected = []
    for chosen in itertools.combinations(range(d), d - rank):
        tensor = np.broadcast_to(levi_civita(d), (4, *[d] * d))
        for k in reversed(chosen):
            tensor = np.einsum("n...k,nk->n...", tensor, vectors[:, k])
        for axis in range(rank):
            tensor = np.moveaxis(np.moveaxis(tensor, 1 + axis, -1) * group.metric, -1, 1 + axis)
        expected.append(tensor)
    assert_allclose(cross(torch.tensor(vectors)), np.stack(expected, axis=1), atol=1e-12)
