"""Pooling networks: which symmetries they take, and what they learn."""

import pytest

from sklearn_symclone.references import sets
from sklearn_symclone.symmetry import Symmetry

from ._helpers import assert_equivariant, assert_refused, build, normal, predict, share_unexplained


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


SEPARATE = "S(4)*2 + S(3)*S(2) + 1 + S(3) -> 1 + S(4) + S(3)*S(2)"


def test_separate_items_have_arrays_of_their_own(monkeypatch):
    symmetry = Symmetry.parse(SEPARATE)
    assert [array.sizes for array in build("sets", symmetry).arrays] == [[4, 3, 2]]
    monkeypatch.setattr(sets, "MAX_CELLS", 23)
    module = build("sets", symmetry)
    assert [array.sizes for array in module.arrays] == [[4], [3, 2]]
    assert_equivariant(module, symmetry)


def test_separate_items_hear_each_other(monkeypatch):
    monkeypatch.setattr(sets, "MAX_CELLS", 1)
    X = normal(600, 7)
    y = X[:, :4].mean(axis=1, keepdims=True) * X[:, 4:].mean(axis=1, keepdims=True)
    assert share_unexplained("sets", "S(4) + S(3) -> 1", X, y, 40) < 0.1


def test_outputs_alone_can_have_an_array(monkeypatch):
    monkeypatch.setattr(sets, "MAX_CELLS", 1)
    module = build("sets", Symmetry.parse("S(4) -> S(3) + S(4)"))
    answers = predict(module, normal(5, 4))
    assert (answers[:, :1] == answers[:, :3]).all()
    assert answers[:, 0].std() > 0
