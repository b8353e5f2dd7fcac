"""Errors on tables with noisy labels, beside what a practitioner would try instead.

Seeds 0 to 2 have chosen settings and are not published, nor are those from 100 on: these draw other
generated rows, and NFL matches before 2012 alone. Results are written after every cell, a method on
a task, a size and a level of noise::

    python benchmarks/noisy.py                                # all of it
    python benchmarks/noisy.py --rows 300 --noise 1 --flipped 0
    python benchmarks/noisy.py --task O5 --methods cloned MLP --resume
    python benchmarks/noisy_plots.py                          # docs/noisy.png

``--resume`` keeps the results that are there and measures what is missing. RealMLP and TabM need
``pip install pytabkit``. ``SYMCLONE_DATA`` names the folder of the NFL matches.
"""

from __future__ import annotations

import argparse
import time
import traceback
import warnings

import numpy as np
import pandas as pd
from _noisy_methods import METHODS, installed
from _noisy_tasks import TASKS
from _report import RESULTS, write_table
from sklearn.exceptions import ConvergenceWarning

NOTES = """Medians over seeds; processor seconds of a fit. Default parameters, the symmetry stated.

- **Error**: against the truth. Of quantities 1 - R², of classes the log loss less the least that is
  possible. The truth of the NFL is not known: there it is 1 - R² of margins and the log loss itself
  of winners, where Elo's own probability has .627.
- **Log loss** in nats, and **ECE**, the expected calibration error: 15 equally wide bins of the
  largest probability. Both are exact expectations over labels where the truth is known.
- **Noise**: in standard deviations of the truth. **Heavy tails**: Student's t with 2 degrees of
  freedom, scaled so that its quartiles are those of the normal noise. **A1**: the outcome is
  random; its noise is the share of labels that are flipped besides, and the truth is the
  probability after that.
- **NFL**: trained on seasons before 2012, tested on all later ones; drawn matches have no winner.
- **Augmentation**: ten moved copies of each row, those that are equal left out. Held-out rows
  are held out with their copies. At most 2000 rows in all for Gaussian processes and TabM, which
  are fitted to tables of at most 1000 rows, and 10,000 for RealMLP. TabM learns for at most 100
  epochs and has no several outputs; its epoch, and RealMLP's, are chosen on a fifth of the rows.
- **Linear**: ridge or logistic regression. **Reference**: the equivariant network alone.
"""
#: What names a result.
KEYS = ("task", "rows", "noise", "method", "seeds")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", nargs="+", default=list(TASKS), choices=TASKS, metavar="NAME")
    parser.add_argument("--rows", nargs="+", type=int, help="those of each task unless given")
    parser.add_argument("--noise", nargs="+", type=float, help="in deviations of the truth")
    parser.add_argument("--flipped", nargs="+", type=float, help="shares of A1")
    parser.add_argument("--seeds", nargs="+", type=int, default=[3, 4, 5])
    parser.add_argument(
        "--methods", nargs="+", default=list(METHODS), choices=METHODS, metavar="NAME"
    )
    parser.add_argument("--name", default="noisy", help="of the files of results")
    parser.add_argument("--resume", action="store_true", help="keep the results that are there")
    parser.add_argument("--list", action="store_true", help="print the tasks and the methods")
    arguments = parser.parse_args()
    if arguments.list:
        print(*TASKS, "", *METHODS, sep="\n")
        return
    for name in arguments.task:
        TASKS[name].find()  # says what is missing before anything is fitted
    results = read(arguments.name) if arguments.resume else []
    for row in measure_missing(results, list(cells(arguments)), arguments.seeds):
        print(*row.values(), flush=True)
        results.append(row)
        write_table(
            results,
            arguments.name,
            "Noisy labels",
            "python benchmarks/noisy.py",
            notes=NOTES,
            columns=[*KEYS, "error", "log loss", "ECE", "seconds"],
            quiet=True,
        )


def cells(arguments):
    """Yield task, number of rows, level of noise and method of each cell that is asked for."""
    methods = installed(arguments.methods)
    for name in arguments.task:
        task = TASKS[name]
        for n_samples in arguments.rows or task.sizes:
            for level in levels(task, arguments):
                yield from ((name, n_samples, level, method) for method in methods)


def levels(task, arguments):
    """Return the levels of noise of a task that are asked for."""
    asked = task.option and getattr(arguments, task.option)
    if not asked:
        return task.levels
    # without noise no tails are heavy
    return [level for level in asked if level or 0 in task.levels]


def read(name):
    """Return the results of an earlier run."""
    path = RESULTS / f"{name}.csv"
    if not path.exists():
        return []
    frame = pd.read_csv(path, dtype={"seeds": str})
    if not set(KEYS) <= set(frame):
        print(f"{path.name} is of an earlier version of this program: begun anew")
        return []
    return frame.astype(object).where(frame.notna(), "").to_dict("records")


def measure_missing(results, wanted, seeds):
    """Yield a row of results for each cell that has none with these seeds."""
    seeds_text = " ".join(map(str, seeds))
    there = {tuple(row[key] for key in KEYS) for row in results}
    for name, n_samples, level, method in wanted:
        keys = (name, n_samples, level, method, seeds_text)
        if keys in there:
            continue
        figures = measure(name, n_samples, level, method, seeds)
        if figures is not None:
            yield dict(zip(KEYS, keys, strict=True)) | figures


def measure(name, n_samples, level, method, seeds):
    """Return the medians of a method's figures over seeds; None if it does not apply."""
    found = []
    for seed in seeds:
        rows = TASKS[name].rows(n_samples, level, seed)
        start = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model = METHODS[method](rows, seed)
        except (ValueError, ArithmeticError, RuntimeError):
            # a method that cannot take a table is no reason to lose the others
            traceback.print_exc()
            return None
        seconds = time.process_time() - start
        if model is None:
            return None
        found.append({**rows.scores(model), "seconds": seconds})
    return {key: float(np.median([figures[key] for figures in found])) for key in found[0]}


if __name__ == "__main__":
    main()
