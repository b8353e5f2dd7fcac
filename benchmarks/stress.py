"""Fits in threads, interrupts and killed workers: the same bits, nothing half-fitted, nothing lost.

The fits are tiny. All of it takes about five minutes on one core.
"""

from __future__ import annotations

import argparse
import copy
import os
import signal
import tempfile
import threading
import time
import warnings
from collections import Counter
from pathlib import Path

import joblib
import numpy as np
import psutil
import sympy  # noqa: F401  (torch imports it in a fit, and it adds a filter of warnings)
import torch
from _report import write_table
from fuzz import make_fits_small
from joblib.externals.loky.backend.context import set_start_method
from joblib.externals.loky.process_executor import TerminatedWorkerError
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV

from sklearn_symclone import (
    EquivariantRegressor,
    SymmetryClonedClassifier,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((30, 6))
Y = X[:, 0] * X[:, 3] + X[:, 1] * X[:, 4] + X[:, 2] * X[:, 5]
TINY = {"reference_steps": 5, "clone_steps": 5, "max_iter": 2, "hidden_layer_sizes": (8,)}
VECTORS = {"symmetry": "2*O(3)", "strength": 0.5, **TINY}
#: Fits of which threads make some at a time.
FITS = [
    (SymmetryClonedRegressor, VECTORS),
    (SymmetryClonedRegressor, {**VECTORS, "strength": "auto"}),
    (SymmetryClonedRegressor, {**VECTORS, "reference": "quadratic", "solver": "sgd"}),
    (SymmetryClonedRegressor, {**TINY, "symmetry": "S(6)", "cloning": "weights"}),
    (SymmetryClonedRegressor, {**TINY, "symmetry": "C(6)", "cloning": "layers", "strength": 0.3}),
    (SymmetryClonedRegressor, {**VECTORS, "anchor": "orbit", "early_stopping": True}),
    (SymmetryClonedClassifier, {**VECTORS, "anchor": "weights", "activation": "tanh"}),
    (SymmetryClonedClassifier, {**TINY, "solver": "lbfgs"}),
    (EquivariantRegressor, {"symmetry": "2*O(3)", "reference_steps": 5}),
]
#: What is interrupted. Most of the time of each goes into the phase of its name.
PHASES = {
    "reference": (SymmetryClonedRegressor, {**VECTORS, "reference_steps": 60}),
    "clone": (SymmetryClonedRegressor, {**VECTORS, "clone_steps": 60}),
    "task": (SymmetryClonedRegressor, {**VECTORS, "max_iter": 60}),
    "partial_fit": (SymmetryClonedRegressor, {**VECTORS, "batch_size": 1}),
    "search": (
        SymmetryClonedRegressorCV,
        {**TINY, "symmetries": ["2*O(3)"], "strengths": [0.3, 1.0], "cv": 2},
    ),
}
GRID = {"strength": [0.2, 0.4, 0.6, 0.8], "anchor": ["function", "weights"]}


def quietly(call, *arguments, **settings):
    """Call a function while the warnings of short fits are ignored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*arguments, **settings)


def fitted(number):
    """Return what the fit of a number predicts."""
    kind, settings = FITS[number % len(FITS)]
    y = Y > 0 if kind is SymmetryClonedClassifier else Y
    model = kind(**settings, random_state=number).fit(X, y)
    return getattr(model, "predict_proba", model.predict)(X).tobytes()


def state_of_process():
    """Return the settings of the process that a fit must not touch."""
    return {
        "generator of torch": torch.get_rng_state().numpy().tobytes(),
        "generator of NumPy": repr(np.random.get_state()),  # noqa: NPY002
        "default dtype": torch.get_default_dtype(),
        "gradient mode": torch.is_grad_enabled(),
        "threads": torch.get_num_threads(),
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "cuDNN": (torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark),
        "warning filters": list(warnings.filters),
    }


def changes(before):
    """Return which settings of the process are other ones than before."""
    return [name for name, value in state_of_process().items() if value != before[name]]


def in_threads(n_fits, n_threads=8):
    """Compare fits in threads with the same fits one after the other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = state_of_process()
        alone = [fitted(number) for number in range(n_fits)]
        calls = (joblib.delayed(fitted)(number) for number in range(n_fits))
        together = joblib.Parallel(n_threads, backend="threading")(calls)
        changed = changes(before)
    n_other = sum(a != b for a, b in zip(alone, together, strict=True))
    found = Counter({"the same bits": n_fits - n_other, "other bits": n_other})
    found[f"settings of the process changed {', '.join(changed)}".strip()] = len(changed)
    return [row(f"fits in {n_threads} threads", n_fits, found)]


def interrupts(n_each):
    """Interrupt fits at random times in each phase."""
    return [row(f"interrupts: {phase}", n_each, _interrupted(phase, n_each)) for phase in PHASES]


def _interrupted(phase, n_trials):
    kind, settings = PHASES[phase]
    method = "partial_fit" if phase == "partial_fit" else "fit"
    earlier = quietly(getattr(kind(**settings, random_state=1), method), X, -Y)
    before = earlier.predict(X)
    whole = copy.deepcopy(earlier)
    start = time.perf_counter()
    quietly(getattr(whole, method), X, Y)
    seconds, expected = time.perf_counter() - start, whole.predict(X)
    state, found = state_of_process(), Counter()
    for _ in range(n_trials):
        model = copy.deepcopy(earlier)
        word = _interrupt(getattr(model, method), RANDOM.uniform(0, seconds))
        try:
            answers = model.predict(X)
        except NotFittedError:
            found[f"{word}: not fitted"] += 1
        else:
            is_whole = np.array_equal(answers, expected if word == "finished" else before)
            found[f"{word}: {'whole' if is_whole else 'HALF-FITTED'}"] += 1
        if word == "finished" and method == "partial_fit":
            continue  # one more chunk would be another fit
        quietly(getattr(model, method), X, Y)
        found["then other bits"] += not np.array_equal(model.predict(X), expected)
        found["settings of the process changed"] += bool(changes(state))
    return found


def _interrupt(fit, seconds):
    """Send SIGINT to this process some time into a fit. Return whether the fit was interrupted."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    try:
        timer.start()
        quietly(fit, X, Y)
        timer.cancel()
        timer.join()
        time.sleep(0)  # where a signal that has come meanwhile is raised
    except KeyboardInterrupt:
        return "interrupted"
    return "finished"


def searched(folder, n_jobs=None):
    """Return the scores of a search whose fits share a cache."""
    model = SymmetryClonedRegressor(**VECTORS, memory=str(folder), random_state=0)
    search = GridSearchCV(model, GRID, n_jobs=n_jobs, cv=2, error_score="raise")
    search.fit(X, Y)
    return search.cv_results_["mean_test_score"].tobytes()


def killed_workers(n_kills, n_workers=2):
    """Kill all workers in the middle of searches that share a cache."""
    # forked workers have imported all they need
    quietly(set_start_method, "fork", force=True)
    found, n_killed = Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        expected = quietly(searched, folder)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        quietly(searched, folder, n_workers)
        seconds = time.perf_counter() - start
    while n_killed < n_kills:
        joblib.Parallel(n_workers)(joblib.delayed(abs)(n) for n in range(n_workers))
        children = psutil.Process().children()
        workers = [c.pid for c in children if "resource_tracker" not in " ".join(c.cmdline())]
        with tempfile.TemporaryDirectory() as folder:
            timer = threading.Timer(RANDOM.uniform(0, seconds), _kill, (workers,))
            timer.start()
            try:
                is_same = quietly(searched, folder, n_workers) == expected
                found[f"finished: {'the same result' if is_same else 'OTHER RESULT'}"] += 1
            except TerminatedWorkerError:
                found["stopped"] += 1
            timer.join()
            n_killed += len(workers)
            found["with some of the cache"] += any(Path(folder).rglob("*.pkl"))
            found["then other results"] += quietly(searched, folder) != expected
    return [row("killed workers of loky", n_killed, found)]


def _kill(workers):
    for worker in workers:
        os.kill(worker, signal.SIGKILL)


def row(what, n_trials, found):
    """Return a row of the table."""
    text = "; ".join(f"{name} {count}" for name, count in sorted(found.items()))
    return {"what": what, "trials": n_trials, "found": text}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the trials, to try it out")
    share = parser.parse_args().share
    make_fits_small()
    rows = in_threads(round(500 * share))
    rows += interrupts(round(60 * share))
    rows += killed_workers(round(60 * share))
    command = f"python benchmarks/stress.py --share {share:g}"
    write_table(rows, "stress", "Threads, interrupts and killed workers", command)


if __name__ == "__main__":
    main()
