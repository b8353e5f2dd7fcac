"""Clones on EMLP's tasks, from 30 rows to 10,000, with default parameters.

EMLP's protocol, without its validation rows: test MSE in raw units on 5000 fresh rows, medians over
seeds. Results are written as they come, and those of tasks and sizes that are not named are kept::

    python benchmarks/learning_curves.py                    # all of it, half an hour on a core
    python benchmarks/learning_curves.py --task O5 --rows 100 1000
"""

from __future__ import annotations

import argparse
import time

import matplotlib
import numpy as np
import pandas as pd
from _report import RESULTS, markdown_table, read_results
from references import CASES, SIZES, draw

from sklearn_symclone import SymmetryClonedRegressor

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NAME = "learning_curves"
#: All that is true of each task.
SYMMETRIES = {
    "O5": "2*O(5)",
    "Inertia": "S(5) + S(5)*O(3) -> O(3)**2",
    "Particle": "4*O(1,3)",
}
ROWS = SIZES[:-1]


def measure(task, n, seed):
    """Return a row of results."""
    X, Y, X_test, Y_test = draw(CASES[task].make, n, seed)
    model = SymmetryClonedRegressor(symmetry=SYMMETRIES[task], random_state=seed)
    start = time.process_time()
    model.fit(X.astype(np.float32), np.squeeze(Y))
    seconds = time.process_time() - start
    answers = model.predict(X_test.astype(np.float32)).reshape(Y_test.shape)
    return {
        "task": task,
        "rows": n,
        "seed": seed,
        "test MSE": np.mean((answers - Y_test) ** 2),
        "clone error": model.clone_error_,
        "seconds": seconds,
    }


def published(task, n):
    """Return the errors of EMLP and of ScalarEMLP."""
    place = SIZES.index(n)
    return CASES[task].emlp[place], CASES[task].scalars[place]


def write(frame):
    """Write all results as CSV, medians as Markdown, and the curves as a figure."""
    frame.to_csv(RESULTS / f"{NAME}.csv", index=False, float_format="%.6g")
    rows = []
    for (task, n), group in frame.groupby(["task", "rows"]):
        emlp, scalars = published(task, n)
        medians = group.median(numeric_only=True)
        rows.append(
            {
                "task": task,
                "rows": n,
                "seeds": len(group),
                **{name: f"{medians[name]:.3g}" for name in ("test MSE", "clone error", "seconds")},
                "EMLP, published": f"{emlp:g}",
                "ScalarEMLP, published": f"{scalars:g}",
            }
        )
    lines = [
        "# Learning curves",
        "",
        "`python benchmarks/learning_curves.py`: clones with default parameters and the true "
        "symmetry, medians over seeds, test MSE in raw units on 5000 fresh rows, float32. "
        "Processor seconds of a whole fit, on one thread. Published: EMLP, mean of three trials; "
        "ScalarEMLP, read off figures, to about 10 %; both choose their epoch on 1000 further "
        "rows.",
        "",
        markdown_table(rows, list(rows[0])),
    ]
    (RESULTS / f"{NAME}.md").write_text("\n".join(lines) + "\n")
    draw_curves(frame, RESULTS / f"{NAME}.png")


def draw_curves(frame, path):
    """Draw test errors against rows, beside the published ones."""
    figure, axes = plt.subplots(1, len(CASES), figsize=(4 * len(CASES), 3.5), squeeze=False)
    for axis, (task, case) in zip(axes[0], CASES.items(), strict=True):
        ours = frame[frame["task"] == task].groupby("rows")["test MSE"].median()
        axis.loglog(ours.index, ours, marker="o", label="clone")
        axis.loglog(SIZES, case.emlp, marker=".", linestyle="--", label="EMLP")
        axis.loglog(SIZES, case.scalars, marker=".", linestyle=":", label="ScalarEMLP")
        axis.set(title=task, xlabel="rows", ylabel="test MSE")
    axes[0, 0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", choices=CASES, action="append", help="of all, if not given")
    parser.add_argument("--rows", type=int, nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    tasks = arguments.task or list(CASES)
    rows = read_results(NAME)
    rows = [row for row in rows if row["task"] not in tasks or row["rows"] not in arguments.rows]
    for seed in range(arguments.seeds):
        for n in arguments.rows:
            for task in tasks:
                rows.append(measure(task, n, seed))
                print(rows[-1], flush=True)
                write(pd.DataFrame(rows))


if __name__ == "__main__":
    main()
