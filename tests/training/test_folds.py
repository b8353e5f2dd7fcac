"""Folds depend on what samples hold, and on nothing else."""

import numpy as np
import pytest

from sklearn_symclone.training import fold_numbers, merge_equal


@pytest.fixture
def table():
    rng = np.random.RandomState(0)
    return rng.standard_normal((103, 4)), rng.standard_normal((103, 2)), np.ones(103)


def test_folds_are_equally_large(table):
    assert sorted(np.bincount(fold_numbers(*table, 5))) == [20, 20, 21, 21, 21]


def test_the_order_of_a_table_does_not_matter(table):
    order = np.random.RandomState(1).permutation(103)
    numbers = fold_numbers(*table, 5)
    np.testing.assert_array_equal(fold_numbers(*(a[order] for a in table), 5), numbers[order])


def test_equal_samples_fall_together_and_weights_are_repetitions(table):
    X, Y, _ = table
    weights = np.arange(103) % 3
    listed = np.repeat(np.arange(103), weights)
    numbers = fold_numbers(X, Y, weights.astype(float), 5)
    again = fold_numbers(X[listed], Y[listed], np.ones(len(listed)), 5)
    np.testing.assert_array_equal(again, numbers[listed])


def test_both_precisions_have_the_same_folds(table):
    X, Y, weights = table
    X = X.astype(np.float32)
    one, other = (fold_numbers(X.astype(dtype), Y, weights, 4) for dtype in ("f4", "f8"))
    np.testing.assert_array_equal(one, other)


def test_every_fold_has_all_classes():
    rng = np.random.RandomState(0)
    Y = np.eye(3)[np.r_[np.zeros(60, int), np.ones(30, int), np.full(10, 2)]]
    numbers = fold_numbers(rng.standard_normal((100, 3)), Y, np.ones(100), 5)
    for kind in range(3):
        counts = np.bincount(numbers[Y[:, kind] == 1], minlength=5)
        assert counts.min() == counts.max()


def test_a_row_that_stands_twice_is_one_observation(table):
    X, _, _ = table
    weights, losses = np.arange(103.0) % 3, np.arange(103.0)
    listed = np.repeat(np.arange(103), weights.astype(int))
    one = merge_equal(X, losses, weights)
    other = merge_equal(X[listed], losses[listed], np.ones(len(listed)))
    np.testing.assert_allclose(one, other)
    assert len(one[0]) == np.count_nonzero(weights)
