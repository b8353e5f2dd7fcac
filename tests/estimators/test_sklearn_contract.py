"""The scikit-learn contract: every estimator check, with and without a symmetry."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.utils.estimator_checks import (
    check_dataframe_column_names_consistency,
    check_param_validation,
    check_parameters_default_constructible,
    parametrize_with_checks,
)

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.fitting import auto, task_settings
from sklearn_symclone.imitation import network

#: The checks ask whether a fit runs and keeps its promises, not how good it is: few steps do.
QUICK = {"reference_steps": 5, "clone_steps": 5, "batch_size": 500, "random_state": 0}
SYMMETRIC = {"symmetry": "S(n)", "max_iter": 10, "hidden_layer_sizes": (32, 32), **QUICK}
#: The layers of these are clones, which are trained all together.
LAYERED = {"strength": 0.5, **SYMMETRIC, "hidden_layer_sizes": (16, 8)}
#: Several networks are fitted to several parts of the rows: all of them are small.
SMALL = {"hidden_layer_sizes": (32,), "max_iter": 20, "learning_rate_init": 0.02, **QUICK}
SEARCHING = {"symmetries": ("S(n)", None), "strengths": (0.5,), "cv": 2, **SMALL}

ESTIMATORS = [
    SymmetryClonedRegressor(),
    SymmetryClonedClassifier(),
    SymmetryClonedRegressor(strength=0.5, **SYMMETRIC),
    SymmetryClonedClassifier(strength=0.5, **SYMMETRIC),
    SymmetryClonedRegressor(strength=1, **SYMMETRIC),
    SymmetryClonedClassifier(strength=1, **SYMMETRIC),
    SymmetryClonedRegressor(cloning="layers", **LAYERED),
    SymmetryClonedClassifier(cloning="layers", **LAYERED),
    SymmetryClonedRegressor(cloning="weights", **LAYERED),
    SymmetryClonedClassifier(cloning="weights", **LAYERED),
    SymmetryClonedRegressorCV(**SMALL),
    SymmetryClonedClassifierCV(**SMALL),
    SymmetryClonedRegressorCV(**SEARCHING),
    SymmetryClonedClassifierCV(**SEARCHING),
]
KINDS = sorted({type(estimator) for estimator in ESTIMATORS}, key=lambda kind: kind.__name__)


@pytest.fixture(autouse=True)
def short_fits(monkeypatch):
    """Default fits take few epochs, at a larger rate, and choose the same way.

    Few samples are imitated: a reference that answers 16,384 of them takes longer than all steps.
    """
    monkeypatch.setattr(task_settings, "FROM_RANDOM", (30, 1e-2))
    monkeypatch.setattr(auto, "DECAY_EPOCHS", 3)
    monkeypatch.setattr(network, "POOL", 512)
    monkeypatch.setattr(network, "SMALL_POOL", 512)


@parametrize_with_checks(ESTIMATORS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.DataConversionWarning")
# a check that sets n_iter_no_change, and more iterations than are needed to pass it
@pytest.mark.filterwarnings("ignore:Stochastic:sklearn.exceptions.ConvergenceWarning")
def test_estimator_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "check", [check_dataframe_column_names_consistency, check_parameters_default_constructible]
)
def test_checks_that_are_not_in_the_common_list(kind, check):
    symmetric = SEARCHING if kind.__name__.endswith("CV") else SYMMETRIC
    check(kind.__name__, kind(**symmetric))


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_is_validated(kind):
    # the check gives each parameter a value of no allowed type, and reads the error
    check_param_validation(kind.__name__, kind())


def test_weights_are_routed_through_a_search():
    X, y = make_o5(40, random_state=0)
    weights = np.arange(40) % 2
    model = SymmetryClonedRegressor(max_iter=2, random_state=0)
    with config_context(enable_metadata_routing=True):
        model.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        search = GridSearchCV(model, {"strength": [0]}, cv=2).fit(X, y, sample_weight=weights)
    odd = model.fit(X, y, weights)
    np.testing.assert_array_equal(search.predict(X), odd.predict(X))
    assert not np.array_equal(odd.predict(X), model.fit(X, y).predict(X))


def test_groups_are_routed_to_the_splitter_and_to_the_fit():
    X, y = make_o5(40, random_state=0)
    groups, heard = np.repeat(np.arange(8), 5), []

    class Listening(SymmetryClonedRegressor):
        def _fit(self, X, y, sample_weight, held_out):
            heard.append(held_out.groups)
            return super()._fit(X, y, sample_weight, held_out)

    model = Listening(max_iter=2, hidden_layer_sizes=(8,), random_state=0)
    with config_context(enable_metadata_routing=True):
        model.set_fit_request(groups=True)
        GridSearchCV(model, {"strength": [0]}, cv=GroupKFold(2)).fit(X, y, groups=groups)
    first, second, every = heard
    assert not set(first) & set(second)
    np.testing.assert_array_equal(every, groups)
