"""The regular representation follows the multiplication table."""

import itertools

import numpy as np
import pytest
from helpers.groups import QUATERNIONS, SHEARED_TURN, dense
from numpy.testing import assert_array_equal

from sklearn_symclone.symmetry import Symmetry, parse_representation


@pytest.mark.parametrize("text", ["S(3)", "D(4)", "Cube()", "Signs(2)", QUATERNIONS, SHEARED_TURN])
def test_the_regular_representation_follows_the_multiplication_table(text):
    group = parse_representation(text)
    every = Symmetry(group).elements()
    matrices = dense(every.actions[group])
    table = [
        [int(np.abs(matrices - g @ h).max(axis=(1, 2)).argmin()) for h in matrices]
        for g in matrices
    ]
    expected = np.zeros((len(table),) * 3)
    for g, h in itertools.product(range(len(table)), repeat=2):
        expected[g, table[g][h], h] = 1  # the column of h moves to that of g h
    assert_array_equal(group.regular.matrix(every), expected)
    assert group.regular.dimension == group.order == len(table)
