"""Pictures of fits."""

import sys

import matplotlib
import numpy as np
import pytest

from sklearn_symclone import SymmetryClonedRegressor, SymmetryClonedRegressorCV
from sklearn_symclone.inspection import (
    EquivarianceDisplay,
    LossCurveDisplay,
    StrengthCurveDisplay,
)

matplotlib.use("Agg")
QUICK = {
    "reference_steps": 5,
    "clone_steps": 5,
    "max_iter": 2,
    "hidden_layer_sizes": 8,
    "random_state": 0,
}


@pytest.fixture(autouse=True)
def _no_figures_left():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture(scope="module")
def table():
    X = np.random.RandomState(0).standard_normal((30, 6))
    return X, (X**2).sum(axis=1)


def test_the_losses_of_all_phases(table):
    model = SymmetryClonedRegressor(symmetry="S(6)", strength=0.5, **QUICK).fit(*table)
    display = LossCurveDisplay.from_estimator(model)
    reference, imitation, task = display.lines_
    np.testing.assert_allclose(reference.get_ydata(), model.reference_loss_curve_)
    assert len(model.reference_loss_curve_) == model.reference_steps_ == 5
    np.testing.assert_allclose(task.get_ydata(), model.loss_curve_)
    np.testing.assert_allclose(imitation.get_ydata(), model.clone_loss_curve_)
    assert [line.get_label() for line in display.lines_] == ["reference", "imitation", "task"]
    assert display.ax_.figure is display.figure_
    again = display.plot(ax=display.ax_)
    assert again is display


def test_a_fit_without_losses_says_what_records_them(table):
    model = SymmetryClonedRegressor(symmetry="S(6)", strength=1, **QUICK).fit(*table)
    model.clone_loss_curve_ = model.reference_loss_curve_ = []
    with pytest.raises(ValueError, match="a strength below 1 fits to the task and records loss_cu"):
        LossCurveDisplay.from_estimator(model)


def test_the_scores_of_strengths_by_fold(table):
    search = SymmetryClonedRegressorCV(
        symmetries=["S(6)", None], strengths=[1, 0.1], cv=2, **QUICK
    ).fit(*table)
    display = StrengthCurveDisplay.from_estimator(search)
    first = display.lines_[0]
    np.testing.assert_array_equal(first.get_xdata(), [0.1, 1])
    np.testing.assert_allclose(first.get_ydata(), search.cv_results_["mean_test_score"][[1, 0]])
    assert len(display.ax_.lines) == 2 * (1 + 2)
    # the plain network has no equivariance error
    (dashed,) = display.error_lines_
    recorded = search.cv_results_["mean_equivariance_error"]
    np.testing.assert_array_equal(dashed.get_ydata(), recorded[[1, 0]])
    assert (recorded[:2] > 0).all()
    assert np.isnan(recorded[2])
    assert np.isnan(search.cv_results_["split1_equivariance_error"]).tolist() == [
        False,
        False,
        True,
    ]


def test_scores_that_were_not_recorded(table):
    model = SymmetryClonedRegressor(strength=0, **QUICK).fit(*table)
    with pytest.raises(ValueError, match=r"recorded no score.*strengths=\[...\] says which"):
        StrengthCurveDisplay.from_estimator(model)


class Sum:
    """A model of two vectors, which turns along, and a number that depends on an axis."""

    def predict(self, X):
        return np.c_[X[:, :3] + X[:, 3:], X[:, 0]]


def test_the_error_by_factor_and_by_representation():
    X = np.random.RandomState(0).standard_normal((100, 6))
    display = EquivarianceDisplay.from_estimator(Sum(), X, "S(2)*O(3) -> O(3) + 1", random_state=0)
    assert list(display.errors) == ["all", "S(2)", "O(3)"]
    turned = display.errors["O(3)"]
    assert turned["1: O(3)"] < 1e-12
    assert turned["2: 1"] > 0.3
    # the vector is the same sum after an exchange, the number is not
    assert display.errors["S(2)"]["1: O(3)"] < 1e-12
    assert display.errors["S(2)"]["2: 1"] > 0.1
    assert display.bars_[0][2].get_height() == turned["all"]


def test_a_model_without_a_symmetry(table):
    model = SymmetryClonedRegressor(strength=0, **QUICK).fit(*table)
    with pytest.raises(ValueError, match=r"fitted without a symmetry: give symmetry=\.\.\."):
        EquivarianceDisplay.from_estimator(model, table[0])


def test_matplotlib_is_asked_for_when_something_is_drawn(monkeypatch):
    display = LossCurveDisplay({"task": [1.0]})
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        display.plot()


def test_the_score_of_the_reference_is_the_title():
    display = LossCurveDisplay({"task": [1.0, 0.5]}, reference_score=0.9).plot()
    assert display.ax_.get_title() == "score of the reference, held out: 0.9"
    assert display.lines_[0].get_ydata().tolist() == [1.0, 0.5]
