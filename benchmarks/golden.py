"""Record what some small seeded fits compute, and compare two records bit by bit.

A change that must not alter any result is checked so, on one machine:

    python benchmarks/golden.py record before.json     # at the old commit
    python benchmarks/golden.py record after.json      # at the new commit
    python benchmarks/golden.py compare before.json after.json
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.datasets import make_inertia, make_o5, make_tic_tac_toe

SHORT = {
    "reference_steps": 30,
    "clone_steps": 40,
    "max_iter": 3,
    "hidden_layer_sizes": (24, 24),
    "random_state": 0,
}
BOARD = 'Grid(3,3,"D4")*3'
BODIES = "S(5) + S(5)*O(3) -> O(3)**2"
#: Fitted attributes that are recorded beside the weights, where a fit has them.
ATTRIBUTES = (
    "activation_",
    "best_score_",
    "clone_error_",
    "clone_loss_curve_",
    "equivariance_error_",
    "loss_curve_",
    "n_iter_",
    "strength_",
    "symmetry_",
)


def o5(n=60, dtype="float64"):
    X, y = make_o5(n, random_state=0)
    return X.astype(dtype), y


def bodies(n=60):
    return make_inertia(n, random_state=0)


def boards(n=80):
    X, y = make_tic_tac_toe()
    chosen = np.random.RandomState(0).permutation(len(X))[:n]
    return X[chosen], y[chosen]


def items(n=70):
    X = np.random.RandomState(0).standard_normal((n, 8))
    return X, np.tanh(X[:, ::2]).sum(axis=1) + 0.5 * (X[:, ::2] * X[:, 1::2]).sum(axis=1)


def matches(n=80):
    X = np.random.RandomState(0).standard_normal((n, 6))
    return X, np.where(X[:, 0] > X[:, 3], "first", "second")


def fit(data, *, kind=SymmetryClonedRegressor, weighted=False, **parameters):
    """Fit one model to some data."""
    X, y = data
    weights = np.linspace(0, 2, len(X)) if weighted else None
    return kind(**{**SHORT, **parameters}).fit(X, y, sample_weight=weights)


def in_chunks(data, *, kind=SymmetryClonedRegressor, **parameters):
    """Fit one model chunk by chunk."""
    X, y = data
    model = kind(**{**SHORT, **parameters})
    first = {} if kind is SymmetryClonedRegressor else {"classes": np.unique(y)}
    for rows in np.array_split(np.arange(len(X)), 3):
        model.partial_fit(X[rows], y[rows], **first)
    return model


def again(data, **parameters):
    """Fit twice, the second time from the weights of the first."""
    X, y = data
    return SymmetryClonedRegressor(**{**SHORT, **parameters}, warm_start=True).fit(X, y).fit(X, y)


def from_cache(data, **parameters):
    """Fit twice with one cache, and return the second model."""
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            model = fit(data, memory=folder, **parameters)
        return model.set_params(memory=None)


C, CV, CCV = SymmetryClonedClassifier, SymmetryClonedRegressorCV, SymmetryClonedClassifierCV
FITS = {
    "plain": lambda: fit(o5()),
    "plain, classes": lambda: fit(boards(), kind=C),
    "plain, weighted, float32": lambda: fit(o5(dtype="float32"), weighted=True),
    "invariants": lambda: fit(o5(), symmetry="2*O(5)"),
    "invariants, bodies": lambda: fit(bodies(), symmetry=BODIES, strength=0.3),
    "invariants, strength 0": lambda: fit(bodies(), symmetry=BODIES, strength=0),
    "invariants, strength 1": lambda: fit(bodies(), symmetry=BODIES, strength=1),
    "invariants, many rows": lambda: fit(o5(700), symmetry="2*O(5)"),
    "tensors": lambda: fit(o5(), symmetry="2*O(5)", reference="tensors", anchor="weights"),
    "average": lambda: fit(boards(), kind=C, symmetry=BOARD, reference="average"),
    "sets": lambda: fit(items(), symmetry="S(4)*2", anchor="orbit"),
    "pointwise": lambda: fit(items(), symmetry="C(4)*2", reference="pointwise"),
    "points in space": lambda: fit(bodies(), symmetry="5 + S(5)*E(3) -> 9", strength=0.5),
    "classes": lambda: fit(boards(), kind=C, symmetry=BOARD),
    "classes that move": lambda: fit(matches(), kind=C, symmetry="S(2)*3 -> S(2)"),
    "classes of vectors": lambda: fit((matches()[0], matches()[1]), kind=C, symmetry="2*O(3)"),
    "weighted": lambda: fit(o5(), symmetry="2*O(5)", weighted=True),
    "random reference": lambda: fit(o5(), symmetry="2*O(5)", reference_fit="random"),
    "gaussian inputs": lambda: fit(o5(), symmetry="2*O(5)", clone_inputs="gaussian"),
    "layers": lambda: fit(items(), symmetry="S(4)*2", cloning="layers"),
    "layers, anchored weights": lambda: fit(
        items(), symmetry="S(4)*2", cloning="layers", anchor="weights"
    ),
    "layers, gaussian inputs": lambda: fit(
        items(), symmetry="S(4)*2", cloning="layers", clone_inputs="gaussian", anchor="orbit"
    ),
    "copied weights": lambda: fit(boards(), kind=C, symmetry=BOARD, cloning="weights"),
    "copied weights, anchored": lambda: fit(
        items(), symmetry="S(4)*2", cloning="weights", anchor="weights"
    ),
    "copied weights, strength 1": lambda: fit(
        items(), symmetry="S(4)*2", cloning="weights", strength=1
    ),
    "early stopping": lambda: fit(
        o5(), symmetry="2*O(5)", early_stopping=True, max_iter=20, n_iter_no_change=2
    ),
    "restarts": lambda: fit(o5(), n_restarts=2, batch_size=16),
    "restarts of a clone": lambda: fit(o5(), symmetry="2*O(5)", n_restarts=2, batch_size=16),
    "sgd": lambda: fit(o5(), symmetry="2*O(5)", solver="sgd"),
    "lbfgs": lambda: fit(o5(), symmetry="2*O(5)", solver="lbfgs"),
    "soap": lambda: fit(o5(), symmetry="2*O(5)", solver="soap", batch_size=16),
    "relu": lambda: fit(o5(), symmetry="2*O(5)", activation="relu", alpha=1.0),
    "a rate and a tolerance": lambda: fit(
        o5(), symmetry="2*O(5)", learning_rate_init=0.01, tol=1e-2, n_iter_no_change=2, max_iter=30
    ),
    "long imitation": lambda: fit(o5(), symmetry="2*O(5)", clone_steps=1500, strength=1),
    "tolerance of the clone": lambda: fit(
        o5(), symmetry="2*O(5)", clone_steps=1500, clone_tol=0.5, strength=1
    ),
    "auto": lambda: fit(o5(), symmetry="2*O(5)", strength="auto"),
    "auto, classes": lambda: fit(boards(), kind=C, symmetry=BOARD, strength="auto"),
    "auto, layers": lambda: fit(items(), symmetry="S(4)*2", strength="auto", cloning="layers"),
    "warm start": lambda: again(o5(), symmetry="2*O(5)"),
    "warm start, strength 1": lambda: again(o5(), symmetry="2*O(5)", strength=1),
    "warm start, copied weights": lambda: again(items(), symmetry="S(4)*2", cloning="weights"),
    "chunks": lambda: in_chunks(o5(90), symmetry="2*O(5)"),
    "chunks, plain": lambda: in_chunks(o5(90)),
    "chunks, orbit": lambda: in_chunks(o5(90), symmetry="2*O(5)", anchor="orbit"),
    "chunks, classes": lambda: in_chunks(boards(), kind=C, symmetry=BOARD, strength=0.5),
    "search": lambda: fit(o5(), kind=CV, symmetries=["2*O(5)", "S(10)", None], cv=3),
    "search, classes": lambda: fit(boards(), kind=CCV, symmetries=[BOARD, None], weighted=True),
    "memory": lambda: from_cache(o5(), symmetry="2*O(5)"),
    "memory, layers": lambda: from_cache(items(), symmetry="S(4)*2", cloning="layers"),
}


def digest(arrays):
    """Return a hash of the bytes of arrays."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def describe(model):
    """Return what is recorded of a fitted model."""
    learned = {name: getattr(model, name) for name in ATTRIBUTES if hasattr(model, name)}
    X = np.random.RandomState(1).standard_normal((50, model.n_features_in_))
    outputs = model.predict_proba(X) if hasattr(model, "classes_") else model.predict(X)
    scores = getattr(model, "cv_results_", {}).get("mean_test_score", [])
    return {
        **{name: repr(value) for name, value in sorted(learned.items())},
        "scores": repr([float(value) for value in scores]),
        "weights": digest([*model.coefs_, *model.intercepts_]),
        "predictions": digest([outputs]),
    }


def record(path):
    """Fit all models, and write what they learned."""
    found = {}
    for name, make in FITS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found[name] = describe(make())
        print(name, found[name]["weights"][:12], flush=True)
        Path(path).write_text(json.dumps(found, indent=1))


def compare(before, after):
    """Print the differences between two records; return how many fits differ."""
    old, new = (json.loads(Path(path).read_text()) for path in (before, after))
    different = 0
    for name in old.keys() | new.keys():
        first, second = old.get(name, {}), new.get(name, {})
        keys = [k for k in first.keys() | second.keys() if first.get(k) != second.get(k)]
        different += bool(keys)
        for key in keys:
            print(f"{name}: {key}: {first.get(key)} -> {second.get(key)}")
    print(f"{len(old)} fits, {different} of them differ")
    return different


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["record", "compare"])
    parser.add_argument("paths", nargs="+")
    arguments = parser.parse_args()
    if arguments.what == "record":
        record(*arguments.paths)
    else:
        sys.exit(compare(*arguments.paths) > 0)
