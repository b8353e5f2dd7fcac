"""Time of many fits: small networks side by side, a search that shares what it can, and growth.

Networks side by side are compared with one after the other, taking turns in one process, on one
thread and on two. A search over eight strengths and five folds is compared with the five fits of
one strength. Time and memory of a step are measured as rows, columns and widths grow, beside
torch, scikit-learn and skorch, and those of a search as strengths and folds do; and the import of
the package beside that of what it needs. EMLP, in an environment of its own that ``bases.py
--help`` tells how to make, trains beside it on its own tasks::

    python benchmarks/speed.py                # half an hour
    python benchmarks/speed.py --only stacked
    python benchmarks/speed.py --only emlp --emlp-python emlp-env/bin/python
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
from _beside_emlp import measure_beside_emlp
from _growth import measure_growth
from _report import write_table
from engine import (
    ALPHA,
    BATCH_SIZE,
    HIDDEN,
    N_BATCHES,
    N_SAMPLES,
    RATE,
    make_network,
    make_task,
    take_turns,
)
from joblib import Memory
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score

from sklearn_symclone import SymmetryClonedRegressor, SymmetryClonedRegressorCV
from sklearn_symclone.datasets import make_inertia, make_o5
from sklearn_symclone.training import (
    HalfSquaredError,
    ShuffledBatches,
    TrainingPlan,
    train,
    train_together,
)

N_NETWORKS, EPOCHS = 16, 2
STRENGTHS = [0.0, 0.01, 0.03, 0.1, 0.3, 0.5, 0.8, 1.0]
CV = KFold(5)
TASKS = {
    "inertia": (make_inertia, "S(5) + S(5)*O(3) -> O(3)**2"),
    "O5": (make_o5, "2*O(5)"),
}


def fits(dtype):
    """Return functions that fit the networks one after the other, and side by side."""
    X, y = (torch.from_numpy(array.astype(dtype)) for array in make_task())
    l2 = ALPHA * N_BATCHES / N_SAMPLES
    plan = TrainingPlan(phase="task", learning_rate_init=RATE, max_iter=EPOCHS, l2=l2)

    def networks_and_rows():
        networks = [make_network(dtype) for _ in range(N_NETWORKS)]
        generators = [torch.Generator().manual_seed(seed) for seed in range(N_NETWORKS)]
        weights = torch.ones_like(y)
        return networks, [
            ShuffledBatches(X, y[:, None], weights, BATCH_SIZE, g) for g in generators
        ]

    def one_after_the_other():
        for network, rows in zip(*networks_and_rows(), strict=True):
            train(network, rows, HalfSquaredError, plan)

    def side_by_side():
        networks, rows = networks_and_rows()
        train_together(networks, rows, HalfSquaredError, plan, [l2] * N_NETWORKS)

    return {"one after the other": one_after_the_other, "side by side": side_by_side}


def measure_stacked(repeats, threads):
    rows = []
    before = torch.get_num_threads()
    for n_threads in threads:
        clock = time.process_time if n_threads == 1 else time.perf_counter
        torch.set_num_threads(n_threads)
        for dtype in ("float32", "float64"):
            times = take_turns(fits(dtype), repeats, clock)
            base = times["one after the other"]
            rows += [
                {
                    "threads": n_threads,
                    "clock": "processor" if n_threads == 1 else "wall",
                    "dtype": dtype,
                    "method": name,
                    "microseconds": 1e6
                    * float(np.median(seconds))
                    / (EPOCHS * N_BATCHES * N_NETWORKS),
                    "ratio": float(np.median(seconds / base)),
                }
                for name, seconds in times.items()
            ]
            print(rows[-2:], flush=True)
    torch.set_num_threads(before)
    write_table(
        rows,
        "speed_stacked",
        "Sixteen small networks, side by side and one after the other",
        "python benchmarks/speed.py --only stacked",
        notes=f"Microseconds of a step of one network: {N_SAMPLES} rows, hidden layers {HIDDEN}, "
        f"batches of {BATCH_SIZE}, relu. Medians of {repeats} turns; ratios are taken turn by "
        "turn.",
    )


def measure_search(task, n_samples):
    make, symmetry = TASKS[task]
    X, Y = make(n_samples, random_state=0)
    X = X.astype(np.float32)
    plain = SymmetryClonedRegressor(symmetry=symmetry, random_state=0)
    grid = {"strength": STRENGTHS}

    def grid_with_memory():
        with tempfile.TemporaryDirectory() as folder:
            model = SymmetryClonedRegressor(
                symmetry=symmetry, random_state=0, memory=Memory(folder, verbose=0)
            )
            return GridSearchCV(model, grid, cv=CV).fit(X, Y).cv_results_["mean_test_score"]

    def search():
        model = SymmetryClonedRegressorCV(
            symmetries=symmetry, strengths=STRENGTHS, cv=CV, random_state=0
        )
        return model.fit(X, Y).cv_results_["mean_test_score"]

    methods = {
        "5 fits of strength 0.1": lambda: cross_val_score(plain, X, Y, cv=CV),
        "SymmetryClonedRegressorCV": search,
        "GridSearchCV, memory": grid_with_memory,
        "GridSearchCV": lambda: (
            GridSearchCV(plain, grid, cv=CV).fit(X, Y).cv_results_["mean_test_score"]
        ),
    }
    rows, scores = [], {}
    for name, run in methods.items():
        start = time.process_time()
        scores[name] = run()
        seconds = time.process_time() - start
        ratio = seconds / (rows[0]["seconds"] if rows else seconds)
        rows.append({"method": name, "seconds": seconds, "ratio": ratio})
        print(rows[-1], scores[name], flush=True)
        write_table(
            rows,
            "speed_search",
            "A search over eight strengths and five folds",
            f"python benchmarks/speed.py --only search --task {task} --rows {n_samples}",
            notes=f"{task}, {n_samples} rows in float32, default settings, processor time on one "
            "thread, each run once. The searches end with a fit to all rows, the five fits do not.",
        )


IMPORTS = """
import time
start = time.process_time()
import sklearn, torch
needed = time.process_time() - start
import sklearn_symclone
print((time.process_time() - start) / needed, needed)
"""


def measure_import(repeats):
    runs = [
        subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True)
        for _ in range(repeats)
    ]
    ratio, needed = np.median([[float(v) for v in run.stdout.split()] for run in runs], axis=0)
    write_table(
        [{"torch and scikit-learn, s": needed, "with sklearn_symclone / without": ratio}],
        "speed_import",
        "Import",
        "python benchmarks/speed.py --only import",
        notes=f"Processor time, medians of {repeats} processes.",
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=["stacked", "search", "growth", "import", "emlp"])
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--task", choices=TASKS, default="inertia")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--emlp-python", default=os.environ.get("SYMCLONE_EMLP_PYTHON"))
    arguments = parser.parse_args()
    if arguments.only == "emlp" and arguments.emlp_python is None:
        parser.error("give the python of EMLP's environment with --emlp-python")
    measures = {
        "stacked": lambda: measure_stacked(arguments.repeats, arguments.threads),
        "search": lambda: measure_search(arguments.task, arguments.rows),
        "growth": measure_growth,
        "import": lambda: measure_import(arguments.repeats),
    }
    if arguments.emlp_python:
        measures["emlp"] = lambda: measure_beside_emlp(arguments.emlp_python)
    for name in [arguments.only] if arguments.only else measures:
        measures[name]()


if __name__ == "__main__":
    main()
