"""Networks of relative vectors: what they refuse, and how well they learn how bodies move."""

import numpy as np
import pytest
import torch

from sklearn_symclone import Symmetry
from sklearn_symclone.datasets import make_charged_bodies
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.training.tasks import REGRESSION

from ._helpers import assert_refused

KNOWN = "it knows the items of one S(n) with vectors of one O(n) or E(n)"
MOTION = Symmetry.parse("S(5) + S(5)*E(3) + S(5)*E(3).vector -> S(5)*E(3)")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("S(4)*SO(3) -> S(4)*SO(3)", KNOWN),
        ("S(4)*O(1,3) -> S(4)*O(1,3)", KNOWN),
        ("O(3) -> O(3)", KNOWN),
        ("S(1)*O(3) -> S(1)*O(3)", "it takes at least two items"),
        ("S(4)*O(3) -> O(3)", "its outputs are vectors of items, not 'O(3)'"),
        ("S(4)*O(3) -> S(4)", "its outputs are vectors of items, not 'S(4)'"),
        (
            "S(4)*O(3) + O(3) -> S(4)*O(3)",
            "its inputs are vectors of items, or scalars, not 'O(3)'",
        ),
        ("S(4) -> S(4)*O(3)", "no column of the inputs belongs to the vector of an item"),
    ],
)
def test_what_it_refuses(text, reason):
    assert_refused("egnn", text, reason)


def test_a_fit_learns_how_bodies_move():
    X, Y = make_charged_bodies(400, random_state=100)
    plan = ReferencePlan(MOTION, "egnn", REGRESSION, steps=300)
    state, _ = fit_reference(X[:200], Y[:200], np.ones(200), plan)
    module = restore_reference(state, symmetry=MOTION, reference="egnn", device="cpu")
    with torch.no_grad():
        answers = module(torch.tensor(X[200:], dtype=torch.float32)).numpy()
    free_flight = X[200:, 5:20] + X[200:, 20:]
    error, start = (np.mean((found - Y[200:]) ** 2) for found in (answers, free_flight))
    assert error < 0.45 * start
