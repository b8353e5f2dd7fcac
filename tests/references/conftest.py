"""Small networks are computed in one thread."""

import pytest

from sklearn_symclone.training import one_thread


@pytest.fixture(autouse=True)
def _one_thread():
    with one_thread("cpu"):
        yield
