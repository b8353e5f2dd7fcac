"""Masks move with the items that they tell of, and stand alone in a sum."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_symclone.symmetry import S, Symmetry, has_mask, mask_columns, parse_representation


def test_a_mask_moves_as_the_items_do():
    representation = S(5).mask + S(5)
    elements = Symmetry(representation).sample(20, random_state=0)
    X = np.random.RandomState(0).standard_normal((20, 5))
    moved = representation.transform(elements, np.hstack([X, X]))
    assert_array_equal(moved[:, :5], moved[:, 5:])
    assert not np.array_equal(moved[:, :5], X)


def test_a_mask_is_a_value():
    mask = S(5).mask
    assert (
        mask == parse_representation("S(5).mask") == pickle.loads(pickle.dumps(mask)) == mask.dual
    )
    assert mask != S(5)
    assert mask.restricted(S(4)) == parse_representation("5")
    assert mask.without_shifts({}) == mask
    assert S("n").mask.substitute("n", 5) == mask
    assert (
        str(Symmetry.parse("S(n).mask + S(n)*E(3)").bind(20, 1).inputs) == "S(5).mask + S(5)*E(3)"
    )


def test_columns_of_masks_are_found():
    found = mask_columns(parse_representation("2 + S(3).mask + S(3)*2 + S(2).mask"))
    assert list(found) == [S(3), S(2)]
    assert_array_equal(found[S(3)], [2, 3, 4])
    assert_array_equal(found[S(2)], [11, 12])
    assert mask_columns(S(3)) == {}
    assert has_mask(2 * S(3).mask)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S(4).mask*2 + S(4)", r"'S\(4\).mask\*2' multiplies a mask: a mask is a term of its own"),
        ("O(3)*(S(4).mask + 1)", "multiplies a mask"),
        ("S(4).mask + S(4).mask", r"has 'S\(4\).mask' twice: give it once"),
        ("S(4) -> S(4).mask", "has a mask among its outputs: a mask says which items of X are"),
        ("S(4).mask + S(4).pairs", r"a column of 'S\(4\).pairs' belongs to several items: a mask"),
        ("S(4).mask + S(4)**2", r"a column of 'S\(4\)\*\*2' belongs to several items"),
        ("S(4).mask + S(4) -> S(4).sym2", r"a column of 'S\(4\).sym2' belongs to several items"),
        ("S(4).mask + O(3)*S(4).regular", "belongs to several items"),
    ],
)
def test_what_a_mask_cannot_be_for_is_said_when_columns_are_known(text, message):
    symmetry = Symmetry.parse(text)
    n_outputs = 1 if symmetry.outputs is None else symmetry.outputs.dimension
    with pytest.raises(ValueError, match=message):
        symmetry.bind(symmetry.inputs.dimension, n_outputs)


def test_masks_are_of_sets_alone():
    with pytest.raises(ValueError, match=r"'C\(4\)' has no .mask"):
        Symmetry.parse("C(4).mask + C(4)")
