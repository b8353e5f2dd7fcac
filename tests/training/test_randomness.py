"""Seeded draws are those of torch's own seed, and leave the generator of the process alone."""

import torch
from torch import nn

from sklearn_symclone.training import Seeded


def test_draws_are_those_of_manual_seed():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        expected = [torch.rand(3), torch.randn(2, 2), torch.randperm(5), nn.Linear(3, 2).weight]
    state = torch.get_rng_state()
    with Seeded(7):
        found = [torch.rand(3), torch.randn(2, 2), torch.randperm(5), nn.Linear(3, 2).weight]
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))
    assert torch.equal(torch.get_rng_state(), state)


def test_a_generator_that_is_given_is_taken():
    def draw():
        return torch.rand(3, generator=torch.Generator().manual_seed(1))

    with Seeded(7):
        found = draw()
    assert torch.equal(found, draw())


def test_new_tensors_are_in_single_precision():
    torch.set_default_dtype(torch.float64)
    try:
        with Seeded(0):
            made = [nn.Linear(2, 2).weight, torch.zeros(2), torch.full((2,), 1.5), torch.eye(2)]
            whole = torch.full((2,), 1)
            double = torch.ones(2, dtype=torch.float64)
    finally:
        torch.set_default_dtype(torch.float32)
    assert {tensor.dtype for tensor in made} == {torch.float32}
    assert whole.dtype == torch.int64
    assert double.dtype == torch.float64
