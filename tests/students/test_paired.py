"""Pairs of a few items share weights while a student imitates. The result is a dense network."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_charged_bodies
from sklearn_symclone.students import (
    Alone,
    ColumnScaling,
    Dense,
    Paired,
    learner_of,
    linear_layers,
)
from sklearn_symclone.symmetry import S, Symmetry

BODIES = "S(5) + S(5)*E(3) + S(5)*E(3).vector -> S(5)*E(3)"
#: Symmetries and widths; units that are left over from the pairs belong to the whole.
PAIRED = [
    (BODIES, (190, 160)),
    ("3 + S(3)*O(2) + S(3) -> S(3) + 2 + S(3)*O(2)", (50, 60, 48)),
    ("S(2)*O(3) -> 1", (20,)),
    ("2 + O(2) + S(4)*2*O(2) + S(3)*2 -> O(2)", (96, 99)),
]


@pytest.mark.parametrize(("text", "widths"), PAIRED, ids=[text for text, _ in PAIRED])
def test_the_dense_network_is_symmetric_and_follows_the_trained_one(text, widths):
    symmetry, student = Symmetry.parse(text), Dense(widths, "silu")
    n, m = symmetry.inputs.dimension, symmetry.outputs.dimension
    of_columns = np.random.RandomState(3)
    x_scale, y_scale = of_columns.uniform(1, 3, n), of_columns.uniform(1, 3, m)
    alone = ColumnScaling(of_columns.normal(size=n), x_scale, of_columns.normal(size=m), y_scale)
    learner = learner_of(student, symmetry)
    assert isinstance(learner, Paired)
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


def test_columns_of_items_have_the_mean_and_the_deviation_of_all_items():
    symmetry = Symmetry.parse("S(3)*O(2) + 1 -> S(3)*O(2)")
    learner = learner_of(Dense((60,), "silu"), symmetry)
    X = np.random.RandomState(0).standard_normal((50, 7)) * [1, 2, 3, 4, 5, 6, 7] + np.arange(7)
    Y = X[:, ::-1][:, :6]
    pooled = learner.pooled(ColumnScaling.of(lambda: [(X, Y, None)], scale_targets=True))
    every = X[:, :6].reshape(-1, 2)
    assert_allclose(pooled.x_shift, [*np.tile(every.mean(axis=0), 3), X[:, 6].mean()])
    assert_allclose(pooled.x_scale, [*np.tile(every.std(axis=0), 3), X[:, 6].std()])
    assert_allclose(pooled.y_scale, np.tile(Y.reshape(-1, 2).std(axis=0), 3))


def test_few_weights_stand_in_many_places():
    student, symmetry = Dense((480,), "silu"), Symmetry.parse(BODIES)
    scaling = ColumnScaling(np.zeros(35), np.ones(35), np.zeros(15), np.ones(15))
    network = learner_of(student, symmetry).network(student, scaling, torch.Generator())
    first = linear_layers(network)[0]
    # 24 units of a pair see the 7 columns of each of its two items
    assert sum(parameter.numel() for parameter in first.parameters()) == 24 * (2 * 7 + 1)
    assert len(np.unique(first.weight.detach().numpy())) == 24 * 2 * 7 + 1


@pytest.mark.parametrize(
    ("text", "widths", "activation"),
    [
        ("2*O(5) -> 1", (192,), "silu"),
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


def test_the_weights_depend_on_the_generator_alone():
    student, symmetry = Dense((60,), "silu"), Symmetry.parse("S(3)*O(2) -> 1")
    scaling = ColumnScaling(np.zeros(6), np.ones(6), np.zeros(1), np.ones(1))

    def first(seed):
        drawn = torch.Generator().manual_seed(seed)
        network = learner_of(student, symmetry).network(student, scaling, drawn)
        return linear_layers(network)[0].weight.detach().numpy()

    one = first(0)
    torch.manual_seed(5)
    assert np.array_equal(first(0), one)
    assert not np.allclose(first(1), one)


def test_the_pairs_of_the_larger_set_share_weights():
    student = Dense((300,), "silu")
    for text in ("S(2)*O(3) + S(6)*O(3) -> 1", "S(6)*O(3) + S(2)*O(3) -> 1"):
        assert learner_of(student, Symmetry.parse(text)).items == S(6)


@pytest.mark.parametrize(
    ("text", "activation", "widths"),
    [
        (BODIES, "silu", (510, 510, 510)),  # 24 units for each of 20 pairs, 30 carry a linear law
        (BODIES, "silu_square", None),
        ("S(3)*O(2) -> S(3)*O(2)", "silu", (192, 192, 192)),
        ("S(10)*O(2) -> S(10)*O(2)", "tanh", (760, 760, 760)),  # 8 units for each of 90 pairs
        ("S(11)*O(2) -> S(11)*O(2)", "silu", None),
        ("S(5) + S(5)*O(3) -> O(3)**2", "silu", None),
        ("S(5)*2 -> S(5)*2", "silu", None),
        ("S(5)*S(3) -> S(5)*S(3)", "silu", None),
        ("5*O(3) -> 5*O(3)", "silu", None),
        ("S(5)*O(3) + S(5)**2 -> S(5)*O(3)", "silu", None),
    ],
)
def test_motions_of_a_few_items_have_wider_layers(text, activation, widths):
    assert Paired.widths(Symmetry.parse(text), activation) == widths


def test_the_layers_of_a_fit_are_chosen_by_its_symmetry(capsys):
    X, Y = make_charged_bodies(40, random_state=0)
    short = {"reference_steps": 20, "clone_steps": 60, "strength": 1, "random_state": 0}
    model = SymmetryClonedRegressor(symmetry=BODIES, verbose=True, **short).fit(X, Y)
    assert "; pairs of items share weights" in capsys.readouterr().out
    assert [coef.shape[1] for coef in model.coefs_] == [510, 510, 510, 15]
    assert model.equivariance_error_ < 0.05
    plain = SymmetryClonedRegressor(max_iter=2, alpha=1e-4).fit(X, Y)
    assert [coef.shape[1] for coef in plain.coefs_] == [192, 192, 15]
    asked = SymmetryClonedRegressor(symmetry=BODIES, hidden_layer_sizes=40, **short).fit(X, Y)
    assert [coef.shape[1] for coef in asked.coefs_] == [40, 15]


def test_a_warm_start_keeps_the_widths_of_its_weights():
    X = np.random.RandomState(0).standard_normal((40, 6))
    short = {"reference_steps": 5, "clone_steps": 20, "max_iter": 2, "random_state": 0}
    model = SymmetryClonedRegressor(
        symmetry="S(3)*O(2) -> S(3)*O(2)", strength=1, warm_start=True, **short
    ).fit(X, X)
    model.set_params(strength=0).fit(X, X)
    assert [coef.shape[1] for coef in model.coefs_] == [192, 192, 192, 6]
