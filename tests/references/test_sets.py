"""Pooling networks: which symmetries they take, and what they learn."""

import pytest

from ._helpers import assert_refused, normal, share_unexplained


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("S(3)*O(3) + C(2) -> 1", "it knows symmetric groups S(n) only, not O(3), C(2)"),
        ("4 -> 1", "there is no symmetric group S(n) in it"),
        ("S(3) -> S(3)**2", "a power such as S(3)**2 is more than one index over the same items"),
    ],
)
def test_it_says_why_it_refuses(text, refusal):
    assert_refused("sets", text, refusal)


def test_sets_learn_products_of_row_and_column_means():
    x = normal(600, 3, 2)
    y = (x + x.mean(axis=1, keepdims=True) * x.mean(axis=2, keepdims=True)).reshape(600, 6)
    text = "S(3)*S(2)' -> S(3)*S(2)'"
    assert share_unexplained("sets", text, x.reshape(600, 6), y, 40) < 0.02
