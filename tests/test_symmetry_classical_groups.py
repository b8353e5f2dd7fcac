"""Classical and affine groups keep what they should, and are drawn as they say."""

import itertools
import math

import numpy as np
import pytest
from _groups import AFFINE, LINEAR, dense, draw
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kstest, norm

from sklearn_symclone.symmetry import GL, SL, SU, E, O, Scaling, Sp, U, parse_representation


def complex_matrices(group, n_elements=200):
    g, n = draw(group, n_elements).matrices, group.n
    assert_array_equal(g[:, :n, :n], g[:, n:, n:])
    assert_array_equal(g[:, :n, n:], -g[:, n:, :n])
    return g[:, :n, :n] + 1j * g[:, n:, :n]


@pytest.mark.parametrize("group", [U(1), U(2), U(3), SU(1), SU(2), SU(3)], ids=str)
def test_unitary_matrices(group):
    z = complex_matrices(group)
    assert_allclose(
        z @ z.conj().transpose(0, 2, 1), np.tile(np.eye(group.n), (200, 1, 1)), atol=1e-12
    )
    phases = np.angle(np.linalg.det(z))
    if isinstance(group, SU):
        assert_allclose(np.linalg.det(z), 1, atol=1e-12)
    else:
        assert kstest(phases, "uniform", args=(-np.pi, 2 * np.pi)).pvalue > 1e-3


@pytest.mark.parametrize("group", [U(1), U(2), U(3), SU(2), SU(3)], ids=str)
def test_random_unitary_matrices_have_the_moments_of_the_haar_measure(group):
    z = complex_matrices(group, 20_000).reshape(20_000, -1)
    size = len(z[0])
    atol = 5 / math.sqrt(20_000 * group.n)
    assert_allclose(z.mean(axis=0), 0, atol=atol)
    assert_allclose(z.T.conj() @ z / 20_000, np.eye(size) / group.n, atol=atol)


@pytest.mark.parametrize("n", [2, 4, 6])
def test_symplectic_matrices_keep_the_form(n):
    group = Sp(n)
    form = np.zeros((n, n))
    for k in range(n // 2):
        form[k, k + n // 2], form[k + n // 2, k] = 1, -1
    assert_array_equal(group.form, form)
    g = draw(group, 500).matrices
    error = np.abs(g.transpose(0, 2, 1) @ form @ g - form).max(axis=(1, 2))
    assert np.all(error < 1e-12 * np.square(g).sum(axis=(1, 2)))
    assert_allclose(g.mean(axis=0), 0, atol=0.2)
    # factors by which it stretches come in pairs e^t and e^-t
    logs = np.log(np.linalg.svd(g, compute_uv=False))
    assert_allclose(logs, -logs[:, ::-1], atol=1e-9)
    assert_allclose(np.mean(logs**2), 0.25, atol=0.04)


@pytest.mark.parametrize("group", [SL(1), SL(2), SL(3), GL(1), GL(2), GL(3)], ids=str)
def test_general_and_special_linear_matrices(group):
    determinants = np.linalg.det(draw(group, 2000).matrices)
    if isinstance(group, SL):
        assert_allclose(determinants, 1, rtol=1e-10)
    else:
        assert abs(np.mean(determinants > 0) - 0.5) < 0.05
        spread = norm(scale=0.5 * math.sqrt(group.n)).cdf
        assert kstest(np.log(np.abs(determinants)), spread).pvalue > 1e-3


def test_changes_of_scale_multiply_all_columns_by_one_positive_number():
    g = draw(Scaling(3), 2000).matrices
    factors = g[:, 0, 0]
    assert_array_equal(g, factors[:, None, None] * np.eye(3))
    assert np.all(factors > 0)
    assert kstest(np.log(factors), norm(scale=0.5).cdf).pvalue > 1e-3


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


# Generators of Lie groups


@pytest.mark.parametrize(
    "group",
    [
        *(kind(n) for kind in (O, GL, E) for n in range(1, 7)),
        *(O(p, q) for p in range(1, 4) for q in range(1, 4)),
    ],
    ids=str,
)
def test_generators_of_a_lie_group_reach_all_its_components(group):
    g, q = dense(group.generators()), getattr(group, "q", 0)
    p = group.dimension - q
    corners = [g[:, :p, :p], *([g[:, p:, p:]] if q else [])]
    flips = np.stack([np.linalg.det(corner) < 0 for corner in corners], axis=1)
    words = [
        np.bitwise_xor.reduce(flips[list(chosen)], axis=0)
        for k in range(1, len(g) + 1)
        for chosen in itertools.combinations(range(len(g)), k)
    ]
    assert len({tuple(word) for word in words} | {(False,) * len(corners)}) == 2 ** len(corners)


@pytest.mark.parametrize("text", [*LINEAR, *AFFINE])
def test_generators_belong_to_the_group(text):
    group = parse_representation(text)
    generators, drawn = dense(group.generators()), dense(draw(group, 200))
    signs = set(np.sign(np.linalg.det(drawn)))
    assert set(np.sign(np.linalg.det(generators))) <= signs
    assert generators.shape[1:] == drawn.shape[1:]
