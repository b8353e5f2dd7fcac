"""Held-out samples that contradict a symmetry."""

from types import SimpleNamespace

import numpy as np
import pytest

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.exceptions import SymmetryWarning
from sklearn_symclone.fitting import auto
from sklearn_symclone.training import CLASSIFICATION, REGRESSION

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((60, 4))
VALUES = X[:, :1]
CLASSES = np.eye(2)[(X[:, 0] > 0).astype(int)]


def recipe(error, is_noisy=True):
    return SimpleNamespace(error=error, is_noisy=is_noisy)


def trial(outputs, Y=VALUES, task=REGRESSION):
    settings = SimpleNamespace(task=task, symmetry="S(4) -> 1")
    return auto.Trial(settings, None, X, outputs, Y, np.ones(60), np.var(Y, axis=0).mean())


def test_both_figures_are_told():
    clone, plain = trial(np.zeros((60, 1))), trial(0.9 * VALUES)
    assert plain.ignorance == pytest.approx(1)
    assert auto.contradiction(clone, plain, recipe(1.1)) == (
        "held-out samples contradict the symmetry 'S(4) -> 1': R² of a network that has it is "
        f"{1 - clone.loss:.3g}, of a plain network 0.99. Check that columns stand in the order of "
        "the expression, or state fewer groups"
    )


def test_so_they_are_of_classes():
    # not equally sure of all samples, or the losses would differ by one number for all
    signs = (2 * CLASSES - 1) * (2 + 0.1 * X[:, 1:2])
    clone, plain = (trial(size * signs, CLASSES, CLASSIFICATION) for size in (0, 1))
    found = auto.contradiction(clone, plain, recipe(0.8))
    assert "minus the log loss of a network that has it is -0.693" in found
    assert f"of a plain network -{plain.loss:.3g}" in found
    assert plain.loss == pytest.approx(np.log1p(np.exp(-4)), rel=0.1)
    assert "columns and classes stand in the order" in found


@pytest.mark.parametrize(
    ("clone", "plain", "asked"),
    [
        # noise: both are as good as nothing
        (RANDOM.standard_normal((60, 1)), RANDOM.standard_normal((60, 1)), recipe(1.0)),
        # the reference is good, and its clone is not
        (0 * VALUES, 0.9 * VALUES, recipe(0.02)),
        # a slightly broken symmetry
        (0.7 * VALUES, 0.9 * VALUES, recipe(0.1)),
        # few samples decide it
        (np.where(np.arange(60)[:, None] == 3, 30, 0.8 * VALUES), 0.9 * VALUES, recipe(15.0)),
        # the reference was not given the time to learn
        (0 * VALUES, 0.9 * VALUES, recipe(None, is_noisy=False)),
        (0 * VALUES, 0.9 * VALUES, recipe(1.0, is_noisy=False)),
        # the plain network is worse
        (0.9 * VALUES, 0 * VALUES, recipe(1.0)),
    ],
)
def test_what_is_no_contradiction(clone, plain, asked):
    assert auto.contradiction(trial(clone), trial(plain), asked) is None


def test_fit_warns_at_the_line_of_the_user(monkeypatch):
    model = SymmetryClonedRegressor(
        symmetry="S(4)", reference_steps=5, clone_steps=5, max_iter=2, random_state=0
    )
    before = model.fit(X, VALUES[:, 0]).predict(X)
    monkeypatch.setattr(auto, "contradiction", lambda *trials: "they contradict it")
    with pytest.warns(SymmetryWarning, match="they contradict it") as caught:
        model.fit(X, VALUES[:, 0])
    assert [one.filename for one in caught] == [__file__]
    np.testing.assert_array_equal(model.predict(X), before)
