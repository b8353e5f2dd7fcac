"""Doubled columns are permuted, as the columns and their negatives are moved."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_symclone.symmetry import Symmetry, equivariant_maps, parse_representation

SIGNED = ["S(2).det", "S(4).det", "S(4).alt2", "Signs(3)", "Signs(2).alt2", "C(4).alt2.sym2"]


@pytest.mark.parametrize("text", SIGNED)
def test_columns_and_their_negatives_are_permuted(text):
    signed = parse_representation(text)
    doubled = signed.doubled
    elements = Symmetry(signed).elements()
    X = np.random.RandomState(0).standard_normal((len(elements), signed.dimension))
    moved = signed.transform(elements, X)
    both = doubled.transform(elements, np.hstack([X, -X]))
    assert_array_equal(both, np.hstack([moved, -moved]))
    matrices = doubled.matrix(elements)
    assert_array_equal(np.sort(matrices, axis=2)[:, :, -1], 1)
    assert_array_equal(matrices.sum(axis=1), 1)


@pytest.mark.parametrize("text", SIGNED)
def test_the_difference_of_both_halves_is_the_signed_columns(text):
    signed = parse_representation(text)
    difference = np.hstack([np.eye(signed.dimension), -np.eye(signed.dimension)])
    maps = equivariant_maps(signed.doubled, signed)
    np.testing.assert_allclose(maps.project(difference), difference, atol=1e-12)
