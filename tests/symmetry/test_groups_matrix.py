"""Groups of a user's own matrices: finite ones, discrete ones, and Lie groups."""

import math

import numpy as np
import pytest
from helpers.groups import CYLINDER, QUATERNIONS, SHEARS, closure, dense, draw, keys
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import MatrixGroup, parse_representation


def same_elements(found, expected):
    return set(keys(found)) == set(keys(expected))


def test_a_quaternion_group():
    group = parse_representation(QUATERNIONS)
    listed = dense(group.elements())
    assert same_elements(listed, closure(np.array(group.matrices)))
    assert sorted(np.trace(listed, axis1=1, axis2=2)) == [-4, 0, 0, 0, 0, 0, 0, 4]


def test_random_elements_of_an_infinite_group_are_of_all_its_components():
    """Rotations about an axis, up and down: a turn and a reflection of the third coordinate."""
    g = draw(parse_representation(CYLINDER), 400).matrices
    assert_allclose(g @ g.transpose(0, 2, 1), np.tile(np.eye(3), (400, 1, 1)), atol=1e-12)
    assert_allclose(np.linalg.det(g[:, :2, :2]), 1)
    assert set(g[:, 2, 2].round(9)) == {1, -1}


def test_random_elements_of_an_infinite_discrete_group_are_of_it():
    g = draw(parse_representation(SHEARS), 300).matrices
    assert_array_equal(g, g.round())
    assert set(np.linalg.det(g).round(6)) == {1, -1}
    assert len(set(keys(g))) > 100


@pytest.mark.parametrize("factor", [2, 0.5, -0.5])
def test_powers_of_a_number_are_infinitely_many(factor):
    group = MatrixGroup([[[factor, 0], [0, 1]]])
    powers = np.log2(np.abs(draw(group, 300).matrices[:, 0, 0]))
    assert group.order == math.inf
    assert powers.min() < 0 < powers.max()
    assert_allclose(powers, powers.round(), atol=1e-9)
