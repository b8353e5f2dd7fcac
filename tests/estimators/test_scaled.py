"""Columns that were scaled one by one: what is noticed, and what is not."""

import re
import warnings

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_digits
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.estimators._scaled import complaint
from sklearn_symclone.exceptions import SymmetryWarning
from sklearn_symclone.symmetry import parse_representation

QUICK = {"reference_steps": 5, "clone_steps": 5, "max_iter": 2, "random_state": 0}
NORMAL = np.random.RandomState(0).standard_normal((300, 10))
#: Ten columns of their own sizes, origins and forms.
RAW = np.exp(NORMAL * np.linspace(0.1, 0.5, 10)) * np.arange(1, 11)
SCALERS = [
    StandardScaler(),
    MinMaxScaler(),
    MinMaxScaler((-1, 1)),
    MaxAbsScaler(),
    RobustScaler(),
    PowerTransformer(),
    QuantileTransformer(n_quantiles=100),
    QuantileTransformer(n_quantiles=100, output_distribution="normal"),
]


def about(text, X, **settings):
    return complaint(parse_representation(text), np.asarray(X), "X", **settings)


def with_gaps(X):
    return np.where(np.random.RandomState(1).uniform(size=X.shape) < 0.1, np.nan, X)


@pytest.mark.parametrize("scaler", SCALERS, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_vectors_that_were_scaled_are_noticed(scaler, dtype):
    X = scaler.fit_transform(RAW.astype(dtype))
    assert X.dtype == dtype
    assert "columns 0 to 9 of X" in about("2*O(5)", X)
    assert "columns 0 to 4 of X" in about("O(5) + 5", X)
    assert about("10", X) is None


@pytest.mark.parametrize("scaler", SCALERS[:4], ids=str)
def test_items_are_noticed_where_their_forms_differ(scaler):
    X = scaler.fit_transform(np.c_[RAW[:, :5], NORMAL[:, 5:] ** 2])
    assert "S(10) mixes or exchanges them" in about("S(10)", X)


def test_one_kind_of_items_of_two():
    X = np.hstack([MinMaxScaler().fit_transform(RAW[:, :5]), RAW[:, 5:]])
    assert "the columns 0 to 4 of X" in about("S(5) + S(5)'", X)


def test_items_of_one_form_are_not():
    assert about("S(10)", StandardScaler().fit_transform(NORMAL)) is None
    assert about("O(10)", StandardScaler().fit_transform(NORMAL)) is not None


def test_pandas_divides_by_one_less():
    X = (RAW - RAW.mean(axis=0)) / RAW.std(axis=0, ddof=1)
    assert "has mean 0 and deviation 1" in about("2*O(5)", X)


def test_gaps_that_were_filled_column_by_column_are_noticed():
    X = SimpleImputer().fit_transform(with_gaps(RAW))
    for text in ("2*O(5)", "S(10)"):
        assert "repeats its own mean" in about(text, X)
        assert "by an EquivariantImputer" in about(text, X)
    assert about("10", X) is None
    assert about("S(10)", np.nan_to_num(with_gaps(RAW))) is None


def test_one_column_with_gaps_is_enough():
    X = RAW.copy()
    X[:, 3] = SimpleImputer().fit_transform(with_gaps(RAW))[:, 3]
    said = about("S(10)", X)
    assert said.startswith("the column 3 of X looks as if it was filled in on its own: it repeats")
    assert "S(10) mixes or exchanges it with others" in said
    assert about("3 + 1 + 6", X) is None


HARMLESS = {
    "as measured": ("2*O(5)", RAW),
    "normal": ("2*O(5)", NORMAL),
    "scaled as a whole": ("2*O(5)", (NORMAL - NORMAL.mean()) / NORMAL.std()),
    "few rows": ("2*O(5)", StandardScaler().fit_transform(RAW[:5])),
    "one column of two scaled": (
        "O(2)",
        np.c_[StandardScaler().fit_transform(RAW[:, :1]), RAW[:, :1]],
    ),
    "one-hot": ("S(5)*2", np.eye(10)[np.arange(300) % 10]),
    "spins": ("S(10)", np.array(np.meshgrid(*[[-1.0, 1.0]] * 10)).reshape(10, -1).T),
    "constant": ("2*O(5)", np.full((30, 10), 0.1)),
    "a grid": ("S(3)", np.array(np.meshgrid(*[np.linspace(0, 1, 5)] * 3)).reshape(3, -1).T),
    "pixels": ('Grid(8,8,"C4")', load_digits().data / 16),
    "steps of one half": ("S(10)", np.random.RandomState(0).randint(0, 5, (500, 10)) / 2),
    "one column": ("1", StandardScaler().fit_transform(RAW[:, :1])),
}


@pytest.mark.parametrize(("text", "X"), HARMLESS.values(), ids=HARMLESS)
def test_what_is_harmless(text, X):
    assert about(text, X) is None


def test_the_warning_names_columns_group_and_cure():
    X = StandardScaler().fit_transform(RAW)
    assert about("1 + S(3)*O(3)", X) == (
        "the columns 1 to 9 of X look as if each was scaled or filled in on its own: each has mean "
        "0 and deviation 1. But S(3) and O(3) mix or exchange them, and columns that belong "
        "together must keep their sizes and origins relative to each other. Give these columns as "
        "they are, without a scaler, for the estimator scales by itself as the symmetry allows, or "
        "after an EquivariantScaler of sklearn_symclone.preprocessing"
    )
    assert "the columns 'b', 'c', 'd', 'e', 'f', 'g', ... (9 columns) of X" in about(
        "1 + S(3)*O(3)", X, names=list("abcdefghij")
    )
    assert "columns 0 to 1, 5 to 6 of X" in about("O(2) + 3 + O(2)'", X[:, :7])


def test_a_scaler_in_a_pipeline_is_told_at_the_line_of_the_user():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(RAW, columns=[f"x{k}" for k in range(10)])
    scaler = StandardScaler().set_output(transform="pandas")
    X = scaler.fit_transform(frame)
    model = SymmetryClonedRegressor(symmetry="2*O(5)", strength=0.5, **QUICK)
    with pytest.warns(SymmetryWarning, match=r"columns 'x0', .* of X .* O\(5\)") as caught:
        model.fit(X, NORMAL[:, 0])
    assert [one.filename for one in caught] == [__file__]
    with pytest.warns(SymmetryWarning):
        make_pipeline(scaler, model).fit(frame, NORMAL[:, 0])


def test_targets_that_were_scaled_one_by_one():
    model = SymmetryClonedRegressor(symmetry="2*O(5) -> O(5)", strength=0.5, **QUICK)
    scaled = TransformedTargetRegressor(model, transformer=StandardScaler())
    with pytest.warns(SymmetryWarning, match="columns 0 to 4 of y look"):
        scaled.fit(NORMAL, RAW[:, :5])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scaled.set_params(regressor__symmetry="2*O(5) -> 5").fit(NORMAL, RAW[:, :5])


def test_searches_and_classifiers_warn_as_well():
    X, y = StandardScaler().fit_transform(RAW), NORMAL[:, 0] > 0
    model = SymmetryClonedClassifier(symmetry="2*O(5)", strength=1, **QUICK)
    with pytest.warns(SymmetryWarning, match=re.escape("O(5) mixes or exchanges them")):
        model.fit(X, y)
    search = SymmetryClonedRegressorCV(
        symmetries=(None, "2*O(5)"), strengths=(1,), cv=2, hidden_layer_sizes=(8,), **QUICK
    )
    with pytest.warns(SymmetryWarning) as caught:
        search.fit(X, NORMAL[:, 0])
    assert len(caught) == 1


@pytest.mark.parametrize("changed", [{"strength": 0}, {"symmetry": None}])
def test_a_plain_network_may_have_a_scaler(changed):
    model = SymmetryClonedRegressor(**{"symmetry": "2*O(5)", **QUICK, **changed})
    model.fit(StandardScaler().fit_transform(RAW), NORMAL[:, 0])


def test_a_warning_that_is_an_error_leaves_the_fitted_model():
    model = SymmetryClonedRegressor(symmetry="2*O(5)", strength=1, **QUICK).fit(RAW, NORMAL[:, 0])
    before = model.predict(RAW)
    with pytest.raises(SymmetryWarning):  # warnings are errors in this suite
        model.fit(StandardScaler().fit_transform(RAW), NORMAL[:, 0])
    np.testing.assert_array_equal(model.predict(RAW), before)
