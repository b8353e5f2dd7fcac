"""Folds depend on what samples hold, and on nothing else."""

import numpy as np
import pytest

from sklearn_symclone.training import fold_numbers, merge_equal
from sklearn_symclone.training.folds import choose_groups, count_distinct


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


LABELS = {
    "numbers": np.arange(103) % 17,
    "strings": np.array([f"patient {i % 17}" for i in range(103)]),
    "unequal": np.repeat(np.arange(14), np.arange(1, 15))[:103],
}


@pytest.mark.parametrize("groups", LABELS.values(), ids=LABELS)
def test_a_group_falls_into_one_fold_and_folds_are_about_equal(table, groups):
    numbers = fold_numbers(*table, 5, groups)
    for label in np.unique(groups):
        assert len(np.unique(numbers[groups == label])) == 1
    sizes = np.bincount(numbers, minlength=5)
    assert sizes.max() - sizes.min() <= np.unique(groups, return_counts=True)[1].max()


@pytest.mark.parametrize("groups", LABELS.values(), ids=LABELS)
def test_folds_of_groups_know_no_order_and_no_repetitions(table, groups):
    X, Y, _ = table
    weights = np.random.RandomState(1).permutation(103) % 3
    listed = np.random.RandomState(2).permutation(np.repeat(np.arange(103), weights))
    numbers = fold_numbers(X, Y, weights.astype(float), 5, groups)
    again = fold_numbers(X[listed], Y[listed], np.ones(len(listed)), 5, groups[listed])
    np.testing.assert_array_equal(again, numbers[listed])


def test_fewer_groups_than_folds_leave_folds_empty(table):
    assert set(fold_numbers(*table, 5, np.arange(103) % 3)) == {0, 1, 2}


def test_equal_rows_of_different_groups_are_told_apart():
    X, groups = np.zeros((20, 2)), np.arange(20) % 2
    numbers = fold_numbers(X, np.zeros((20, 1)), np.ones(20), 2, groups)
    np.testing.assert_array_equal(numbers == numbers[0], groups == 0)


def test_distinct_rows_are_counted_once(table):
    X = np.repeat(table[0], 3, axis=0)
    numbers = np.repeat(np.arange(103) % 4, 3)
    np.testing.assert_array_equal(count_distinct(X, numbers, 6), [26, 26, 26, 25, 0, 0])


def test_groups_that_are_held_out_have_about_a_share_of_the_weight():
    groups = np.repeat(np.arange(40), 5)
    held_out = choose_groups(groups, np.ones(200), 0.2, seed=0)
    assert held_out.sum() == 40
    assert not set(groups[held_out]) & set(groups[~held_out])
    order = np.random.RandomState(0).permutation(200)
    np.testing.assert_array_equal(
        choose_groups(groups[order], np.ones(200), 0.2, 0), held_out[order]
    )
    assert (choose_groups(groups, np.ones(200), 0.2, seed=1) != held_out).any()
    for share in (0.01, 0.99):  # neither side is empty
        assert 0 < choose_groups(groups % 2, np.ones(200), share, 0).sum() < 200
