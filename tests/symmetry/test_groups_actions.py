"""Batches of elements act, invert and join."""

import numpy as np
import pytest
from helpers.groups import AFFINE, FINITE, LINEAR, dense, draw
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import Grid, GroupElements, O, S, Signs, parse_representation


@pytest.mark.parametrize("group", [S(4), Grid(2, 2, "D4"), Signs(3), O(3), O(1, 3)], ids=str)
def test_elements_act_on_columns_as_their_matrices(group):
    action = draw(group, 7)
    x = np.random.RandomState(1).standard_normal((7, group.dimension, 2))
    g = dense(action)
    assert_allclose(action.act(x), g @ x, atol=1e-12)
    assert_allclose(action.inverse().act(x), np.linalg.inv(g) @ x, atol=1e-10)
    assert_allclose(action.dual().act(x), np.linalg.inv(g).transpose(0, 2, 1) @ x, atol=1e-10)


@pytest.mark.parametrize("group", [S(4), Signs(3), O(1, 3)], ids=str)
@pytest.mark.parametrize("rows", [slice(1, 6, 2), [4, 0], np.arange(7) > 3], ids=str)
def test_some_elements_of_a_batch(group, rows):
    batch = GroupElements({group: draw(group, 7)}, 7)
    assert len(batch[rows]) == len(np.arange(7)[rows]) == len(batch[rows].actions[group])
    assert_array_equal(dense(batch[rows].actions[group]), dense(batch.actions[group])[rows])


MATRIX = [*FINITE, *LINEAR]


with_group = pytest.mark.parametrize("text", MATRIX)


@pytest.mark.parametrize("text", [*MATRIX, *AFFINE, "Rubik()"])
def test_inverse_elements_undo(text):
    group = parse_representation(text)
    elements = draw(group, 20)
    x = np.random.RandomState(1).standard_normal((20, group.dimension, 2))
    assert_allclose(elements.inverse().act(elements.act(x)), x, atol=1e-7)
    identity = elements.identity(20)
    assert_array_equal(identity.act(x), x)
    assert len(elements.join(identity)) == 40


@with_group
def test_duals_are_inverse_transposes_and_determinants_those_of_numpy(text):
    group = parse_representation(text)
    elements = draw(group, 10)
    products = dense(elements.dual()).transpose(0, 2, 1) @ dense(elements)
    assert_allclose(products, np.tile(np.eye(group.dimension), (10, 1, 1)), atol=1e-7)
    assert_allclose(elements.determinant(), np.linalg.det(dense(elements)), rtol=1e-7)
    if group.is_self_dual:
        assert_allclose(dense(elements.dual()), dense(elements), atol=1e-10)
    if group.is_unimodular:
        assert_allclose(np.abs(elements.determinant()), 1, rtol=1e-7)
