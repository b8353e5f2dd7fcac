"""Vectors are differences of points."""

import numpy as np
import pytest
from helpers.groups import AFFINE, dense
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import E, Symmetry, T, parse_representation

N_ELEMENTS = 5


def sample(representation, seed=0):
    return Symmetry(representation).sample(N_ELEMENTS, random_state=seed)


@pytest.mark.parametrize("text", AFFINE)
def test_vectors_are_differences_of_points(text):
    group = parse_representation(text)
    elements = sample(group)
    a, b = np.random.RandomState(0).standard_normal((2, N_ELEMENTS, group.dimension))
    ends = [group.transform(elements, point) for point in (a, b)]
    assert_allclose(group.vector.transform(elements, a - b), ends[0] - ends[1], atol=1e-12)
    assert_allclose(group.shift(elements), elements.actions[group].shifts)
    assert_allclose(group.matrix(elements), dense(elements.actions[group]), atol=1e-12)


def test_vectors_of_translations_are_not_moved():
    elements = sample(T(2) + E(2))
    assert_array_equal(T(2).vector.matrix(elements), np.tile(np.eye(2), (N_ELEMENTS, 1, 1)))
    assert_array_equal(T(2).det.matrix(elements), np.ones((N_ELEMENTS, 1, 1)))
