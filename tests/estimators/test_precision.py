"""Half precision of Accelerate: less exact, and not wrong."""

import pytest

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5


@pytest.fixture
def bfloat16(monkeypatch):
    """Settings that ``accelerate launch --mixed_precision bf16`` makes; state is left as it was."""
    from accelerate.state import AcceleratorState, GradientState

    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "bf16")
    monkeypatch.setenv("ACCELERATE_USE_CPU", "true")
    yield
    AcceleratorState._reset_state(reset_partial_state=True)
    GradientState._reset_state()


def test_bfloat16_learns_nearly_as_well(bfloat16):
    X, y = make_o5(100, random_state=0)
    settings = {"hidden_layer_sizes": (32,), "reference_steps": 60, "clone_steps": 60}
    model = SymmetryClonedRegressor(
        symmetry="2*O(5)", strength=0.1, max_iter=5, random_state=0, **settings
    )
    full = model.set_params(device="cpu").fit(X, y).score(X, y)
    half = model.set_params(device="accelerate").fit(X, y).score(X, y)
    assert full > 0.9
    assert half > full - 0.1
