"""Anchors have names, which estimators accept, and say what they need of a clone."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from sklearn_symclone import SymmetryClonedRegressor, anchors
from sklearn_symclone.anchors import Anchor, registry
from sklearn_symclone.datasets import make_o5

QUICK = {
    "symmetry": "2*O(5)",
    "hidden_layer_sizes": (16,),
    "reference_steps": 20,
    "clone_steps": 20,
    "max_iter": 4,
    "random_state": 0,
}


class AbsoluteDifference(Anchor):
    """The sum of absolute differences from the clone's parameters."""

    needs = frozenset({"weights"})

    def penalty(self, anchoring):
        now = list(anchoring.network.parameters())
        then = [parameter.detach().clone() for parameter in now]
        pairs = list(zip(now, then, strict=True))
        return lambda network: 100 * anchoring.factor * sum((a - b).abs().sum() for a, b in pairs)


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    """A name that this file adds, and nobody else knows."""
    monkeypatch.setattr(registry, "_ANCHORS", dict(registry._ANCHORS))
    anchors.register("absolute", AbsoluteDifference)


@pytest.fixture(scope="module")
def o5():
    return make_o5(60, random_state=0)


def distance(model, other):
    pairs = zip(model.coefs_, other.coefs_, strict=True)
    return sum(np.abs(a - b).sum() for a, b in pairs)


def test_an_anchor_of_ones_own_holds_the_fit(o5):
    retained = SymmetryClonedRegressor(**QUICK, strength=1).fit(*o5)
    near, far = (
        SymmetryClonedRegressor(**QUICK, anchor="absolute", strength=strength).fit(*o5)
        for strength in (0.99, 0.001)
    )
    assert 3 * distance(near, retained) < distance(far, retained)


def test_its_name_survives_clone_pickle_and_search(o5):
    X, y = o5
    model = SymmetryClonedRegressor(**QUICK, anchor="absolute")
    fitted = pickle.loads(pickle.dumps(clone(model).fit(X, y)))
    assert fitted.anchor == "absolute"
    assert_array_equal(fitted.predict(X), model.fit(X, y).predict(X))
    grid = {"anchor": ["absolute", "weights"]}
    assert len(GridSearchCV(model, grid, cv=2).fit(X, y).cv_results_["params"]) == 2


def test_an_unknown_name_is_answered_with_the_known_ones(o5):
    with pytest.raises(ValueError, match=r"'anchor' parameter.*'absolute'.*Got 'near'"):
        SymmetryClonedRegressor(**QUICK, anchor="near").fit(*o5)
    with pytest.raises(ValueError, match="no anchor is called 'near'; there are function, weights"):
        anchors.get("near")


def test_what_an_anchor_needs_is_checked_before_any_training(o5, monkeypatch):
    monkeypatch.setattr("sklearn_symclone.fitting.pipeline.fit_teacher", None)
    with pytest.raises(ValueError, match=r"anchor='subspace' needs subspace of the clone, which "):
        SymmetryClonedRegressor(**QUICK, anchor="subspace").fit(*o5)


def test_subspace_is_what_function_stands_for_where_layers_are_cloned():
    X = np.random.RandomState(0).standard_normal((60, 4))
    y = np.square(X).sum(axis=1) + X[:, 0]
    settings = QUICK | {"symmetry": "S(4)", "cloning": "weights", "strength": 0.3}
    one, other = (
        SymmetryClonedRegressor(**settings, anchor=anchor).fit(X, y).predict(X)
        for anchor in ("function", "subspace")
    )
    assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("name", "anchor", "error", "message"),
    [
        ("weights", AbsoluteDifference, ValueError, "there is an anchor 'weights' already"),
        ("mine", AbsoluteDifference(), TypeError, "must be a subclass of sklearn_symclone.anchors"),
        ("mine", dict, TypeError, "must be a subclass of sklearn_symclone.anchors.Anchor, got"),
        (
            "mine",
            type("Costly", (Anchor,), {"__init__": lambda self, price: None}),
            TypeError,
            r"must be created without arguments, but Costly\(\) raises: .*price",
        ),
    ],
)
def test_what_cannot_be_registered(name, anchor, error, message):
    with pytest.raises(error, match=message):
        anchors.register(name, anchor)
