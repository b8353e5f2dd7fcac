"""Time of EMLP's training and predictions, of clones and of ordinary networks, on EMLP's tasks."""

from __future__ import annotations

import tempfile
import time
import warnings

import numpy as np
from _report import write_table
from joblib import Memory
from references import CASES, FIRST_SEED, N_TEST, draw, emlp_row, published_epochs
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.training import one_thread

N_ROWS, BATCH_SIZE, EPOCHS, EMLP_EPOCHS, CALLS = 1000, 500, 100, 3, 20
N_STEPS = N_ROWS // BATCH_SIZE
WIDTHS = (192, 192)
COLUMNS = (
    "task",
    "method",
    "before the first step, s",
    "a step, ms",
    "a whole fit, s",
    "prediction, ms",
)


def measure_beside_emlp(python):
    """Write a table; ``python`` is that of EMLP's environment."""
    rows = []
    for name, case in CASES.items():
        rows.append({"task": name, **_emlp(name, case, python)})
        rows += [{"task": name, **row} for row in _ours(case)]
        write_table(
            rows,
            "speed_emlp",
            "Beside EMLP, on its own tasks",
            "python benchmarks/speed.py --only emlp --emlp-python emlp-env/bin/python",
            notes=f"{N_ROWS} rows, float32, processor time on one thread. A step: of {BATCH_SIZE} "
            "rows, of the fit to the task. Before the first step: EMLP's bases and compilation, "
            "our reference and its clone. A whole fit: default settings; EMLP's is estimated from "
            f"{EMLP_EPOCHS} of the {published_epochs(N_ROWS)} epochs of its experiments. "
            f"Predictions: of {N_TEST} rows, after one that compiles.",
            columns=COLUMNS,
        )


def _emlp(name, case, python):
    row = emlp_row(name, case, N_ROWS, EMLP_EPOCHS, python)
    epoch = row["an epoch, s"]
    return {
        "method": "EMLP",
        "before the first step, s": row["bases, s"] + row["first epoch, s"] - epoch,
        "a step, ms": 1e3 * epoch / N_STEPS,
        "a whole fit, s": row["seconds"],
        "prediction, ms": 1e3 * row["prediction, s"],
    }


def _ours(case):
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure_ours(case, Memory(folder, verbose=0))


def _measure_ours(case, memory):
    X, Y, X_test, _ = (rows.astype(np.float32) for rows in draw(case.make, N_ROWS, FIRST_SEED))
    symmetry = case.references[-1][0]
    y = np.squeeze(Y)
    few = {"batch_size": BATCH_SIZE, "max_iter": EPOCHS, "tol": 0.0}
    methods = {
        "SymmetryClonedRegressor": (
            SymmetryClonedRegressor(symmetry=symmetry, random_state=0, memory=memory),
            SymmetryClonedRegressor(symmetry=symmetry, strength=0, random_state=0, **few),
        ),
        "MLPRegressor": (
            MLPRegressor(hidden_layer_sizes=WIDTHS, random_state=0),
            MLPRegressor(hidden_layer_sizes=WIDTHS, n_iter_no_change=EPOCHS, **few),
        ),
    }
    with threadpool_limits(1), one_thread("cpu"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for name, (model, short) in methods.items():
            whole = _seconds(model.fit, X, y)
            short.fit(X, y)  # loads what is loaded when first used
            row = {
                "method": name,
                "a step, ms": 1e3 * _seconds(short.fit, X, y) / (EPOCHS * N_STEPS),
                "a whole fit, s": whole,
            }
            if hasattr(model, "clone_error_"):  # a second fit finds its clone in the cache
                row["before the first step, s"] = whole - _seconds(model.fit, X, y)
            model.predict(X_test)
            predictions = [_seconds(model.predict, X_test) for _ in range(CALLS)]
            yield {**row, "prediction, ms": 1e3 * float(np.median(predictions))}


def _seconds(function, *arguments):
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start
