"""Cloning inputs of wide tables are fewer, so that their memory is bounded."""

import numpy as np
import pytest

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.imitation import network


@pytest.mark.parametrize(("numbers", "n_rows"), [(2**24, 512), (400, 100)])
def test_wide_tables_are_imitated_on_fewer_rows(monkeypatch, numbers, n_rows):
    drawn = []
    imitate = network.imitate

    def recorded(*args, **kwargs):
        drawn.append(args[3].pool)
        return imitate(*args, **kwargs)

    monkeypatch.setattr(network, "POOL_NUMBERS", numbers)
    monkeypatch.setattr(network, "imitate", recorded)
    X = np.random.RandomState(0).standard_normal((30, 4))
    model = SymmetryClonedRegressor(
        symmetry="S(4)", strength=1, reference_steps=2, clone_steps=1, max_iter=1, random_state=0
    )
    model.fit(X, X.sum(axis=1))
    assert [min(pool, n_rows) for pool in drawn] == [n_rows]
