"""A fit neither reads nor changes settings of the process, whatever other threads do."""

import threading
import time

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from torch import nn

from sklearn_symclone import SymmetryClonedRegressor

X = np.random.RandomState(0).standard_normal((40, 6))
Y = X[:, 0] * X[:, 3] + X[:, 1] * X[:, 4] + X[:, 2] * X[:, 5]
KINDS = [
    {"symmetry": "2*O(3)"},
    {"symmetry": "2*O(3)", "reference": "tensors"},
    {"symmetry": "S(6)", "cloning": "weights"},
    {"symmetry": "C(6)", "cloning": "layers"},
]


class Callable(nn.Module):
    """A reference of a user, whose weights torch draws."""

    def __init__(self, symmetry):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x):
        return self.layers((x[:, :3] * x[:, 3:]).sum(1, keepdim=True))


KINDS.append({"symmetry": "2*O(3)", "reference": Callable})


def fitted(seed, **kind):
    model = SymmetryClonedRegressor(
        strength=0.5, reference_steps=10, clone_steps=10, max_iter=2, random_state=seed, **kind
    )
    return model.fit(X, Y).predict(X)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_fits_in_threads_give_what_they_give_alone(kind):
    alone = [fitted(seed, **kind) for seed in range(4)]
    before = torch.get_rng_state(), torch.get_num_threads()
    together = joblib.Parallel(4, backend="threading")(
        joblib.delayed(fitted)(seed, **kind) for seed in range(4)
    )
    assert_array_equal(together, alone)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert torch.get_num_threads() == before[1]


def test_a_thread_that_draws_changes_nothing():
    alone, ends = fitted(0, **KINDS[0]), threading.Event()

    def draw():
        while not ends.is_set():
            torch.rand(3)
            time.sleep(1e-4)

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        assert_array_equal(fitted(0, **KINDS[0]), alone)
    finally:
        ends.set()
        thread.join()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_default_dtype_is_not_read(kind):
    alone = fitted(0, **kind)
    torch.set_default_dtype(torch.float64)
    try:
        assert_array_equal(fitted(0, **kind), alone)
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_the_mode_of_the_caller_is_not_read(mode):
    alone = fitted(0, **KINDS[0])
    with mode():
        assert_array_equal(fitted(0, **KINDS[0]), alone)
