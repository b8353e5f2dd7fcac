"""What a student need not learn is folded into its dense layers exactly."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone import Symmetry
from sklearn_symclone.students import ColumnScaling, Dense, Frame, activations

POINTS = Symmetry.parse("2 + 3*E(2) -> E(2)")


def table(n=40):
    rng = np.random.RandomState(0)
    return rng.standard_normal((n, 8)), rng.standard_normal((n, 2)), rng.standard_normal((2, 8))


@pytest.mark.parametrize("activation", ["relu", "silu"])
@pytest.mark.parametrize("widths", [(9,), (12, 10), (9, 9, 9)])
def test_folded_weights_give_the_answers_of_the_core_and_the_law(activation, widths):
    X, Y, law = table()
    frame, student = Frame(POINTS, law), Dense(widths, activation)
    core = frame.core(student)
    assert core.hidden_layer_sizes == tuple(width - 4 for width in widths)
    scaling = ColumnScaling.of(lambda: [(X, Y, None)], scale_targets=True)
    network = core.build(8, 2, torch.Generator().manual_seed(0))
    weights = core.export(network, scaling)
    folded = frame.fold(weights, X)
    assert [coef.shape[1] for coef in folded.coefs] == [*widths, 2]
    centred = X.copy()
    for axis in (2, 3):
        centred[:, axis::2] -= X[:, axis::2].mean(axis=1, keepdims=True)
    expected = core.predict(weights, centred) + X @ law.T
    assert_allclose(student.predict(folded, X), expected, atol=1e-12)


def test_points_alone_need_no_units():
    frame, student = Frame(POINTS), Dense((3,), "tanh")
    assert frame.fits(student)
    assert frame.core(student) == student
    X, Y, _ = table()
    assert frame.rest(X, Y) is Y
    moved = X + np.r_[0.0, 0.0, np.tile([5.0, -2.0], 3)]
    assert_allclose(frame.inward(moved), frame.inward(X), atol=1e-12)


@pytest.mark.parametrize(
    ("widths", "activation", "fits"),
    [((8, 8), "relu", True), ((8, 7), "relu", False), ((), "relu", False)]
    + [((8,), name, False) for name in ("tanh", "logistic", "identity", "silu_square")],
)
def test_which_students_carry_a_law(widths, activation, fits):
    _, _, law = table()
    assert Frame(POINTS, law).fits(Dense(widths, activation)) == fits


def test_activations_that_carry_a_law_are_known():
    carry = [name for name in activations.names() if activations.get(name).carries_linear]
    assert carry == ["relu", "silu"]
