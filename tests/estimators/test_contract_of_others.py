"""The scikit-learn contract of the estimators that are not clones, with and without a symmetry."""

import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.utils.estimator_checks import (
    check_dataframe_column_names_consistency,
    check_param_validation,
    check_parameters_default_constructible,
    parametrize_with_checks,
)

from sklearn_symclone import (
    EquivariantClassifier,
    EquivariantRegressor,
    OrbitAveragedClassifier,
    OrbitAveragedRegressor,
)

AVERAGED = [
    kind(model, *symmetry, augment=augment, n_elements=8, random_state=0)
    for kind, model in (
        (OrbitAveragedRegressor, Ridge()),
        (OrbitAveragedClassifier, LogisticRegression()),
    )
    for symmetry, augment in (((), 0), (("S(n)",), 1))
]
EQUIVARIANT = [
    kind(*symmetry, reference_steps=steps, random_state=0)
    for kind in (EquivariantRegressor, EquivariantClassifier)
    for symmetry, steps in (((), 12), (("S(n)",), 2))
]
ESTIMATORS = [*AVERAGED, *EQUIVARIANT]


@parametrize_with_checks(ESTIMATORS)
def test_estimator_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", [type(estimator) for estimator in ESTIMATORS[::2]])
@pytest.mark.parametrize(
    "check",
    [
        check_dataframe_column_names_consistency,
        check_param_validation,
        check_parameters_default_constructible,
    ],
)
def test_checks_that_are_not_in_the_common_list(kind, check):
    model = {OrbitAveragedRegressor: [Ridge()], OrbitAveragedClassifier: [LogisticRegression()]}
    few = {} if kind in model else {"reference_steps": 2}
    check(kind.__name__, kind(*model.get(kind, []), **few))
