"""Sources yield every sample once an epoch, in batches whose weights sum to one."""

import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.training import (
    ChunkedBatches,
    HalfSquaredError,
    MixedBatches,
    ShuffledBatches,
)
from sklearn_symclone.training import batches as sources

from ._helpers import N_FEATURES, N_SAMPLES, generator, linear_task, normal


@pytest.mark.parametrize("batch_size", [1, 7, 16, 49, 50, 1000])
def test_batches_cover_all_rows_once_with_weights_that_sum_to_one(batch_size):
    numbers = torch.arange(N_SAMPLES, dtype=torch.float64)
    weights = numbers + 1
    rows = ShuffledBatches(numbers[:, None], -numbers[:, None], weights, batch_size, generator())
    for _ in range(2):
        batches = list(rows)
        assert len(batches) == len(rows) == math.ceil(N_SAMPLES / batch_size)
        sizes = [len(x) for x, _ in batches]
        assert max(sizes) <= batch_size
        assert max(sizes) - min(sizes) <= 1
        seen = torch.cat([x[:, 0] for x, _ in batches])
        assert_array_equal(seen.sort().values, numbers)
        for x, (y, w) in batches:
            assert_array_equal(y, -x)
            assert_allclose(w, (x[:, 0] + 1) / (x[:, 0] + 1).sum(), rtol=1e-14)


def test_epochs_are_shuffled_anew_and_repeat_with_the_seed():
    first, second = linear_task(10), linear_task(10)
    epochs = [torch.cat([x for x, _ in first]) for _ in range(2)]
    assert not torch.equal(*epochs)
    assert_array_equal(torch.cat([x for x, _ in second]), epochs[0])


def test_one_batch_draws_no_random_numbers():
    rows = linear_task()
    before = rows.generator.get_state()
    ((x, (y, _)),) = rows
    assert_array_equal(rows.generator.get_state(), before)
    assert_array_equal(x, rows.inputs)
    assert_array_equal(y, rows.targets)


def test_batch_of_zero_weights_has_no_loss():
    inputs = normal(4, N_FEATURES)
    rows = ShuffledBatches(inputs, inputs[:, :2], torch.zeros(4).double(), 4, generator())
    ((x, (y, w)),) = rows
    assert HalfSquaredError()(x[:, :2] + 1, y, w) == 0


def test_mixture_has_the_share_of_the_second_source_which_is_endless():
    def source(value, n_rows, batch_size):
        column = torch.full((n_rows, 1), value, dtype=torch.float64)
        return ShuffledBatches(column, column, column[:, 0].abs(), batch_size, generator())

    rows = MixedBatches(source(1.0, 12, 3), source(-2.0, 10, 5), 0.3)
    for _ in range(3):
        batches = list(rows)
        assert len(batches) == len(rows) == 4
        for x, (y, w) in batches:
            assert_array_equal(x, torch.tensor([[1.0]] * 3 + [[-2.0]] * 5))
            assert_array_equal(y, x)
            assert_allclose(w[:3].sum(), 0.7)
            assert_allclose(w[3:].sum(), 0.3)


def test_second_source_goes_on_where_the_last_epoch_ended():
    numbers = torch.arange(6, dtype=torch.float64)[:, None]
    ones = torch.ones(6, dtype=torch.float64)
    first = ShuffledBatches(numbers[:2], numbers[:2], ones[:2], 1, generator())
    rows = MixedBatches(first, ShuffledBatches(numbers, numbers, ones, 1, generator()), 0.5)
    seen = [x[1].item() for _ in range(3) for x, _ in rows]
    assert sorted(seen) == [0, 1, 2, 3, 4, 5]


# tables in chunks


def numbered(n_rows, batch_size, chunk_size, seed=0, read=None):
    column = torch.arange(n_rows, dtype=torch.float64)[:, None]
    calls = []

    def places(which):
        calls.append(which)
        return column[which], column[which], column[which, 0] + 1

    generator = None if seed is None else torch.Generator().manual_seed(seed)
    return ChunkedBatches(places, n_rows, batch_size, generator, chunk_size), calls


@pytest.mark.parametrize("n_rows", [255, 257, 700, 1024, 1031])
@pytest.mark.parametrize("batch_size", [7, 64, 500])
def test_an_epoch_has_every_row_once(n_rows, batch_size, monkeypatch):
    monkeypatch.setattr(sources, "BLOCK", 8)
    source, calls = numbered(n_rows, batch_size, 256)
    batches = [inputs.flatten() for inputs, _ in source]
    assert len(batches) == len(source)
    assert max(map(len, batches)) <= batch_size
    assert torch.equal(torch.cat(batches).sort().values, torch.arange(n_rows).double())
    assert len(calls) == -(-n_rows // 256)
    if n_rows > 256:
        assert max(map(len, calls)) <= 256
        # a chunk has rows from all over the table, and another epoch has other ones
        assert all(np.ptp(call) > n_rows / 3 for call in calls)
        again = torch.cat([inputs.flatten() for inputs, _ in source])
        assert not torch.equal(again, torch.cat(batches))


def test_a_table_of_one_chunk_is_read_once_and_shuffled_as_a_whole():
    source, calls = numbered(100, 30, 100)
    column = torch.arange(100, dtype=torch.float64)[:, None]
    generator = torch.Generator().manual_seed(0)
    whole = ShuffledBatches(column, column, column[:, 0] + 1, 30, generator)
    for _ in range(2):
        for (x, (y, w)), (x_0, (y_0, w_0)) in zip(source, whole, strict=True):
            assert torch.equal(x, x_0)
            assert torch.equal(y, y_0)
            assert torch.equal(w, w_0)
    assert calls == [slice(None)]


def test_without_a_generator_the_order_stays(monkeypatch):
    monkeypatch.setattr(sources, "BLOCK", 8)
    before = torch.get_rng_state()
    source, _ = numbered(1031, 256, 256, seed=None)
    assert torch.equal(torch.cat([x for x, _ in source])[:, 0], torch.arange(1031).double())
    assert torch.equal(before, torch.get_rng_state())
