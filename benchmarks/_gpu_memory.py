"""What a fit says if the memory of a GPU does not suffice.

A network that fits into no machine at all is no case: its weights are drawn on the CPU, and it is
the CPU's allocator that says no, some of them only after minutes.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from unittest import mock

import numpy as np
import torch
from _gpu_cases import PLAIN, make_rows

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.training import net

#: Rows, megabytes that are left free, and parameters.
OUT_OF_MEMORY = {
    "memory: a wide network": (1000, 1024, PLAIN | {"hidden_layer_sizes": (12000, 12000)}),
    "memory: a large batch": (
        131072,
        1024,
        PLAIN | {"hidden_layer_sizes": (4096, 4096), "batch_size": 131072},
    ),
    "memory: a reference": (40000, 128, {}),
}


def out_of_memory(device, quick, case):
    """Fill the GPU, fit, and return whether the error says what to change."""
    n_rows, megabytes, settings = case
    X, Y, symmetry = make_rows("inertia", 200 if quick else n_rows, seed=0)
    settings = {"symmetry": symmetry, "max_iter": 2, "random_state": 0} | settings
    if quick:
        settings |= {"hidden_layer_sizes": (16, 16)}
    model = SymmetryClonedRegressor(device=device if device == "cuda" else "cpu", **settings)
    with filled(device, megabytes):
        verdict = try_to_fit(model, X.astype(np.float32), Y)
    gc.collect()
    if device == "cuda":
        torch.cuda.empty_cache()
    model.set_params(hidden_layer_sizes=(16, 16), batch_size="auto", symmetry=None)
    model.fit(X[:200], Y[:200])  # the GPU is of use again
    return verdict


@contextmanager
def filled(device, megabytes):
    """Leave so much of the memory of a GPU free."""
    if device != "cuda":
        error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB\nmore")
        with mock.patch.object(net.TensorNet, "train_step_single", side_effect=error):
            yield
        return
    gc.collect()
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info()
    ballast = torch.empty(free - megabytes * 2**20, dtype=torch.uint8, device="cuda")
    try:
        yield
    finally:
        del ballast
        torch.cuda.empty_cache()


def try_to_fit(model, X, Y):
    try:
        model.fit(X, Y)
    except MemoryError as error:
        message = str(error)
    else:
        return {"verdict": "WRONG: it fitted"}
    if "does not suffice" not in message or hasattr(model, "coefs_"):
        return {"verdict": f"WRONG: MemoryError: {message[:120]}"}
    return {"verdict": "right", "note": message.partition('device="cpu" (')[2][:80]}
