"""What networks learn of absent items: nothing."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.references.layers.presence import FilledOutputs, counted, masked_mean
from sklearn_symclone.references.layers.scaling import equivariant_scaling
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training.tasks import REGRESSION

from .._helpers import build, predict

NETWORKS = [
    ("sets", "S(4).mask + S(4)*3 + 1 -> S(4)*2 + 3"),
    ("sets", "S(3).mask + S(2).mask + S(3)*S(2) -> S(2) + S(3)*S(2)"),
    ("invariants", "S(4).mask + S(4) + S(4)*O(3) + O(3) -> O(3)**2 + S(4)*O(3) + 1"),
    ("invariants", "S(4).mask + S(4)*SO(3) + S(2)*SO(3) -> SO(3) + S(4) + S(2)"),
    ("egnn", "S(4).mask + S(4)*2 + 2*S(4)*O(3) -> S(4)*O(3)"),
]


def table(text, n=60):
    """Return a bound symmetry and rows with absent items, of which at least one is present."""
    symmetry = Symmetry.parse(text)
    n_outputs = 1 if symmetry.outputs is None else symmetry.outputs.dimension
    symmetry = symmetry.bind(symmetry.inputs.dimension, n_outputs)
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((n, symmetry.inputs.dimension))
    for columns in symmetry.masking.masks.values():
        X[:, columns] = random_state.uniform(size=(n, len(columns))) < 0.6
        X[np.arange(n), random_state.choice(columns, size=n)] = 1
    return symmetry, X


@pytest.mark.parametrize(("family", "text"), NETWORKS)
def test_networks_do_not_see_absent_items(family, text):
    symmetry, X = table(text)
    masking = symmetry.masking
    absent = ~masking.inputs.present(X)
    assert absent.any()
    network = build(family, symmetry)
    answers = masking.masked_outputs(X, predict(network, X))
    assert np.ptp(answers, axis=0).min() > 1e-4
    again = build(family, symmetry)  # what is measured on the first batch does not see them, either
    others = masking.masked_outputs(X, predict(again, np.where(absent, 7 * X + 5, X)))
    assert_allclose(others, answers, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("family", "text"), NETWORKS)
def test_networks_with_masks_are_equivariant(family, text):
    symmetry, X = table(text)
    network = build(family, symmetry)
    elements = symmetry.sample(len(X), random_state=1)
    before = predict(network, X)
    after = predict(network, symmetry.inputs.transform(elements, X))
    assert_allclose(after, symmetry.outputs.transform(elements, before), rtol=1e-8, atol=1e-10)


def test_networks_tell_how_many_items_are_present():
    symmetry, X = table("S(5).mask + S(5)*2")
    X[:, 5:] = 1.0  # only the number differs
    answers = predict(build("sets", symmetry), X).ravel()
    numbers = X[:, :5].sum(axis=1)
    assert len(np.unique(answers.round(9))) == len(np.unique(numbers)) > 3


def test_a_mean_is_over_what_counts():
    x, weights = torch.arange(6.0).reshape(1, 3, 2), torch.tensor([[[1.0], [0.0], [1.0]]])
    assert masked_mean(x, 1, weights).tolist() == [[[2.0, 3.0]]]
    assert masked_mean(x, 1, 0 * weights).tolist() == [[[0.0, 0.0]]]
    assert torch.equal(masked_mean(x, 1), x.mean(1, keepdim=True))


def test_statistics_are_those_of_present_items():
    symmetry, X = table("S(4).mask + S(4)*2", n=500)
    X[:, 4:] = 3 * X[:, 4:] + 10
    X[:, 4:][~symmetry.masking.inputs.present(X)[:, 4:]] = -1000
    of_inputs, _ = counted(symmetry.masking, X, np.ones(500))
    shift, scale = equivariant_scaling(symmetry.inputs, X, of_inputs)
    assert_array_equal(shift[:4], 0)
    assert_array_equal(scale[:4], 1)
    assert_allclose(shift[4:], 10, atol=0.3)
    assert_allclose(scale[4:], 3, rtol=0.1)


def test_a_column_that_is_always_absent_has_statistics():
    symmetry, X = table("S(4).mask + S(4)")
    X[:, 3] = 0
    of_inputs, of_outputs = counted(symmetry.masking, X, np.ones(len(X)))
    assert (of_inputs.sum(axis=0) > 0).all()
    assert of_outputs.shape == (len(X), 1)


def test_answers_are_filled_as_in_tables():
    symmetry, X = table("S(4).mask + S(4)*E(2) -> S(4)*E(2) + S(4)*3 + 2")
    Y = np.random.RandomState(1).standard_normal((len(X), 22))
    filled = FilledOutputs(symmetry.masking)(torch.tensor(X), torch.tensor(Y)).numpy()
    assert_allclose(filled, symmetry.masking.filled_outputs(X, Y))
    assert not np.array_equal(filled, Y)


def test_answers_of_absent_items_are_not_learned_from():
    symmetry, X = table("S(4).mask + S(4)*2 -> S(4)")
    X = symmetry.filled(X)
    Y = np.random.RandomState(1).standard_normal((len(X), 4))
    absent = ~symmetry.masking.outputs.present(X)
    plan = ReferencePlan(symmetry, "sets", REGRESSION, steps=3)
    answers = []
    for targets in (Y, np.where(absent, 2.0, Y)):
        targets = symmetry.masking.filled_outputs(X, targets)
        state, _ = fit_reference(X, targets, np.ones(len(X)), plan)
        module = restore_reference(state, symmetry=symmetry, reference="sets", device="cpu")
        answers.append(predict(module, X.astype(np.float32)))
    assert_array_equal(*answers)


def test_the_mean_distance_of_three_to_six_points():
    random_state = np.random.RandomState(0)

    def rows(n):
        present = np.arange(6) < random_state.randint(3, 7, size=(n, 1))
        points = random_state.standard_normal((n, 6, 3))
        pairs = present[:, None] & present[:, :, None]
        distances = np.linalg.norm(points[:, None] - points[:, :, None], axis=3)
        off_diagonal = pairs.sum(axis=(1, 2)) - present.sum(axis=1)
        X = np.hstack([present, points.reshape(n, 18)])
        return X, (distances * pairs).sum(axis=(1, 2)) / off_diagonal

    symmetry = Symmetry.parse("S(6).mask + S(6)*E(3)").bind(24, 1)
    (X, y), (X_new, y_new) = rows(300), rows(300)
    plan = ReferencePlan(symmetry, "invariants", REGRESSION, steps=150)
    state, _ = fit_reference(symmetry.filled(X), y[:, None], np.ones(300), plan)
    module = restore_reference(
        state, symmetry=symmetry, reference="invariants", device="cpu", dtype=torch.float64
    )
    answers = predict(module, symmetry.filled(X_new)).ravel()
    assert 1 - ((answers - y_new) ** 2).mean() / y_new.var() > 0.97
    X_new[:, 6:] += np.tile([7.0, -3.0, 2.0], 6)
    assert_allclose(predict(module, symmetry.filled(X_new)).ravel(), answers, rtol=1e-9)
