"""All methods on all tasks: clones, their rivals, and strength="auto" against the best of them.

Every method gets the same rows of a task, size and seed, and is told the same symmetry; test rows
choose nothing. Seeds 0, 1, 2 are published. Settings are chosen with ``--tune``, on other rows: its
seeds are 100 and more, which draw other generated rows, and the other half of a real table.
Results are written as they come, and those of tasks, methods, sizes and seeds that are not named
are kept; several processes may run at once::

    python benchmarks/suite.py                                # all of it, with 100 and 1000 rows
    python benchmarks/suite.py --task O5 Inertia --rows 1000 --seeds 3
    python benchmarks/suite.py --tune --task poker --method "clone, auto"
    python benchmarks/suite.py --list                         # names of tasks and methods
    python benchmarks/suite.py --tables                       # tables and figure of what is there

``SYMCLONE_DATA`` names the folder of the real tables.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import traceback
import warnings

import joblib
import numpy as np
from _scores import calibration_error, class_probabilities, indicators, log_loss
from _suite_methods import METHODS, QUICK, THOROUGH, Setting
from _suite_results import add, write_tables
from _suite_tasks import TASKS
from _tables import FIRST_TUNING_SEED, TABLES, purpose_of
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, r2_score

from sklearn_symclone import Symmetry, equivariance_error

ROWS = (100, 1000)
#: The name of the files of results that are published.
PUBLISHED = "suite"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", nargs="+", choices=TASKS, metavar="NAME", default=list(TASKS))
    parser.add_argument("--method", nargs="+", choices=METHODS, metavar="NAME", default=METHODS)
    parser.add_argument("--rows", nargs="+", type=int, default=ROWS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, help="0, 1, 2 are published")
    parser.add_argument(
        "--tune", action="store_true", help="to choose settings: rows that are never published"
    )
    parser.add_argument("--output", help='name of the files of results; "suite", or "tuning"')
    parser.add_argument("--quick", action="store_true", help="few steps; nothing is written")
    parser.add_argument("--list", action="store_true", help="print the tasks and the methods")
    parser.add_argument("--tables", action="store_true", help="write the tables again, fit nothing")
    arguments = parser.parse_args()
    seeds, output = seeds_and_output(parser, arguments)
    if arguments.list:
        for name, task in TASKS.items():
            print(f"{name:24} {task.symmetry}  ({task.about}; {task.error})")
        print("", *METHODS, sep="\n")
        return
    if arguments.tables:
        write_tables(output)
        return
    for name in arguments.task:
        if name in TABLES:
            TABLES[name]()  # says what is missing before anything is fitted
    for seed in seeds:
        for n in arguments.rows:
            for name in arguments.task:
                for row in compare(TASKS[name], n, seed, arguments.method, arguments.quick):
                    row = {"task": name, "rows": n, "seed": seed, **row}
                    print(row, flush=True)
                    if not arguments.quick:
                        add(row, output)
    if not arguments.quick:
        write_tables(output)


def seeds_and_output(parser, arguments):
    """Return the seeds and the name of the files of results; an error ends the program."""
    first = FIRST_TUNING_SEED if arguments.tune else 0
    if arguments.first_seed is not None:
        first = arguments.first_seed
    seeds = range(first, first + arguments.seeds)
    if any((purpose_of(seed) == "tune") != arguments.tune for seed in seeds):
        parser.error(
            f"seeds from {FIRST_TUNING_SEED} on are for --tune, smaller ones are published"
        )
    output = arguments.output or ("tuning" if arguments.tune else PUBLISHED)
    if arguments.tune and output == PUBLISHED:
        parser.error(f'what --tune finds is not published, --output must not be "{PUBLISHED}"')
    return seeds, output


def compare(task, n, seed, methods, quick):
    """Yield a row of results for each method, on the same training and test rows."""
    if task.max_rows is not None and n > task.max_rows:
        print(f"at most {task.max_rows} rows of this table are trained on, {n} were asked for")
        return
    X, Y, X_test, Y_test = task.rows(n, seed)
    X, X_test = X.astype(np.float32), X_test.astype(np.float32)
    y, y_test = np.squeeze(Y), np.squeeze(Y_test)
    n_outputs = len(np.unique(y)) if task.is_classification else Y[0].size
    symmetry = Symmetry.parse(task.symmetry).bind(X.shape[1], n_outputs)
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(
            task,
            symmetry,
            seed,
            n,
            joblib.Memory(folder, verbose=0),
            QUICK if quick else THOROUGH,
        )
        for name in methods:
            model = METHODS[name](setting)
            if model is None:
                continue
            yield {"method": name, **measure(model, task, symmetry, X, y, X_test, y_test)}


def measure(model, task, symmetry, X, y, X_test, y_test):
    """Return the error of a method, its equivariance error, and its processor seconds."""
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)
    except ValueError as error:
        # one method that cannot take one table is a result, and no reason to lose the others
        traceback.print_exc()
        return {"failure": str(error).splitlines()[0]}
    seconds = time.process_time() - start
    answers = model.predict_proba if task.is_classification else model.predict
    return {
        "error": _error(task, y_test, model.predict(X_test)),
        **(_of_probabilities(model, X_test, y_test) if task.is_classification else {}),
        "equivariance error": equivariance_error(answers, X_test[:1000], symmetry, random_state=0),
        "clone error": getattr(model, "clone_error_", np.nan),
        "chosen": getattr(model, "strength_", getattr(model, "choice", np.nan)),
        "seconds": seconds,
    }


def _of_probabilities(model, X, y):
    """Return the log loss and the calibration error; they are in the CSV alone."""
    classes = np.unique(np.concatenate([model.classes_, y]))
    targets, probabilities = indicators(y, classes), class_probabilities(model, X, classes)
    return {
        "log loss": log_loss(targets, probabilities),
        "ECE": calibration_error(targets, probabilities),
    }


def _error(task, y, prediction):
    if task.is_classification:
        return 1 - accuracy_score(y, prediction)
    if task.error == "1 - R²":
        return 1 - r2_score(y, prediction)
    return float(np.mean((prediction - y) ** 2))


if __name__ == "__main__":
    main()
