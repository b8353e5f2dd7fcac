"""Which samples are held out: folds, groups, or a user's own samples."""

from dataclasses import replace

import numpy as np
import pytest

from sklearn_symclone.training import Partition, TrainingData
from sklearn_symclone.training.data import CHUNK


def table(n=100, **changed):
    X = np.random.RandomState(0).standard_normal((n, 3))
    return TrainingData(X, X[:, 0], np.ones(n), **changed)


def test_each_sample_is_held_out_once():
    parts = Partition.of(table())
    assert len(parts) == 5
    held_out = np.concatenate([part.rows for part in parts.outside])
    np.testing.assert_array_equal(np.sort(held_out), np.arange(100))
    for inside, outside in zip(parts.inside, parts.outside, strict=True):
        assert not set(inside.rows) & set(outside.rows)
    assert len(parts.first(2)) == 2


def test_samples_of_the_user_take_the_place_of_folds():
    own = table(7)
    data = table(2, validation=own)
    parts = Partition.of(data)
    assert (parts.inside, parts.outside) == ([data], [own])
    assert len(parts.first(3)) == 1


@pytest.mark.parametrize("n_groups", [2, 3, 4, 5, 9])
def test_few_groups_make_fewer_folds(n_groups):
    groups = np.arange(100) % n_groups
    parts = Partition.of(table(groups=groups))
    assert len(parts) == min(n_groups, 5)
    for inside, outside in zip(parts.inside, parts.outside, strict=True):
        assert not set(inside.group_labels) & set(outside.group_labels)


def test_small_groups_share_a_fold():
    # one group of 90 samples, and ten of one
    groups = np.maximum(np.arange(100), 89)
    parts = Partition.of(table(groups=groups))
    assert sorted(len(part) for part in parts.outside) == [5, 5, 90]


@pytest.mark.parametrize(
    "data",
    [
        table(1),
        table(19),
        table(groups=np.zeros(100)),
        table(groups=np.arange(100) == 0),
        # a row that stands often is one row
        replace(table(), X=np.repeat(table(10).X, 10, axis=0)),
        TrainingData(np.zeros((CHUNK + 1, 1)), np.zeros(CHUNK + 1), np.ones(CHUNK + 1)),
    ],
    ids=["one", "few", "one group", "a group of one row", "repeated", "many"],
)
def test_where_nothing_can_be_held_out(data):
    assert Partition.of(data) is None
