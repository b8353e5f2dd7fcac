r"""The four image tasks of "Symmetry From Scratch" (arXiv 2410.03989), on 10,000 images of MNIST.

Digits at 16 x 16 pixels, 8000 rows for training and 2000 for testing. Symmetric tasks: training
images are upright and centred, test images are shifted by up to a quarter of their width, or turned
by quarter turns. Breaking tasks: training and test images are both moved, and the label moves on by
five classes where an image went to the right, or was turned by 180 or 270 degrees. A fifth task
turns every second image by 180 degrees, and calls a 6 or a 9 what it looks like then: a symmetry
that holds for eight of ten classes.

Results are written as they come; those of tasks, methods and seeds that are not named are kept::

    python benchmarks/paper.py                       # all of it, two hours on a core
    python benchmarks/paper.py --task "C4 breaking" --method network
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from tempfile import mkdtemp

import matplotlib
import numpy as np
import pandas as pd
import torch
from _images import N_CLASSES, TASKS, FlatHead, augmented, draw, grid, pooled
from _report import RESULTS, markdown_table, read_results
from joblib import Memory
from sklearn.model_selection import GridSearchCV, StratifiedShuffleSplit

from sklearn_symclone import SymmetryClonedClassifier, equivariance_error, make_orbit_scorer
from sklearn_symclone.imitation.answers import reference_answers
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training import CLASSIFICATION

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NAME = "paper"
METHODS = (
    "MLP",
    "MLP + augmentation",
    "equivariant network, flat head",
    "weights",
    "layers, KL",
    "layers",
    "network",
)
CHOSEN = "weights, strength by validation"
#: Of the clones, one setting for all tasks.
STRENGTHS = (0.1, 0.3, 0.6, 1)
SETTINGS = {
    "learning_rate_init": 1e-2,
    "alpha": 0.03,
    "max_iter": 10,
    "reference_steps": 800,
}
#: What copied weights have besides, and the strengths that a search compares.
WEIGHTS = {"cloning": "weights", "learning_rate_init": 2e-2, "alpha": 0.1}
SEARCHED = (0.3, 0.8, 1)
#: Of an ordinary network: two layers, as many epochs as help it.
PLAIN = {"hidden_layer_sizes": (512, 256), "learning_rate_init": 1e-3}
EPOCHS, COPIES = 40, 24


class Run:
    """All methods on one task and one split.

    Parameters
    ----------
    task : str
        A key of ``TASKS``.
    seed : int
    circular : bool
    """

    def __init__(self, task, seed, circular):
        self.task, self.seed, self.circular = task, seed, circular
        self.group = TASKS[task][0]
        self.symmetry = Symmetry(grid(self.group), N_CLASSES)
        self.X, self.y, self.X_test, self.y_test = draw(task, seed, circular)
        self.memory = Memory(mkdtemp(), verbose=0)

    def methods(self, chosen=1):
        """Yield names, strengths, and functions that return a fitted model.

        Parameters
        ----------
        chosen : float, default=1
            The strength of copied weights that is measured in any case.
        """
        yield "MLP", None, partial(self.plain, self.X, self.y, EPOCHS)
        if not TASKS[self.task][1]:
            rows = augmented(self.X, self.y, self.group, self.circular, COPIES, self.seed)
            # as many steps as three times the epochs
            epochs = round(3 * EPOCHS / COPIES)
            yield "MLP + augmentation", None, partial(self.plain, *rows, epochs)
        yield "equivariant network, flat head", None, self.flat
        # a fit to shifted images takes minutes
        dial = {chosen, 1} if self.group == "T(2)" else {*STRENGTHS, *SEARCHED}
        for strength in sorted(dial):
            yield "weights", strength, partial(self.clone, strength, **WEIGHTS)
        strengths = (0.6, 1) if self.group == "T(2)" else STRENGTHS
        for strength in strengths:
            settings = {"cloning": "layers", "anchor": "weights"}
            yield "layers, KL", strength, partial(self.clone, strength, **settings)
        if self.group == "C4":
            for strength in STRENGTHS[:-1]:
                yield "layers", strength, partial(self.clone, strength, cloning="layers")
        for strength in (0.1, 1):
            yield "network", strength, partial(self.clone, strength, cloning="network", **PLAIN)

    def plain(self, X, y, max_iter):
        model = SymmetryClonedClassifier(max_iter=max_iter, random_state=self.seed, **PLAIN)
        return model.fit(X, y)

    def estimator(self, strength, **settings):
        return SymmetryClonedClassifier(
            symmetry=self.symmetry,
            reference=pooled,
            strength=strength,
            random_state=self.seed,
            memory=self.memory,
            **{**SETTINGS, **settings},
        )

    def clone(self, strength, **settings):
        return self.estimator(strength, **settings).fit(self.X, self.y)

    def chosen_strength(self):
        """Return the strength of the weights' clone that a search prefers on training rows."""
        search = GridSearchCV(
            self.estimator(1, **WEIGHTS),
            {"strength": SEARCHED},
            scoring=make_orbit_scorer(self.symmetry),
            cv=StratifiedShuffleSplit(1, test_size=0.2, random_state=self.seed),
            refit=False,
        ).fit(self.X, self.y)
        return search.best_params_["strength"]

    def flat(self):
        return Flat(self.symmetry, self.seed).fit(self.X, self.y)


class Flat:
    """The equivariant trunk under a head without a symmetry, fitted as references are.

    Parameters
    ----------
    symmetry : Symmetry
    seed : int
    """

    def __init__(self, symmetry, seed):
        self.symmetry, self.seed, self.task = symmetry, seed, CLASSIFICATION
        self.shared = {"symmetry": symmetry, "reference": "pointwise", "device": "cpu"}

    @staticmethod
    def build(symmetry, rows=None):
        return FlatHead(symmetry)

    def fit(self, X, y):
        plan = ReferencePlan(
            task=self.task,
            steps=SETTINGS["reference_steps"],
            seed=self.seed,
            build=self.build,
            **self.shared,
        )
        X, Y = X.astype(np.float64), np.eye(N_CLASSES)[y]
        state, _ = fit_reference(X, Y, np.ones(len(X)), plan)
        self.module = restore_reference(state, build=self.build, **self.shared)
        return self

    def predict_proba(self, X):
        return reference_answers(self.module, self.task, X, "cpu")

    def score(self, X, y):
        return np.mean(self.predict_proba(X).argmax(axis=1) == y)


def measure(run, named):
    """Yield a row of results for each method that is named."""
    shifts = "circular" if run.circular else "zero-padded"
    shared = {"task": run.task, "shifts": shifts, "seed": run.seed}
    start = time.perf_counter()
    chosen = run.chosen_strength() if "weights" in named else 1
    search_seconds = time.perf_counter() - start
    for method, strength, fit in run.methods(chosen):
        if method not in named:
            continue
        start = time.perf_counter()
        model = fit()
        seconds = time.perf_counter() - start
        row = {
            **shared,
            "method": method,
            "strength": strength,
            "accuracy": 100 * model.score(run.X_test, run.y_test),
            "equivariance error": equivariance_error(model, run.X_test[:500], run.symmetry),
            "seconds": seconds,
        }
        yield row
        if method == "weights" and strength == chosen:
            yield {**row, "method": CHOSEN, "seconds": search_seconds}


def write(frame):
    """Write all results as CSV, their medians over seeds as Markdown, and the dial as a figure."""
    frame.to_csv(RESULTS / f"{NAME}.csv", index=False, float_format="%.6g")
    counts = frame.groupby(["task", "method"]).seed.nunique()
    fewer = "; ".join(f"{method} on {task}" for task, method in counts.index[counts < counts.max()])
    lines = [
        "# The image tasks of the paper",
        "",
        "`python benchmarks/paper.py`: medians over seeds, on 2000 test images; 8000 training "
        f"images of 16 x 16 pixels. {counts.max()} seeds, fewer for: {fewer or 'none'}. "
        'The strength of "weights, strength by validation" is the choice of a `GridSearchCV` with '
        "`make_orbit_scorer` on a fifth of the training rows. "
        'Strength 1 of "weights" is the equivariant network with a pooled head, written out as '
        "dense layers. Seconds are those of one fit on one thread; the fits of a dial share their "
        "reference.",
        "",
    ]
    # each seed chooses for itself: one line for all
    plain = frame.assign(strength=frame.strength.where(frame.method != CHOSEN))
    for shifts, of_shifts in plain.groupby("shifts", sort=False):
        keys = ["method", "strength"]
        medians = of_shifts.groupby([*keys, "task"], sort=False, dropna=False).median(
            numeric_only=True
        )
        lines += [f"## Shifts {shifts}", ""]
        for what in ("accuracy", "equivariance error", "seconds"):
            by_method = medians[what].unstack("task").sort_index()
            table = by_method.rename_axis(columns=None).reset_index()
            table["strength"] = table["strength"].map(lambda s: "" if np.isnan(s) else f"{s:g}")
            table = table.rename(columns={"method": what}).astype(object)
            table = table.where(table.notna(), "")
            lines += [markdown_table(table.to_dict("records"), list(table)), ""]
    chosen = frame[frame.method == CHOSEN]
    lines += ["## Strengths chosen", ""]
    for task, of_task in chosen.groupby("task", sort=False):
        lines.append(f"- {task}: {', '.join(f'{s:g}' for s in of_task.strength)}")
    (RESULTS / f"{NAME}.md").write_text("\n".join(lines) + "\n")
    draw_dial(frame[frame.shifts == "zero-padded"], RESULTS / f"{NAME}.png")


def draw_dial(frame, path):
    """Draw accuracy and equivariance error against the strength."""
    tasks = list(dict.fromkeys(frame["task"]))
    figure, axes = plt.subplots(
        2, len(tasks), figsize=(3 * len(tasks), 5), sharex=True, squeeze=False
    )
    for task, column in zip(tasks, axes.T, strict=True):
        of_task = frame[frame["task"] == task]
        for what, axis in zip(("accuracy", "equivariance error"), column, strict=True):
            for method in ("weights", "layers, KL", "layers"):
                dial = of_task[of_task.method == method].groupby("strength")[what].median()
                axis.plot(dial.index, dial, marker="o", label=method)
            for method, style in [("MLP", ":"), ("MLP + augmentation", "--")]:
                level = of_task[of_task.method == method][what]
                if what == "accuracy" and len(level):
                    axis.axhline(level.median(), color="grey", linestyle=style, label=method)
            axis.set_ylabel(what)
        column[0].set_title(task)
        column[1].set_xlabel("strength")
    axes[0, 0].legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", choices=TASKS, action="append", help="of all, if not given")
    parser.add_argument("--method", choices=METHODS, action="append", help="of all, if not given")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--circular", action="store_true", help="shift around the edges")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tasks, methods = arguments.task or list(TASKS), arguments.method or list(METHODS)
    replaced = {*methods, CHOSEN} if "weights" in methods else {*methods}
    rows = read_results(NAME)
    shifts = "circular" if arguments.circular else "zero-padded"
    rows = [
        row
        for row in rows
        if row["task"] not in tasks
        or row["shifts"] != shifts
        or row["method"] not in replaced
        or row["seed"] not in arguments.seeds
    ]
    for seed in arguments.seeds:
        for task in tasks:
            for row in measure(Run(task, seed, arguments.circular), methods):
                rows.append(row)
                print(row, flush=True)
                write(pd.DataFrame(rows))


if __name__ == "__main__":
    main()
