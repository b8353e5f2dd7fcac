"""A few random fits predict finite values, or are refused; ``benchmarks/fuzz.py`` makes many."""

import importlib
from pathlib import Path

import pytest

from sklearn_symclone import Symmetry
from sklearn_symclone.imitation import network, rounds
from sklearn_symclone.references import tensors
from sklearn_symclone.training import DivergenceError

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def fuzz(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("fuzz")


@pytest.fixture
def _small(fuzz, monkeypatch):
    for module in (network, rounds, tensors):
        for name, value in fuzz.SMALL.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("seed", range(16))
def test_a_random_fit_is_finite_or_refused(seed, fuzz):
    case = fuzz.random_case(seed)
    word, _ = fuzz.outcome(case)
    assert word in fuzz.RIGHT, case


@pytest.mark.long
@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("first", range(0, 10_000, 100))
def test_many_random_fits_are_finite_or_refused(first, fuzz):
    words = {seed: fuzz.outcome(fuzz.random_case(seed))[0] for seed in range(first, first + 100)}
    assert {seed: word for seed, word in words.items() if word not in fuzz.RIGHT} == {}


def raised(call):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    return caught.value


@pytest.mark.parametrize(
    ("call", "seconds", "word"),
    [
        (lambda: {}["a"], 0.1, "foreign KeyError"),
        (lambda: int("a"), 0.1, "foreign ValueError"),
        (lambda: Symmetry.parse("S("), 0.1, "refused"),
        (lambda: Symmetry.parse("S("), 6.0, "refused late"),
    ],
)
def test_errors_of_others_are_told_apart(call, seconds, word, fuzz):
    assert fuzz.judged(raised(call), seconds) == (word, seconds)


def test_a_divergence_may_come_late(fuzz):
    def diverge():
        raise DivergenceError

    assert fuzz.judged(raised(diverge), 20.0) == ("diverged", 20.0)


def test_predictions_that_are_not_finite_and_slow_fits_are_findings(fuzz):
    class Odd:
        def predictions(self):
            return [float("nan")]

    assert fuzz.outcome(Odd())[0] == "not finite"
    case = fuzz.random_case(0)
    assert fuzz.outcome(case._replace(parameters={"symmetry": "S("}))[0] == "refused"
