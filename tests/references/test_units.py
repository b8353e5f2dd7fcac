"""Quantities with units: laws hold in all units, and products of powers are learned."""

import numpy as np
import pytest

from sklearn_symclone.references.units import powers
from sklearn_symclone.symmetry import Symmetry

from ._helpers import assert_refused, share_unexplained

GRAVITY = "2*Scaling(1) + Scaling(1)' -> Scaling(1)**2*(Scaling(1)'.dual)**2"


def test_powers_are_those_by_which_columns_change():
    symmetry = Symmetry.parse("Scaling(2).dual*Scaling(1)' + 1 + Scaling(2).det + Scaling(2)**2")
    found = powers(symmetry.inputs, symmetry.groups)
    elements = symmetry.sample(5, random_state=0)
    factors = np.stack([elements.actions[g].matrices[:, 0, 0] for g in symmetry.groups], axis=1)
    moved = symmetry.inputs.transform(elements, np.ones((5, symmetry.inputs.dimension)))
    np.testing.assert_allclose(moved, np.exp(np.log(factors) @ found.T))


def test_gravity_is_learned_in_all_units():
    X = np.exp(0.5 * np.random.RandomState(0).standard_normal((400, 3)))
    y = (X[:, 0] * X[:, 1] / X[:, 2] ** 2)[:, None]
    assert share_unexplained("units", GRAVITY, X, y, max_iter=60) < 0.02


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Scaling(2) + O(3) -> 1", "it knows changes of scale Scaling(n) only, not O(3)"),
        ("3 -> 1", "there is no change of scale Scaling(n) in it"),
        (
            "Scaling(1)*Scaling(1)' -> Scaling(1)",
            "no product of powers of its inputs has the unit of 'Scaling(1)'",
        ),
    ],
)
def test_what_has_no_unit_is_refused(text, refusal):
    assert_refused("units", text, refusal)
