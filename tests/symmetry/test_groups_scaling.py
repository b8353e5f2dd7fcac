"""Changes of scale."""

import numpy as np
from helpers.groups import draw
from numpy.testing import assert_array_equal
from scipy.stats import kstest, norm

from sklearn_symclone.symmetry import Scaling


def test_changes_of_scale_multiply_all_columns_by_one_positive_number():
    g = draw(Scaling(3), 2000).matrices
    factors = g[:, 0, 0]
    assert_array_equal(g, factors[:, None, None] * np.eye(3))
    assert np.all(factors > 0)
    assert kstest(np.log(factors), norm(scale=0.5).cdf).pvalue > 1e-3
