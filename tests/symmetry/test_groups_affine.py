"""Affine groups keep the distances of points."""

import numpy as np
import pytest
from helpers.groups import AFFINE, draw
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kstest, norm

from sklearn_symclone.symmetry import parse_representation


@pytest.mark.parametrize("text", AFFINE)
def test_affine_maps_keep_the_distances_of_points(text):
    group = parse_representation(text)
    elements = draw(group, 300)
    x = np.random.RandomState(1).standard_normal((300, group.dimension, 5))
    moved = elements.act(x)
    before, after = (np.linalg.norm(p[..., None] - p[..., None, :], axis=1) for p in (x, moved))
    assert_allclose(after, before, atol=1e-12)
    determinants = np.linalg.det(elements.matrices).round(9)
    assert set(determinants) == ({1, -1} if group.name == "E" else {1})
    assert_allclose(
        elements.linear.act(x[:, :, :1] - x[:, :, 1:2]),
        moved[:, :, :1] - moved[:, :, 1:2],
        atol=1e-12,
    )
    assert kstest(elements.shifts.ravel(), norm.cdf).pvalue > 1e-3
    if group.name == "T":
        assert_array_equal(elements.matrices, np.tile(np.eye(group.dimension), (300, 1, 1)))
