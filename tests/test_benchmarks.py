"""What the benchmarks promise of the rows that they use."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("_tables", BENCHMARKS / "_tables.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["_tables"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["_tables"]


def test_each_row_is_published_or_chooses_settings(tables):
    published, tuned = (tables.split_table(10_583, purpose) for purpose in tables.PURPOSES)
    np.testing.assert_array_equal(np.sort(np.concatenate([published, tuned])), np.arange(10_583))
    assert abs(len(published) - len(tuned)) <= 1


def test_the_part_of_a_row_does_not_depend_on_the_rows_that_follow(tables):
    few, many = tables.split_table(100, "publish"), tables.split_table(1000, "publish")
    np.testing.assert_array_equal(few, many[many < 100])


@pytest.mark.parametrize("period", [2, 3, 4, 5, 8, 10, 64])
def test_rows_in_a_regular_order_are_in_both_parts_alike(tables, period):
    published = tables.split_table(64 * 100, "publish")
    shares = np.bincount(published % period) / len(published) * period
    np.testing.assert_allclose(shares, 1, atol=0.1)


def test_a_purpose_that_there_is_not(tables):
    with pytest.raises(ValueError, match="purpose must be one of publish, tune, got 'test'"):
        tables.split_table(10, "test")


def test_seeds_that_choose_settings_never_see_a_published_row(tables):
    X = np.arange(2000.0)[:, None]
    table = tables.Table(X, X[:, 0], "1", n_test=500)
    seen = [
        {row for rows in table.split(300, seed)[::2] for row in rows.ravel()}
        for seed in (0, 1, 2, 100, 101, 102)
    ]
    assert not set.union(*seen[:3]) & set.union(*seen[3:])
    assert all(len(rows) == 800 for rows in seen)


def test_a_small_table_is_tested_on_all_that_is_left(tables):
    boards = tables.tic_tac_toe()
    X, y, X_test, y_test = boards.split(300, seed=0)
    assert (len(X), len(X_test)) == (len(y), len(y_test)) == (300, 179)
