"""The scikit-learn contract: every estimator check, with and without a symmetry."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor

#: The checks ask whether a fit runs and keeps its promises, not how good it is: few steps do.
QUICK = {"reference_steps": 20, "clone_steps": 30, "random_state": 0}
SYMMETRIC = {"symmetry": "S(n)", **QUICK}

ESTIMATORS = [
    SymmetryClonedRegressor(),
    SymmetryClonedClassifier(),
    SymmetryClonedRegressor(strength=0.5, **SYMMETRIC),
    SymmetryClonedClassifier(strength=0.5, **SYMMETRIC),
    SymmetryClonedRegressor(strength=1, **SYMMETRIC),
    SymmetryClonedClassifier(strength=1, **SYMMETRIC),
]


def expected_failures(estimator):
    """Return the one check that random draws from the rows cannot pass, where there are any."""
    if estimator.symmetry is None:
        return {}
    return {
        "check_sample_weight_equivalence_on_dense_data": "cloning draws rows at random by their "
        "weights; the equivalence holds in distribution, and is tested so"
    }


@parametrize_with_checks(ESTIMATORS, expected_failed_checks=expected_failures)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.DataConversionWarning")
def test_estimator_check(estimator, check):
    check(estimator)
