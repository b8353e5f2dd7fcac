"""A warning tells of columns that a scaler before the estimator has scaled one by one."""

import warnings

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from sklearn_symclone import SymmetryClonedRegressor, SymmetryClonedRegressorCV
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.preprocessing import EquivariantScaler

QUICK = {
    "hidden_layer_sizes": (16,),
    "reference_steps": 2,
    "clone_steps": 2,
    "max_iter": 1,
    "random_state": 0,
}
X, y = make_o5(60, random_state=0)
MODEL = SymmetryClonedRegressor(symmetry="2*O(5)", strength=0.5, **QUICK)


@pytest.mark.parametrize("scaler", [StandardScaler(), MinMaxScaler()])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_scaler_that_breaks_the_symmetry_is_named(scaler, dtype):
    name = type(scaler).__name__
    with pytest.warns(UserWarning, match=rf"columns \[0, 1, 2, 3, 4\] of X .* {name} .*Equivar"):
        MODEL.fit(scaler.fit_transform(X.astype(dtype)), y)


def test_the_warning_points_at_the_line_of_the_user():
    with pytest.warns(UserWarning, match="StandardScaler") as caught:
        MODEL.fit(StandardScaler().fit_transform(X), y)
    assert [warning.filename for warning in caught] == [__file__]


def test_a_search_warns_too():
    search = SymmetryClonedRegressorCV(symmetries=["2*O(5)"], strengths=(0.5,), cv=2, **QUICK)
    with pytest.warns(UserWarning, match="StandardScaler"):
        search.fit(StandardScaler().fit_transform(X), y)


def test_scaled_targets_are_named():
    model = SymmetryClonedRegressor(symmetry="2*O(5) -> O(5)", strength=0.5, **QUICK)
    model = TransformedTargetRegressor(model, transformer=StandardScaler())
    with pytest.warns(UserWarning, match="columns .* of y .* leave y as it is"):
        model.fit(X, X[:, :5] + 0.1 * X[:, 5:])


@pytest.mark.parametrize(
    ("symmetry", "scaled"),
    [
        ("2*O(5)", X),
        ("10", StandardScaler().fit_transform(X)),  # nothing mixes the columns
        ("S(2)*5", (X > 0).astype(float)),  # zeros and ones are no sign of a scaler
        (None, StandardScaler().fit_transform(X)),
    ],
)
def test_there_is_no_warning_without_reason(symmetry, scaled):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SymmetryClonedRegressor(symmetry=symmetry, strength=0.5, **QUICK).fit(scaled, y)


def test_the_equivariant_scaler_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_pipeline(EquivariantScaler("2*O(5)"), MODEL).fit(X, y)
