"""Representations are sums of tensor products."""

import pytest
from numpy.testing import assert_array_equal

from sklearn_symclone.symmetry import S, Trivial, parse_representation


def found_blocks(text):
    blocks = parse_representation(text).blocks()
    return [("*".join(map(str, b.factors)), b.columns.tolist()) for b in blocks]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("3", [("3", [0, 1, 2])]),
        ("2 + S(2)", [("2", [0, 1]), ("S(2)", [2, 3])]),
        ("S(2)*3", [("S(2)*3", [[0, 1, 2], [3, 4, 5]])]),
        ("O(1,2).dual", [("O(1,2).dual", [0, 1, 2])]),
        ("1 + S(2)*O(2)", [("1", [0]), ("S(2)*O(2)", [[1, 2], [3, 4]])]),
        ("S(2)*(1 + O(2))", [("S(2)*1", [[0], [3]]), ("S(2)*O(2)", [[1, 2], [4, 5]])]),
        (
            "(1 + O(2))*S(2) + 1",
            [("1*S(2)", [[0, 1]]), ("O(2)*S(2)", [[2, 3], [4, 5]]), ("1", [6])],
        ),
        (
            "(1 + S(2))**2",
            [
                ("1*1", [[0]]),
                ("1*S(2)", [[1, 2]]),
                ("S(2)*1", [[3], [6]]),
                ("S(2)*S(2)", [[4, 5], [7, 8]]),
            ],
        ),
    ],
)
def test_blocks_of_small_expressions(text, blocks):
    assert found_blocks(text) == blocks


def test_blocks_of_a_poker_hand():
    """Five cards, each one-hot in its suit and then in its rank."""
    suits, ranks = (S(5) * (S(4) + 13)).blocks()
    assert suits.factors == (S(5), S(4))
    assert ranks.factors == (S(5), Trivial(13))
    assert_array_equal(suits.columns, [[17 * i + j for j in range(4)] for i in range(5)])
    assert_array_equal(ranks.columns, [[17 * i + 4 + j for j in range(13)] for i in range(5)])
