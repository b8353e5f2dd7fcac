"""Columns and classes are found by name in any order; what is missing or left over is named."""

import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from sklearn_symclone.symmetry import Symmetry

CARTESIAN = Symmetry.parse("1 + O(2)", columns=["m", "x", "y"])
MATCH = Symmetry.parse("S(2)*2 -> S(2) + 1", classes=["win", "loss", "draw"])
VALUES = {"y": [3.0, 6.0], "m": [1.0, 4.0], "x": [2.0, 5.0]}
IN_ORDER = [[1, 2, 3], [4, 5, 6]]


def test_a_frame_is_arranged():
    arranged = CARTESIAN.arrange(pd.DataFrame(VALUES, index=[7, 8]))
    assert arranged.columns.tolist() == ["m", "x", "y"]
    assert_array_equal(arranged, IN_ORDER)
    assert arranged.index.tolist() == [7, 8]


def test_a_frame_of_polars_is_arranged():
    polars = pytest.importorskip("polars")
    arranged = CARTESIAN.arrange(polars.DataFrame(VALUES))
    assert arranged.columns == ["m", "x", "y"]
    assert_array_equal(arranged.to_numpy(), IN_ORDER)


def test_a_table_of_pyarrow_is_arranged():
    pyarrow = pytest.importorskip("pyarrow")
    arranged = CARTESIAN.arrange(pyarrow.table(VALUES))
    assert arranged.column_names == ["m", "x", "y"]
    assert_array_equal(arranged.to_pandas(), IN_ORDER)


def test_names_of_several_levels_and_numbers_are_found():
    columns = pd.MultiIndex.from_tuples([("p", "y"), ("m", ""), ("p", "x")])
    frame = pd.DataFrame(np.array([[3, 1, 2], [6, 4, 5]]), columns=columns)
    names = [("m", ""), ("p", "x"), ("p", "y")]
    assert_array_equal(Symmetry.parse("1 + O(2)", columns=names).arrange(frame), IN_ORDER)
    numbered = frame.set_axis([2, 0, 1], axis=1)
    assert_array_equal(Symmetry.parse("1 + O(2)", columns=range(3)).arrange(numbered), IN_ORDER)


def test_what_has_no_names_stays():
    X, frame = np.ones((2, 3)), pd.DataFrame(VALUES)
    assert CARTESIAN.arrange(X) is X
    in_order = frame[["m", "x", "y"]]
    assert CARTESIAN.arrange(in_order) is in_order
    assert Symmetry.parse("1 + O(2)").arrange(frame) is frame
    assert CARTESIAN.column_places(None) is None


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (["m", "x"], "X lacks y"),
        (["m", "x", "y", "id"], "X also has id, which the symmetry does not name"),
        (
            ["m", "x", "Y"],
            "X lacks y; X also has Y, which the symmetry does not name",
        ),
        (
            ["m_", "xx", "y"],
            "X lacks m, x (did you mean 'm_'?); X also has m_, xx, which the symmetry does not "
            "name",
        ),
        (
            [f"x{place}" for place in range(30)],
            f"X lacks m, x, y; X also has {', '.join(f'x{place}' for place in range(20))}, ... (30 "
            "in all), which the symmetry does not name",
        ),
    ],
)
def test_what_is_missing_or_left_over_is_named(columns, problem):
    frame = pd.DataFrame(np.ones((1, len(columns))), columns=columns)
    message = f"the columns of symmetry '1 + O(2)': {problem}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        CARTESIAN.arrange(frame)


def test_a_column_that_stands_twice_is_named():
    frame = pd.DataFrame(np.ones((1, 4)), columns=["m", "x", "y", "x"])
    with pytest.raises(ValueError, match=r"^X has several columns of one name: x$"):
        CARTESIAN.arrange(frame)


def test_classes_are_found_by_their_labels():
    assert_array_equal(MATCH.class_places(np.array(["draw", "loss", "win"])), [2, 1, 0])
    numbers = Symmetry.parse("S(2)*2 -> S(2) + 1", classes=[-1, 1, 0])
    assert_array_equal(numbers.class_places(np.array([-1.0, 0.0, 1.0])), [0, 2, 1])
    assert_array_equal(Symmetry.parse("S(2)").class_places(["b", "a"]), [0, 1])


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (["win", "loss"], "y lacks draw"),
        (["win", "draw", "lost"], "y lacks loss (did you mean 'lost'?); y also has lost, which"),
        (["win", "loss", "draw", "tie"], "y also has tie, which the symmetry does not name"),
    ],
)
def test_classes_that_differ_are_named(labels, problem):
    message = f"the classes of symmetry 'S(2)*2 -> S(2) + 1': {problem}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        MATCH.class_places(labels)


@pytest.mark.parametrize("labels", [["win", "draw"], ["draw", "loss"], ["draw", "loss", "win"]])
def test_the_group_tells_about_a_class_without_samples(labels):
    assert MATCH.check_present(np.array(labels)) is None


@pytest.mark.parametrize(
    ("text", "labels", "problem"),
    [
        ("S(2)*2 -> S(2) + 1", ["win", "loss"], "no sample is of class draw, and the group turns"),
        ("S(2)*2 -> S(2) + 1", ["draw"], "no sample is of class win, loss, and the group turns"),
        ("S(2)*2 -> 3", ["draw", "loss"], "no sample is of class win, and the group turns no"),
        ("S(2)*2 -> S(2) + 1", ["draw", "win", "los"], "y lacks loss (did you mean 'los'?)"),
    ],
)
def test_nothing_tells_about_other_classes(text, labels, problem):
    symmetry = Symmetry.parse(text, classes=MATCH.classes)
    message = f"the classes of symmetry '{text}': {problem}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        symmetry.check_present(labels)
