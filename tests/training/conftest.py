"""Threads: each test of training runs on one, as a fit does, unless it asks for two."""

import pytest
import torch

from sklearn_symclone.training import one_thread


@pytest.fixture(autouse=True)
def _one_thread():
    # the threads of a fused optimiser take long to meet over a few numbers
    with one_thread("cpu"):
        yield


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)
