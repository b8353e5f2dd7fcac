"""The scikit-learn contract: every check for every transformer, with and without a symmetry."""

import pytest
from sklearn.utils.estimator_checks import (
    check_dataframe_column_names_consistency,
    check_get_feature_names_out_error,
    check_param_validation,
    check_parameters_default_constructible,
    check_set_output_transform,
    check_set_output_transform_pandas,
    check_transformer_get_feature_names_out,
    check_transformer_get_feature_names_out_pandas,
    parametrize_with_checks,
)

from sklearn_symclone.preprocessing import EquivariantImputer, EquivariantScaler, InvariantFeatures

KINDS = [EquivariantImputer, EquivariantScaler, InvariantFeatures]
MORE_CHECKS = [
    check_dataframe_column_names_consistency,
    check_get_feature_names_out_error,
    check_param_validation,
    check_parameters_default_constructible,
    check_set_output_transform,
    check_set_output_transform_pandas,
    check_transformer_get_feature_names_out,
    check_transformer_get_feature_names_out_pandas,
]


@parametrize_with_checks([kind(symmetry) for kind in KINDS for symmetry in (None, "S(n)")])
def test_estimator_check(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore:X .*feature names")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("check", MORE_CHECKS)
def test_checks_that_are_not_in_the_common_list(kind, check):
    check(kind.__name__, kind("S(n)"))
