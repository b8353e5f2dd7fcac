"""Linear groups stretch as they say."""

import math

import numpy as np
import pytest
from helpers.groups import draw
from numpy.testing import assert_allclose
from scipy.stats import kstest, norm

from sklearn_symclone.symmetry import GL, SL


@pytest.mark.parametrize("group", [SL(1), SL(2), SL(3), GL(1), GL(2), GL(3)], ids=str)
def test_general_and_special_linear_matrices(group):
    determinants = np.linalg.det(draw(group, 2000).matrices)
    if isinstance(group, SL):
        assert_allclose(determinants, 1, rtol=1e-10)
    else:
        assert abs(np.mean(determinants > 0) - 0.5) < 0.05
        spread = norm(scale=0.5 * math.sqrt(group.n)).cdf
        assert kstest(np.log(np.abs(determinants)), spread).pvalue > 1e-3
