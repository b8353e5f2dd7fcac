"""Column orders follow expressions."""

import re

import numpy as np
import pandas as pd
import pytest

from sklearn_symclone.symmetry import O, S, Symmetry, column_order

PATTERN = (
    "the pattern of 'S(2)' must be a list of names, or a tuple of a format string and labels such "
    "as ('x{0}', [1, 2])"
)


@pytest.mark.parametrize(
    ("symmetry", "patterns", "names"),
    [
        ("3", [["a", "c", "b"]], "a c b"),
        ("S(2)*O(3)", [("{1}{0}", [1, 2], "xyz")], "x1 y1 z1 x2 y2 z2"),
        ("O(3)*2", [("{0}{1}", "xyz", [1, 2])], "x1 x2 y1 y2 z1 z2"),
        ("S(2) + S(2)*O(2)", [("m{0}", "ab"), ("{1}_{0}", "ab", "xy")], "ma mb x_a y_a x_b y_b"),
        (
            "2*S(2)*O(2)",
            [("{2}{1}_{0}", ["t", "u"], [1, 2], "xy")],
            "x1_t y1_t x2_t y2_t x1_u y1_u x2_u y2_u",
        ),
        ("1 + O(2)", [["w"], ("p{0}", "xy")], "w px py"),
        (S(2) + O(2), [["b", "a"], ["x", "y"]], "b a x y"),
        (Symmetry.parse("S(2) -> 7"), [("v{0:02d}", [9, 10])], "v09 v10"),
        ("S(2)*(1 + O(2))", [("{1}{0}", "ab", ["m", "x", "y"])], "ma xa ya mb xb yb"),
        ("S(n)*O(2)", [("{1}{0}", [1, 2], "xy")], "x1 y1 x2 y2"),
        ("1 + S(n)", [["t"], ["c", "a", "b"]], "t c a b"),
        ("S(3).pairs", [("d{0}{1}", "abc")], "dab dac dbc"),
        ("S(n).pairs*2", [("{2}{0}{1}", [1, 2, 3], "uv")], "u12 v12 u13 v13 u23 v23"),
    ],
)
def test_names_follow_the_expression(symmetry, patterns, names):
    assert column_order(symmetry, *patterns) == names.split()
    assert column_order(symmetry, *patterns, columns=names.split()[::-1]) == names.split()


def test_the_order_arranges_a_data_frame():
    frame = pd.DataFrame(
        {"m1": [1], "x1": [11], "y1": [12], "m2": [2], "x2": [21], "y2": [22], "id": [99]}
    )
    names = column_order(
        "S(2) + S(2)*O(2)", ("m{0}", [1, 2]), ("{1}{0}", [1, 2], "xy"), columns=frame.columns
    )
    assert frame[names].to_numpy().tolist() == [[1, 2, 11, 12, 21, 22]]


@pytest.mark.parametrize(
    ("symmetry", "patterns", "message"),
    [
        (
            "S(2) + O(2)",
            [("m{0}", "ab")],
            "'S(2) + O(2)' has 2 terms, got 1 patterns: give one for each",
        ),
        ("S(2)", [], "'S(2)' has 1 terms, got 0 patterns: give one for each"),
        (
            "S(2) + O(3)",
            [("m{0}", "ab"), ("{0}", "xy")],
            "'O(3)' needs 3 for 'O(3)' as labels, its pattern is ('{0}', 'xy')",
        ),
        ("2", [["a"]], "'2' has 2 columns, its pattern ['a'] gives 1"),
        ("2 + 2", [["b", "a"], ["a", "b"]], "the patterns name these columns more than once: a, b"),
        (
            "S(2)*O(2)",
            [("{0}", "ab", "xy")],
            "the patterns name these columns more than once: a, b",
        ),
        ("S(2)", [()], f"{PATTERN}; got ()"),
        (
            "S(n)",
            [("m{0}", 3)],
            "the labels of 'S(n)' must be lists or strings, such as [1, 2] or 'xyz'; got 3 in its "
            "pattern ('m{0}', 3)",
        ),
        (
            "S(2)",
            [("m{0", [1, 2])],
            "the format string 'm{0' of 'S(2)' cannot be filled with (1,): expected '}' before end "
            "of string",
        ),
        (
            "S(2)",
            [("m{0.a}", [1, 2])],
            "the format string 'm{0.a}' of 'S(2)' cannot be filled with (1,): 'int' object has no "
            "attribute 'a'",
        ),
        ("S(2)", [(5, [1, 2])], "the format string of 'S(2)' must be a string, got 5"),
        (
            "S(n) + S(n)*O(2)",
            [("m{0}", "ab"), ("{1}{0}", "abc", "xy")],
            "symmetry 'S(n) + S(n)*O(2)': no n fits, the list of all names has 8 columns where "
            "'S(n) + S(n)*O(2)' needs 6 for n=2 and 9 for n=3",
        ),
        (
            "S(n) + S(n)*O(2)",
            [("m{0}", "abc"), ("{1}{0}", "abc", "xyz")],
            "'S(4)' needs 4 for 'S(4)' as labels, its pattern is ('m{0}', 'abc')",
        ),
        (
            "S(4).pairs",
            [("d{0}{1}", "abc")],
            "'S(4).pairs' needs 4 for 'S(4).pairs' as labels, its pattern is ('d{0}{1}', 'abc')",
        ),
    ],
)
def test_patterns_that_do_not_fit_the_expression(symmetry, patterns, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}") as caught:
        column_order(symmetry, *patterns)
    assert str(caught.value).split(". The columns of")[0] == message


def test_a_pattern_with_more_places_than_labels_is_refused():
    with pytest.raises(ValueError, match=r"\{1\}\{0\}"):
        column_order("2", ("{1}{0}", "ab"))


def test_labels_must_be_as_many_as_their_factor_has_columns():
    with pytest.raises(ValueError, match=r"S\(2\)"):
        column_order("S(2)*O(3)", ("{0}{1}", "xyz", [1, 2]))


def test_a_bare_name_is_no_pattern():
    with pytest.raises((TypeError, ValueError)):
        column_order("1", "mass")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["mass_1", "mas_2"],
            "these columns are not in the table: mas_2 (did you mean 'mass_2'?); it has mass_1, "
            "mass_2, charge",
        ),
        (["q", "mass_1"], "these columns are not in the table: q; it has mass_1, mass_2, charge"),
        (
            ["charg", "q"],
            "these columns are not in the table: charg, q (did you mean 'charge'?); it has "
            "mass_1, mass_2, charge",
        ),
    ],
)
def test_a_missing_column_is_named_with_the_nearest_one(names, message):
    frame = pd.DataFrame(np.zeros((1, 3)), columns=["mass_1", "mass_2", "charge"])
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        column_order("2", names, columns=frame.columns)


def test_names_of_several_levels_are_tuples():
    columns = pd.MultiIndex.from_product([["position"], ["y2", "x2", "y1", "x1"]])
    pattern = ("position", "{1}{0}"), [1, 2], "xy"
    order = column_order("S(n)*O(2)", pattern, columns=columns)
    assert order == [("position", name) for name in ("x1", "y1", "x2", "y2")]
    message = (
        "these columns are not in the table: ('position', 'x3'), ('position', 'y3') (did you mean "
        "\"('position', 'x2')\"?); it has"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        column_order("S(n)*O(2)", (*pattern[:1], [1, 2, 3], "xy"), columns=columns)


def test_names_must_be_names():
    with pytest.raises(
        ValueError, match=r"the names of 'S\(2\)' must be strings, got \[\[1\], \[2\]\]"
    ):
        column_order("S(2)", [[1], [2]])
    with pytest.raises(ValueError, match="columns must be a list of names, got 3"):
        column_order("S(2)", ("x{0}", "ab"), columns=3)
