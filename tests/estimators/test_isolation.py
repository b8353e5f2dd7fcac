"""A fit neither reads nor changes settings of the process, whatever other threads do."""

import threading
import time
import warnings

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
KINDS.append({"symmetry": "2*O(3)", "early_stopping": True})
KINDS.append({"symmetry": None, "solver": "lbfgs"})


def of_process():
    """Return the settings of the process that a fit must not touch."""
    return {
        "generator of torch": torch.get_rng_state().tolist(),
        "generator of NumPy": str(np.random.get_state(legacy=False)),  # noqa: NPY002
        "default dtype": torch.get_default_dtype(),
        "gradient mode": torch.is_grad_enabled(),
        "threads": torch.get_num_threads(),
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "cuDNN": (torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark),
        "warning filters": list(warnings.filters),
    }


def fitted(seed, **kind):
    model = SymmetryClonedRegressor(
        strength=0.5, reference_steps=10, clone_steps=10, max_iter=2, random_state=seed, **kind
    )
    return model.fit(X, Y).predict(X)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_fits_in_threads_give_what_they_give_alone(kind):
    alone = [fitted(seed, **kind) for seed in range(4)]
    before = of_process()
    together = joblib.Parallel(4, backend="threading")(
        joblib.delayed(fitted)(seed, **kind) for seed in range(4)
    )
    assert_array_equal(together, alone)
    assert of_process() == before


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
