"""Symmetries that names of columns suggest."""

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from sklearn_symclone import Symmetry
from sklearn_symclone.inspection import suggest_symmetries

BOARD = [f"board_{row}{column}" for row in "123" for column in "123"]


@pytest.mark.parametrize(
    ("names", "expression"),
    [
        ([f"{c}{i}" for i in range(1, 6) for c in "mxyz"], "S(5) + S(5)*O(3)"),
        (["a_elo", "a_age", "b_elo", "b_age"], "S(2) + S(2)"),
        (["home_elo", "away_elo", "round"], "S(2) + 1"),
        (BOARD, 'Grid(3,3,"D4")'),
        (["d_12", "d_13", "d_23"], "S(3).pairs"),
        (["s1", "s2", "s3", "s4", "s5"], "S(5)"),
    ],
)
def test_the_first_suggestion(names, expression):
    first = suggest_symmetries(names)[0]
    assert first.symmetry == expression
    assert sorted(first.columns) == sorted(names)
    assert Symmetry.parse(first.symmetry).inputs.dimension == len(names)


def test_the_order_of_columns_is_that_of_the_expression():
    names = ["x1", "y1", "m1", "x2", "y2", "m2", "year"]
    first, second = suggest_symmetries(pd.DataFrame(np.ones((3, 7)), columns=names))
    assert (first.symmetry, second.symmetry) == ("S(2) + S(2)*O(2) + 1", "2 + 2*O(2) + 1")
    assert first.columns == ("m1", "m2", "x1", "y1", "x2", "y2", "year")


@pytest.mark.parametrize("name", ["iris", "diabetes", "wine", "breast_cancer", "digits"])
def test_tables_of_scikit_learn_suggest_nothing(name):
    table = getattr(datasets, f"load_{name}")
    assert suggest_symmetries(table().feature_names) == []


def test_what_is_no_table():
    with pytest.raises(TypeError, match="frame must be a DataFrame or a list of names"):
        suggest_symmetries(np.ones((2, 2)))
    words = pd.DataFrame({"a_name": ["x"], "b_name": ["y"]})
    assert suggest_symmetries(words) == []
