"""Small finite groups list all elements once, are closed, and draw them uniformly."""

import numpy as np
import pytest
from helpers.groups import dense, draw
from numpy.testing import assert_array_equal
from scipy.stats import chisquare

from sklearn_symclone.symmetry import C, D, Grid, O, S, Signs

# Each group with the number of its elements.
FINITE = [
    (S(1), 1),
    (S(2), 2),
    (S(3), 6),
    (S(4), 24),
    (C(1), 1),
    (C(2), 2),
    (C(5), 5),
    (D(1), 1),
    (D(2), 2),
    (D(3), 6),
    (D(4), 8),
    (D(5), 10),
    (Signs(1), 2),
    (Signs(3), 8),
    (O(1), 2),
    (Grid(1, 1, "C4"), 1),
    (Grid(1, 1, "D4"), 1),
    (Grid(1, 1, "T(2)"), 1),
    (Grid(2, 2, "C4"), 4),
    (Grid(2, 2, "D4"), 8),
    (Grid(2, 2, "T(2)"), 4),
    (Grid(1, 3, "T(2)"), 3),
    (Grid(3, 3, "C4"), 4),
    (Grid(3, 3, "D4"), 8),
    (Grid(4, 4, "D4"), 8),
    (Grid(3, 4, "T(2)"), 12),
    (Grid(6, 7, "mirror"), 2),
    (Grid(6, 7, "flip"), 2),
    (Grid(6, 7, "mirror+flip"), 4),
    (Grid(3, 3, "mirror+flip"), 4),
    (Grid(3, 1, "mirror"), 1),
    (Grid(1, 3, "mirror+flip"), 2),
]


@pytest.mark.parametrize(("group", "order"), FINITE, ids=str)
def test_elements_are_distinct_and_as_many_as_the_order(group, order):
    listed = dense(group.elements())
    assert group.order == order == len(listed)
    assert len(np.unique(listed, axis=0)) == order
    assert listed.shape[1:] == (group.dimension, group.dimension)


@pytest.mark.parametrize(("group", "order"), FINITE, ids=str)
def test_elements_are_closed_and_start_with_the_identity(group, order):
    listed = dense(group.elements())
    known = {tuple(matrix.ravel()) for matrix in listed}
    products = np.einsum("aij,bjk->abik", listed, listed).reshape(order**2, -1)
    assert {tuple(matrix) for matrix in products} == known
    assert_array_equal(listed[0], np.eye(group.dimension))


@pytest.mark.parametrize(("group", "order"), FINITE, ids=str)
def test_random_elements_of_a_finite_group_are_uniform(group, order):
    listed = [matrix.tobytes() for matrix in dense(group.elements())]
    drawn = [matrix.tobytes() for matrix in dense(draw(group, 100 * order, seed=order))]
    counts = [drawn.count(matrix) for matrix in listed]
    assert sum(counts) == 100 * order
    assert order == 1 or chisquare(counts).pvalue > 1e-3
