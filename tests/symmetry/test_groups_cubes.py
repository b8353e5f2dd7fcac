"""The rotations of a cube, and the turns of Rubik's cube."""

import itertools

import numpy as np
from helpers.groups import dense, keys
from numpy.testing import assert_array_equal
from sympy.combinatorics import Permutation
from sympy.combinatorics import PermutationGroup as SymPyGroup

from sklearn_symclone.symmetry import Cube, Rubik


def same_elements(found, expected):
    return set(keys(found)) == set(keys(expected))


def test_elements_of_the_cube_are_its_rotations():
    faces = np.kron(np.eye(3), [[1], [-1]])
    signs = [np.diag(s) for s in itertools.product([1, -1], repeat=3)]
    rotations = [
        g
        for s in signs
        for p in itertools.permutations(range(3))
        if np.linalg.det(g := np.eye(3)[list(p)] @ s) > 0
    ]
    expected = [1 * (faces[:, None] == faces @ g).all(axis=2) for g in rotations]
    listed = Cube().elements().indices
    assert same_elements(dense(Cube().elements()), expected)
    orders = [int(Permutation(p.tolist()).order()) for p in listed]
    assert np.bincount(orders).tolist() == [0, 1, 9, 8, 6]


def test_turns_of_rubiks_cube():
    generators = Rubik().generators().indices
    assert generators.shape == (6, 48)
    for turn in generators:
        cycles = Permutation(turn.tolist()).cycle_structure
        assert cycles == {1: 28, 4: 5}
        assert Permutation(turn.tolist()).order() == 4
    # squares that come to each other's places: those of corners and those of edges
    orbits = SymPyGroup([Permutation(g.tolist()) for g in generators]).orbits()
    assert sorted(map(len, orbits)) == [24, 24]
    # turns of opposite faces commute, others do not
    commute = np.array([[np.array_equal(a[b], b[a]) for a in generators] for b in generators])
    assert_array_equal(commute, np.kron(np.eye(3), np.ones((2, 2))))
