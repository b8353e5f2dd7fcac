"""No group element changes the features, and they tell apart what no element moves together."""

import numpy as np
import pytest
from helpers.groups import AFFINE, FINITE_MATRICES, MIXED, PERMUTING
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from test_docs import EXAMPLES

from sklearn_symclone import Symmetry
from sklearn_symclone.datasets import make_inertia
from sklearn_symclone.preprocessing import InvariantFeatures
from sklearn_symclone.symmetry import parse_representation

#: Inputs without an invariant of degree 1 or 2.
REFUSED = ["2*SL(3)", "GL(2)", "2*Scaling(2)", "Sp(4)", "O(2)*Sp(2)", "S(3)*GL(2)", "GL(2).det"]
TEXTS = [
    *(str(Symmetry.parse(text).inputs).replace("(n)", "(4)") for text in EXAMPLES),
    *(f"2*({text})" for text in PERMUTING + FINITE_MATRICES + AFFINE if "wr" not in text),
    *(source for source, _ in MIXED if source != "1"),
    *("S(5) + S(5)*E(3) + S(5)*E(3).vector", "S(2)*5 + S(2).det", "2*SU(2) + 1"),
]


@pytest.mark.parametrize("text", dict.fromkeys(TEXTS))
def test_no_group_element_changes_them(text):
    inputs = parse_representation(text)
    symmetry = Symmetry(inputs).bind(inputs.dimension, 1)
    X = np.random.RandomState(0).standard_normal((6, inputs.dimension))
    try:
        features = InvariantFeatures(text).fit(X)
    except ValueError as error:
        assert "have no invariant of degree 1 or 2" in str(error)  # noqa: PT017
        assert any(str(group).startswith(("GL", "Scaling", "Sp(")) for group in inputs.groups)
        return
    before = features.transform(X)
    after = features.transform(inputs.transform(symmetry.sample(6, 1, X), X))
    np.testing.assert_allclose(after, before, atol=1e-9 * np.abs(before).max())
    assert before.std(axis=0).max() > 0
    names = features.get_feature_names_out()
    assert len(set(names)) == len(names) == before.shape[1]


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_no_invariant_is_refused(text):
    columns = parse_representation(text).dimension
    with pytest.raises(ValueError, match=r"InvariantFeatures .* no invariant of degree 1 or 2"):
        InvariantFeatures(text).fit(np.ones((3, columns)))


def test_the_features_of_vectors_are_their_inner_products():
    X = np.random.RandomState(0).standard_normal((5, 6))
    features = InvariantFeatures("2*O(3)").fit_transform(X)
    a, b = X[:, :3], X[:, 3:]
    products = np.stack([(a * a).sum(1), (a * b).sum(1), (b * b).sum(1)], axis=1)
    np.testing.assert_allclose(features[:, :3], products)
    i, j = np.triu_indices(3)
    np.testing.assert_allclose(features[:, 3:], products[:, i] * products[:, j])


def test_the_features_of_items_are_sorted_values_and_means_of_products():
    X = np.random.RandomState(0).standard_normal((5, 6))
    transformer = InvariantFeatures("S(3)*2").fit(X)
    found = dict(zip(transformer.get_feature_names_out(), transformer.transform(X).T, strict=True))
    first, second = X[:, ::2], X[:, 1::2]
    np.testing.assert_allclose(found["sorted 0 of x0"], first.min(axis=1))
    np.testing.assert_allclose(found["sorted 2 of x1"], second.max(axis=1))
    np.testing.assert_allclose(found["mean of x0*x0"], (first**2).mean(axis=1))
    np.testing.assert_allclose(found["mean of x0*x1"], (first * second).mean(axis=1))
    cross = (first.sum(1) * second.sum(1) - (first * second).sum(1)) / 6
    np.testing.assert_allclose(found["mean of x0*x3"], cross)


def test_a_column_that_changes_its_sign_is_known_by_its_size():
    X = np.array([[-2.0], [3.0]])
    transformer = InvariantFeatures("S(2).det").fit(X)
    np.testing.assert_array_equal(transformer.transform(X), [[2, 4], [3, 9]])
    assert transformer.get_feature_names_out().tolist() == ["|x0|", "x0*x0"]


def test_without_a_group_they_are_the_columns_and_their_products():
    X = np.random.RandomState(0).standard_normal((4, 2))
    a, b = X.T
    expected = np.stack([a, b, a * a, a * b, b * b], axis=1)
    np.testing.assert_allclose(InvariantFeatures().fit_transform(X), expected)


def test_large_tables_have_no_products():
    X = np.random.RandomState(0).standard_normal((2, 600))
    features = InvariantFeatures("C(600)").fit_transform(X)
    np.testing.assert_array_equal(features, np.sort(X, axis=1))


def test_rows_are_read_in_pieces(monkeypatch):
    X = np.random.RandomState(0).standard_normal((9, 6))
    whole = InvariantFeatures("2*O(3)").fit_transform(X)
    monkeypatch.setattr("sklearn_symclone.preprocessing.invariants.MAX_NUMBERS", 12)
    np.testing.assert_allclose(InvariantFeatures("2*O(3)").fit_transform(X), whole)


def test_a_linear_model_learns_an_invariant_law_from_them():
    """The trace of the inertia is the sum of mass times squared distance, twice."""
    X, Y = make_inertia(300, random_state=0)
    trace = Y[:, [0, 4, 8]].sum(axis=1)
    model = make_pipeline(InvariantFeatures("S(5) + S(5)*O(3)"), StandardScaler(), RidgeCV())
    assert model.fit(X[:200], trace[:200]).score(X[200:], trace[200:]) > 0.999


def test_names_of_columns_are_used():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(np.ones((2, 4)), columns=["px", "py", "qx", "qy"])
    transformer = InvariantFeatures("2*O(2)").set_output(transform="pandas")
    assert transformer.fit_transform(frame).columns[1] == "(px..py|qx..qy)"
