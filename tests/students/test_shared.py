"""Items of a large set share weights while a student imitates. The result is a dense network."""

import numpy as np
import pytest

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.students import Dense, Shared, learner_of
from sklearn_symclone.symmetry import Symmetry

#: Symmetries, activations and widths, and the units of each hidden layer.
SHARED = [
    ("S(33)*2 -> 1", "silu", (192, 100), ["27 + S(33)*5", "1 + S(33)*3"]),
    ("S(50)*O(3) -> 1", "square_silu", (192, 192), ["42 + S(50)*3", "42 + S(50)*3"]),
    # the first twenty units are no squares, those behind them are
    ("S(64)*2 -> 1", "square_silu", (192, 192), ["64 + S(64)*2", "S(64)*3"]),
    ("S(40) + S(40)*O(2) -> S(40)", "silu", (200, 80, 16), ["S(40)*5", "S(40)*2", "16"]),
    ("S(40).mask + S(40)*E(2) + 3 -> S(3)*2", "silu", (120,), ["S(40)*3"]),
    ("S(5) + S(34) -> 1", "silu", (40,), ["6 + S(34)"]),
]


@pytest.mark.parametrize(
    ("text", "activation", "widths", "hidden"), SHARED, ids=[text for text, *_ in SHARED]
)
def test_each_item_has_as_many_units_as_the_layer_allows(text, activation, widths, hidden):
    found = learner_of(Dense(widths, activation), Symmetry.parse(text))
    assert isinstance(found, Shared)
    assert [str(layer) for layer in found.hidden] == hidden
    assert tuple(layer.dimension for layer in found.hidden) == widths


@pytest.fixture(scope="module")
def table():
    X = np.random.RandomState(0).standard_normal((60, 80))
    return X, np.tanh(X.reshape(60, 40, 2)).mean(axis=(1, 2))


def test_a_short_imitation_keeps_the_order_of_items_out_of_the_clone(table, capsys):
    short = {"reference_steps": 20, "clone_steps": 20, "strength": 1, "random_state": 0}
    model = SymmetryClonedRegressor(symmetry="S(40)*2", verbose=True, **short).fit(*table)
    assert "; items share weights, for there are more than 32" in capsys.readouterr().out
    assert model.equivariance_error_ < 0.01
    assert model.activation_ in ("square_silu", "silu")
    assert [coef.shape for coef in model.coefs_] == [(80, 192), (192, 192), (192, 1)]
    narrow = SymmetryClonedRegressor(symmetry="S(40)*2", hidden_layer_sizes=(60, 60), **short)
    assert narrow.fit(*table).equivariance_error_ > 0.05
    assert narrow.activation_ in ("silu_square", "silu")


def test_a_warm_start_goes_on_with_weights_of_its_own(table):
    model = SymmetryClonedRegressor(
        symmetry="S(40)*2",
        reference_steps=5,
        clone_steps=5,
        strength=0.1,
        max_iter=2,
        warm_start=True,
        random_state=0,
    ).fit(*table)
    activation = model.activation_
    assert np.isfinite(model.fit(*table).predict(table[0])).all()
    assert model.activation_ == activation
