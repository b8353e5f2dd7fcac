"""Scalings of columns: the shifts and scales that a group leaves alone."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.references.layers.scaling import Standardised, equivariant_scaling
from sklearn_symclone.symmetry import Symmetry, parse_representation

from .._helpers import assert_equivariant, build, predict, rows


@pytest.mark.parametrize(
    ("text", "X", "shift", "scale"),
    [
        ("2", [[1, 10], [3, 10]], [2, 10], [1, 1]),
        ("S(2)", [[1, 2], [3, 6]], [3, 3], [np.sqrt(3.5)] * 2),
        ("S(2)*2", [[1, 5, 3, 9]], [2, 7, 2, 7], [1, 2, 1, 2]),
        ("2*S(2)", [[1, 3, 5, 9]], [2, 2, 7, 7], [1, 1, 2, 2]),
        ("C(2) + 1", [[1, 3, 4], [1, 3, 6]], [2, 2, 5], [1, 1, 1]),
        ("O(2)", [[3, 4], [0, 0]], [0, 0], [2.5, 2.5]),
        ("2*O(2)", [[3, 4, 0, 2]], [0] * 4, [np.sqrt(12.5)] * 2 + [np.sqrt(2)] * 2),
        ("S(2)*O(2)", [[3, 4, 0, 2]], [0] * 4, [np.sqrt(29 / 4)] * 4),
        ("O(2)*2", [[3, 1, 4, 2]], [0] * 4, [np.sqrt(12.5), np.sqrt(2.5)] * 2),
        ("O(1,3)", [[2, 0, 0, 0]], [0] * 4, [1] * 4),
        ("O(1,1).dual", [[1, 7]], [0] * 2, [5] * 2),
        ("Signs(2)", [[3, 2], [-3, 4]], [0, 0], [3, np.sqrt(10)]),
        ("Signs(2)*S(2)", [[3, 1, 2, 0]], [0] * 4, [np.sqrt(5)] * 2 + [np.sqrt(2)] * 2),
        ("O(1)", [[5], [1]], [0], [np.sqrt(13)]),
        ("S(2)**2", [[1, 3, 5, 7]], [4] * 4, [3, 1, 1, 3]),
        ("S(2)*S(2)'", [[1, 3, 5, 7]], [4] * 4, [np.sqrt(5)] * 4),
        ("O(2) + 1", [[0, 0, 0.1], [0, 0, 0.1]], [0, 0, 0.1], [1, 1, 1]),
    ],
)
def test_scaling_of_small_tables(text, X, shift, scale):
    found = equivariant_scaling(parse_representation(text), np.array(X, dtype=float))
    assert_allclose(found, (shift, scale), rtol=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "S(3) + S(3)*O(3) + 2",
        "S(2)*(S(3) + 4)",
        "O(1,3).dual*2 + O(1,3)",
        'Grid(3,3,"D4")*2',
        "Signs(3)*S(2) + Signs(3)",
        "C(3)*O(1) + D(4)**2",
        "S(3)*S(2)'",
    ],
)
def test_scaling_commutes_with_the_group(text):
    representation = parse_representation(text)
    X = 3 + rows(representation, n=50) * np.arange(1, representation.dimension + 1)
    shift, scale = equivariant_scaling(representation, X)
    elements = Symmetry(representation).sample(len(X), random_state=1)
    move_then_scale = (representation.transform(elements, X) - shift) / scale
    scale_then_move = representation.transform(elements, (X - shift) / scale)
    assert_allclose(move_then_scale, scale_then_move, atol=1e-10)
    assert np.all(scale > 0)


@pytest.mark.parametrize("text", ["3", "S(3)", "C(3)"])
@pytest.mark.parametrize("value", [0.0, 0.1, -7e12, 1e-30])
def test_constant_columns_are_not_blown_up(text, value):
    shift, scale = equivariant_scaling(parse_representation(text), np.full((7, 3), value))
    assert_array_equal(scale, 1)
    assert_allclose(shift, value, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "X", "scale"),
    [
        ("2", [[1e30, 1e11], [3e30, 3e11]], [1e30, 1e11]),
        ("S(2)*2", [[1e30, 1e11, 3e30, 3e11]], [1e30, 1e11] * 2),
        ("2*O(1)", [[2e20, 2.0], [2e20, 2.0]], [2e20, 2.0]),
    ],
)
def test_columns_of_other_units_do_not_hide_a_scale(text, X, scale):
    found = equivariant_scaling(parse_representation(text), np.array(X))[1]
    assert_allclose(found, scale, rtol=1e-12)


def test_sample_weights_are_repetitions():
    representation = parse_representation("S(2) + O(2) + Signs(1) + 1")
    X, weights = 1 + rows(representation, n=6), np.array([1, 2, 0, 3, 1, 1])
    weighted = equivariant_scaling(representation, X, weights)
    assert_allclose(weighted, equivariant_scaling(representation, np.repeat(X, weights, axis=0)))
    assert_allclose(weighted, equivariant_scaling(representation, X, 10.0 * weights))


def test_a_standardised_network_stays_equivariant():
    symmetry = Symmetry.parse("S(3) + S(3)*O(2) -> O(2) + S(3)")
    X, Y = 5 + rows(symmetry.inputs), 7 * rows(symmetry.outputs, seed=1)
    scalings = [
        equivariant_scaling(side, table)
        for side, table in ((symmetry.inputs, X), (symmetry.outputs, Y))
    ]
    module = Standardised(build("invariants", symmetry), symmetry, *scalings)
    (shift, scale), (output_shift, output_scale) = scalings
    expected = predict(module.network, (X - shift) / scale) * output_scale + output_shift
    assert_allclose(predict(module, X), expected, rtol=1e-12)
    assert_equivariant(module, symmetry)
