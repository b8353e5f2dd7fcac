"""The equivariance error is its formula, over rows and group elements one by one."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LinearRegression, LogisticRegression

from sklearn_symclone.datasets import make_balance_scale
from sklearn_symclone.metrics import assert_equivariant, equivariance_error, make_orbit_scorer
from sklearn_symclone.symmetry import O, S, Symmetry


def rows(n_samples, n_features, seed=0):
    return np.random.RandomState(seed).standard_normal((n_samples, n_features))


def loop_formula(function, X, symmetry, n_elements, seed):
    """Sum the squared norms over all rows and elements, each moved by its own matrices."""
    X = np.concatenate([X] * n_elements)
    elements = symmetry.sample(len(X), seed)
    difference = after_size = moved_size = 0.0
    rhos = symmetry.inputs.matrix(elements), symmetry.outputs.matrix(elements)
    for x, rho_in, rho_out in zip(X, *rhos, strict=True):
        after = np.ravel(function((rho_in @ x)[None]))
        moved = rho_out @ np.ravel(function(x[None]))
        difference += np.sum((after - moved) ** 2)
        after_size += np.sum(after**2)
        moved_size += np.sum(moved**2)
    return np.sqrt(difference) / (np.sqrt(after_size) + np.sqrt(moved_size))


@pytest.mark.parametrize("n_elements", [1, 3])
@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("S(4) -> 1", lambda X: X @ [1.0, 2, 3, 4]),
        ("O(3) -> O(3)", lambda X: X**2),
        ("O(1,2) -> O(1,2).dual", np.sin),
        ("S(2)*2 -> 1 + S(2)", lambda X: np.cumsum(X, axis=1)[:, :3]),
        ("Signs(3) -> 2", lambda X: np.exp(X[:, 1:])),
    ],
)
def test_the_error_is_its_formula(text, function, n_elements):
    symmetry = Symmetry.parse(text)
    X = rows(9, symmetry.inputs.dimension)
    error = equivariance_error(function, X, symmetry, n_elements=n_elements, random_state=5)
    assert 0.01 < error < 1
    assert_allclose(error, loop_formula(function, X, symmetry, n_elements, 5), rtol=1e-10)


def test_the_error_of_a_known_share_of_flips():
    """Under a change of sign the identity taken for an invariant misses by twice its size."""
    error = equivariance_error(lambda X: X, np.ones((1, 1)), "O(1)", n_elements=40_000)
    assert_allclose(error, np.sqrt(0.5), atol=0.01)


@pytest.mark.parametrize(
    ("symmetry", "function"),
    [
        ("S(4)", lambda X: np.sort(X, axis=1)),
        ("S(4) -> S(4)", np.tanh),
        ("O(4)", lambda X: np.linalg.norm(X, axis=1)),
        ("O(1,3)", lambda X: X**2 @ [1, -1, -1, -1]),
        ("O(1,3) -> O(1,3).dual", lambda X: X * [1, -1, -1, -1]),
        ("2*O(2) -> O(2)**2", lambda X: np.einsum("ni,nj->nij", X[:, :2], X[:, 2:])),
    ],
)
def test_equivariant_functions_have_no_error(symmetry, function):
    assert equivariance_error(function, rows(20, 4), symmetry, n_elements=5) < 1e-12


def test_opposite_answers_have_the_largest_error():
    answers = iter([1.0, -1.0])
    assert equivariance_error(lambda X: np.full(len(X), next(answers)), rows(3, 2), "O(2)") == 1


@pytest.mark.parametrize("symmetry", [S(3) >> 1, S(3), "S(3)", "S(n)", Symmetry(S(3), 1)], ids=str)
def test_a_symmetry_in_every_form(symmetry):
    error = equivariance_error(lambda X: X[:, 0], rows(8, 3), symmetry, random_state=0)
    assert error == equivariance_error(lambda X: X[:, :1], rows(8, 3), "S(3) -> 1", random_state=0)
    assert error > 0.1


def test_the_seed_decides():
    def error(seed):
        return equivariance_error(np.exp, rows(8, 3), O(3) >> O(3), random_state=seed)

    assert error(0) == error(np.random.RandomState(0)) != error(1)


def test_predictions_of_nothing_have_no_error():
    assert equivariance_error(lambda X: np.zeros((len(X), 3)), rows(5, 3), "O(3) -> O(3)") == 0.0


def test_predictions_may_be_single_precision_or_lists():
    X = rows(6, 3)
    expected = equivariance_error(lambda X: X[:, 0], X, "S(3)", random_state=0)
    for function in (lambda X: X[:, 0].tolist(), lambda X: X[:, 0].astype(np.float32)):
        found = equivariance_error(function, X, "S(3)", random_state=0)
        assert_allclose(found, expected, rtol=1e-6)


def test_whole_numbers_are_moved_as_real_ones():
    X = np.arange(12).reshape(4, 3)
    assert equivariance_error(lambda X: np.linalg.norm(X, axis=1), X, "O(3)") < 1e-12


def test_rows_reach_the_model_in_their_own_precision():
    seen = []
    equivariance_error(lambda X: seen.append(X.dtype) or X, rows(4, 3).astype(np.float32), "S(3)")
    assert seen == [np.float32] * 2


def test_a_regressor_is_asked_to_predict():
    X = rows(30, 3)
    fair = LinearRegression().fit(X, X.sum(axis=1))
    unfair = LinearRegression().fit(X, X[:, 0])
    assert equivariance_error(fair, X, "S(3)", random_state=0) < 1e-12
    assert equivariance_error(unfair, X, "S(3)", random_state=0) > 0.1


def test_a_classifier_is_asked_for_probabilities_of_swapped_classes():
    X, y = make_balance_scale()
    model = LogisticRegression(tol=1e-8, max_iter=1000).fit(X - 3, y)
    assert model.classes_.tolist() == ["B", "L", "R"]
    error = {
        outputs: equivariance_error(model, X - 3, f"S(2)*2 -> {outputs}", random_state=0)
        for outputs in ("1 + S(2)", "3", "S(2) + 1")
    }
    assert error["1 + S(2)"] < 1e-5
    assert error["3"] > 0.1
    assert error["S(2) + 1"] > 0.1


def test_a_model_fitted_to_a_data_frame_is_asked_without_a_warning():
    frame = pd.DataFrame(rows(10, 3), columns=list("abc"))
    model = LinearRegression().fit(frame, frame.sum(axis=1))
    assert equivariance_error(model, frame, "S(3)", random_state=0) < 1e-12


@pytest.mark.parametrize(
    ("symmetry", "message"),
    [
        (
            "S(4)",
            "symmetry 'S(4)' needs 4 columns in X, X has 3: remove 1 column from 'S(4)' or add "
            "them to X",
        ),
        (
            "O(2)",
            "symmetry 'O(2)' needs 2 columns in X, X has 3: add '+ 1' for 1 invariant column, "
            "or '1 +' if it comes first",
        ),
        (
            "O(3) -> 1",
            "symmetry 'O(3) -> 1' needs 1 column in the prediction, the prediction has 3: add "
            "'+ 2' for 2 invariant columns, or '2 +' if they come first",
        ),
        (
            "n*O(2)",
            "symmetry 'n*O(2)': no n fits, X has 3 columns where 'n*O(2)' needs 2 for n=1 and 4 "
            "for n=2",
        ),
    ],
)
def test_columns_that_do_not_fit(symmetry, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}") as caught:
        equivariance_error(lambda X: X, rows(4, 3), symmetry)
    assert str(caught.value).split(". The columns of")[0] == message


def test_the_symmetry_must_be_one():
    with pytest.raises(TypeError, match="symmetry must be a Symmetry, its string or None, got 3"):
        equivariance_error(lambda X: X, rows(4, 3), 3)


def test_rows_must_be_finite():
    with pytest.raises(ValueError, match="contains NaN"):
        equivariance_error(lambda X: X, np.full((4, 3), np.nan), "S(3)")


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("S(3)*2", lambda X: X.sum(axis=1)),
        ("2*O(3) -> O(3)", lambda X: X[:, :3] - X[:, 3:]),
        ("2*E(3) -> E(3).vector", lambda X: X[:, :3] - X[:, 3:]),
        ("2*E(3) -> E(3)", lambda X: 0.25 * X[:, :3] + 0.75 * X[:, 3:]),
        ("2*SO(3) -> SO(3)", lambda X: np.cross(X[:, :3], X[:, 3:])),
        ("2*O(3) -> O(3).pseudo", lambda X: np.cross(X[:, :3], X[:, 3:])),
        ("S(2) wr S(3) -> (S(2) wr S(3)).top", lambda X: X.reshape(-1, 3, 2).prod(axis=2)),
    ],
)
def test_assert_equivariant_lets_symmetric_functions_pass(text, function):
    X = rows(40, 6)
    assert_equivariant(function, X, text)
    with pytest.raises(AssertionError, match="not equivariant under"):
        assert_equivariant(lambda X: function(X) + 1e-3 * X[:, [0]].clip(min=0), X, text)


def test_assert_equivariant_is_not_fooled_by_a_large_constant():
    X = rows(40, 3)
    assert equivariance_error(lambda X: 1e9 + X[:, 0], X, "S(3)", random_state=0) < 1e-6
    with pytest.raises(AssertionError, match=r"error 0\.\d+, 1e-06 is allowed"):
        assert_equivariant(lambda X: 1e9 + X[:, 0], X, "S(3)")


def test_assert_equivariant_names_the_factor_that_is_broken():
    X = rows(40, 6)
    lengths = lambda X: np.linalg.norm(X.reshape(-1, 2, 3), axis=2)  # noqa: E731
    with pytest.raises(AssertionError, match=r"broken most is S\(2\), with an error of 0\.\d+"):
        assert_equivariant(lambda X: lengths(X)[:, 0], X, "S(2)*O(3)")
    with pytest.raises(AssertionError, match=r"broken most is O\(3\), with an error of 0\.\d+"):
        assert_equivariant(lambda X: np.abs(X).sum(axis=1), X, "S(2)*O(3)")


def test_assert_equivariant_notices_a_prediction_that_is_not_finite():
    with pytest.raises(AssertionError, match="error nan"):
        assert_equivariant(lambda X: X[:, 0] * np.nan, rows(5, 3), "S(3)")


@pytest.mark.parametrize(
    ("text", "measure", "deviation"),
    [
        # the rapidity of a boost, and the logarithm of a stretch
        ("SO+(1,1) -> SO+(1,1)", lambda g: np.arcsinh(g[:, 0, 1]), 0.5),
        ("Scaling(1) -> Scaling(1)", lambda g: np.log(g[:, 0, 0]), 0.5),
    ],
)
def test_elements_are_drawn_by_a_fixed_law(text, measure, deviation):
    """The error of a group that stretches depends on how far its elements stretch."""
    symmetry = Symmetry.parse(text)
    matrices = symmetry.inputs.matrix(symmetry.sample(20_000, random_state=0))
    assert np.std(measure(matrices)) == pytest.approx(deviation, rel=0.03)


class Match(ClassifierMixin, BaseEstimator):
    """A classifier whose law is exact, and which reads the columns of a frame by name."""

    classes_ = np.array(["draw", "loss", "win"])

    def fit(self, X, y):
        return self

    def predict_proba(self, X):
        margin = (X["first"] - X["second"]).to_numpy()
        scores = np.exp(np.stack([np.zeros(len(X)), -margin, margin], axis=1))
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


NAMED = Symmetry.parse(
    "1 + S(2) -> S(2) + 1", columns=["id", "first", "second"], classes=["win", "loss", "draw"]
)


@pytest.mark.parametrize("order", [["id", "first", "second"], ["second", "id", "first"]])
def test_columns_and_classes_are_found_by_name(order):
    frame = pd.DataFrame(rows(50, 3), columns=["id", "first", "second"])[order]
    model = Match()
    assert equivariance_error(model, frame, NAMED, random_state=0) < 1e-12
    assert_equivariant(model, frame, NAMED)
    assert make_orbit_scorer(NAMED, "accuracy")(model, frame, model.predict(frame)) == 1
    # in the order of classes_, draw and loss are exchanged
    unnamed = Symmetry(NAMED.inputs, NAMED.outputs, columns=NAMED.columns)
    assert equivariance_error(model, frame, unnamed, random_state=0) > 0.1


def test_a_callable_answers_in_the_order_of_the_names():
    frame = pd.DataFrame(rows(50, 3), columns=["second", "id", "first"])

    def law(X):
        return Match().predict_proba(X)[:, [2, 1, 0]]

    assert equivariance_error(law, frame, NAMED, random_state=0) < 1e-12
    with pytest.raises(ValueError, match="X lacks id; X also has ID, which the symmetry does not"):
        equivariance_error(law, frame.rename(columns={"id": "ID"}), NAMED)


def test_a_model_that_lacks_a_class_is_refused():
    frame = pd.DataFrame(rows(5, 3), columns=["id", "first", "second"])
    model = Match()
    model.classes_ = np.array(["loss", "win", "tie"])
    with pytest.raises(ValueError, match="y lacks draw; y also has tie, which the symmetry"):
        equivariance_error(model, frame, NAMED)


def test_absent_items_do_not_count():
    random_state = np.random.RandomState(0)
    present = np.arange(3) < random_state.randint(1, 4, size=(50, 1))
    points = np.where(present[..., None], random_state.standard_normal((50, 3, 2)), np.nan)
    X = np.hstack([present, points.reshape(50, 6)])
    symmetry = "S(3).mask + S(3)*E(2) -> S(3)*E(2)"

    def shrunk(rows):
        """Return points at half of their distance from the mean of present ones."""
        here, places = rows[:, :3] == 1, rows[:, 3:].reshape(-1, 3, 2)
        centre = np.where(here[..., None], places, 0).sum(1, keepdims=True)
        centre = centre / here.sum(1)[:, None, None]
        answers = (places + centre) / 2
        answers[~here] = 1e6  # which nobody asks for
        return answers.reshape(-1, 6)

    assert equivariance_error(shrunk, X, symmetry, random_state=0) < 1e-12
    assert_equivariant(shrunk, X, symmetry)
    assert equivariance_error(lambda rows: rows[:, 3:] ** 2, X, symmetry, random_state=0) > 0.1
    X[0, 0] = 2
    with pytest.raises(ValueError, match=r"column 0 of X is one of 'S\(3\).mask' and must be 1"):
        equivariance_error(shrunk, X, symmetry)


def test_a_scorer_leaves_absent_items_out():
    present = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 1]] * 5)
    values = np.random.RandomState(0).standard_normal((20, 3))
    X = np.hstack([present, np.where(present, values, np.nan)])
    Y = np.where(present, values, 0)

    class Echo:
        """Predict the values themselves."""

        def predict(self, X):
            return np.where(X[:, :3] == 1, X[:, 3:], 0)

        def score(self, X, y):
            return -np.abs(self.predict(X) - y).max()

        def fit(self, X, y):
            return self

    assert make_orbit_scorer("S(3).mask + S(3) -> S(3)")(Echo(), X, Y) == 0


def test_a_function_that_answers_nan_is_not_exact():
    assert np.isnan(equivariance_error(lambda X: X * np.nan, rows(5, 3), "O(3) -> O(3)"))


@pytest.mark.parametrize("measure", [equivariance_error, assert_equivariant])
@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (lambda X: X[:3], {}, "the model returned 3 predictions for 4 samples: it must return one"),
        (lambda X: 2.0, {}, "the model returned 1 predictions for 4 samples: it must return one"),
        (lambda X: ["a"] * len(X), {}, "the model must return real numbers of one shape, it"),
        (lambda X: 1j * X, {}, "the model must return real numbers of one shape, it returned"),
        (lambda X: X, {"n_elements": 0}, "n_elements must be a whole number of at least 1, got 0"),
        (lambda X: X, {"n_elements": 1.5}, "n_elements must be a whole number of at least 1, got"),
    ],
)
def test_what_is_no_model_or_no_number_is_named(measure, model, settings, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        measure(model, rows(4, 3), "S(3) -> S(3)", **{"n_elements": 1, **settings})


@pytest.mark.parametrize("tol", ["small", -1, None])
def test_a_tolerance_is_a_number(tol):
    with pytest.raises(ValueError, match=f"tol must be a number of at least 0, got {tol!r}"):
        assert_equivariant(lambda X: X, rows(4, 3), "S(3) -> S(3)", tol=tol)


def test_a_scorer_returns_a_number():
    X = rows(20, 3)
    model = LinearRegression().fit(X, X[:, 0])
    with pytest.raises(ValueError, match="must return a number, it returned 'good'"):
        make_orbit_scorer("S(3)", lambda *_: "good")(model, X, X[:, 0])
    for scoring in ("nope", 3):  # before any model is fitted
        with pytest.raises(ValueError, match=r"nope.* valid|'scoring' parameter"):
            make_orbit_scorer("S(3)", scoring)


@pytest.mark.parametrize("package", ["pandas", "polars", "pyarrow"])
def test_frames_are_measured_and_scored_as_arrays_are(package):
    module = pytest.importorskip(package)
    X, names = rows(20, 3), list("abc")
    build = module.table if package == "pyarrow" else module.DataFrame
    frame = build(dict(zip(names, X.T, strict=True)))
    model = LinearRegression().fit(X, X[:, 0])
    for measure in (
        lambda X: equivariance_error(model.predict, X, "S(3)", random_state=0),
        lambda X: make_orbit_scorer("S(3)")(model, X, rows(20, 1)[:, 0]),
    ):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "X has feature names")
            assert measure(frame) == measure(X)
    with pytest.raises(AssertionError, match="not equivariant"):
        assert_equivariant(lambda X: np.asarray(X)[:, 0], frame, "S(3)")
