"""Polygons keep their corners."""

import numpy as np
import pytest
from helpers.groups import dense, draw, keys
from numpy.testing import assert_allclose

from sklearn_symclone.symmetry import Polygon


def same_elements(found, expected):
    return set(keys(found)) == set(keys(expected))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("kind", ["C", "D"])
def test_a_polygon_keeps_its_corners(n, kind):
    group = Polygon(n, kind)
    angles = 2 * np.pi * np.arange(n) / n
    corners = np.column_stack([np.cos(angles), np.sin(angles)])
    elements = dense(group.elements())
    for g in elements:
        assert same_elements((corners @ g.T)[:, None], corners[:, None])
        assert_allclose(g @ g.T, np.eye(2), atol=1e-12)
    assert np.sum(np.linalg.det(elements) > 0) == n
    assert len(elements) == (2 * n if kind == "D" else n)


@pytest.mark.parametrize("n", [12, 2500])
def test_random_turns_of_a_polygon_are_spread_over_the_circle(n):
    g = draw(Polygon(n), 500).matrices
    angles = np.arctan2(g[:, 1, 0], g[:, 0, 0])
    quadrants = np.floor((angles + 0.1) / (np.pi / 2)).astype(int) % 4
    assert np.bincount(quadrants, minlength=4).min() > 80
