"""The linear part of a law: what it finds, when there is none, and that it is equivariant."""

import numpy as np
from numpy.testing import assert_allclose

from sklearn_symclone import Symmetry
from sklearn_symclone.references.layers.linear_part import linear_part

MOTION = Symmetry.parse("S(3) + S(3)*E(2) + S(3)*E(2).vector -> S(3)*E(2)").bind(15, 6)


def motions(n=300):
    """Return bodies that fly freely but for one sample in twenty."""
    rng = np.random.RandomState(0)
    X = rng.standard_normal((n, 15))
    points = X[:, 3:9].reshape(n, 3, 2)
    points -= points.mean(axis=1, keepdims=True)
    Y = X[:, 3:9] + 0.7 * X[:, 9:]
    Y[::20] += rng.standard_normal((len(Y[::20]), 6))
    return X, Y


def test_free_flight_is_found_beside_meetings():
    X, Y = motions()
    law = linear_part(MOTION, X, np.ones(15), Y, np.ones(len(X)))
    flight = np.hstack([np.zeros((6, 3)), np.eye(6), 0.7 * np.eye(6)])
    assert_allclose(law, flight, atol=1e-3)


def test_standardised_columns_give_the_same_law():
    X, Y = motions()
    unit = np.repeat([1.0, 4.0, 0.5], [3, 6, 6])
    law = linear_part(MOTION, X / unit, unit, Y, np.ones(len(X)))
    expected = linear_part(MOTION, X, np.ones(15), Y, np.ones(len(X)))
    assert_allclose(law / unit, expected, atol=1e-6)


def test_a_sample_of_weight_two_counts_as_two():
    X, Y = motions(60)
    weight = np.repeat([1.0, 2.0], 30)
    twice = np.r_[0:60, 30:60]
    law = linear_part(MOTION, X, np.ones(15), Y, weight)
    assert_allclose(law, linear_part(MOTION, X[twice], np.ones(15), Y[twice], np.ones(90)))


def test_vectors_without_points_are_mapped_as_the_group_asks():
    symmetry = Symmetry.parse("2*O(3) -> O(3)")
    X = np.random.RandomState(0).standard_normal((200, 6))
    Y = 2 * X[:, :3] - X[:, 3:]
    law = linear_part(symmetry, X, np.ones(6), Y, np.ones(200))
    assert_allclose(law, np.hstack([2 * np.eye(3), -np.eye(3)]), atol=1e-6)


def test_smooth_tracks_are_not_told_apart_by_their_last_digits():
    """The map of least deviations alone has a norm of 78: it makes 78 times as much of noise."""
    rng = np.random.RandomState(0)
    steps, turn = rng.standard_normal((2, 300, 1, 1)) * [[[[1.0]]], [[[0.15]]]]
    angles = rng.uniform(0, 2 * np.pi, (300, 1, 1)) + turn * np.arange(7)[:, None]
    track = np.cumsum(steps * np.concatenate([np.cos(angles), np.sin(angles)], axis=2), axis=1)
    symmetry = Symmetry.parse("6*O(2) -> O(2)")
    X = track[:, :6].reshape(300, 12)
    law = linear_part(symmetry, X, np.ones(12), track[:, 6], np.ones(300))
    assert np.linalg.norm(law) < 5
    assert np.mean((X @ law.T - track[:, 6]) ** 2) < 0.01 * np.mean(track[:, 6] ** 2)


def test_where_a_linear_map_tells_little_there_is_none():
    X, Y = motions()
    ones = np.ones(len(X))
    assert linear_part(MOTION, X, np.ones(15), Y + 2 * X[:, 9:] ** 3, ones) is None
    assert linear_part(MOTION, X, np.ones(15), np.zeros_like(Y), ones) is None
    assert (
        linear_part(Symmetry.parse("2*O(3)").bind(6, 1), X[:, :6], np.ones(6), Y[:, :1], ones)
        is None
    )
