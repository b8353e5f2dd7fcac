"""Columns of pairs: where each of them stands in a matrix."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_symclone.references.layers.pair_columns import arrange, gather, n_indices
from sklearn_symclone.symmetry import C, O, S


def only_block(representation):
    (block,) = representation.blocks()
    return block


@pytest.mark.parametrize(
    ("representation", "expected"),
    [
        (S(3).pairs, [[-1, 0, 1], [0, -1, 2], [1, 2, -1]]),
        (S(3).sets([1, 2], [0, 2], [1, 0]), [[-1, 2, 1], [2, -1, 0], [1, 0, -1]]),
        (S(3).sym2, [[0, 1, 2], [1, 3, 4], [2, 4, 5]]),
        (S(3) ** 2, [[0, 1, 2], [3, 4, 5], [6, 7, 8]]),
    ],
)
def test_matrices_hold_the_columns_row_by_row(representation, expected):
    expected = np.array(expected)
    assert_array_equal(arrange(only_block(representation))[..., 0], expected)
    second = arrange(only_block(representation * 2))[..., 1]
    assert_array_equal(second, np.where(expected < 0, -1, 2 * expected + 1))


def test_channels_stand_last_wherever_they_are_written():
    columns = arrange(only_block(S(2) * 3 * S(2)))
    assert columns.shape == (2, 2, 3)
    assert_array_equal(columns[0, 1], [1, 3, 5])


def test_blocks_of_one_kind_lie_side_by_side():
    representation = 1 + S(2) + S(2) ** 2 + 2 * S(2) + S(2).pairs
    pairs, items, whole = gather(representation.blocks(), n_items=2)
    assert_array_equal(whole, [0])
    assert_array_equal(items, [[1, 7, 9], [2, 8, 10]])
    assert_array_equal(pairs, [[[3, -1], [4, 11]], [[5, 11], [6, -1]]])


@pytest.mark.parametrize(
    ("factor", "n"),
    [
        *((S(3), 1), (S(3).pairs, 2), (S(3).sym2, 2), (S(3).alt2, None)),
        *((S(3).sets([0, 1, 2]), None), (S(4).pairs.sym2, None), (O(3), None), (C(3), None)),
    ],
)
def test_the_number_of_items_that_an_entry_belongs_to(factor, n):
    assert n_indices(factor) == n
