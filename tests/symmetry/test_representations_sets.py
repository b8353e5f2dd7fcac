"""Pairs and sets follow their points."""

import itertools

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import (
    C,
    GroupElements,
    Permutations,
    S,
    Symmetry,
    parse_representation,
)

N_ELEMENTS = 5


def sample(representation, seed=0):
    return Symmetry(representation).sample(N_ELEMENTS, random_state=seed)


def action_of(representation, group):
    elements = sample(representation)
    return elements, elements.actions[group]


def test_pairs_and_sets_follow_their_points():
    group = S(5)
    elements, action = action_of(group.pairs, group)
    pairs = list(itertools.combinations(range(5), 2))
    assert group.pairs.dimension == len(pairs) == 10
    X = np.random.RandomState(0).standard_normal((N_ELEMENTS, 10))
    sources = [[pairs.index(tuple(sorted(p[[i, j]]))) for i, j in pairs] for p in action.indices]
    moved = np.take_along_axis(X, np.array(sources), 1)
    assert_array_equal(group.pairs.transform(elements, X), moved)
    listed = [[2, 0], [1, 3]]
    shift = GroupElements({C(4): Permutations(np.array([[1, 2, 3, 0]]))}, 1)
    assert_array_equal(C(4).sets(*listed).transform(shift, [[5.0, 6.0]]), [[6.0, 5.0]])
    assert C(4).sets(*listed) == C(4).sets([0, 2], [1, 3])


def test_points_of_sets_of_points_add_up():
    """The sum over the points of a set is moved as the column of the set."""
    group = parse_representation("S(3) wr S(2)")
    for sets in (group.top, group.pairs):
        elements = sample(sets)
        X = np.random.RandomState(0).standard_normal((N_ELEMENTS, 6))
        sums = np.stack([X[:, list(points)].sum(axis=1) for points in sets.sets], axis=1)
        after = group.transform(elements, X)
        expected = np.stack([after[:, list(points)].sum(axis=1) for points in sets.sets], axis=1)
        assert_allclose(sets.transform(elements, sums), expected, atol=1e-12)
