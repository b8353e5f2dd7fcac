"""A few random fits predict finite values, or are refused; ``benchmarks/fuzz.py`` makes many."""

import importlib
from pathlib import Path

import hypothesis
import pytest

from sklearn_symclone import Symmetry
from sklearn_symclone.imitation import lessons, network
from sklearn_symclone.references import tensors
from sklearn_symclone.training import DivergenceError

#: What Hypothesis does: it draws cases, and makes one that fails as simple as it can.
SHOWN = [hypothesis.Phase.generate, hypothesis.Phase.shrink]
BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def fuzz(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("fuzz")


@pytest.fixture
def _small(fuzz, monkeypatch):
    for module in (lessons, network, tensors):
        for name, value in fuzz.SMALL.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


def check_cases(fuzz, first, n_cases):
    """Fit so many random cases, and let Hypothesis show the simplest one that goes wrong."""

    @hypothesis.seed(first)
    @hypothesis.settings(fuzz.settings_of(n_cases), phases=SHOWN)
    @hypothesis.given(case=fuzz.cases())
    def check(case):
        assert fuzz.outcome(case)[0] in fuzz.RIGHT

    check()


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("first", range(2))
def test_a_random_fit_is_finite_or_refused(first, fuzz):
    check_cases(fuzz, first, 40)


@pytest.mark.long
@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("first", range(100, 120))
def test_many_random_fits_are_finite_or_refused(first, fuzz):
    check_cases(fuzz, first, 500)


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
    case = fuzz.Case("SymmetryClonedRegressor", "fit", [[1.0]], [1.0], None, {"symmetry": "S("})
    assert fuzz.outcome(case)[0] == "refused"
