"""How faithful a clone is, and what it costs: error against seconds, and the parts of a fit.

For EMLP's tasks and for the mass of muon pairs, with default parameters and the true symmetry.
Processor seconds, so that other jobs of the machine count little; one thread does the work. Results
of tasks that are not named are kept::

    python benchmarks/fidelity.py               # half an hour on a core
    python benchmarks/fidelity.py --task zmumu
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings

import joblib
import matplotlib
import numpy as np
import pandas as pd
from _phases import timed_phases
from _report import RESULTS, read_results, write_table
from _tables import zmumu
from learning_curves import SYMMETRIES
from references import CASES, draw
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.training import one_thread

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NAME = "fidelity"
TASKS = (*CASES, "zmumu")
#: Of the imitation, for the curve.
STEPS = (100, 200, 400, 800, 1500, 3000, 6000)
ROWS = (100, 1000)


def rows_of(task, n, seed):
    """Return training rows and the symmetry that they have."""
    if task == "zmumu":
        table = zmumu()
        X, y, _, _ = table.split(n, seed)
        return X.astype(np.float32), y, table.symmetry
    X, Y, _, _ = draw(CASES[task].make, n, seed)
    return X.astype(np.float32), np.squeeze(Y), SYMMETRIES[task]


def seconds(function):
    """Return the processor seconds of a call."""
    start = time.process_time()
    with one_thread("cpu"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        function()
    return time.process_time() - start


def parts_of_a_fit(task, n, seed):
    """Return the seconds of the parts of a fit with default parameters, and the clone's error."""
    X, y, symmetry = rows_of(task, n, seed)
    model = SymmetryClonedRegressor(symmetry=symmetry, random_state=seed)
    with timed_phases("cpu", time.process_time) as parts:
        whole = seconds(lambda: model.fit(X, y))
    network = make_pipeline(
        StandardScaler(),
        MLPRegressor(hidden_layer_sizes=(192, 192), max_iter=200, random_state=seed),
    )
    return {
        "task": task,
        "rows": n,
        "clone error": model.clone_error_,
        "references, s": parts["reference"],
        "clones, s": parts["imitation"],
        "rest, s": whole - parts["reference"] - parts["imitation"],
        "whole fit, s": whole,
        "MLPRegressor, s": seconds(lambda: network.fit(X, y)),
    }


def curve(task, seed):
    """Yield the clone's error and the seconds of the imitation for growing numbers of steps."""
    X, y, symmetry = rows_of(task, 1000, seed)
    with tempfile.TemporaryDirectory() as folder:  # the reference is fitted once
        memory = joblib.Memory(folder, verbose=0)
        for steps in STEPS:
            model = SymmetryClonedRegressor(
                symmetry=symmetry,
                strength=1,
                clone_steps=steps,
                clone_tol=0,
                random_state=seed,
                memory=memory,
            )
            with timed_phases("cpu", time.process_time) as parts, warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(X, y)
            spent = parts["imitation"]
            yield {
                "task": task,
                "steps": steps,
                "clone error": model.clone_error_,
                "seconds": spent,
            }


def earlier_rows(name, tasks):
    """Return the results written before, but for those of tasks that are measured again."""
    return [row for row in read_results(name) if row["task"] not in tasks]


def draw_curves(rows, path):
    """Draw the clones' errors against the seconds of the imitation."""
    figure, axis = plt.subplots(figsize=(5, 3.5))
    for task, of_task in pd.DataFrame(rows).groupby("task", sort=False):
        axis.loglog(of_task["seconds"], of_task["clone error"], marker="o", label=task)
    axis.set(xlabel="seconds of the imitation", ylabel="error of the clone")
    axis.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", choices=TASKS, action="append", help="of all, if not given")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    tasks, seeds = arguments.task or list(TASKS), range(arguments.seeds)
    fits = earlier_rows(NAME, tasks)
    for n in ROWS:
        for task in tasks:
            found = pd.DataFrame([parts_of_a_fit(task, n, seed) for seed in seeds])
            fits.append({"task": task, **found.median(numeric_only=True).astype(object)})
            fits[-1]["rows"] = n
            print(fits[-1], flush=True)
    fits.sort(key=lambda row: (row["rows"], TASKS.index(row["task"])))
    write_table(
        fits,
        NAME,
        "Clones with default parameters: error, and the parts of a fit",
        "python benchmarks/fidelity.py",
        notes=f"Medians of {len(seeds)} seeds; processor seconds on one thread. The error is "
        "`clone_error_`, the squared error against the reference over its variance, on fresh "
        "rows of the orbits. References and clones include those that held-out samples compare. "
        "The rest are fits to the task, and what measures them. MLPRegressor: two "
        "layers of 192, at most 200 epochs. The figure, and `fidelity_steps`, show the clone's "
        "error against the seconds of the imitation, for 100 to 6000 `clone_steps`.",
    )
    points = earlier_rows(f"{NAME}_steps", tasks)
    for task in tasks:
        for point in curve(task, seed=0):
            points.append(point)
            print(point, flush=True)
    points.sort(key=lambda row: TASKS.index(row["task"]))
    write_table(
        points,
        f"{NAME}_steps",
        "Error of the clone against the seconds of the imitation, 1000 rows",
        "python benchmarks/fidelity.py",
    )
    draw_curves(points, RESULTS / f"{NAME}.png")


if __name__ == "__main__":
    main()
