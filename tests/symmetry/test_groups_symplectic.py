"""Symplectic groups keep the form of mechanics."""

import numpy as np
import pytest
from helpers.groups import draw
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import Sp


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
