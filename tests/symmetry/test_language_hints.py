"""Errors of the parser say what may have been meant."""

import re

import pytest

from sklearn_symclone.symmetry import Symmetry


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("S5", "did you mean S(5)?"),
        ("2*O3 + 1", "did you mean O(3)?"),
        ("SO3", "did you mean SO(3)?"),
        ("Z2", "did you mean C(2)?"),
        ("S_5*3", "did you mean S(5)?"),
        ("SO_{3}", "did you mean SO(3)?"),
        ("S 5", "did you mean S(5)?"),
        ("S(3) + O3 -> O3", "did you mean O(3)?"),
        ("s(3)", "did you mean S(...)?"),
        ("2*so(3)", "did you mean SO(...)?"),
        ("S(3) × O(3)", "write '*'"),
        ("S(3)⊗O(3)", "write '*'"),
        ("S(3) ⊕ O(3)", "write '+'"),
        ("S(3) → 1", "write '->'"),
        ("O(3)^2", "write '**'"),
        ("S(3)’", 'write "\'"'),
    ],
)
def test_a_wrong_expression_is_guessed(text, guess):
    with pytest.raises(ValueError, match=f": {re.escape(guess)}\n"):
        Symmetry.parse(text)


@pytest.mark.parametrize("text", ["Grid3", "S(3) O(3)", "Q5", "S(3)5"])
def test_nothing_is_guessed_without_a_reason(text):
    with pytest.raises(ValueError, match="expected") as caught:
        Symmetry.parse(text)
    assert "did you mean" not in str(caught.value)


def test_the_targets_have_no_letter():
    message = (
        "symmetry '2*O(3) -> y': 'y' after the arrow would be a number of columns, not the "
        "targets: leave '-> y' out if they are invariant, or say how they move\n"
        "    2*O(3) -> y\n"
        "              ^"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse("2*O(3) -> y")
    assert str(Symmetry.parse("S(y) -> y").bind(3, 3)) == "S(3) -> 3"


@pytest.mark.parametrize(
    ("text", "guess"),
    [("Grd(3,3)", "no group is called 'Grd' (did you mean 'Grid'?)"), ("O(3).duel", "'dual'?")],
)
def test_the_nearest_name_is_shown(text, guess):
    with pytest.raises(ValueError, match=re.escape(guess)):
        Symmetry.parse(text)
