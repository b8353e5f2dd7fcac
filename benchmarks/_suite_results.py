"""Keep the results of the suite, and write their tables and learning curves."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager

import matplotlib
import numpy as np
import pandas as pd
from _report import RESULTS, markdown_table
from _suite_methods import AUTO, BASELINES, METHODS
from _suite_tasks import TASKS

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NOTES = """\
Medians over seeds, on rows that were not trained on (`python benchmarks/suite.py`; `--tables`
writes this again). Rows of real tables are from the half that chooses no settings. All methods are
told the same symmetry, which is there, broken or wrong. Errors: test MSE in raw units, 1 - R² for
zmumu, 1 - accuracy for the other tables. Least errors in bold; in brackets the number of seeds
where it is smaller than in the rest of the line. The CSV has the log loss of classes as well, and
their ECE, the expected calibration error: 15 equally wide bins of the largest probability.

- **MLP**: `strength=0`. **SOAP**: with a clone's steps and SOAP, as are the augmented networks and
  the orbit penalty. **Squares**: with the clones' activation, silu_square, instead of silu.
- **Augmentation**: 20000 rows, given ones and moved ones. **Averaged**: the mean over 16 elements.
- **Reference**: the equivariant network that the clones of the seed imitate.
- **Residual pathway**: a reference and an MLP added up, fitted together, the MLP under a Gaussian
  prior (arXiv 2112.01388, at the level of the function instead of the layers).
- **Orbit penalty**: inconsistency on orbits is added to the loss, from random weights (REMUL, arXiv
  2410.17878). **Projection penalty**: the distance of the weights from equivariant ones is, where
  all columns are permuted.
- **Distilled on rows**: a clone that imitates the reference on the rows alone, then fits the task.
- **Boosted trees**: scikit-learn's, by histograms; one model for each output.

The prior and the penalties' weights are chosen on held-out training rows, a third of up to 500, a
fifth of more.
"""

#: What names a result.
KEYS = ["task", "rows", "seed", "method"]


@contextmanager
def _locked():
    """Wait until no other process reads or writes results."""
    folder = os.open(RESULTS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _read(name):
    path = RESULTS / f"{name}.csv"
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=[*KEYS, "error"])


def add(row, name):
    """Put one result in the place of an earlier one of the same task, size, seed and method."""
    with _locked():
        frame = pd.concat([_read(name), pd.DataFrame([row])])
        frame = frame.drop_duplicates(KEYS, keep="last")
        path = RESULTS / f"{name}.csv.new"
        frame.to_csv(path, index=False, float_format="%.6g")
        path.replace(RESULTS / f"{name}.csv")  # a process that is killed leaves whole results


def write_tables(name):
    """Write medians over seeds as Markdown, and as curves where there are several sizes."""
    with _locked():
        frame = _read(name)
        medians = frame.groupby(["rows", "task", "method"])["error"].median().unstack("method")
        medians = medians.reindex(columns=[m for m in METHODS if m in medians])
        counts = frame.groupby(["rows", "task", "method"])["seed"].nunique().unstack("method")
        lines = [
            "# Clones and their rivals",
            "",
            NOTES,
            *_failures(frame),
        ]
        for n in sorted(medians.index.unique("rows")):
            of_n = medians.loc[n].reindex([t for t in TASKS if t in medians.loc[n].index])
            lines += [f"## {n} rows", "", _errors(of_n, counts.loc[n]), ""]
            if AUTO in of_n and of_n[AUTO].notna().any():
                lines += [f'### strength="auto", {n} rows', "", _auto(of_n), ""]
        (RESULTS / f"{name}.md").write_text("\n".join(lines))
        if frame["rows"].nunique() > 1:
            _draw(medians, RESULTS / f"{name}.png")


def _failures(frame):
    if "failure" not in frame or frame["failure"].isna().all():
        return []
    failed = frame[frame["failure"].notna()]
    lines = [
        f"- {row['method']} on {row['task']}, {row['rows']} rows, seed {row['seed']}: "
        f"{row['failure']}"
        for _, row in failed.iterrows()
    ]
    return ["Failed:", "", *lines, ""]


def _errors(medians, counts):
    """Return a row for each task, its least error in bold, and where seeds are missing how many."""
    rows = []
    for task, errors in medians.iterrows():
        n_seeds = int(counts.loc[task].max())
        row = {"task": task, "symmetry": TASKS[task].about, "seeds": str(n_seeds)}
        for method, error in errors.items():
            cell = "" if np.isnan(error) else f"{error:.3g}"
            cell = f"**{cell}**" if error == errors.min() else cell
            count = counts.loc[task, method]
            row[method] = f"{cell} ({count:.0f})" if count < n_seeds else cell
        rows.append(row)
    return markdown_table(rows, list(rows[0]))


def _auto(medians):
    """Return how "auto" compares with the best baseline, and whether it is the best of all."""
    others = medians.drop(columns=[m for m in medians if m.startswith("clone")])
    baselines = medians[[m for m in BASELINES if m in medians]]
    rows = []
    for task, auto in medians[AUTO].dropna().items():
        known = baselines.loc[task].dropna()
        if known.empty:
            continue
        rival = others.loc[task].dropna()
        rows.append(
            {
                "task": task,
                "auto": f"{auto:.3g}",
                "best baseline": f"{known.min():.3g} ({known.idxmin()})",
                "auto / baseline": f"{_ratio(auto, known.min()):.2f}",
                "best rival": f"{rival.min():.3g} ({rival.idxmin()})",
                "auto / rival": f"{_ratio(auto, rival.min()):.2f}",
                "best of all methods": "yes" if auto <= medians.loc[task].min() else "no",
            }
        )
    return markdown_table(rows, list(rows[0])) if rows else "No baseline was measured."


def _ratio(error, other):
    if other == 0:
        return 1.0 if error == 0 else np.inf
    return error / other


def _draw(medians, path):
    """Draw errors against rows, a panel for each task."""
    tasks = [task for task in TASKS if task in medians.index.unique("task")]
    n_rows = -(-len(tasks) // 4)
    figure, axes = plt.subplots(n_rows, 4, figsize=(16, 3.2 * n_rows), squeeze=False)
    colours = plt.get_cmap("tab20").colors
    for axis, task in zip(axes.flat, tasks, strict=False):
        curves = medians.xs(task, level="task")
        for colour, method in zip(colours, medians.columns, strict=False):
            curve = curves[method].dropna()
            style = {"linewidth": 2.5} if method == AUTO else {"linewidth": 1}
            axis.plot(curve.index, curve, marker=".", color=colour, label=method, **style)
        axis.set(title=task, xlabel="rows", ylabel=TASKS[task].error, xscale="log", yscale="log")
    for axis in axes.flat[len(tasks) :]:
        axis.axis("off")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=6, fontsize=8)
    figure.tight_layout(rect=(0, 0.25 / n_rows, 1, 1))
    figure.savefig(path, dpi=80)
    plt.close(figure)
