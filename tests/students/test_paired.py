"""Pairs of a few items share weights while a student imitates. The result is a dense network."""

import numpy as np
import pytest
import torch

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_charged_bodies
from sklearn_symclone.students import ColumnScaling, Dense, Paired, learner_of, linear_layers
from sklearn_symclone.symmetry import S, Symmetry

BODIES = "S(5) + S(5)*E(3) + S(5)*E(3).vector -> S(5)*E(3)"


def test_few_weights_stand_in_many_places():
    student, symmetry = Dense((480,), "silu"), Symmetry.parse(BODIES)
    scaling = ColumnScaling(np.zeros(35), np.ones(35), np.zeros(15), np.ones(15))
    network = learner_of(student, symmetry).network(student, scaling, torch.Generator())
    first = linear_layers(network)[0]
    # 24 units of a pair see the 7 columns of each of its two items
    assert sum(parameter.numel() for parameter in first.parameters()) == 24 * (2 * 7 + 1)
    assert len(np.unique(first.weight.detach().numpy())) == 24 * 2 * 7 + 1


def test_the_pairs_of_the_larger_set_share_weights():
    student = Dense((300,), "silu")
    for text in ("S(2)*O(3) + S(6)*O(3) -> 1", "S(6)*O(3) + S(2)*O(3) -> 1"):
        assert learner_of(student, Symmetry.parse(text)).items == S(6)


@pytest.mark.parametrize(
    ("text", "activation", "widths"),
    [
        (BODIES, "silu", (510,) * 4),  # 24 units for each of 20 pairs, 30 carry a linear law
        (BODIES, "silu_square", None),
        ("S(3)*O(2) -> S(3)*O(2)", "silu", (192,) * 4),
        ("S(10)*O(2) -> S(10)*O(2)", "tanh", (760,) * 4),  # 8 units for each of 90 pairs
        ("S(11)*O(2) -> S(11)*O(2)", "silu", None),
        ("S(5) + S(5)*O(3) -> O(3)**2", "silu", None),
        ("S(5)*2 -> S(5)*2", "silu", None),
        ("S(5)*S(3) -> S(5)*S(3)", "silu", None),
        ("5*O(3) -> 5*O(3)", "silu", None),
        ("S(5)*O(3) + S(5)**2 -> S(5)*O(3)", "silu", None),
    ],
)
def test_motions_of_a_few_items_have_wider_layers(text, activation, widths):
    assert Paired.widths(Symmetry.parse(text), activation) == widths


def test_the_layers_of_a_fit_are_chosen_by_its_symmetry(capsys):
    X, Y = make_charged_bodies(40, random_state=0)
    short = {"reference_steps": 20, "clone_steps": 60, "strength": 1, "random_state": 0}
    model = SymmetryClonedRegressor(symmetry=BODIES, verbose=True, **short).fit(X, Y)
    assert "; pairs of items share weights" in capsys.readouterr().out
    assert [coef.shape[1] for coef in model.coefs_] == [510] * 4 + [15]
    assert model.equivariance_error_ < 0.05
    plain = SymmetryClonedRegressor(max_iter=2, alpha=1e-4).fit(X, Y)
    assert [coef.shape[1] for coef in plain.coefs_] == [192, 192, 15]
    asked = SymmetryClonedRegressor(symmetry=BODIES, hidden_layer_sizes=40, **short).fit(X, Y)
    assert [coef.shape[1] for coef in asked.coefs_] == [40, 15]


def test_a_warm_start_keeps_the_widths_of_its_weights():
    X = np.random.RandomState(0).standard_normal((40, 6))
    short = {"reference_steps": 5, "clone_steps": 20, "max_iter": 2, "random_state": 0}
    model = SymmetryClonedRegressor(
        symmetry="S(3)*O(2) -> S(3)*O(2)", strength=1, warm_start=True, **short
    ).fit(X, X)
    model.set_params(strength=0).fit(X, X)
    assert [coef.shape[1] for coef in model.coefs_] == [192] * 4 + [6]
