"""Cloning inputs are samples of the table, moved and jittered."""

import numpy as np
import pytest

from sklearn_symclone.imitation.inputs import OrbitInputs
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
