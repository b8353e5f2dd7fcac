"""Moved images and the score on them, by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from sklearn_symclone.datasets import make_moved_images
from sklearn_symclone.metrics import make_orbit_scorer
from sklearn_symclone.symmetry import Grid

IMAGES = np.random.RandomState(0).uniform(1, 2, size=(60, 4, 4))
LABELS = np.arange(60) % 10


@pytest.mark.parametrize("circular", [True, False])
def test_shifts_are_by_a_quarter_at_most_and_labels_tell_the_direction(circular):
    X, y = make_moved_images(
        IMAGES, LABELS, "T(2)", breaking=True, circular=circular, random_state=0
    )
    seen = set()
    for image, label, row, new in zip(IMAGES, LABELS, X, y, strict=True):
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                moved = np.roll(image, (down, right), axis=(0, 1))
                if not circular:
                    padded = np.pad(image, 1)
                    moved = padded[1 - down : 5 - down, 1 - right : 5 - right]
                if np.array_equal(moved, row.reshape(4, 4)):
                    seen.add((down, right))
                    assert new == ((label + 5) % 10 if right > 0 else label)
    assert len(seen) == 9


def test_half_and_three_quarter_turns_move_the_label():
    X, y = make_moved_images(IMAGES, LABELS, "C4", breaking=True, random_state=0)
    turned = [
        next(k for k in range(4) if np.array_equal(np.rot90(image, k).ravel(), row))
        for image, row in zip(IMAGES, X, strict=True)
    ]
    assert set(turned) == {0, 1, 2, 3}
    assert_array_equal(y, np.where(np.array(turned) >= 2, (LABELS + 5) % 10, LABELS))


def test_labels_stay_where_nothing_breaks():
    X, y = make_moved_images(IMAGES, LABELS, "C4", random_state=0)
    assert_array_equal(y, LABELS)
    assert_allclose(np.sort(X, axis=1), np.sort(IMAGES.reshape(60, 16), axis=1))


@pytest.mark.parametrize(
    ("images", "group", "message"),
    [
        (IMAGES, "D4", 'group must be "C4" or "T\\(2\\)", got \'D4\''),
        (IMAGES[:, :3], "C4", "images must have the shape"),
        (IMAGES[0], "T(2)", "images must have the shape"),
    ],
)
def test_what_cannot_be_moved(images, group, message):
    with pytest.raises(ValueError, match=message):
        make_moved_images(images, LABELS, group)


def test_distances_are_kept_by_the_group():
    for grid in (Grid(4, 4, "C4"), Grid(3, 5, "T(2)"), Grid(3, 3, "D4")):
        distances = grid.distances()
        for permutation in grid.generating_permutations():
            assert_array_equal(distances[np.ix_(permutation, permutation)], distances)


# The score


def test_the_score_is_the_mean_of_both_scores():
    rng = np.random.RandomState(0)
    X = rng.standard_normal((40, 2))
    model = LinearRegression().fit(X, X[:, 0])
    moved = -X  # the only element of O(1) but the identity
    symmetry = "PermutationGroup([[1,0]])"
    score = make_orbit_scorer(symmetry, share=0.25, random_state=3)(model, X, X[:, 0])
    plain = make_orbit_scorer(symmetry, share=0)(model, X, X[:, 0])
    assert plain == pytest.approx(1.0)
    only_moved = make_orbit_scorer(symmetry, "r2", share=1, random_state=3)(model, X, X[:, 0])
    assert score == pytest.approx(0.75 + 0.25 * only_moved)
    assert only_moved < 0.8
    flipped = make_orbit_scorer("2*O(1) -> O(1)", share=1)(model, X, X[:, 0])
    assert flipped == pytest.approx(r2_score(moved[:, 0], model.predict(moved)))


def test_classes_move_along():
    X = np.array([[1.0, 0.0], [0.0, 1.0]] * 10)
    y = np.array(["left", "right"] * 10)
    model = DummyClassifier(strategy="constant", constant="left").fit(X, y)
    right = type("Right", (), {"classes_": model.classes_, "fit": model.fit})()
    right.predict = lambda rows: np.where(rows[:, 0] > rows[:, 1], "left", "right")
    right.score = lambda rows, labels: np.mean(right.predict(rows) == labels)
    assert make_orbit_scorer("S(2) -> S(2)")(right, X, y) == 1.0
    assert make_orbit_scorer("S(2) -> S(2)")(model, X, y) < 0.8
    assert make_orbit_scorer("S(2) -> 2", share=1)(right, X, y) < 0.8  # labels stay, rows move


def test_the_share_is_checked():
    with pytest.raises(ValueError, match="share must be a number between 0 and 1, got 2"):
        make_orbit_scorer("S(2)", share=2)
