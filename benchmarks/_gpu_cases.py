"""Small fits of every kind, to compare a GPU with a CPU."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from functools import partial
from unittest import mock

import numpy as np
import torch
from skorch.callbacks import Callback

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.datasets import make_inertia, make_o5
from sklearn_symclone.references import average
from sklearn_symclone.references.sets import Sets


def make_rows(task, n_rows, seed):
    """Return X, y and the symmetry of a task."""
    normal = np.random.RandomState(seed).standard_normal
    if task == "O5":
        return *make_o5(n_rows, random_state=seed), "2*O(5)"
    if task == "inertia":
        return *make_inertia(n_rows, random_state=seed), "S(5) + S(5)*O(3) -> O(3)**2"
    if task == "sets":
        a, b = (X := normal((n_rows, 10))).reshape(-1, 5, 2).transpose(2, 0, 1)
        return X, (np.sin(a) * b).sum(1), "S(5)*2"
    if task == "many items":
        X = normal((n_rows, 80))
        return X, np.abs(X).reshape(-1, 2, 40).prod(1).max(1), "S(40)*2"
    if task == "board":
        X = normal((n_rows, 9))
        return X, X[:, 4] * X[:, [0, 2, 6, 8]].sum(1) + X[:, 1::2].sum(1), 'Grid(3,3,"D4")*1'
    if task == "vectors":
        X = normal((n_rows, 6))
        return X, (X[:, :3] * X[:, 3:]).sum(1) + (X[:, :3] ** 2).sum(1), "2*O(3)"
    if task == "points":
        r = (X := normal((n_rows, 12))).reshape(-1, 4, 3)
        return X, np.linalg.norm(r[:, :, None] - r[:, None], axis=3).sum((1, 2)), "S(4)*E(3)"
    if task == "volumes":
        X = normal((n_rows, 9))
        return X, np.linalg.det(X.reshape(-1, 3, 3)), "3*SL(3)"
    if task == "noisy O5":
        X, y = make_o5(n_rows, random_state=seed)
        return X, y + np.std(y) * normal(y.shape), "2*O(5)"
    if task == "moving points":
        r = (X := normal((n_rows, 12))).reshape(-1, 4, 3)
        apart = r[:, :, None] - r[:, None]
        forces = apart / (1 + (apart**2).sum(3, keepdims=True))
        return X, (r + forces.sum(2)).reshape(-1, 12), "S(4)*E(3) -> S(4)*E(3)"
    if task == "present points":
        X, y, _ = make_rows("points", n_rows, seed)
        present = (np.arange(4) < 3 + np.arange(n_rows)[:, None] % 2).astype(float)
        r = np.where(present[:, :, None] == 1, X.reshape(-1, 4, 3), 0)
        apart = np.linalg.norm(r[:, :, None] - r[:, None], axis=3)
        y = (apart * present[:, :, None] * present[:, None]).sum((1, 2))
        return np.hstack([present, r.reshape(-1, 12)]), y, "S(4).mask + S(4)*E(3)"
    if task == "graphs":
        edges = np.triu_indices(4, 1)
        X = normal((n_rows, 6))
        weights = np.zeros((n_rows, 4, 4))
        weights[:, edges[0], edges[1]] = X
        weights += weights.transpose(0, 2, 1)
        return X, np.trace(weights @ weights @ weights, axis1=1, axis2=2), "S(4).pairs"
    if task == "units":
        X = np.exp(normal((n_rows, 3)) / 3)
        symmetry = "2*Scaling(1) + Scaling(1)' -> Scaling(1)**2*(Scaling(1)'.dual)**2"
        return X, X[:, 0] * X[:, 1] / X[:, 2] ** 2, symmetry
    raise ValueError(f"task must be one of those above, got {task!r}")


def as_classes(y):
    return np.array(["low", "middle", "high"])[np.digitize(y, np.quantile(y, [1 / 3, 2 / 3]))]


def fit_rows(model, X, y, device):
    return model.fit(X, y)


def fit_few_frames(model, X, y, device):
    """Fit a sampled average, over fewer elements than are taken otherwise."""
    with few_frames():
        return model.fit(X, y)


def few_frames():
    return mock.patch.object(average, "N_FRAMES", 32)


def fit_chunks(model, X, y, device):
    classes = {"classes": np.unique(y)} if hasattr(model, "predict_proba") else {}
    for rows in np.array_split(np.arange(len(X)), 4):
        model.partial_fit(X[rows], y[rows], **classes)
    return model


def fit_twice(model, X, y, device):
    """Fit two times: by a warm start, or from the cache."""
    return model.fit(X, y).fit(X, y)


def fit_with_memory(model, X, y, device):
    with tempfile.TemporaryDirectory() as folder:
        model.set_params(memory=folder).fit(X, y)
        first = model.predict(X)
        model.fit(X, y).set_params(memory=None)
    np.testing.assert_allclose(model.predict(X), first, rtol=1e-3, atol=1e-3 * np.std(first))
    return model


def fit_weighted(model, X, y, device):
    return model.fit(X, y, sample_weight=np.linspace(0, 2, len(X)))


def fit_in_bfloat16(model, X, y, device):
    if device == "cpu":  # what the others are compared with
        return model.fit(X, y)
    with torch.autocast("cuda" if device == "cuda" else "cpu", torch.bfloat16):
        return model.fit(X, y)


def fit_accelerated(model, X, y, device, precision="no"):
    """Fit with Accelerate, which keeps its settings for the whole of a process."""
    if device == "cpu":
        return model.fit(X, y)
    from accelerate.state import AcceleratorState, GradientState

    settings = {"ACCELERATE_MIXED_PRECISION": precision}
    if device != "cuda":
        settings["ACCELERATE_USE_CPU"] = "true"
    try:
        with mock.patch.dict(os.environ, settings):
            return model.set_params(device="accelerate").fit(X, y)
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()


def own_reference(symmetry):
    return Sets(symmetry)


class Listener(Callback):
    """Reads the loss of each batch."""

    def on_batch_end(self, net, loss=None, training=False, **kwargs):
        float(loss.detach())


@dataclass(frozen=True)
class Case:
    """A small fit.

    Parameters
    ----------
    task : str
    settings : dict
        Beside those of all cases; "symmetry" and "symmetries" are that of the task if not given.
    kind : type
    fit : callable
    dtype : str
    exact : float or None
        The relative difference of predictions that rounding may make. None: steps amplify it.
    """

    task: str = "O5"
    settings: dict = field(default_factory=dict)
    kind: type = SymmetryClonedRegressor
    fit: object = fit_rows
    dtype: str = "float64"
    exact: float | None = None


CLASSIFIER = {"kind": SymmetryClonedClassifier}
SEARCH = {"symmetries": ("2*O(5)", None), "strengths": (0.0, 0.1), "cv": 2}
PLAIN = {"symmetry": None}
CASES = {
    "invariants 2*O(5)": Case(),
    "invariants inertia": Case("inertia"),
    "sets": Case("sets"),
    "many items": Case("many items", {"hidden_layer_sizes": (192, 192)}),
    "average": Case("board"),
    "average of samples": Case("vectors", {"reference": "average"}, fit=fit_few_frames),
    "pointwise": Case("board", {"reference": "pointwise"}),
    "tensors 2*O(3)": Case("vectors", {"reference": "tensors"}),
    "tensors 3*SL(3)": Case("volumes"),
    "points": Case("points"),
    "egnn": Case("moving points", {"reference": "egnn"}),
    "egnn, pairs share weights": Case(
        "moving points", {"reference": "egnn", "hidden_layer_sizes": (128, 128)}
    ),
    "items that are absent": Case("present points"),
    "pairs": Case("graphs"),
    "pooled": Case("points", {"reference": "pooled"}),
    "units": Case("units"),
    "quadratic": Case("vectors", {"reference": "quadratic"}),
    "noisy labels": Case("noisy O5", {"reference_steps": None}),
    "noisy labels, no symmetry": Case("noisy O5", PLAIN),
    "own reference": Case("sets", {"reference": own_reference}),
    "random reference": Case(settings={"reference_fit": "random", "strength": 0.01}),
    "Gaussian inputs": Case(settings={"clone_inputs": "gaussian"}),
    "no symmetry, float64": Case(settings=PLAIN, exact=1e-5),
    "no symmetry, float32": Case(settings=PLAIN, dtype="float32", exact=1e-2),
    "classifier": Case(**CLASSIFIER),
    "classifier, sets": Case("sets", **CLASSIFIER),
    "float32": Case(dtype="float32"),
    "cloned layers": Case("board", {"cloning": "layers"}),
    "cloned layers, anchor weights": Case("sets", {"cloning": "layers", "anchor": "weights"}),
    "copied weights": Case("board", {"cloning": "weights"}),
    "copied weights, anchor orbit": Case("sets", {"cloning": "weights", "anchor": "orbit"}),
    "copied weights, classes": Case("sets", {"cloning": "weights"}, **CLASSIFIER),
    "anchor weights": Case(settings={"anchor": "weights"}),
    "anchor orbit": Case(settings={"anchor": "orbit"}),
    "anchor orbit, inertia": Case("inertia", {"anchor": "orbit"}),
    "solver sgd": Case(settings={"solver": "sgd", "learning_rate_init": 1e-3}),
    "solver lbfgs": Case(settings={"solver": "lbfgs"}),
    "solver soap": Case(settings={"solver": "soap"}),
    "early_stopping": Case(settings={"early_stopping": True, "max_iter": 8}),
    "n_restarts=2": Case(settings={"n_restarts": 2}),
    "n_restarts, no symmetry": Case(settings=PLAIN | {"n_restarts": 2}, exact=1e-5),
    "strength=0": Case(settings={"strength": 0.0}, exact=1e-5),
    "strength=1": Case(settings={"strength": 1.0}),
    'strength="auto"': Case(settings={"strength": "auto"}),
    "RegressorCV": Case(settings=SEARCH, kind=SymmetryClonedRegressorCV),
    "ClassifierCV": Case(settings=SEARCH, kind=SymmetryClonedClassifierCV),
    "partial_fit": Case(fit=fit_chunks),
    "partial_fit, classes": Case(fit=fit_chunks, **CLASSIFIER),
    "partial_fit, anchor orbit": Case(settings={"anchor": "orbit"}, fit=fit_chunks),
    "warm_start": Case(settings={"warm_start": True}, fit=fit_twice),
    "memory": Case(fit=fit_with_memory),
    "sample_weight": Case(fit=fit_weighted),
    "callbacks": Case(settings={"callbacks": [Listener()]}),
    'device="auto"': Case(settings={"device": "auto"}),
    "autocast, bfloat16": Case(dtype="float32", fit=fit_in_bfloat16),
    "autocast, strength=0": Case(settings={"strength": 0.0}, dtype="float32", fit=fit_in_bfloat16),
    "accelerate": Case(dtype="float32", fit=fit_accelerated),
    "accelerate, bfloat16": Case(dtype="float32", fit=partial(fit_accelerated, precision="bf16")),
}
