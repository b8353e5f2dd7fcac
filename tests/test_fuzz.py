"""A few random fits predict finite values, or are refused; ``benchmarks/fuzz.py`` makes many."""

import importlib.util
import sys
from pathlib import Path

import pytest

from sklearn_symclone.imitation import network, rounds

FILE = Path(__file__).parent.parent / "benchmarks" / "fuzz.py"
SPEC = importlib.util.spec_from_file_location("_fuzz", FILE)
fuzz = importlib.util.module_from_spec(SPEC)
sys.modules["_fuzz"] = fuzz
SPEC.loader.exec_module(fuzz)


@pytest.fixture
def small(monkeypatch):
    for module in (network, rounds):
        monkeypatch.setattr(module, "N_FRESH", 64)
    for name in ("POOL", "SMALL_POOL"):
        monkeypatch.setattr(network, name, 256)


@pytest.mark.parametrize("seed", range(12))
def test_a_random_fit_is_finite_or_refused(seed, small):
    case = fuzz.random_case(seed)
    word, _ = case.outcome()
    assert word in ("fitted", "refused", "refused late", "diverged"), case


def test_errors_of_others_are_told_apart():
    def raised(call):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            call()
        return fuzz._judged(caught.value, 0.1)[0]

    case = fuzz.random_case(0)
    assert raised(lambda: {}["a"]) == "foreign KeyError"
    assert raised(lambda: int("a")) == "foreign ValueError"
    assert raised(lambda: fuzz.Symmetry.parse("S(")) == "refused"
    assert case._replace(symmetry="S(").outcome()[0] == "refused"
