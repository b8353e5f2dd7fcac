"""Unitary groups keep lengths of complex vectors and are Haar distributed."""

import math

import numpy as np
import pytest
from helpers.groups import draw
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kstest

from sklearn_symclone.symmetry import SU, U


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
