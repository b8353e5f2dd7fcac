"""What is known of a table: statistics, samples, parts, and batches to imitate."""

from dataclasses import replace

import numpy as np
import pytest

from sklearn_symclone.students import ColumnScaling
from sklearn_symclone.training import TrainingData
from sklearn_symclone.training import data as tables


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 256)


def table(n_rows=1000, n_classes=None, seed=0):
    random_state = np.random.RandomState(seed)
    X = random_state.normal(3.0, 2.0, size=(n_rows, 4)).astype(np.float32)
    y = (
        random_state.normal(size=(n_rows, 2))
        if n_classes is None
        else np.arange(n_rows) % n_classes
    )
    classes = None if n_classes is None else np.arange(n_classes)
    return TrainingData(X, y, random_state.uniform(0, 2, size=n_rows), classes)


def test_statistics_of_chunks_are_those_of_the_table(small_chunks):
    known = table()
    known.weights[256:512] = 0  # a chunk that does not count
    X, weights = known.X.astype(float), known.weights
    scaling = ColumnScaling.of(known.chunks, scale_targets=True)
    for values, shift, scale in [
        (X, scaling.x_shift, scaling.x_scale),
        (known.y, scaling.y_shift, scaling.y_scale),
    ]:
        mean = np.average(values, axis=0, weights=weights)
        deviation = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weights))
        np.testing.assert_allclose(shift, mean, rtol=1e-12)
        np.testing.assert_allclose(scale, deviation, rtol=1e-12)


def test_a_sample_is_drawn_by_weight_from_everywhere(small_chunks):
    known = table(n_rows=2560)
    known.weights[:] = 1
    known.weights[:1280] = 3
    X, Y, weights = known.sample(0)
    places = np.flatnonzero((known.X[:, None, 0] == X[:, 0]).any(axis=1))
    assert X.shape == (256, 4)
    assert len(places) > 250
    assert np.mean(places < 1280) == pytest.approx(0.75, abs=0.02)
    assert np.array_equal(weights, np.ones(256))
    row = np.flatnonzero(known.X[:, 0] == X[7, 0])
    np.testing.assert_array_equal(Y[[7]], known.y[row])
    assert not np.array_equal(known.sample(1)[0], X)


def test_a_sample_of_a_small_table_is_the_table(small_chunks):
    known = table(n_rows=256)
    for drawn, array in zip(known.sample(0), (known.X, known.y, known.weights), strict=True):
        np.testing.assert_array_equal(drawn, array)


def test_a_split_keeps_the_shares_of_classes(small_chunks):
    known = table(n_rows=1000, n_classes=4)
    for part, size in zip(known.split(0.1, 0), (900, 100), strict=True):
        assert len(part) == size
        assert np.all(np.diff(part.rows) > 0)
        _, Y, weights = part.read()
        np.testing.assert_array_equal(Y.sum(axis=0), size / 4)
        assert part.total_weight == weights.sum()


def test_a_split_keeps_groups_together(small_chunks):
    known = replace(table(), groups=np.arange(1000) % 50)
    kept, held_out = known.split(0.1, 0)
    assert not set(kept.group_labels) & set(held_out.group_labels)
    assert 50 <= len(held_out) <= 150
    assert len(kept) + len(held_out) == 1000


@pytest.mark.parametrize(
    "known",
    [
        table(1),
        table(2),
        replace(table(), groups=np.zeros(1000)),
        replace(table(n_classes=2), y=np.arange(1000) // 999),  # one member of a class
    ],
    ids=["one", "two", "one group", "one member"],
)
def test_of_too_few_samples_none_is_split_off(known):
    kept, held_out = known.split(0.1, 0)
    assert held_out is None
    assert len(kept) == len(known)


def test_samples_of_weight_zero_are_left_out():
    known = replace(table(), groups=np.arange(1000))
    assert known.counted() is known
    known.weights[::3] = 0
    np.testing.assert_array_equal(known.counted().group_labels, np.flatnonzero(known.weights))


def test_groups_and_validation_samples_are_drawn_with_the_others(small_chunks):
    known = replace(table(), groups=np.arange(1000), validation=table(700, seed=1))
    drawn = known.take(np.arange(100, 1000)).drawn(0)
    np.testing.assert_array_equal(drawn.X, known.X[drawn.group_labels])
    assert drawn.group_labels.min() >= 100
    assert (len(drawn), len(drawn.validation)) == (256, 256)
