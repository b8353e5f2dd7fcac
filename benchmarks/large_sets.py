"""Sets of many items: processor seconds, memory and R² of fits with default parameters.

The targets are the mean of tanh of a column over items, and the largest norm of vectors. Each fit
is a process of its own, so that its peak of memory is seen. Results are written as they come::

    python benchmarks/large_sets.py            # all of it
    python benchmarks/large_sets.py --only "S(10)*3" "S(200)*3" --seeds 1000
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
from _report import read_results, without, write_table

from sklearn_symclone import Symmetry, SymmetryClonedRegressor

NAME = "large_sets"
#: The rows of each symmetry.
CASES = {
    "S(10)*3": 150,
    "S(200)*3": 150,
    "S(50)*O(3)": 150,
    "S(172)": 100,
    "S(100) + S(100)'": 100,
    "S(1000)": 100,
}
N_TEST = 1000
#: What was built for large sets was chosen on the rows of other seeds.
SEEDS = (1000, 1001, 1002)
NOTES = f"""Default parameters, one thread; medians over seeds from {SEEDS[0]} on. **Peak memory**
is that of the whole process; imports take a quarter of a GiB. **Reference** is the score
of the reference on held-out rows where these were asked. The family is "none" where they
prefer a plain network.
"""


def table(text, n_rows, seed):
    """Return rows and the law of a case."""
    X = np.random.RandomState(seed).standard_normal((n_rows, Symmetry.parse(text).inputs.dimension))
    if "O(3)" in text:
        return X, np.linalg.norm(X.reshape(n_rows, -1, 3), axis=2).max(axis=1)
    return X, np.sqrt(X.shape[1]) * np.tanh(X).mean(axis=1)


def measure(text, seed):
    """Fit a case in this process, and return what it comes to."""
    warnings.simplefilter("ignore")  # the scores tell which clones are far from their references
    X, y = table(text, CASES[text], seed)
    begin = time.process_time()
    model = SymmetryClonedRegressor(symmetry=text, random_state=0).fit(X, y)
    seconds = time.process_time() - begin
    return {
        "family": getattr(model, "reference_", "none"),
        "seconds": seconds,
        "peak memory (GiB)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "R²": model.score(*table(text, N_TEST, seed + 10_000)),
        "R² of the reference, held out": getattr(model, "reference_score_", None),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=list(CASES), choices=CASES)
    parser.add_argument("--seeds", nargs="+", type=int, default=SEEDS)
    parser.add_argument("--here", action="store_true", help="fit in this process and print JSON")
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(measure(asked.only[0], asked.seeds[0])))
        return
    results = read_results(NAME)
    for seed in asked.seeds:
        for text in asked.only:
            command = [sys.executable, __file__, "--here", "--seeds", str(seed), "--only", text]
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            found = json.loads(answer.splitlines()[-1])
            print(text, seed, found, flush=True)
            keys = {"symmetry": text, "rows": CASES[text], "seed": seed}
            results = without(results, keys)
            results.append({**keys, **found})
            write(results)


def write(results):
    """Write all results as CSV, and their medians over seeds as Markdown."""
    order = list(CASES)
    frame = pd.DataFrame(results).sort_values(
        "symmetry", key=lambda column: column.map(order.index), kind="stable"
    )
    groups = frame.groupby(["symmetry", "rows", "family"], sort=False)
    medians = groups.median().drop(columns="seed").reset_index()
    medians["seeds"] = groups.size().to_numpy()
    rows, command = medians.to_dict("records"), "python benchmarks/large_sets.py"
    write_table(rows, NAME, "Large sets", command, notes=NOTES, quiet=True, every=frame)


if __name__ == "__main__":
    main()
