"""Targets of classifiers that are probabilities of classes, or of labels."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import entr, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from sklearn_symclone import (
    EquivariantClassifier,
    OrbitAveragedClassifier,
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
)
from sklearn_symclone.estimators._scoring import brier_score
from sklearn_symclone.symmetry import Symmetry

EXACT = {"solver": "lbfgs", "hidden_layer_sizes": 8, "max_iter": 20, "random_state": 0}
TINY = {"hidden_layer_sizes": 8, "max_iter": 2, "random_state": 0}
CLONED = {**TINY, "reference_steps": 5, "clone_steps": 5}


def votes(n_samples=60, seed=0):
    """Return samples and the probabilities of three classes."""
    rng = np.random.RandomState(seed)
    X = rng.standard_normal((n_samples, 4))
    return X, softmax(X @ np.random.RandomState(1).standard_normal((4, 3)), axis=1)


X, P = votes()


def listed():
    """Return each sample once for each class, with its probability as weight."""
    return np.repeat(X, 3, axis=0), np.tile(np.arange(3), len(X)), P.ravel()


@pytest.mark.parametrize("class_weight", [None, {0: 1, 1: 3, 2: 0.5}])
def test_a_sample_counts_as_one_of_each_class(class_weight):
    soft, hard = (SymmetryClonedClassifier(class_weight=class_weight, **EXACT) for _ in range(2))
    soft.fit(X, P)
    hard.fit(*listed())
    assert_allclose(soft.predict_proba(X), hard.predict_proba(X), rtol=1e-9)
    if class_weight is None:  # the loss is a divergence, and zero at its best
        assert_allclose(hard.loss_ - soft.loss_, entr(P).sum(axis=1).mean(), rtol=1e-9)


def test_balanced_weights_are_those_of_the_expected_numbers_of_members():
    factors = dict(enumerate(1 / (3 * P.mean(axis=0))))
    given, balanced = (
        SymmetryClonedClassifier(class_weight=weight, **EXACT).fit(X, P)
        for weight in (factors, "balanced")
    )
    assert_allclose(balanced.predict_proba(X), given.predict_proba(X), rtol=1e-9)


def test_probabilities_are_recovered_better_than_from_classes():
    X_new, P_new = votes(500, seed=2)
    settings = {**EXACT, "max_iter": 100}
    errors = [
        np.abs(SymmetryClonedClassifier(**settings).fit(X, y).predict_proba(X_new) - P_new).mean()
        for y in (P, P.argmax(axis=1))
    ]
    assert errors[0] < 0.01 < 0.1 < errors[1]


def test_columns_are_classes_by_their_names():
    names = ["win", "loss", "draw"]
    frame = pd.DataFrame(P, columns=names)
    model = SymmetryClonedClassifier(**EXACT).fit(X, frame)
    assert model.classes_.tolist() == ["draw", "loss", "win"]
    by_place = SymmetryClonedClassifier(**EXACT).fit(X, P[:, [2, 1, 0]])
    assert_array_equal(model.predict_proba(X), by_place.predict_proba(X))
    expected = np.mean(model.predict(X) == frame.idxmax(axis=1))
    assert model.score(X, frame) == model.score(X, frame[["draw", "win", "loss"]]) == expected
    frame.columns = ["win", "loss", "loss"]
    with pytest.raises(ValueError, match=r"two columns of y have the same name: \['win', 'loss'"):
        model.fit(X, frame)


def test_a_symmetry_that_names_classes_finds_their_columns():
    columns, classes = list("abcd"), ["win", "loss", "draw"]
    symmetry = Symmetry.parse("S(2)*2 -> S(2) + 1", columns=columns, classes=classes)
    frame, names = pd.DataFrame(X, columns=columns), ["draw", "win", "loss"]
    settings = {**CLONED, "strength": 1, "symmetry": symmetry, "hidden_layer_sizes": 32}
    settings |= {"reference_steps": 100, "clone_steps": 100}
    soft = SymmetryClonedClassifier(**settings).fit(frame, pd.DataFrame(P, columns=names))
    swapped = pd.DataFrame(X[:, [2, 3, 0, 1]], columns=columns)
    there, here = soft.predict_proba(swapped), soft.predict_proba(frame)[:, [0, 2, 1]]
    assert soft.classes_.tolist() == ["draw", "loss", "win"]
    assert_allclose(there, here, atol=0.2)
    assert np.abs(here - here[:, [0, 2, 1]]).max() > 0.3
    # a class that no column is of has the probability 0
    fewer = pd.DataFrame({"win": P[:, 0], "draw": 1 - P[:, 0]})
    settings |= {"strength": 0, "max_iter": 100, "learning_rate_init": 0.02}
    model = SymmetryClonedClassifier(**settings).fit(frame, fewer)
    assert model.classes_.tolist() == ["draw", "loss", "win"]
    assert model.predict_proba(frame)[:, 1].max() < 0.05


def test_held_out_samples_are_spread_by_their_likeliest_class():
    settings = {**TINY, "early_stopping": True}
    model = SymmetryClonedClassifier(**settings).fit(X, P, X_val=X[:9], y_val=P[:9])
    hard = P[:9].argmax(axis=1)
    again = SymmetryClonedClassifier(**settings).fit(X, P, X_val=X[:9], y_val=hard)
    assert model.validation_scores_[0] == again.validation_scores_[0]
    one_hot = np.eye(3)[hard]  # which are probabilities where those of y are
    again.fit(X, P, X_val=X[:9], y_val=one_hot)
    assert model.validation_scores_[0] == again.validation_scores_[0]
    rare = P.copy()
    rare[1:, 2], rare[0] = 0, (0.1, 0.1, 0.8)
    rare[1:] /= rare[1:].sum(axis=1, keepdims=True)
    with pytest.raises(ValueError, match="early_stopping cannot hold samples out: The least"):
        model.fit(X, rare)


def test_a_search_compares_brier_scores():
    cv = StratifiedKFold(2)
    settings = {"symmetries": None, "cv": cv, **TINY}
    model = SymmetryClonedClassifierCV(**settings).fit(X, P)
    (train, test), _ = cv.split(X, P.argmax(axis=1))
    part = SymmetryClonedClassifier(strength=0, **TINY).fit(X[train], P[train])
    expected = -brier_score(P[test], part.predict_proba(X[test]), np.ones(len(test)))
    assert_allclose(model.cv_results_["split0_test_score"], expected)
    accuracy = SymmetryClonedClassifierCV(scoring="accuracy", **settings).fit(X, P)
    assert_allclose(accuracy.cv_results_["split0_test_score"], part.score(X[test], P[test]))


def test_chunks_of_probabilities():
    classes = ["a", "b", "c"]
    model = SymmetryClonedClassifier(symmetry="S(4)", strength=0.1, **CLONED)
    model.partial_fit(X, P, classes=classes)
    model.partial_fit(X[:6], np.eye(3)[[0, 1, 2] * 2]).partial_fit(X[:6], ["a", "b", "c"] * 2)
    assert model.classes_.tolist() == classes
    assert model.out_activation_ == "softmax"
    with pytest.raises(ValueError, match="y has 2 columns, and there are 3 classes"):
        model.partial_fit(X[:2], [[0.5, 0.5]] * 2)
    with pytest.raises(ValueError, match=r"y has classes \['d'\], which are not among those of"):
        model.partial_fit(X[:2], pd.DataFrame({"a": [0.5] * 2, "b": [0.25] * 2, "d": [0.25] * 2}))


def test_labels_can_have_probabilities():
    Q = np.column_stack([P[:, 0], 1 - P[:, 1]])
    model = SymmetryClonedClassifier(**EXACT).fit(X, Q)
    assert model.out_activation_ == "logistic"
    twice = np.repeat(X, 2, axis=0)
    for label in range(2):
        alone = SymmetryClonedClassifier(**EXACT).fit(X, Q[:, [label, label]])
        weights = np.column_stack([1 - Q[:, label], Q[:, label]]).ravel()
        hard = np.tile([[0, 0], [1, 1]], (len(X), 1))
        listed_twice = SymmetryClonedClassifier(**EXACT).fit(twice, hard, weights)
        assert_allclose(alone.predict_proba(X), listed_twice.predict_proba(X), rtol=1e-9)
    assert model.score(X, Q) == np.mean((model.predict(X) == (Q > 0.5)).all(axis=1))
    with pytest.raises(ValueError, match="y has probabilities of labels: set class_weight=None"):
        model.set_params(class_weight="balanced").fit(X, Q)


def test_an_equivariant_network_learns_probabilities():
    model = EquivariantClassifier("4", reference_steps=100, random_state=0).fit(X, P)
    hard = EquivariantClassifier("4", reference_steps=100, random_state=0).fit(X, P.argmax(axis=1))
    errors = [np.abs(one.predict_proba(X) - P).mean() for one in (model, hard)]
    assert errors[0] < 0.5 * errors[1]
    assert model.score(X, P) == np.mean(model.predict(X) == P.argmax(axis=1))


def test_bad_probabilities_are_refused():
    model = SymmetryClonedClassifier(**TINY)
    with pytest.raises(ValueError, match=r"y is a matrix of numbers from -0.99.* to 1.998"):
        model.fit(X, 3 * P - 1)
    with pytest.raises(ValueError, match="in row 1 of y_val the probabilities of the classes sum"):
        model.fit(X, P, X_val=X[:2], y_val=P[:2] * [[1], [0.5]])
    with pytest.raises(ValueError, match="y_val has 2 columns, and there are 3 classes"):
        model.fit(X, P, X_val=X[:2], y_val=[[0.5, 0.5]] * 2)
    with pytest.raises(ValueError, match="the rows of y do not sum to 1, as probabilities of"):
        EquivariantClassifier().fit(X, P / 2)
    with pytest.raises(ValueError, match=r"y has shape \(60, 3\), and an OrbitAveragedClassifier"):
        OrbitAveragedClassifier(LogisticRegression()).fit(X, P)
