"""The average over a group: exact for finite groups, whatever the model is."""

import itertools
import pickle

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from sklearn_symclone import (
    OrbitAveragedClassifier,
    OrbitAveragedRegressor,
    Symmetry,
    SymmetryClonedRegressor,
    assert_equivariant,
    equivariance_error,
)
from sklearn_symclone.datasets import make_balance_scale

FOREST = RandomForestRegressor(n_estimators=3, max_depth=4, random_state=0)


def data(n_features, n_outputs=1, n_samples=60):
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((n_samples, n_features))
    Y = random_state.standard_normal((n_samples, n_outputs)) + X[:, :n_outputs]
    return X, Y[:, 0] if n_outputs == 1 else Y


@pytest.mark.parametrize(
    ("symmetry", "n_features", "n_outputs"),
    [
        ("S(3)*2", 6, 1),
        ("S(3)*2 -> S(3)", 6, 3),
        ("S(2)*5 -> S(2).det", 10, 1),
        ("4*Polygon(6) -> Polygon(6)", 8, 2),
        ('Grid(2,2,"D4")*2 -> 1 + Grid(2,2,"D4")', 8, 5),
        ("S(3)*Signs(2) -> S(3)*Signs(2)", 6, 6),
    ],
)
def test_the_average_over_a_finite_group_is_exact(symmetry, n_features, n_outputs):
    X, y = data(n_features, n_outputs)
    smooth = make_pipeline(PolynomialFeatures(2), Ridge())
    # turned numbers are rounded, and a tree may put them on the other side of a threshold
    model = OrbitAveragedRegressor(smooth if "Polygon" in symmetry else FOREST, symmetry).fit(X, y)
    assert model.is_exact_
    assert model.n_elements_ == model.symmetry_.order
    assert_equivariant(model, X, symmetry, tol=1e-12)
    assert equivariance_error(model.estimator_, X, symmetry, random_state=0) > 1e-3


def test_it_is_the_mean_over_all_elements():
    X, y = data(3)
    model = OrbitAveragedRegressor(FOREST, "S(3)").fit(X, y)
    orders = itertools.permutations(range(3))
    expected = np.mean([model.estimator_.predict(X[:, list(order)]) for order in orders], axis=0)
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-12)
    np.testing.assert_array_equal(model.estimator_.predict(X), FOREST.fit(X, y).predict(X))


def test_a_margin_changes_its_sign_with_the_sides():
    X, y = data(10)
    network = SymmetryClonedRegressor(max_iter=2, hidden_layer_sizes=(8,), random_state=0)
    model = OrbitAveragedRegressor(network, "S(2)*5 -> S(2).det").fit(X, y)
    swapped = np.hstack([X[:, 5:], X[:, :5]])
    np.testing.assert_allclose(model.predict(X), -model.predict(swapped), atol=1e-14)


def test_probabilities_move_with_the_classes():
    X, y = make_balance_scale()
    forest = RandomForestClassifier(n_estimators=3, max_depth=4, random_state=0)
    model = OrbitAveragedClassifier(forest, "S(2)*2 -> 1 + S(2)").fit(X, y)
    assert model.classes_.tolist() == ["B", "L", "R"]
    proba = model.predict_proba(X)
    swapped = model.predict_proba(X[:, [2, 3, 0, 1]])
    np.testing.assert_allclose(swapped, proba[:, [0, 2, 1]], atol=1e-12)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(X), model.classes_[proba.argmax(axis=1)])


def test_a_large_group_is_sampled_once():
    X, y = data(6)
    smooth = make_pipeline(PolynomialFeatures(2), Ridge())
    few, many = (
        OrbitAveragedRegressor(smooth, "2*O(3)", n_elements=n, random_state=0).fit(X, y)
        for n in (1, 400)
    )
    assert not many.is_exact_
    assert many.n_elements_ == 400
    np.testing.assert_array_equal(many.predict(X), pickle.loads(pickle.dumps(many)).predict(X))
    errors = [equivariance_error(model, X, "2*O(3)", random_state=0) for model in (few, many)]
    assert errors[1] < 0.3 * errors[0]
    again = OrbitAveragedRegressor(smooth, "2*O(3)", n_elements=400, random_state=0).fit(X, y)
    np.testing.assert_array_equal(again.predict(X), many.predict(X))


@pytest.mark.parametrize("symmetry", ["S(3)*E(2) -> S(3)*E(2)", "3*T(2) -> 3*T(2)"])
def test_shifts_of_points_are_exact(symmetry):
    X, y = data(6, 6)
    model = OrbitAveragedRegressor(FOREST, symmetry, n_elements=4, random_state=0).fit(X, y)
    shift = np.tile([3.0, -2.0], 3)
    np.testing.assert_allclose(model.predict(X + shift), model.predict(X) + shift, atol=1e-12)


class Recording(RegressorMixin, BaseEstimator):
    """Keeps what it is fitted to."""

    def fit(self, X, y, sample_weight=None, tags=None):
        self.X_, self.y_, self.weights_, self.tags_ = X, y, sample_weight, tags
        return self

    def predict(self, X):
        return np.zeros((len(X), *self.y_.shape[1:]))


def test_moved_copies_have_moved_targets_and_the_weights_of_their_samples():
    X, _ = data(6)
    Y = X[:, :2] + 2 * X[:, 4:]  # moves along when all three vectors are turned
    weights = np.arange(60.0)
    model = OrbitAveragedRegressor(Recording(), "3*O(2) -> O(2)", augment=3, random_state=0)
    seen = model.fit(X, Y, sample_weight=weights).estimator_
    assert seen.X_.shape == (4 * 59, 6)  # the first sample has no weight
    np.testing.assert_array_equal(seen.X_[:59], X[1:])
    np.testing.assert_allclose(seen.y_, seen.X_[:, :2] + 2 * seen.X_[:, 4:])
    np.testing.assert_array_equal(seen.weights_, np.tile(weights[1:], 4))
    moved = seen.X_.reshape(4, 59, 3, 2)
    np.testing.assert_allclose((moved**2).sum(3), (moved[:1] ** 2).sum(3).repeat(4, axis=0))
    assert not np.allclose(moved[1], moved[2])


def test_moved_copies_of_classes():
    X, y = make_balance_scale()
    model = OrbitAveragedClassifier(
        LogisticRegression(), "S(2)*2 -> 1 + S(2)", augment=1, random_state=0
    ).fit(X, y)
    # both sides of a balance are seen equally often: half of the copies are swapped
    coefficients = model.estimator_.coef_
    np.testing.assert_allclose(coefficients[1], coefficients[2][[2, 3, 0, 1]], atol=0.25)


def test_no_copies_are_made_without_being_asked_for():
    X, y = data(6)
    seen = OrbitAveragedRegressor(Recording(), "S(3)*2").fit(X, y).estimator_
    assert seen.weights_ is None
    np.testing.assert_array_equal(seen.X_, X)
    np.testing.assert_array_equal(seen.y_, y)


def test_parameters_of_the_model_can_be_searched():
    X, y = data(6)
    search = GridSearchCV(
        OrbitAveragedRegressor(Ridge(), "S(3)*2"), {"estimator__alpha": [1e-3, 1e5]}, cv=2
    )
    assert search.fit(X, y).best_params_ == {"estimator__alpha": 1e-3}


def test_metadata_are_routed_to_the_model():
    X, y = data(6)
    weights, tags = np.arange(60.0) + 1, np.arange(60)
    with config_context(enable_metadata_routing=True):
        recording = Recording().set_fit_request(sample_weight=True, tags=True)
        model = OrbitAveragedRegressor(recording, "S(3)*2", augment=1, random_state=0)
        seen = model.fit(X, y, sample_weight=weights, tags=tags).estimator_
        np.testing.assert_array_equal(seen.weights_, np.tile(weights, 2))
        np.testing.assert_array_equal(seen.tags_, np.tile(tags, 2))
        silent = OrbitAveragedRegressor(Recording().set_fit_request(sample_weight=False), "S(3)*2")
        with pytest.raises(TypeError, match="sample_weight"):
            silent.fit(X, y, sample_weight=weights)
    with pytest.raises(ValueError, match="enable_metadata_routing"):
        OrbitAveragedRegressor(Recording(), "S(3)*2").fit(X, y, tags=tags)


@pytest.mark.parametrize(
    ("kind", "symmetry", "message"),
    [
        (OrbitAveragedRegressor, "2*O(1,2)", r"no average over what is not compact, here O\(1,2\)"),
        (OrbitAveragedRegressor, "2*O(3) -> SO(3)", "moves outputs, but no column of X"),
        (OrbitAveragedRegressor, "2*O(2)", "needs 4 columns in X, X has 6"),
        (OrbitAveragedRegressor, "S(2)*3 -> S(2)*3", "needs 6 columns in y, y has 3"),
        (OrbitAveragedClassifier, "2*O(3) -> O(3)", "a group can exchange classes and do nothing"),
    ],
)
def test_what_cannot_be_averaged_is_refused(kind, symmetry, message):
    X, _ = data(6)
    y = X[:, :3] if kind is OrbitAveragedRegressor else np.arange(60) % 3
    with pytest.raises(ValueError, match=message):
        kind(Recording() if y.ndim == 2 else LogisticRegression(), symmetry).fit(X, y)


def test_a_model_without_weights_or_probabilities_is_refused():
    X, y = data(6)
    with pytest.raises(ValueError, match=r"KNeighborsRegressor\.fit takes no sample_weight"):
        OrbitAveragedRegressor(KNeighborsRegressor()).fit(X, y, sample_weight=np.ones(60))
    with pytest.raises(ValueError, match=r"'estimator' parameter .* 'predict_proba'"):
        OrbitAveragedClassifier(LinearRegression()).fit(X, y > 0)


def test_the_symmetry_of_many_rows_is_read_in_pieces(monkeypatch):
    X, y = data(6)
    model = OrbitAveragedRegressor(FOREST, "S(3)*2").fit(X, y)
    whole = model.predict(X)
    monkeypatch.setattr("sklearn_symclone.estimators._averaged.MAX_ROWS", 100)
    np.testing.assert_allclose(model.predict(X), whole, rtol=1e-14)
    assert model.symmetry_ == Symmetry.parse("S(3)*2 -> 1")


class TooShort(Recording):
    """Answers for two samples, however many there are."""

    def predict(self, X):
        return np.zeros(2)


def test_a_model_that_answers_for_too_few_samples_is_named():
    X, y = data(6)
    model = OrbitAveragedRegressor(TooShort(), "S(3)*2").fit(X, y)
    with pytest.raises(ValueError, match="estimator returned 2 predictions for 360 samples: it"):
        model.predict(X)
