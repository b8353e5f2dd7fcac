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
    for symmetry, augment in (((), 0), (("S(n)",), 0), (("S(n)",), 2))
]
EQUIVARIANT = [
    kind(*symmetry, reference_steps=steps, random_state=0)
    for kind in (EquivariantRegressor, EquivariantClassifier)
    for symmetry, steps in (((), 40), (("S(n)",), 5))
]
ESTIMATORS = [*AVERAGED, *EQUIVARIANT]


@parametrize_with_checks(ESTIMATORS)
def test_estimator_check(estimator, check):
    check(estimator)
