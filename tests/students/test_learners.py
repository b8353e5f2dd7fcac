"""What learners that share weights have in common, and who learns each weight alone."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.students import (
    Alone,
    ColumnScaling,
    Dense,
    Paired,
    Shared,
    learner_of,
    linear_layers,
)
from sklearn_symclone.symmetry import Symmetry

BODIES = "S(5) + S(5)*E(3) + S(5)*E(3).vector -> S(5)*E(3)"
SHARING = [
    (Shared, "S(33)*2 -> 1", "silu", (192, 100)),
    (Shared, "S(50)*O(3) -> 1", "square_silu", (192, 192)),
    (Shared, "S(64)*2 -> 1", "square_silu", (192, 192)),
    (Shared, "S(40) + S(40)*O(2) -> S(40)", "silu", (200, 80, 16)),
    (Shared, "S(40).mask + S(40)*E(2) + 3 -> S(3)*2", "silu", (120,)),
    (Shared, "S(5) + S(34) -> 1", "silu", (40,)),
    # of pairs of items; units that are left over belong to the whole
    (Paired, BODIES, "silu", (190, 160)),
    (Paired, "3 + S(3)*O(2) + S(3) -> S(3) + 2 + S(3)*O(2)", "silu", (50, 60, 48)),
    (Paired, "S(2)*O(3) -> 1", "silu", (20,)),
    (Paired, "2 + O(2) + S(4)*2*O(2) + S(3)*2 -> O(2)", "silu", (96, 99)),
]


@pytest.mark.parametrize(
    ("kind", "text", "activation", "widths"), SHARING, ids=[text for _, text, *_ in SHARING]
)
def test_the_dense_network_is_symmetric_and_follows_the_trained_one(kind, text, activation, widths):
    symmetry, student = Symmetry.parse(text), Dense(widths, activation)
    n, m = symmetry.inputs.dimension, symmetry.outputs.dimension
    of_columns = np.random.RandomState(3)
    x_scale, y_scale = of_columns.uniform(1, 3, n), of_columns.uniform(1, 3, m)
    alone = ColumnScaling(of_columns.normal(size=n), x_scale, of_columns.normal(size=m), y_scale)
    learner = learner_of(student, symmetry)
    assert isinstance(learner, kind)
    scaling = learner.pooled(alone)
    network = learner.network(student, scaling, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in network.parameters():  # biases start from zero
            parameter += 0.1
    weights = student.export(network, scaling)
    assert weights.shapes == [*itertools.pairwise([n, *widths, m])]
    X = np.random.RandomState(1).standard_normal((8, n))
    answers = student.predict(weights, X)
    expected = network(torch.tensor(scaling.scale_inputs(X))).detach().numpy()
    assert_allclose(answers, scaling.unscale_targets(expected), rtol=1e-9, atol=1e-9)
    items = learner.symmetry
    elements = items.sample(len(X), random_state=2)
    moved = student.predict(weights, items.inputs.transform(elements, X))
    assert np.ptp(answers, axis=0).min() > 0.01
    assert_allclose(moved, items.outputs.transform(elements, answers), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("n_items", "widths"), [(3, (60,)), (40, (120,))])
def test_columns_of_items_have_the_mean_and_the_deviation_of_all_items(n_items, widths):
    symmetry = Symmetry.parse(f"S({n_items})*O(2) + 1 -> S({n_items})*O(2)")
    learner, n = learner_of(Dense(widths, "silu"), symmetry), 2 * n_items + 1
    X = np.random.RandomState(0).standard_normal((50, n)) * np.arange(1, n + 1) + np.arange(n)
    Y = X[:, ::-1][:, :-1]
    pooled = learner.pooled(ColumnScaling.of(lambda: [(X, Y, None)], scale_targets=True))
    every = X[:, :-1].reshape(-1, 2)
    assert_allclose(pooled.x_shift, [*np.tile(every.mean(axis=0), n_items), X[:, -1].mean()])
    assert_allclose(pooled.x_scale, [*np.tile(every.std(axis=0), n_items), X[:, -1].std()])
    assert_allclose(pooled.y_scale, np.tile(Y.reshape(-1, 2).std(axis=0), n_items))


@pytest.mark.parametrize(("text", "n_units"), [("S(40)*2 -> 1", 80), ("S(3)*O(2) -> 1", 60)])
def test_the_weights_depend_on_the_generator_alone(text, n_units):
    student, symmetry = Dense((n_units,), "silu"), Symmetry.parse(text)
    n = symmetry.inputs.dimension
    scaling = ColumnScaling(np.zeros(n), np.ones(n), np.zeros(1), np.ones(1))

    def first(seed):
        drawn = torch.Generator().manual_seed(seed)
        network = learner_of(student, symmetry).network(student, scaling, drawn)
        return linear_layers(network)[0].weight.detach().numpy()

    one = first(0)
    torch.manual_seed(5)
    assert np.array_equal(first(0), one)
    assert not np.allclose(first(1), one)


@pytest.mark.parametrize(
    ("text", "widths", "activation"),
    [
        ("2*O(5) -> 1", (192,), "silu"),
        ("S(32)*2 -> 1", (192,), "silu"),
        ("S(33)*2 -> 1", (), "silu"),
        ("S(50)*5 -> 1", (192, 192), "silu"),  # three units would see five columns
        ("S(40)**2 -> 1", (4000,), "silu"),
        ("S(40).pairs -> 1", (4000,), "silu"),
        ("S(40)*2 -> S(40).det", (192,), "silu"),
        (BODIES, (159, 160), "silu"),  # 8 units for each of 20 pairs are 160
        (BODIES, (), "silu"),
        (BODIES, (192, 192), "silu_square"),
        ("S(5)*3 -> 1", (192,), "silu"),
        ("S(5)**2*O(2) -> 1", (400,), "silu"),
        ("S(5)*O(2) -> S(5).det", (192,), "silu"),
        ("S(1)*O(3) -> 1", (192,), "silu"),
        ("S(3)*S(4) -> S(3)*S(4)", (192,), "silu"),
    ],
)
def test_elsewhere_each_weight_learns_alone(text, widths, activation):
    assert isinstance(learner_of(Dense(widths, activation), Symmetry.parse(text)), Alone)
