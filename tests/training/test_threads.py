"""Numbers of threads are restored."""

import pytest
import torch

from sklearn_symclone.training import one_thread


@pytest.mark.usefixtures("two_threads")
def test_one_thread_restores_the_number():
    with one_thread("cpu"):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(ZeroDivisionError), one_thread("cpu"):
        raise ZeroDivisionError
    assert torch.get_num_threads() == 2
    with one_thread("cuda"):
        assert torch.get_num_threads() == 2
