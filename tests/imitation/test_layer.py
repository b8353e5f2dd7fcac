"""Cloned layers: they are the layers that they clone, by an independent computation."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.imitation.layer import (
    EquivariantLayer,
    clone_layer,
    layer_equivariance_error,
    layer_error,
)
from sklearn_symclone.symmetry import Grid, S, equivariant_maps

#: Those of the examples, and linear parts of tensor networks.
LAYERS = [
    ('Grid(8,8,"C4")', 'Grid(8,8,"C4").regular', None),
    ('Grid(8,8,"C4").regular', 'Grid(8,8,"C4").regular', None),
    ('Grid(8,8,"T(2)")', 'Grid(8,8,"T(2)")', 5),
    ("S(6)", "S(6)", None),
    ("1", "S(6)", None),
    ("O(3)**2", "O(3)**2", None),
    ("O(1,3)**2", "O(1,3) * O(1,3)", None),
    ("S(3)*O(3)", "S(3)*O(3) + O(3)", None),
]


@pytest.mark.parametrize(("source", "target", "window"), LAYERS)
def test_crossed_samples_find_a_layer_exactly(source, target, window):
    layer = EquivariantLayer(source, target, window)
    clone = clone_layer(layer).float()
    assert layer_error(clone, layer) < 1e-6
    assert layer_equivariance_error(clone, layer) < 1e-6


@pytest.mark.parametrize(("source", "target", "window"), LAYERS)
def test_the_layer_is_all_equivariant_maps_with_unit_variance(source, target, window):
    layer = EquivariantLayer(source, target, window)
    matrices = layer.matrices(np.eye(layer.n_weights)).reshape(layer.n_weights, -1)
    assert_allclose(matrices @ matrices.T, layer.n_outputs * np.eye(layer.n_weights), atol=1e-9)
    maps = equivariant_maps(source, target)
    assert layer.n_weights == maps.rank or window is not None
    for matrix in matrices:
        W = matrix.reshape(maps.shape)
        assert_allclose(maps.project(W), W, atol=1e-9)


def test_a_window_is_a_cyclic_convolution():
    layer = EquivariantLayer('Grid(6,6,"T(2)")', 'Grid(6,6,"T(2)")', 3)
    assert layer.n_weights == 9
    rng = np.random.RandomState(0)
    tau, image = rng.standard_normal((1, 9)), rng.standard_normal((6, 6))
    kernel = layer.matrices(tau)[0][7 * 2].reshape(6, 6)  # what cell (2, 2) depends on
    assert np.count_nonzero(kernel) == 9
    padded = np.pad(image, 1, mode="wrap")
    convolved = [
        [np.sum(padded[i : i + 3, j : j + 3] * kernel[1:4, 1:4]) for j in range(6)]
        for i in range(6)
    ]
    assert_allclose(layer(image.reshape(1, 36), tau).reshape(6, 6), convolved, atol=1e-12)


@pytest.mark.parametrize(("source", "target"), [("S(6)", "S(6)"), ('Grid(4,4,"C4")', "1")])
def test_independent_gaussian_pairs_find_it_as_well(source, target):
    layer = EquivariantLayer(source, target)
    assert layer_error(clone_layer(layer, samples="gaussian"), layer) < 1e-3


def test_the_other_forms_learn_something():
    """The plain network is far behind, as the product of x and tau is not in it."""
    layer = EquivariantLayer(S(4), S(4))
    errors = {
        form: layer_error(clone_layer(layer, form=form, samples="sgd", steps=400), layer)
        for form in ("multilinear", "factorised", "network")
    }
    assert errors["multilinear"] < 0.01
    assert errors["factorised"] < 0.05
    assert errors["multilinear"] < errors["network"] < 0.7


def test_a_factorised_clone_has_the_matrices_that_its_outputs_show():
    layer = EquivariantLayer(S(4), S(4) ** 2)
    clone = clone_layer(layer, form="factorised", steps=20, rank=7).double()
    rng = np.random.RandomState(0)
    x, tau = (
        torch.as_tensor(rng.standard_normal((1, 4))),
        torch.as_tensor(rng.standard_normal((1, layer.n_weights))),
    )
    with torch.no_grad():
        matrix = clone.entries(tau.T).view(16, 4)
        assert_allclose(clone(torch.cat([x, tau], 1))[0], matrix @ x[0], rtol=1e-9)


def test_inputs_from_elsewhere_do_as_long_as_they_span():
    layer = EquivariantLayer(S(5), S(5))
    X = np.random.RandomState(0).uniform(1, 2, size=(9, 5))
    assert layer_error(clone_layer(layer, X=X), layer) < 1e-9


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"form": "linear"}, "form must be one of multilinear, factorised, network, got 'linear'"),
        ({"samples": "all"}, "samples must be one of crossed, gaussian, sgd, got 'all'"),
    ],
)
def test_unknown_choices_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        clone_layer(EquivariantLayer(S(3), S(3)), **settings)


def test_too_many_unknowns_for_independent_pairs():
    layer = EquivariantLayer(Grid(16, 16, "C4"), Grid(16, 16, "C4"))
    with pytest.raises(ValueError, match='8192 are allowed: take samples="crossed"'):
        clone_layer(layer, samples="gaussian")


def test_there_may_be_nothing_to_clone():
    with pytest.raises(ValueError, match="there is nothing to clone: <0 equivariant maps from"):
        EquivariantLayer("O(3)", "1")
