"""The test of a symmetry on data."""

import numpy as np
import pytest

from sklearn_symclone.datasets import make_o5, make_tic_tac_toe
from sklearn_symclone.inspection import _sign_flips, symmetry_test


def test_a_broken_symmetry_is_found_and_a_kept_one_is_not():
    X, y = make_o5(300, breaking=1.0, random_state=0)
    broken = symmetry_test(X, y, "2*O(5)", random_state=0)
    assert broken.p_value == 1 / 300
    assert 0 < broken.effect < 0.1
    X, y = make_o5(300, random_state=0)
    y = y + np.random.RandomState(0).standard_normal(300)
    kept = symmetry_test(X, y, "2*O(5)", random_state=0)
    assert kept.p_value > 0.05
    assert kept.factors == {}
    assert str(kept.symmetry) == "2*O(5) -> 1"


def test_small_p_values_are_as_rare_as_they_should_be():
    # the law is linear in an invariant, and the inputs are far from symmetric
    found = []
    for seed in range(40):
        drawn = np.random.RandomState(seed)
        X = drawn.standard_normal((60, 3)) * [3, 1, 0.3] + [1, 0, 0]
        y = (X**2).sum(axis=1) + drawn.standard_normal(60)
        found.append(symmetry_test(X, y, "O(3)", n_permutations=49, random_state=seed).p_value)
    assert np.mean(np.array(found) <= 0.05) <= 0.175
    assert 0.35 < np.mean(found) < 0.65


def test_the_factor_that_is_broken_is_named():
    drawn = np.random.RandomState(0)
    X = drawn.standard_normal((200, 6))
    noise = 0.1 * drawn.standard_normal(200)
    # items are exchangeable, but the third axis is not like the others
    y = X[:, 2] ** 2 + X[:, 5] ** 2 + noise
    found = symmetry_test(X, y, "S(2)*O(3)", random_state=0)
    assert found.p_value <= 0.01
    assert found.factors["O(3)"].p_value <= 0.01
    assert found.factors["S(2)"].p_value > 0.05
    assert "O(3) alone: p = 0.0033" in str(found)


def test_the_effect_is_the_share_of_what_is_broken():
    drawn = np.random.RandomState(0)
    X = drawn.standard_normal((1000, 3))
    # variances: 2 of the square, 2 of each term of the invariant part, 1 of the noise
    y = (X**2).sum(axis=1) + X[:, 0] * 2 + drawn.standard_normal(1000)
    share = 4 / (6 + 4 + 1)
    assert abs(symmetry_test(X, y, "O(3)", random_state=0).effect - share) < 0.05


def test_targets_that_turn_along_and_points_anywhere_in_space():
    drawn = np.random.RandomState(0)
    X = 100 + drawn.standard_normal((150, 6))
    law = 0.3 * X[:, :3] + 0.7 * X[:, 3:]
    Y = law + 0.1 * drawn.standard_normal(law.shape)
    assert symmetry_test(X, Y, "2*E(3) -> E(3)", random_state=0).p_value > 0.05
    Y[:, 2] += 0.5 * X[:, 2] ** 2 / 100
    assert symmetry_test(X, Y, "2*E(3) -> E(3)", random_state=0).p_value <= 0.01


def test_a_law_that_is_exact_gives_no_evidence():
    X = np.random.RandomState(0).standard_normal((60, 4))
    found = symmetry_test(X, X.sum(axis=1), "S(4)")
    assert (found.p_value, found.effect) == (1.0, 0.0)


def test_classes():
    X, y = make_tic_tac_toe()
    symmetric = symmetry_test(X[:300], y[:300], 'Grid(3,3,"D4")*3', random_state=0)
    assert 0 < symmetric.p_value <= 1
    items = np.random.RandomState(0).standard_normal((200, 3))
    labels = np.where(items[:, 0] > 0, "yes", "no")
    assert symmetry_test(items, labels, "S(3)", random_state=0).p_value <= 0.01


def test_what_is_refused():
    X, y = make_o5(30, random_state=0)
    with pytest.raises(ValueError, match=r"X has 30 rows, and a test of '2\*O\(5\) -> 1' needs at"):
        symmetry_test(X, y, "2*O(5)")
    X, y = make_o5(50, random_state=0)
    with pytest.raises(ValueError, match="names no group that moves columns of X"):
        symmetry_test(X, y, "10")
    with pytest.raises(ValueError, match=r"SO\(3\) of symmetry .* moves no column of X.*is O\(5\)"):
        symmetry_test(X, np.c_[y, y, y], "2*O(5) -> SO(3)")
    with pytest.raises(ValueError, match=r"needs 15 columns in X, X has 10"):
        symmetry_test(X, y, "3*O(5)")
    with pytest.raises(ValueError, match="n_permutations must be a whole number of at least 19"):
        symmetry_test(X, y, "2*O(5)", n_permutations=5)


def test_of_many_columns_some_products_are_taken():
    X = np.random.RandomState(0).standard_normal((50, 40))
    alone, pairs = _sign_flips.features(X, np.random.RandomState(0))
    assert alone.shape == (50, 1 + 4 * 40)
    assert pairs.shape == (50, 1 + 40 + _sign_flips.MAX_PRODUCTS)
    np.testing.assert_allclose(pairs[:, 1:].mean(axis=0), 0, atol=1e-12)
