r"""Errors and times of fitted references on EMLP's tasks, beside EMLP's.

EMLP 1.0.3 runs only with the packages of its day, in an environment of its own, of Python 3.11::

    python3.11 -m venv emlp-env
    emlp-env/bin/pip install jax==0.4.30 jaxlib==0.4.30 "numpy==1.26.*" "scipy==1.13.*" six \
        emlp==1.0.3

``--emlp-python emlp-env/bin/python``, or ``SYMCLONE_EMLP_PYTHON``, says where it is. With
``--skip-emlp`` only the references are measured, and EMLP's rows of the earlier results are kept.
Results are written as they come.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from _emlp import ask_emlp
from _report import RESULTS, write_table

from sklearn_symclone import Symmetry
from sklearn_symclone.datasets import make_inertia, make_o5, make_particle_interaction
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.training import REGRESSION

NAME = "references"
FAMILY_NAMES = ("tensors", "invariants")
N_TEST = 5000
#: Settings were tuned on the rows of smaller seeds: keep it so.
FIRST_SEED = 500
#: Rows at which the errors below are published.
SIZES = (30, 100, 300, 1000, 3000, 10000, 30000)
COLUMNS = (
    "task",
    "rows",
    "method",
    "symmetry",
    "test MSE",
    "seconds",
    "the seconds are",
    "EMLP, published",
    "ScalarEMLP, published",
    "bases, s",
    "first epoch, s",
    "an epoch, s",
    "MSE so far",
)


@dataclass(frozen=True)
class Case:
    """A task of EMLP's experiments.

    Parameters
    ----------
    make : callable
        Draws rows.
    references : tuple of (str, str)
        Symmetries and families of the references. The first symmetry is EMLP's.
    emlp, scalars : tuple of float
        Published test errors of EMLP and of ScalarEMLP, for each of ``SIZES``.
    """

    make: Callable
    references: tuple
    emlp: tuple
    scalars: tuple


CASES = {
    "O5": Case(
        make_o5,
        (("2*O(5)", "tensors"), ("2*O(5)", "invariants")),
        (0.152, 0.041, 0.034, 0.017, 0.031, 0.013, 0.027),
        (0.11, 0.11, 0.020, 0.0083, 0.0091, 7.4e-4, 3.4e-4),
    ),
    "Inertia": Case(
        make_inertia,
        (
            ("5 + 5*O(3) -> O(3)**2", "tensors"),
            ("5 + 5*O(3) -> O(3)**2", "invariants"),
            ("S(5) + S(5)*O(3) -> O(3)**2", "invariants"),
        ),
        (4.11, 1.44, 0.303, 0.136, 0.028, 0.018, 0.014),
        (0.54, 0.055, 0.012, 0.0039, 0.0026, 0.0012, 7e-4),
    ),
    "Particle": Case(
        make_particle_interaction,
        (("4*O(1,3)", "tensors"), ("4*O(1,3)", "invariants")),
        (0.540, 0.0089, 0.0020, 3.3e-4, 2.7e-4, 2.6e-4, 1.6e-4),
        (0.33, 0.14, 0.039, 0.010, 0.0022, 0.0011, 1.6e-4),
    ),
}


def draw(make, n, seed):
    """Return rows for training, and fresh ones for testing, their targets as matrices."""
    X, Y = make(n, random_state=seed)
    X_test, Y_test = make(N_TEST, random_state=1000 + seed)
    return X, Y.reshape(n, -1), X_test, Y_test.reshape(N_TEST, -1)


def measure_ours(make, symmetry, family, n, seed):
    """Return the test error and seconds of a fit, in a process that has computed no basis."""
    torch.set_num_threads(1)
    # what is imported when first used is imported now
    fit(*draw(make_o5, 20, 0)[:2], "10 -> 1", "tensors", seed=0, steps=1)

    X, Y, X_test, Y_test = draw(make, n, seed)
    start = time.process_time()
    state, bound = fit(X, Y, symmetry, family, seed)
    seconds = time.process_time() - start
    module = restore_reference(state, symmetry=bound, reference=family, device="cpu")
    with torch.no_grad():
        answers = module(torch.as_tensor(X_test, dtype=torch.float32)).numpy()
    return float(np.mean((answers - Y_test) ** 2)), seconds


def fit(X, Y, symmetry, family, seed, steps=None):
    """Return the state of a fitted reference, and its symmetry bound to the columns."""
    bound = Symmetry.parse(symmetry).bind(X.shape[1], Y.shape[1])
    plan = ReferencePlan(bound, family, REGRESSION, steps=steps, seed=seed)
    state, _ = fit_reference(X, Y, np.ones(len(X)), plan)
    return state, bound


def our_rows(case, n, seeds, families):
    """Yield the results of every symmetry of a task and family that is named."""
    for symmetry, family in case.references:
        if family not in families:
            continue
        # one fit to a process: each computes its bases for the first time
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as fresh:
            fits = [
                fresh.apply(measure_ours, (case.make, symmetry, family, n, FIRST_SEED + seed))
                for seed in range(seeds)
            ]
        error, seconds = np.median(fits, axis=0)
        yield {
            "method": family,
            "symmetry": symmetry,
            "test MSE": float(error),
            "seconds": float(seconds),
            "the seconds are": f"measured, median of {seeds}",
        }


def emlp_row(name, case, n, epochs, python):
    """Return the results of EMLP's first epochs, and its time as estimated from them."""
    rows = dict(zip(("X", "Y", "X_test", "Y_test"), draw(case.make, n, FIRST_SEED), strict=True))
    task = {
        "task": name,
        **{key: value.tolist() for key, value in rows.items()},
        "epochs": epochs,
        "seed": FIRST_SEED,
    }
    result = ask_emlp("_emlp_training.py", task, python, name, show=True)
    first, *others = result["epochs"]
    steady, protocol = float(np.median(others)), published_epochs(n)
    return {
        "method": f"EMLP, {epochs} of {protocol} epochs",
        "symmetry": case.references[0][0],
        "seconds": result["construction"] + first + (protocol - 1) * steady,
        "the seconds are": f"estimated from {epochs} epochs",
        "bases, s": result["construction"],
        "first epoch, s": first,
        "an epoch, s": steady,
        "prediction, s": result["prediction"],
        "MSE so far": result["error"],
    }


def published_epochs(n):
    """Return the number of epochs that EMLP's experiments train with n rows."""
    return min(900000 // n, 1000)


def earlier_rows(n):
    """Return the results written before."""
    path = RESULTS / f"{NAME}.csv"
    if not path.exists():
        return []
    with open(path, newline="") as file:
        rows = [{key: _number(text) for key, text in row.items()} for row in csv.DictReader(file)]
    return [row for row in rows if row["rows"] == n]


def _number(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def published(case, n):
    """Return the published errors at a number of rows, if there are any."""
    if n not in SIZES:
        return {}
    index = SIZES.index(n)
    return {"EMLP, published": case.emlp[index], "ScalarEMLP, published": case.scalars[index]}


def write(rows, n, seeds):
    write_table(
        rows,
        NAME,
        f"References fitted to EMLP's tasks, {n} rows",
        "python benchmarks/references.py",
        columns=COLUMNS,
        notes=f"**Measured**: test MSE, in raw units on {N_TEST} fresh rows, and seconds of the "
        f"references, medians of {seeds} seeds; of EMLP its bases (the construction of "
        "`emlp.nn.EMLP`, 384 wide, three hidden layers), its first epoch, compilation included, "
        "an epoch after that (median), and the MSE so far, on the test rows after these few "
        "epochs: that is no result of EMLP. One run of EMLP, on one draw of the rows. "
        "All seconds are processor time on one thread; a reference is fitted in a fresh process, "
        "bases included, imports excluded.\n\n"
        "**Extrapolated**: the seconds in EMLP's rows, bases + first epoch + as many of the later "
        "epochs as its experiments train with these rows, min(900000 / rows, 1000) in all. The "
        "settings are those experiments' own: Adam at the rate 3e-3, batches of 500, scales of "
        "EMLP's data sets; validation and logging are left out.\n\n"
        "**Published**: test MSE of EMLP, mean of three trials, with the first of the task's "
        "symmetries (it was not trained again here), and of ScalarEMLP, read off figures, to "
        "about 10 %. EMLP's validation rows, which choose the epoch, come on top of these rows; "
        "the references are fitted without any. S(5) says that the bodies are interchangeable, "
        "which EMLP is not told. The settings of the references were tuned on rows of other "
        "seeds.",
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=1000, help="rows for training")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--emlp-python", default=os.environ.get("SYMCLONE_EMLP_PYTHON"))
    parser.add_argument("--emlp-epochs", type=int, default=3, help="at least 2")
    parser.add_argument(
        "--skip-emlp", action="store_true", help="keep EMLP's rows of the earlier results"
    )
    parser.add_argument(
        "--family", nargs="+", choices=FAMILY_NAMES, default=FAMILY_NAMES, help="others are kept"
    )
    arguments = parser.parse_args()
    n, epochs = arguments.n, arguments.emlp_epochs
    if epochs < 2:
        parser.error("an epoch that compiles nothing needs --emlp-epochs of at least 2")
    if arguments.emlp_python is None and not arguments.skip_emlp:
        sys.exit(
            "where is EMLP? give the python of its environment with --emlp-python or in "
            "SYMCLONE_EMLP_PYTHON, or leave it out with --skip-emlp; --help says how to make one"
        )

    def add(name, row):
        rows[name].append({"task": name, "rows": n, **row, **published(CASES[name], n)})
        write([row for task in rows.values() for row in task], n, arguments.seeds)

    again = list(arguments.family)
    rows = {name: [] for name in CASES}
    for row in earlier_rows(n):
        kept = arguments.skip_emlp if "EMLP" in row["method"] else row["method"] not in again
        if kept:
            rows[row["task"]].append(row)
    if not arguments.skip_emlp:
        for name, case in CASES.items():
            add(name, emlp_row(name, case, n, epochs, arguments.emlp_python))
    for name, case in CASES.items():
        for row in our_rows(case, n, arguments.seeds, again):
            add(name, row)


if __name__ == "__main__":
    main()
