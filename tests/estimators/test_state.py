"""Pickles hold the version that made them, and another version that loads them warns."""

import copy
import pickle
import warnings

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import InconsistentVersionWarning

from sklearn_symclone import SymmetryClonedClassifierCV, SymmetryClonedRegressor, __version__
from sklearn_symclone.estimators import _state

X = np.random.RandomState(0).standard_normal((30, 4))
KINDS = [SymmetryClonedRegressor, SymmetryClonedClassifierCV]


def of_version(model, version, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(_state, "__version__", version)
        return pickle.dumps(model)


@pytest.mark.parametrize("kind", KINDS)
def test_another_version_warns_as_scikit_learn_does(kind, monkeypatch):
    text = of_version(kind(random_state=3), "0.0.1", monkeypatch)
    with pytest.warns(InconsistentVersionWarning, match=f"{kind.__name__} from version 0.0.1 when"):
        model = pickle.loads(text)
    assert model.random_state == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pickle.loads(pickle.dumps(model)).random_state == 3


def test_what_has_no_version_is_older(monkeypatch):
    state = SymmetryClonedRegressor().__getstate__()
    assert state.pop("_sklearn_symclone_version") == __version__
    with pytest.warns(InconsistentVersionWarning, match="from version unknown when using version"):
        SymmetryClonedRegressor().__setstate__(state)


def test_a_fitted_model_goes_through_a_file_and_copies(tmp_path):
    model = SymmetryClonedRegressor(max_iter=2, random_state=0).fit(X, X[:, 0])
    joblib.dump(model, tmp_path / "model.joblib")
    for other in (joblib.load(tmp_path / "model.joblib"), copy.deepcopy(model), copy.copy(model)):
        assert "_sklearn_symclone_version" not in vars(other)
        np.testing.assert_array_equal(other.predict(X), model.predict(X))
    assert "_sklearn_symclone_version" not in vars(clone(model))
