"""Columns bind unknown sizes."""

import re

import numpy as np
import pytest

from sklearn_symclone.symmetry import Symmetry


@pytest.mark.parametrize(
    ("text", "n_features", "n_outputs", "bound"),
    [
        ("S(5)*O(3)", 15, 1, "S(5)*O(3) -> 1"),
        ("S(5)", 5, 4, "S(5) -> 4"),
        ("S(n)", 6, 2, "S(6) -> 2"),
        ("S(n).pairs -> S(n)", 10, 5, "S(5).pairs -> S(5)"),
        ("n*O(3)", 12, 1, "4*O(3) -> 1"),
        ("n*O(3)", 3, 1, "O(3) -> 1"),
        ("S(n)*O(3) -> S(n)", 12, 4, "S(4)*O(3) -> S(4)"),
        ("n + n*O(3) -> n", 8, 2, "2 + 2*O(3) -> 2"),
        ("S(n)**2 + S(n)", 12, 1, "S(3)**2 + S(3) -> 1"),
        ("O(3) + n", 3 + 40, 1, "O(3) + 40 -> 1"),
        ("O(n) -> O(n)**2", 3, 9, "O(3) -> O(3)**2"),
        ("4 -> n", 4, 3, "4 -> 3"),
        ("S(4) -> S(n)*2", 4, 6, "S(4) -> S(3)*2"),
        ("n", 1, 1, "1 -> 1"),
    ],
)
def test_binding_solves_the_unknown(text, n_features, n_outputs, bound):
    symmetry = Symmetry.parse(text).bind(n_features, n_outputs)
    assert str(symmetry) == bound
    assert symmetry.unknowns == frozenset()
    assert symmetry.inputs.dimension == n_features
    assert symmetry.outputs.dimension == n_outputs
    assert symmetry.bind(n_features, n_outputs) == symmetry


@pytest.mark.parametrize(
    ("text", "n_features", "n_outputs", "message"),
    [
        (
            "S(5)*O(3)",
            16,
            1,
            "symmetry 'S(5)*O(3)' needs 15 columns in X, X has 16: add '+ 1' for 1 invariant "
            "column, or '1 +' if it comes first",
        ),
        (
            "S(5)*O(3)",
            18,
            1,
            "symmetry 'S(5)*O(3)' needs 15 columns in X, X has 18: add '+ 3' for 3 invariant "
            "columns, or '3 +' if they come first",
        ),
        (
            "S(5)*O(3)",
            13,
            1,
            "symmetry 'S(5)*O(3)' needs 15 columns in X, X has 13: remove 2 columns from "
            "'S(5)*O(3)' or add them to X",
        ),
        (
            "O(3) -> O(3)**2",
            3,
            10,
            "symmetry 'O(3) -> O(3)**2' needs 9 columns in the target, the target has 10: add "
            "'+ 1' for 1 invariant column, or '1 +' if it comes first",
        ),
        (
            "3 -> 1",
            3,
            3,
            "symmetry '3 -> 1' needs 1 column in the target, the target has 3: add '+ 2' for 2 "
            "invariant columns, or '2 +' if they come first",
        ),
        (
            "S(n)*O(3)",
            13,
            1,
            "symmetry 'S(n)*O(3)': no n fits, X has 13 columns where 'S(n)*O(3)' needs 12 for "
            "n=4 and 15 for n=5",
        ),
        (
            "S(n)*O(3)",
            2,
            1,
            "symmetry 'S(n)*O(3)': no n fits, X has 2 columns where 'S(n)*O(3)' needs 3 for n=1",
        ),
        (
            "4 -> n**2",
            4,
            5,
            "symmetry '4 -> n**2': no n fits, the target has 5 columns where 'n**2' needs 4 for "
            "n=2 and 9 for n=3",
        ),
    ],
)
def test_binding_to_the_wrong_columns(text, n_features, n_outputs, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}") as caught:
        Symmetry.parse(text).bind(n_features, n_outputs, target="the target")
    assert str(caught.value).split(". The columns of")[0] == message


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (
            "2 + S(2)*O(2)",
            ". The columns of '2 + S(2)*O(2)' are\n"
            "    column 1: invariant 1\n"
            "    column 2: invariant 2\n"
            "    column 3: item 1 of S(2), component 1 under O(2)\n"
            "    column 4: item 1 of S(2), component 2 under O(2)\n"
            "    column 5: item 2 of S(2), component 1 under O(2)\n"
            "    column 6: item 2 of S(2), component 2 under O(2)",
        ),
        (
            "S(4)*2",
            ". The columns of 'S(4)*2' are\n"
            "    column 1: item 1 of S(4), feature 1\n"
            "    column 2: item 1 of S(4), feature 2\n"
            "    column 3: item 2 of S(4), feature 1\n"
            "    column 4: item 2 of S(4), feature 2\n"
            "    column 5: item 3 of S(4), feature 1\n"
            "    column 6: item 3 of S(4), feature 2\n"
            "    ... and 2 more; Symmetry.describe() shows all",
        ),
        (
            "S(n)*2",
            " needs 6 for n=3 and 8 for n=4. The columns of 'S(3)*2' are\n"
            "    column 1: item 1 of S(3), feature 1\n"
            "    column 2: item 1 of S(3), feature 2\n"
            "    column 3: item 2 of S(3), feature 1\n"
            "    column 4: item 2 of S(3), feature 2\n"
            "    column 5: item 3 of S(3), feature 1\n"
            "    column 6: item 3 of S(3), feature 2",
        ),
    ],
)
def test_an_error_about_the_number_of_columns_shows_what_they_are(text, table):
    with pytest.raises(ValueError, match=f"{re.escape(table)}$"):
        Symmetry.parse(text).bind(7, 1)


def test_an_error_about_very_many_columns_is_short():
    message = "needs 2999999999999 columns in X, X has 7: remove 2999999999992 columns from"
    with pytest.raises(ValueError, match=message) as caught:
        Symmetry.parse("999999999999*O(3) + 2").bind(7, 1)
    assert "\n" not in str(caught.value)


def test_the_outputs_of_a_solved_unknown_are_checked():
    with pytest.raises(ValueError, match=r"needs 4 columns in y, y has 3: remove 1 column"):
        Symmetry.parse("S(n)*O(3) -> S(n)").bind(12, 3)


def test_no_columns_bind_no_unknown():
    with pytest.raises(ValueError, match="no n fits"):
        Symmetry.parse("n").bind(0, 1)


@pytest.mark.parametrize(
    ("text", "classes", "message"),
    [
        (
            "S(2)*5 -> S(2)",
            ["away", "draw", "home"],
            "needs 2 classes in y, y has 3: add '+ 1' for 1 invariant class, or '1 +' if it comes "
            "first. For 'S(2)' the sorted classes are\n"
            "    class 'away': item 1 of S(2)\n"
            "    class 'draw': item 2 of S(2)\n"
            "    class 'home': the symmetry has no place for it",
        ),
        (
            "S(2)*5 -> S(2) + 1",
            np.array([0, 1]),
            "needs 3 classes in y, y has 2: remove 1 class from 'S(2) + 1' or add them to y. "
            "For 'S(2) + 1' the sorted classes are\n"
            "    class 0: item 1 of S(2)\n"
            "    class 1: item 2 of S(2)\n"
            "    a class that y lacks: invariant",
        ),
        (
            "S(2)*5 -> S(2)",
            range(8),
            "    class 5: the symmetry has no place for it\n"
            "    ... and 2 more; Symmetry.describe() shows all",
        ),
        ("S(2)*5 -> 1", [0, 1], "add '+ 1' for 1 invariant class, or '1 +' if it comes first"),
    ],
)
def test_an_error_about_the_number_of_classes_shows_their_labels(text, classes, message):
    with pytest.raises(ValueError, match=f"{re.escape(message)}$"):
        Symmetry.parse(text).bind(10, len(classes), classes=classes)
