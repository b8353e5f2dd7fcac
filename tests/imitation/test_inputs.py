"""Cloning inputs are samples of the table, moved and jittered."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_symclone.imitation.inputs import GaussianInputs, OrbitInputs
from sklearn_symclone.symmetry import Symmetry


@pytest.mark.parametrize(
    ("text", "is_jittered"),
    [
        ("C(4)", True),
        ("O(3)", False),
        ("S(200)*4", False),
        ("S(20) wr S(20)", False),
        ("S(100) + S(100)'", False),
    ],
)
def test_samples_of_a_small_group_are_jittered(text, is_jittered):
    symmetry = Symmetry.parse(text)
    X = np.random.RandomState(0).standard_normal((10, symmetry.inputs.dimension))
    inputs = OrbitInputs(symmetry, X, np.ones(10), np.random.RandomState(0))
    assert (inputs.jittered > 0) == is_jittered
    assert inputs.draw(5).shape == (5, X.shape[1])


@pytest.mark.parametrize("source", [OrbitInputs, GaussianInputs])
def test_items_are_present_or_absent_in_samples_to_imitate(source):
    symmetry = Symmetry.parse("S(4).mask + S(4)*2").bind(12, 1)
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((10, 12))
    X[:, :4] = np.arange(4) < random_state.randint(1, 4, size=(10, 1))
    X = symmetry.filled(X)
    drawn = source(symmetry, X, np.ones(10), random_state).draw(200)
    numbers = X[:, :4].sum(axis=1)
    assert set(np.unique(drawn[:, :4])) == {0, 1}
    assert set(drawn[:, :4].sum(axis=1)) == set(numbers)
    assert_allclose(symmetry.filled(drawn), drawn, atol=1e-12)
