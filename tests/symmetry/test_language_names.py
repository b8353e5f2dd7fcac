"""Names are part of a symmetry's value, printed and read again."""

import pickle
import re

import joblib
import numpy as np
import pandas as pd
import pytest

from sklearn_symclone.symmetry import S, Symmetry, column_names

COLUMNS = ["a1", "b1", "a2", "b2"]
TEXT = "S(2)*2 -> S(2) + 1"


@pytest.mark.parametrize(
    "names",
    [
        {"columns": COLUMNS},
        {"classes": ["win", "loss", "draw"]},
        {"columns": COLUMNS, "classes": [-1, 1, 0]},
        {"columns": ["it's", 'a "b" | c', "π", ""], "classes": [True, False, 2]},
        {"columns": [("x", 1), ("x", ("y", 2.5)), 3, "x"]},
    ],
    ids=str,
)
def test_names_are_part_of_the_value(names):
    symmetry = Symmetry.parse(TEXT, **names)
    again = [
        Symmetry.parse(str(symmetry)),
        eval(repr(symmetry)),
        pickle.loads(pickle.dumps(symmetry)),
        Symmetry(S(2) * 2, S(2) + 1, **names),
    ]
    assert all(other == symmetry for other in again)
    assert {hash(other) for other in again} == {hash(symmetry)}
    assert joblib.hash(again[0]) == joblib.hash(symmetry)
    assert symmetry != Symmetry.parse(TEXT)
    for key, value in names.items():
        assert getattr(symmetry, key) == tuple(value)
    assert symmetry.expression == TEXT


def test_names_are_printed_after_a_bar():
    symmetry = Symmetry.parse("S(2) -> S(2)", columns=["x", "y"], classes=[1, 0])
    assert str(symmetry) == "S(2) -> S(2) | columns=['x', 'y'], classes=[1, 0]"
    assert repr(symmetry) == "Symmetry.parse('S(2) -> S(2)', columns=['x', 'y'], classes=[1, 0])"


def test_other_names_make_other_values():
    values = [
        Symmetry.parse("S(2) -> S(2)", **names)
        for names in (
            {},
            {"columns": ["xy", "z"]},
            {"columns": ["z", "xy"]},
            {"classes": ["z", "xy"]},
            {"classes": ["z", "xy"], "columns": ["z", "xy"]},
        )
    ]
    assert len(set(values)) == 5


@pytest.mark.parametrize(
    "names", [np.array(COLUMNS), pd.Index(COLUMNS), iter(COLUMNS), dict.fromkeys(COLUMNS)]
)
def test_any_list_of_names_is_taken(names):
    symmetry = Symmetry.parse(TEXT, columns=names)
    assert symmetry == Symmetry.parse(TEXT, columns=COLUMNS)
    assert {type(name) for name in symmetry.columns} == {str}


def test_names_of_numpy_become_those_of_python():
    symmetry = Symmetry.parse(TEXT, classes=np.array([-1, 1, 0]))
    assert repr(symmetry.classes) == "(-1, 1, 0)"


def test_names_stay_when_sizes_are_solved():
    symmetry = Symmetry.parse("S(n)*E(2) -> E(2)", columns=list("abcd"), classes=[0, 1])
    bound = symmetry.bind(4, 2)
    assert str(bound) == ("S(2)*E(2) -> E(2) | columns=['a', 'b', 'c', 'd'], classes=[0, 1]")
    assert bound.without_shifts().columns == symmetry.columns


@pytest.mark.parametrize(
    ("text", "names", "error", "message"),
    [
        ("S(2)", {"columns": "ab"}, TypeError, "columns must be a list of names, got 'ab'"),
        ("S(2)", {"columns": 2}, TypeError, "columns must be a list of names, got 2"),
        (
            "S(2)",
            {"columns": ["a", None]},
            TypeError,
            "the names in columns must be strings, numbers or tuples of them, got None",
        ),
        (
            "S(2)",
            {"columns": ["a", float("nan")]},
            TypeError,
            "the names in columns must be strings, numbers or tuples of them, got nan",
        ),
        (
            "S(2) -> S(2)",
            {"classes": [(1, 2), (3, 4)]},
            TypeError,
            "the names in classes must be labels, got (1, 2)",
        ),
        (
            "S(2)",
            {"columns": ["a", "a"]},
            ValueError,
            "columns must hold each name once: a stands twice",
        ),
        (
            "S(2) -> S(2)",
            {"classes": ["a", 1]},
            ValueError,
            "classes must all be strings, or all be numbers; got ['a', 1]",
        ),
        (
            "S(2)*2",
            {"columns": list("abc")},
            ValueError,
            "symmetry 'S(2)*2' needs 4 columns in columns=[...], columns=[...] has 3: remove 1 "
            "column from 'S(2)*2' or add them to columns=[...]. The columns of 'S(2)*2' are\n"
            "    column 1: item 1 of S(2), feature 1\n",
        ),
        (
            "S(n)*2",
            {"columns": list("abc")},
            ValueError,
            "symmetry 'S(n)*2': no n fits, columns=[...] has 3 columns where 'S(n)*2' needs 2 for "
            "n=1 and 4 for n=2",
        ),
        (
            "S(n) -> S(n)",
            {"columns": list("abc"), "classes": [0, 1]},
            ValueError,
            "symmetry 'S(n) -> S(n)' needs 3 columns in classes=[...], classes=[...] has 2",
        ),
        (
            "S(2) | columns=['a', 'b']",
            {"columns": ["a", "b"]},
            ValueError,
            "columns stand in the text \"S(2) | columns=['a', 'b']\" and are given once more",
        ),
    ],
)
def test_names_that_cannot_be(text, names, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        Symmetry.parse(text, **names)


@pytest.mark.parametrize(
    "names", ["", "columns", "rows=['a', 'b']", "columns=[a, b]", "columns=['a', 'b'", "['a', 'b']"]
)
def test_what_follows_a_bar_must_be_names(names):
    message = (
        "after '|' a symmetry has names such as columns=['a', 'b'], classes=['win', 'loss']; got "
        f"{names!r}"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse(f"S(2) | {names}")


def test_a_bar_in_quotation_marks_is_no_bar():
    with pytest.raises(ValueError, match=re.escape("the kind of a Grid must be one of")):
        Symmetry.parse('Grid(2,2,"a | b")')


def test_columns_of_frames_have_names():
    frame = pd.DataFrame({"y": [1], "x": [2]})
    assert column_names(frame) == ["y", "x"]
    assert column_names(np.ones((1, 2))) is None
    assert column_names([[1, 2]]) is None


@pytest.mark.parametrize("package", ["polars", "pyarrow"])
def test_columns_of_other_frames_have_names(package):
    module = pytest.importorskip(package)
    frame = {"polars": "DataFrame", "pyarrow": "table"}[package]
    assert column_names(getattr(module, frame)({"y": [1], "x": [2]})) == ["y", "x"]
