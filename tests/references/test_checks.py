"""What is found wrong with the module that a callable returns."""

import re

import pytest
import torch
from torch import nn

from sklearn_symclone.references import FAMILIES, Family, register, unregister
from sklearn_symclone.references.checks import TOLERANCE, check_reference, module_error
from sklearn_symclone.symmetry import Symmetry

SYMMETRY = Symmetry.parse("S(3) + S(3)*O(2) -> O(2) + 1")


class Nearly(nn.Module):
    """A sum of columns that weighs one of them otherwise, and a large constant."""

    def __init__(self, by, constant=0.0):
        super().__init__()
        self.weights, self.constant = torch.tensor([[1.0 + by], [1.0], [1.0]]), constant

    def forward(self, x):
        return x @ self.weights + self.constant


@pytest.mark.parametrize("family", ["invariants", "tensors"])
def test_networks_of_families_pass(family):
    check_reference(FAMILIES[family].network, SYMMETRY)


def test_families_of_this_library_are_known_to_be_right():
    check_reference("sets", SYMMETRY)  # which could not even build a network


@pytest.mark.parametrize(
    ("network", "error", "message"),
    [
        (lambda s: 3, TypeError, "the reference family 'mine' must return a torch.nn.Module, it"),
        (
            lambda s: nn.Linear(9, 2),
            ValueError,
            "the module that the reference family 'mine' returned maps 256 rows to shape (256, 2)",
        ),
        (
            lambda s: nn.Linear(9, 3),
            ValueError,
            "the module that the reference family 'mine' returned is not equivariant under",
        ),
    ],
)
@pytest.mark.parametrize("misses", [None, "a little"])
def test_families_of_a_user_are_checked_unless_they_say_what_they_miss(
    network, error, message, misses
):
    register("mine", Family(lambda s: None, network, misses=lambda s: misses))
    try:
        if misses and "equivariant" in message:
            check_reference("mine", SYMMETRY)
        else:
            with pytest.raises(error, match=re.escape(message)):
                check_reference("mine", SYMMETRY)
    finally:
        unregister("mine")


def test_points_are_counted_from_their_mean():
    seen = []
    symmetry = Symmetry.parse("3*E(2) -> E(2)")

    def network(linear):
        seen.append(str(linear))
        return FAMILIES["invariants"].network(linear)

    check_reference(network, symmetry)
    assert seen == [str(symmetry.without_shifts())]


def test_what_it_draws_disturbs_nobody():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    check_reference(FAMILIES["invariants"].network, SYMMETRY)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("constant", [0.0, 1e3])
def test_the_error_is_relative_to_how_outputs_vary(constant):
    symmetry = Symmetry.parse("S(3) -> 1")
    error = module_error(Nearly(0.5, constant), symmetry)
    assert 0.05 < error < 0.3
    assert module_error(Nearly(0.0, constant), symmetry) < TOLERANCE


def test_a_constant_has_no_error():
    assert module_error(Nearly(0.0), Symmetry.parse("Signs(3) -> 1")) > 0.5
    nothing = nn.Linear(3, 1)
    nn.init.zeros_(nothing.weight)
    assert module_error(nothing, Symmetry.parse("Signs(3) -> 1")) == 0


@pytest.mark.parametrize(
    ("reference", "error", "message"),
    [
        (
            lambda symmetry: 3,
            TypeError,
            "the reference callable must return a torch.nn.Module, it returned 3",
        ),
        (
            lambda symmetry: nn.Linear(9, 2),
            ValueError,
            "the module that the reference callable returned maps 256 rows to shape (256, 2), "
            f"'{SYMMETRY}' needs (256, 3)",
        ),
        (
            lambda symmetry: nn.Linear(9, 3),
            ValueError,
            f"the module that the reference callable returned is not equivariant under "
            f"'{SYMMETRY}': moving its inputs and moving its outputs differ by ",
        ),
        (
            lambda symmetry: nn.Linear(9, 3),
            ValueError,
            f"of their size, {TOLERANCE} is allowed. Known families: sets, pairs, egnn, "
            "invariants, pooled, units, average, pointwise, tensors",
        ),
    ],
)
def test_what_is_refused(reference, error, message):
    with pytest.raises(error, match=re.escape(message)):
        check_reference(reference, SYMMETRY)
