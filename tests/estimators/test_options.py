"""Constraints on names that users can add to."""

import re

import pytest
from sklearn.utils._param_validation import validate_parameter_constraints

from sklearn_symclone._options import Registered


def test_names_count_from_when_they_are_registered():
    names = ["one"]
    constraint = Registered(lambda: names)
    assert constraint.is_satisfied_by("one")
    assert not constraint.is_satisfied_by("two")
    names.append("two")
    assert constraint.is_satisfied_by("two")
    assert str(constraint) == "a str among {'one', 'two'}"


@pytest.mark.parametrize("value", ["three", 3, None, ["one"]])
def test_an_error_lists_them_in_their_order(value):
    constraints = {"which": [Registered(lambda: ("two", "one")), callable]}
    message = f"must be a str among {{'two', 'one'}} or a callable. Got {value!r} instead."
    with pytest.raises(ValueError, match=re.escape(message)):
        validate_parameter_constraints(constraints, {"which": value}, "Any")
    validate_parameter_constraints(constraints, {"which": "one"}, "Any")
