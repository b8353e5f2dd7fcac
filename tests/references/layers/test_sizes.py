"""How many samples are computed at a time."""

import numpy as np
import pytest
import torch
from torch import nn

from sklearn_symclone.imitation import answers
from sklearn_symclone.references import FAMILIES
from sklearn_symclone.references.layers import sizes
from sklearn_symclone.references.layers.scaling import Standardised
from sklearn_symclone.symmetry import Symmetry


@pytest.mark.parametrize(("states", "rows"), [(1, 200), (150, 200), (1000, 32), (10**9, 1)])
def test_samples_at_a_time_share_the_states(states, rows):
    module = nn.Linear(1, 1)
    module.n_states = states
    assert sizes.rows_at_once(module, 200, sizes.LEARNED) == rows


def test_a_module_without_the_attribute_is_small():
    assert sizes.rows_at_once(nn.Linear(1, 1), 200, 1000) == 200


@pytest.mark.parametrize(
    ("family", "text", "states"),
    [
        ("sets", "S(5)*2 -> 1", 5),
        ("sets", "S(5)*S(3) + S(5) -> 1", 15),
        ("sets", "S(100) + S(100)' -> 1", 200),
        ("egnn", "S(4)*O(3) -> S(4)*O(3)", 16),
        ("invariants", "S(4)*O(3) + S(2)'*O(3) -> 1", 36),
        ("invariants", "2*O(5) -> 1", 1),
        ("pooled", "S(40)*O(3) -> 1", 40),
        ("tensors", "2*O(3) -> 1", 21),
        ("average", "C(5) -> 1", 20),  # 5 elements, 256 units
        ("average", "C(100)*3 -> 1", 468),  # 100 elements, 300 columns
        ("average", "3*O(3) -> 1", 64),  # 16 elements at a time, 256 units
    ],
)
def test_networks_know_their_states(family, text, states):
    symmetry = Symmetry.parse(text)
    network = FAMILIES[family].network(symmetry)
    assert sizes.n_states(network) == states
    inputs, outputs = (np.ones(side.dimension) for side in (symmetry.inputs, symmetry.outputs))
    module = Standardised(network, symmetry, (0 * inputs, inputs), (0 * outputs, outputs))
    assert module.n_states == states


def test_answers_of_large_networks_come_in_pieces(monkeypatch):
    monkeypatch.setattr(answers, "ANSWERED", 7)
    seen = []

    class Rows(nn.Module):
        n_states = 2
        input_shift = torch.zeros(1)

        def forward(self, x):
            seen.append(len(x))
            return 2 * x

    class Task:
        link = staticmethod(lambda outputs: outputs)

    X = np.arange(8.0)[:, None]
    np.testing.assert_array_equal(answers.reference_answers(Rows(), Task, X, "cpu"), 2 * X)
    assert seen == [3, 3, 2]


@pytest.mark.parametrize(("numbers", "states"), [(1, 1), (127, 1), (128, 2), (6400, 100)])
def test_a_state_is_64_numbers(numbers, states):
    assert sizes.states_of(numbers) == states


@pytest.mark.parametrize("text", ["2*O(3) -> 1", "3*O(3) -> O(3)**2", "S(3)*O(2) -> S(3)*O(2)"])
def test_networks_of_tensors_count_what_they_hold(text, monkeypatch):
    symmetry, held = Symmetry.parse(text), []
    network = FAMILIES["tensors"].network(symmetry).float()
    join = torch.cat

    def watched(tensors, dim=0):
        joined = join(tensors, dim)
        held.append(joined.numel() // 10)
        return joined

    monkeypatch.setattr(torch, "cat", watched)
    with torch.no_grad():
        network(torch.ones(10, symmetry.inputs.dimension))
    assert network.n_states == max(1, max(held) // 64)
