"""The equivariant network as an estimator: exact, and the one that a clone imitates."""

import pickle

import numpy as np
import pytest
import torch
from torch import nn

from sklearn_symclone import (
    EquivariantClassifier,
    EquivariantRegressor,
    SymmetryClonedRegressor,
    assert_equivariant,
)
from sklearn_symclone.datasets import make_balance_scale, make_o5

QUICK = {"reference_steps": 3, "random_state": 0}


def data(n_features, n_outputs=1, n_samples=40):
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((n_samples, n_features))
    Y = random_state.standard_normal((n_samples, n_outputs))
    return X, Y[:, 0] if n_outputs == 1 else Y


@pytest.mark.parametrize(
    ("symmetry", "n_features", "n_outputs", "reference"),
    [
        ("S(3)*2 -> S(3)", 6, 3, "sets"),
        ("S(2)*5 -> S(2).det", 10, 1, "average"),
        ("4*Polygon(6) -> Polygon(6)", 8, 2, "average"),
        ("S(4)**2 -> S(4)", 16, 4, "pairs"),
        ("S(3)*E(3) + S(3)*E(3).vector -> S(3)*E(3)", 18, 9, "egnn"),
        ("3*SO+(1,3)", 12, 1, "invariants"),
        ("2*U(1) -> U(1)", 4, 2, "tensors"),
        ('Grid(4,4,"T(2)")*2 -> Grid(4,4,"T(2)")', 32, 16, "average"),
    ],
)
def test_it_is_exact(symmetry, n_features, n_outputs, reference):
    X, y = data(n_features, n_outputs)
    model = EquivariantRegressor(symmetry, **QUICK).fit(X, y)
    assert model.reference_ == reference
    assert_equivariant(model, X, symmetry, tol=1e-6)
    assert model.predict(X).shape == y.shape


def test_the_fit_is_that_of_the_network_that_a_clone_imitates(tmp_path, monkeypatch):
    X, y = make_o5(60, random_state=0)
    X = X.astype(np.float32)
    same = {"symmetry": "2*O(5)", "random_state": 0, "memory": str(tmp_path), "reference_steps": 50}
    reference = EquivariantRegressor(**same).fit(X, y)

    def fail(*args):
        raise AssertionError("the reference is fitted again")

    monkeypatch.setattr("sklearn_symclone.references.fitting._train", fail)
    small = {"hidden_layer_sizes": (64,), "clone_steps": 100}
    clone = SymmetryClonedRegressor(strength=1, **small, **same).fit(X, y)
    assert clone.reference_ == reference.reference_ == "invariants"
    difference = clone.predict(X) - reference.predict(X)
    assert np.var(difference) < 0.05 * np.var(y)
    assert reference.predict(X).dtype == np.float32
    with pytest.raises(AssertionError, match="fitted again"):
        EquivariantRegressor(**{**same, "random_state": 1}).fit(X, y)


def test_held_out_samples_end_the_fit_of_noisy_labels():
    X, y = data(4)  # nothing but noise
    model = EquivariantRegressor("S(2)*2", random_state=0).fit(X, y)
    assert model.reference_steps_ < 100
    assert model.reference_score_ < 0.2
    assert len(model._members) >= 5  # the average of all folds
    assert_equivariant(model, X, "S(2)*2", tol=1e-6)
    answers = model.to_module()(torch.as_tensor(X)).detach().numpy()
    np.testing.assert_allclose(answers[:, 0], model.predict(X))


def test_probabilities_move_with_the_classes():
    X, y = make_balance_scale()
    model = EquivariantClassifier("S(2)*2 -> 1 + S(2)", **QUICK).fit(X, y)
    proba = model.predict_proba(X)
    np.testing.assert_allclose(
        model.predict_proba(X[:, [2, 3, 0, 1]]), proba[:, [0, 2, 1]], atol=1e-9
    )
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(X), model.classes_[proba.argmax(axis=1)])
    with torch.inference_mode():
        torch.testing.assert_close(
            model.to_module()(torch.as_tensor(X, dtype=torch.float64)).numpy(), proba
        )


def test_pickles_hold_arrays_and_no_tensors():
    X, y = data(6)
    model = EquivariantRegressor("S(3)*2", **QUICK).fit(X, y)
    pickled = pickle.dumps(model)
    assert b"_rebuild_tensor" not in pickled
    np.testing.assert_array_equal(pickle.loads(pickled).predict(X), model.predict(X))


class Sum(nn.Module):
    def __init__(self, symmetry):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(symmetry.outputs.dimension))

    def forward(self, x):
        return x.sum(1, keepdim=True) * self.weight


def test_the_network_can_be_named_or_brought():
    X, y = data(6)
    assert EquivariantRegressor("S(3)*2", reference="pointwise", **QUICK).fit(X, y).reference_ == (
        "pointwise"
    )
    assert EquivariantRegressor("S(6)", reference=Sum, **QUICK).fit(X, y).reference_ is Sum
    with pytest.raises(ValueError, match="reference='egnn' cannot have the symmetry"):
        EquivariantRegressor("S(3)*2", reference="egnn", **QUICK).fit(X, y)


def test_groups_are_held_out_together(monkeypatch):
    X, y = data(6)
    heard = []
    module = "sklearn_symclone.estimators._equivariant.choose_recipe"
    choose = EquivariantRegressor._fit.__globals__["choose_recipe"]
    monkeypatch.setattr(module, lambda data, *rest: heard.append(data) or choose(data, *rest))
    weights = np.arange(40.0)
    EquivariantRegressor("S(3)*2", **QUICK).fit(X, y, weights, groups=np.arange(40) // 4)
    assert heard[0].group_labels.tolist() == (np.arange(1, 40) // 4).tolist()
    assert heard[0].row_weights.tolist() == weights[1:].tolist()


def test_it_tells_what_it_does(capsys):
    X, y = data(6)
    EquivariantRegressor("S(3)*2", verbose=True, **QUICK).fit(X, y)
    told = capsys.readouterr().out
    assert "reference 'sets' for 'S(3)*2 -> 1'" in told
    assert "reference: 3 steps, the number of reference_steps" in told


def test_bad_input_is_named():
    X, y = data(6)
    with pytest.raises(ValueError, match="needs 4 columns in X, X has 6"):
        EquivariantRegressor("2*O(2)").fit(X, y)
    with pytest.raises(ValueError, match="largest size of a number in X"):
        EquivariantRegressor("2*O(3)").fit(X * 1e40, y)
    with pytest.raises(ValueError, match="zero"):
        EquivariantRegressor("2*O(3)").fit(X, y, np.zeros(40))
    with pytest.raises(ValueError, match=r"groups has shape \(3,\)"):
        EquivariantRegressor("2*O(3)").fit(X, y, groups=[1, 2, 3])
    with pytest.raises(ValueError, match="moves outputs, but no column of X"):
        EquivariantRegressor("2*O(3) -> SO(3)").fit(X, X[:, :3])


def test_anything_may_stand_where_items_are_absent():
    present = np.ones((40, 3))
    present[::2, 2] = 0
    X = np.random.RandomState(0).standard_normal((40, 3))
    y = (present * X**2).sum(axis=1)
    model = EquivariantRegressor("S(3).mask + S(3)", reference_steps=5, random_state=0)
    expected = model.fit(np.c_[present, present * X], y).predict(np.c_[present, present * X])
    gaps = np.c_[present, np.where(present == 1, X, np.nan)]
    np.testing.assert_array_equal(model.fit(gaps, y).predict(gaps), expected)
    gaps[0, 3] = np.nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        model.predict(gaps)


@pytest.mark.parametrize("kind", [EquivariantRegressor, EquivariantClassifier])
def test_predictions_that_overflow_are_refused(kind):
    X, y = data(6)
    y = y if kind is EquivariantRegressor else y > 0
    model = kind("2*O(3)", reference="quadratic", **QUICK).fit(X, y)
    rows = X[:3].copy()
    rows[1] = 1e155
    with pytest.raises(ValueError, match=r"row 1 of X overflows float64.* is 1e\+155"):
        model.predict(rows)
