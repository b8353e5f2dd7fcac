"""An interrupt at any line of an estimator leaves it whole or not fitted, never half-fitted."""

import copy
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.exceptions import NotFittedError

from sklearn_symclone import (
    EquivariantRegressor,
    OrbitAveragedRegressor,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
    estimators,
    fitting,
)
from sklearn_symclone.estimators import _equivariant

FOLDER = str(Path(estimators.__file__).parent)
X = np.random.RandomState(0).standard_normal((30, 6))
Y = X[:, 0] * X[:, 3] + X[:, 1] * X[:, 4] + X[:, 2] * X[:, 5]
QUICK = {"reference_steps": 3, "clone_steps": 3, "max_iter": 1, "hidden_layer_sizes": (4,)}
CLONED = {"symmetry": "2*O(3)", "strength": 0.5, "random_state": 0, **QUICK}
SEARCH = {"symmetries": ["2*O(3)"], "strengths": [0.5], "cv": 2, "random_state": 0, **QUICK}


def interrupted(call, line):
    """Call, and raise a KeyboardInterrupt before the given line of an estimator runs.

    Return whether there were so many lines.
    """
    lines = itertools.count()

    def trace(frame, event, _):
        if not frame.f_code.co_filename.startswith(FOLDER):
            return None
        if event == "line" and next(lines) == line:
            # who raises in a trace function traces no more
            raise KeyboardInterrupt
        return trace

    # the measurement of coverage traces as well, and goes on afterwards
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def once(function):
    """Return a function that computes its first result only, and returns it every time."""
    found = []

    def first(*arguments, **settings):
        if not found:
            found.append(function(*arguments, **settings))
        return found[0]

    return first


def refit(model):
    model.fit(X, Y)


def next_chunk(model):
    model.partial_fit(X, Y)


def refused_refit(model):
    with pytest.raises(ValueError, match="NaN"):
        model.fit(X, np.r_[np.nan, Y[1:]])


@pytest.mark.parametrize(
    ("earlier", "change", "can_be_gone"),
    [
        (SymmetryClonedRegressor(**CLONED), refit, True),
        (SymmetryClonedRegressor(**CLONED), refused_refit, True),
        (SymmetryClonedRegressor(**CLONED), next_chunk, False),
        (SymmetryClonedRegressorCV(**SEARCH), refit, True),
        (EquivariantRegressor("2*O(3)", reference_steps=3, random_state=0), refit, False),
        (EquivariantRegressor("2*O(3)", reference_steps=3, random_state=0), refused_refit, False),
        (OrbitAveragedRegressor(DummyRegressor(), "2*O(3)", n_elements=2), refit, False),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_an_interrupt_at_any_line_leaves_no_half_model(earlier, change, can_be_gone, monkeypatch):
    if change is next_chunk:
        earlier.partial_fit(X, -Y)
    else:
        earlier.fit(X, 2 - Y)
    for module, name in [
        (fitting, "fit"),
        (fitting, "fit_next"),
        (fitting, "cross_validate"),
        (_equivariant, "choose_recipe"),
        (_equivariant, "fit_teacher"),
    ]:
        monkeypatch.setattr(module, name, once(getattr(module, name)))
    whole = copy.deepcopy(earlier)
    change(whole)
    right = [model.predict(X).tobytes() for model in (earlier, whole)]
    # every third line: all of them take a minute
    for line in itertools.count(step=3):
        model = copy.deepcopy(earlier)
        was_interrupted = interrupted(lambda model=model: change(model), line)
        assert repr(model.get_params()) == repr(earlier.get_params())
        try:
            assert model.predict(X).tobytes() in right
        except NotFittedError:
            assert can_be_gone
        if not was_interrupted:
            break
    assert line > 10
