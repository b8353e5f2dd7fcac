"""Absent items are given the mean of present ones, computed here row by row."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import S, Symmetry

#: Four items with a charge and a point, two more points that are always there.
TEXT = "S(4).mask + S(4) + S(4)*E(2) + 2*E(2) + 1 -> S(4)*E(2).vector + S(4)*2 + 1"


@pytest.fixture
def symmetry():
    return Symmetry.parse(TEXT).bind(21, 17)


@pytest.fixture
def X():
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((50, 21))
    X[:, :4] = random_state.uniform(size=(50, 4)) < 0.5
    return X


def test_absent_items_take_the_mean_of_present_ones(symmetry, X):
    filled = symmetry.filled(X)
    for before, after in zip(X, filled, strict=True):
        present = before[:4] == 1
        charges, points = before[4:8], before[8:16].reshape(4, 2)
        always = before[16:20].reshape(2, 2)
        charges[~present] = charges[present].mean() if present.any() else 0
        points[~present] = np.concatenate([points[present], always]).mean(axis=0)
        assert_allclose(after, np.concatenate([before[:4], charges, points.ravel(), before[16:]]))


def test_what_absent_items_hold_does_not_matter(symmetry, X):
    absent = ~symmetry.masking.inputs.present(X)
    assert absent[:, 4:16].any(axis=0).all()
    assert not absent[:, :4].any()
    assert not absent[:, 16:].any()
    for value in (np.nan, np.inf, -999.0):
        assert_array_equal(symmetry.filled(np.where(absent, value, X)), symmetry.filled(X))


def test_rows_are_filled_after_a_move_as_before(symmetry, X):
    X = symmetry.filled(X)
    elements = symmetry.sample(50, random_state=0, X=X)
    moved = symmetry.inputs.transform(elements, X)
    assert_allclose(symmetry.filled(moved), moved, atol=1e-12)


def test_nothing_changes_where_everything_is_present(symmetry, X):
    X[:, :4] = 1
    assert symmetry.filled(X) is X
    assert Symmetry.parse("S(21)").filled(X) is X


def test_cells_of_two_sets_are_there_if_both_items_are():
    symmetry = Symmetry.parse("S(2).mask + S(3).mask + S(2)*S(3)").bind(11, 1)
    row = np.array([[1.0, 0.0, 1.0, 1.0, 0.0, *[2, 4, np.nan], *[np.nan] * 3]])
    assert_array_equal(symmetry.filled(row)[0, 5:], [2, 4, 3, 3, 3, 3])


def test_answers_of_absent_items_are_the_mean_or_0(symmetry, X):
    Y = np.random.RandomState(1).standard_normal((50, 17))
    filled = symmetry.masking.filled_outputs(X, Y)
    masked = symmetry.masking.masked_outputs(X, Y)
    for x, y, mean, zero in zip(X, Y, filled, masked, strict=True):
        present = x[:4] == 1
        items = y[:16].reshape(2, 4, 2)
        wanted = items.copy()
        wanted[:, ~present] = items[:, present].mean(axis=1, keepdims=True) if present.any() else 0
        assert_allclose(mean, np.append(wanted, y[16]))
        wanted[:, ~present] = 0
        assert_array_equal(zero, np.append(wanted, y[16]))


@pytest.mark.parametrize("value", [0.5, 2.0, -1.0, np.nan])
def test_presence_is_1_or_0(symmetry, X, value):
    X[7, 2] = value
    with pytest.raises(
        ValueError, match=r"column 2 of X is one of 'S\(4\).mask' and must be 1 for"
    ):
        symmetry.filled(X)


def test_a_row_without_a_point_has_no_centre():
    symmetry = Symmetry.parse("S(2).mask + S(2)*T(1)").bind(4, 1)
    with pytest.raises(
        ValueError, match=r"row 1 of X has no point of T\(1\) that is present: leave"
    ):
        symmetry.filled(np.array([[1.0, 0, 5, 5], [0, 0, 5, 5]]))
    # a set of things without a place can be empty
    row = np.array([[0.0, 0, 5, 5]])
    assert_array_equal(Symmetry.parse("S(2).mask + S(2)").filled(row), [[0, 0, 0, 0]])


def test_a_mask_is_known_to_the_symmetry(symmetry):
    assert list(symmetry.masking.masks) == [S(4)]
    assert Symmetry.parse("S(4)").masking is None
