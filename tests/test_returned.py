"""What the models and scorers of users return, checked."""

import re

import numpy as np
import pytest

from sklearn_symclone.returned import checked_predictions, checked_score


@pytest.mark.parametrize("given", [[1, 2], (1.0, 2.0), np.array([1, 2], np.float32), [True, 2]])
def test_predictions_become_floats(given):
    found = checked_predictions(given, 2)
    assert found.dtype == np.float64
    assert found.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1.0], "estimator returned 1 predictions for 2 samples: it must return one for each"),
        (None, "estimator returned 1 predictions for 2 samples: it must return one for each"),
        (["a", "b"], "estimator must return real numbers of one shape, it returned ['a', 'b']"),
        ([1j, 0], "estimator must return real numbers of one shape, it returned [1j, 0]"),
        ([[1], [2, 3]], "estimator must return real numbers of one shape, it returned [[1], [2, "),
    ],
)
def test_what_is_no_prediction(given, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        checked_predictions(given, 2, "estimator")


@pytest.mark.parametrize("given", [2, 2.0, np.float32(2), np.array(2.0), np.int64(2)])
def test_scores_become_floats(given):
    assert type(checked_score(given, "r2")) is float
    assert checked_score(given, "r2") == 2.0


@pytest.mark.parametrize("given", ["good", None, 1j, np.ones(1), {"a": 1}, np.array("a")])
def test_what_is_no_score(given):
    with pytest.raises(ValueError, match=r"^scoring='r2' must return a number, it returned "):
        checked_score(given, "r2")
