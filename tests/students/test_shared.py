"""Items of a large set share weights while a student imitates. The result is a dense network."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.students import (
    Alone,
    ColumnScaling,
    Dense,
    Shared,
    learner_of,
    linear_layers,
)
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
EVERY_SHARED = pytest.mark.parametrize(
    ("text", "activation", "widths", "hidden"), SHARED, ids=[text for text, *_ in SHARED]
)


@EVERY_SHARED
def test_each_item_has_as_many_units_as_the_layer_allows(text, activation, widths, hidden):
    found = learner_of(Dense(widths, activation), Symmetry.parse(text))
    assert isinstance(found, Shared)
    assert [str(layer) for layer in found.hidden] == hidden
    assert tuple(layer.dimension for layer in found.hidden) == widths


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("2*O(5) -> 1", (192,)),
        ("S(32)*2 -> 1", (192,)),
        ("S(33)*2 -> 1", ()),
        ("S(50)*5 -> 1", (192, 192)),  # three units would see five columns
        ("S(40)**2 -> 1", (4000,)),
        ("S(40).pairs -> 1", (4000,)),
        ("S(40)*2 -> S(40).det", (192,)),
    ],
)
def test_elsewhere_each_weight_learns_alone(text, widths):
    assert isinstance(learner_of(Dense(widths, "silu"), Symmetry.parse(text)), Alone)


@EVERY_SHARED
def test_the_dense_network_is_symmetric_and_follows_the_trained_one(
    text, activation, widths, hidden
):
    symmetry, student = Symmetry.parse(text), Dense(widths, activation)
    n, m = symmetry.inputs.dimension, symmetry.outputs.dimension
    scaling = ColumnScaling(np.full(n, 0.5), np.full(n, 2), np.full(m, -1), np.full(m, 3))
    learner = learner_of(student, symmetry)
    drawn = torch.Generator().manual_seed(0)
    network = learner.network(student, scaling, drawn)
    weights = student.export(network, scaling)
    assert weights.shapes == [*itertools.pairwise([n, *widths, m])]
    X = np.random.RandomState(1).standard_normal((8, n))
    answers = student.predict(weights, X)
    expected = network(torch.tensor((X - 0.5) / 2)).detach().numpy()
    assert_allclose(answers, 3 * expected - 1, rtol=1e-9, atol=1e-9)
    items = learner.symmetry
    elements = items.sample(len(X), random_state=2)
    moved = student.predict(weights, items.inputs.transform(elements, X))
    assert np.ptp(answers, axis=0).min() > 0.01
    assert_allclose(moved, items.outputs.transform(elements, answers), rtol=1e-9, atol=1e-9)


def test_the_weights_depend_on_the_generator_alone():
    student, symmetry = Dense((80,), "silu"), Symmetry.parse("S(40)*2 -> 1")
    scaling = ColumnScaling(np.zeros(80), np.ones(80), np.zeros(1), np.ones(1))

    def first(seed):
        drawn = torch.Generator().manual_seed(seed)
        network = learner_of(student, symmetry).network(student, scaling, drawn)
        return linear_layers(network)[0].weight.detach().numpy()

    one = first(0)
    torch.manual_seed(5)
    assert np.array_equal(first(0), one)
    assert not np.allclose(first(1), one)


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
