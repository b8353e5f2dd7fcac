"""Orthogonal groups keep the metric and are drawn fairly."""

import itertools
import math
import re

import numpy as np
import pytest
from helpers.groups import draw
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import halfnorm, kstest

from sklearn_symclone.symmetry import SO, O, SOplus

COMPACT = [O(1), O(2), O(3), O(5), SO(1), SO(2), SO(3), SO(5)]


INDEFINITE = [
    O(1, 3),
    O(1, 1),
    O(2, 3),
    O(3, 1),
    SO(1, 3),
    SO(2, 2),
    SO(3, 2),
    SOplus(1, 3),
    SOplus(1, 1),
    SOplus(2, 3),
]


IRREDUCIBLE = [O(2), O(3), O(5), SO(3), SO(5)]


def metric_of(group):
    return np.diag([1.0] * group.n + [-1.0] * group.q)


@pytest.mark.parametrize("group", COMPACT + INDEFINITE, ids=str)
@pytest.mark.parametrize("n_elements", [1, 200])
def test_random_matrices_keep_the_metric(group, n_elements):
    g = draw(group, n_elements).matrices
    eta = metric_of(group)
    assert g.shape == (n_elements, group.dimension, group.dimension)
    assert_array_equal(group.metric, np.diag(eta))
    error = g.transpose(0, 2, 1) @ eta @ g - eta
    size = np.square(g).sum(axis=(1, 2)) / group.dimension  # 1 without boosts
    assert np.all(np.abs(error).max(axis=(1, 2)) < 1e-12 * size)


def components(group):
    """Count which signs the determinants of the time-like and space-like corners have."""
    g = draw(group, 4000).matrices
    time_like = np.sign(np.linalg.det(g[:, : group.n, : group.n])).astype(int)
    space_like = np.ones_like(time_like)
    if group.q:
        space_like = np.sign(np.linalg.det(g[:, group.n :, group.n :])).astype(int)
    assert_allclose(np.linalg.det(g), time_like * space_like, rtol=1e-9)
    return {
        signs: int(np.sum((time_like == signs[0]) & (space_like == signs[1])))
        for signs in itertools.product((1, -1), repeat=2)
    }


@pytest.mark.parametrize(
    ("group", "reached"),
    [
        (O(1), {(1, 1), (-1, 1)}),
        (O(3), {(1, 1), (-1, 1)}),
        (O(4), {(1, 1), (-1, 1)}),
        (SO(1), {(1, 1)}),
        (SO(2), {(1, 1)}),
        (SO(3), {(1, 1)}),
        (O(1, 3), {(1, 1), (1, -1), (-1, 1), (-1, -1)}),
        (O(2, 3), {(1, 1), (1, -1), (-1, 1), (-1, -1)}),
        (SO(1, 3), {(1, 1), (-1, -1)}),
        (SO(2, 2), {(1, 1), (-1, -1)}),
        (SOplus(1, 3), {(1, 1)}),
        (SOplus(1, 1), {(1, 1)}),
        (SOplus(2, 3), {(1, 1)}),
    ],
    ids=str,
)
def test_every_connected_component_is_drawn_equally_often(group, reached):
    counts = components(group)
    assert {signs for signs, count in counts.items() if count} == reached
    for signs in reached:
        assert abs(counts[signs] / 4000 - 1 / len(reached)) < 0.04


def test_proper_lorentz_transformations_keep_the_direction_of_time():
    g = draw(SOplus(1, 3), 500).matrices
    assert np.all(g[:, 0, 0] >= 1)
    assert_allclose(np.linalg.det(g), 1, rtol=1e-9)


@pytest.mark.parametrize("group", IRREDUCIBLE, ids=str)
def test_random_matrices_have_the_moments_of_the_haar_measure(group):
    n, d = 20_000, group.dimension
    g = draw(group, n).matrices.reshape(n, d * d)
    assert_allclose(g.mean(axis=0), 0, atol=5 / math.sqrt(n * d))
    assert_allclose(g.T @ g / n, np.eye(d * d) / d, atol=5 / math.sqrt(n * d))


def test_random_rotations_of_the_plane_have_uniform_angles():
    g = draw(SO(2), 5000).matrices
    angles = np.arctan2(g[:, 1, 0], g[:, 0, 0])
    assert kstest(angles, "uniform", args=(-np.pi, 2 * np.pi)).pvalue > 1e-3


@pytest.mark.parametrize("group", [O(1, 3), SO(1, 3), SOplus(1, 3), SOplus(1, 1)], ids=str)
def test_rapidities_of_a_boost_are_normal_with_the_documented_spread(group):
    rapidity = np.arccosh(np.abs(draw(group, 3000).matrices[:, 0, 0]))
    assert kstest(rapidity, halfnorm(scale=0.5).cdf).pvalue > 1e-3


def test_each_pair_of_a_time_like_and_a_space_like_axis_is_boosted():
    singular = np.linalg.svd(draw(SOplus(2, 3), 3000).matrices, compute_uv=False)
    rapidities = np.log(singular[:, :2])
    assert_allclose(
        np.log(singular[:, 2:]),
        np.column_stack([0 * rapidities[:, 0], -rapidities[:, ::-1]]),
        atol=1e-9,
    )
    assert_allclose(np.mean(rapidities**2), 0.25, atol=0.02)


@pytest.mark.parametrize("transposed", [False, True])
def test_boosts_point_in_all_directions_from_all_directions(transposed):
    g = draw(SOplus(1, 3), 20_000).matrices
    momentum = g[:, 0, 1:] if transposed else g[:, 1:, 0]
    direction = momentum / np.linalg.norm(momentum, axis=1, keepdims=True)
    assert_allclose(direction.mean(axis=0), 0, atol=0.02)
    assert_allclose(direction.T @ direction / 20_000, np.eye(3) / 3, atol=0.02)


@pytest.mark.parametrize("group", [O(2), SO(1), SO(3), O(1, 3), SOplus(1, 3)], ids=str)
def test_an_infinite_group_lists_no_elements(group):
    assert group.order == math.inf
    message = f"{group} is infinite: its elements cannot be listed"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        group.elements()
