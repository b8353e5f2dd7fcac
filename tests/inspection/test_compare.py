"""Learning curves with and without symmetries."""

import matplotlib
import numpy as np
import pytest

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.inspection import SymmetryComparison, compare_symmetries

matplotlib.use("Agg")
QUICK = {
    "strength": 1,
    "reference_steps": 5,
    "clone_steps": 5,
    "max_iter": 2,
    "hidden_layer_sizes": 8,
}


FIRST_HALF = [(np.arange(20), np.arange(20, 40))]


def table():
    X = np.random.RandomState(0).standard_normal((40, 4))
    return X, X.sum(axis=1)


def test_all_methods_at_all_sizes(tmp_path):
    X, y = table()
    estimator = SymmetryClonedRegressor(**QUICK)
    settings = {
        "train_sizes": [10, 12],
        "estimator": estimator,
        "cv": FIRST_HALF,
        "memory": str(tmp_path),
    }
    found = compare_symmetries(X, y, ["S(4)", "S(5)"], **settings)
    frame = found.to_frame()
    assert len(frame) == 2 * 8
    of_s4 = {"S(4)", "reference, S(4)", "augmentation, S(4)"}
    assert set(found.summary()) == {"no symmetry", *of_s4, "boosted trees"}
    assert set(found.failures) == {"S(5)", "reference, S(5)", "augmentation, S(5)"}
    assert "needs 5 columns in X, X has 4" in found.failures["S(5)"]
    entries = len(list(tmp_path.rglob("output.pkl")))
    assert entries == 10
    again = compare_symmetries(X, y, ["S(4)", "S(5)"], **settings)
    assert again.summary() == found.summary()
    assert len(list(tmp_path.rglob("output.pkl"))) == entries
    assert len(found.plot().lines) == 5


def test_classes_are_moved_with_the_rows():
    X, _ = table()
    labels = np.where(X[:, 0] > X[:, 1], "a", "b")
    found = compare_symmetries(
        X[:, :2],
        labels,
        ["S(2) -> S(2)"],
        estimator=SymmetryClonedClassifier(**QUICK),
        train_sizes=[20],
        cv=FIRST_HALF,
    )
    assert not found.failures
    assert len(found.summary()) == 5
    assert len(found.cells) == 5


def test_means_and_deviations():
    cells = [
        {"method": "m", "n_rows": 5, "split": split, "score": score, "error": None}
        for split, score in enumerate([0.2, 0.6])
    ]
    assert SymmetryComparison(cells).summary()["m"] == [(5, 0.4, pytest.approx(0.2))]


def test_what_is_refused():
    with pytest.raises(ValueError, match="symmetries must be a list of at least one symmetry"):
        compare_symmetries(*table(), "S(4)")
    with pytest.raises(ValueError, match="train_sizes must be from 2 to 28, the rows that cv"):
        compare_symmetries(*table(), ["S(4)"], train_sizes=[50])
