"""Activations have two forms that agree, and names that estimators accept."""

import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from torch import nn

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.students import activations


def softsign(values):
    return values / (1 + np.abs(values))


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    """A name that this file adds, and nobody else knows."""
    monkeypatch.setattr(activations, "_ACTIVATIONS", dict(activations._ACTIVATIONS))
    activations.register("softly", nn.Softsign, softsign)


@pytest.mark.parametrize("name", [*activations.names(), "softly"])
@pytest.mark.parametrize("layer", [0, 1, 2])
@pytest.mark.parametrize("shape", [(3, 20), (900, 64)])
def test_both_forms_agree(name, layer, shape):
    activation = activations.get(name)
    values = np.random.RandomState(0).normal(scale=3, size=shape)
    trained = activation.module(layer)(torch.tensor(values)).numpy()
    assert_allclose(activation.apply(values.copy(), layer), trained, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("strength", [0, 0.1, 1])
def test_one_of_your_own_is_trained_and_predicts(strength):
    X, y = make_o5(60, random_state=0)
    model = SymmetryClonedRegressor(
        symmetry="2*O(5)",
        activation="softly",
        hidden_layer_sizes=(16, 8),
        reference_steps=10,
        clone_steps=10,
        max_iter=3,
        strength=strength,
        random_state=0,
    ).fit(X, y)
    assert model.activation_ == "softly"
    answers = model.to_module()(torch.tensor(X)).detach().numpy()
    assert_allclose(model.predict(X), answers.ravel(), rtol=1e-9, atol=1e-9)
    hidden = softsign(
        softsign(X @ model.coefs_[0] + model.intercepts_[0]) @ model.coefs_[1]
        + model.intercepts_[1]
    )
    assert_allclose(model.predict(X), (hidden @ model.coefs_[2] + model.intercepts_[2]).ravel())


def test_where_units_are_permuted_it_is_taken_too():
    X = np.random.RandomState(0).standard_normal((60, 4))
    model = SymmetryClonedClassifier(
        symmetry="S(4)", cloning="weights", activation="softly", reference_steps=5, strength=1
    ).fit(X, X.sum(axis=1) > 0)
    assert model.equivariance_error_ < 1e-12


def test_its_name_survives_clone_pickle_and_search():
    X, y = make_o5(40, random_state=0)
    model = SymmetryClonedRegressor(activation="softly", max_iter=2, random_state=0)
    fitted = pickle.loads(pickle.dumps(clone(model).fit(X, y)))
    assert_array_equal(fitted.predict(X), model.fit(X, y).predict(X))
    search = GridSearchCV(model, {"activation": ["softly", "relu"]}, cv=2).fit(X, y)
    assert search.cv_results_["param_activation"].tolist() == ["softly", "relu"]


def test_an_unknown_name_is_answered_with_the_known_ones():
    X, y = make_o5(40, random_state=0)
    with pytest.raises(ValueError, match=r"'activation' parameter.*'softly'.*Got 'gelu'"):
        SymmetryClonedRegressor(activation="gelu").fit(X, y)
    with pytest.raises(ValueError, match="no activation is called 'gelu'; there are identity, "):
        activations.get("gelu")


@pytest.mark.parametrize(
    ("name", "forms", "error", "message"),
    [
        ("relu", (nn.ReLU, np.abs), ValueError, "there is an activation 'relu' already"),
        ("auto", (nn.ReLU, np.abs), ValueError, "there is an activation 'auto' already"),
        ("mine", (nn.ReLU, None), TypeError, "'mine' needs numpy_function, a function from an "),
        ("mine", (nn.ReLU(), np.abs), TypeError, "'mine' needs torch_module_class, which returns"),
        ("mine", (dict, np.abs), TypeError, "'mine' needs torch_module_class, which returns an"),
        ("mine", (nn.PReLU, np.abs), ValueError, "'mine' has parameters, which coefs_ and"),
        (
            "mine",
            (nn.ReLU, np.abs),
            ValueError,
            "the two forms of the activation 'mine' differ: at -3.0 torch_module_class has 0, "
            "numpy_function 3",
        ),
    ],
)
def test_what_cannot_be_registered(name, forms, error, message):
    with pytest.raises(error, match=message):
        activations.register(name, *forms)


@pytest.mark.parametrize("name", activations.names())
@pytest.mark.parametrize("layer", [0, 1, 2])
@pytest.mark.parametrize("n_units", [1, 2, 7, 64])
def test_it_is_known_which_units_square(name, layer, n_units):
    """A square is even, and grows fourfold where its value doubles."""
    activation = activations.get(name)
    one, other, double = (
        activation.apply(np.full((1, n_units), value), layer)[0] for value in (9.0, -9.0, 18.0)
    )
    zero = activation.apply(np.zeros((1, n_units)), layer)[0]
    found = (one == other) & (np.abs(double - zero - 4 * (one - zero)) < 1e-9)
    expected = np.zeros(n_units, dtype=bool)
    expected[activation.squares(layer, n_units)] = True
    assert_array_equal(found & (one != zero), expected)


def test_a_layer_without_squares_predicts():
    """One unit is too few to have squares beside it."""
    values = np.linspace(-3, 3, 2000)[:, None]
    found = activations.get("silu_square").apply(values.copy(), 0)
    assert_allclose(found, values / (1 + np.exp(-values)), rtol=1e-12)
