"""Sets of many items: processor seconds, memory and R² of fits with default parameters.

The targets are the mean of tanh of a column over items, and the largest norm of vectors. Each fit
is a process of its own, so that its peak of memory is seen. Results are written as they come::

    python benchmarks/large_sets.py            # all of it
    python benchmarks/large_sets.py --only "S(10)*3" "S(200)*3"
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
from _report import write_table

from sklearn_symclone import Symmetry, SymmetryClonedRegressor

CASES = [
    ("S(10)*3", 150),
    ("S(200)*3", 150),
    ("S(50)*O(3)", 150),
    ("S(172)", 100),
    ("S(100) + S(100)'", 100),
    ("S(1000)", 100),
]
N_TEST = 1000
#: What was built for large sets was chosen on the rows of other seeds.
SEEDS = (1000, 1001, 1002)
NOTES = f"""Default parameters, one thread, medians of seeds {SEEDS}. **Peak memory** is that of
the whole process, of which the imports take a quarter of a GiB. **Reference** is the score of the
reference on held-out rows where these were asked.
"""


def table(text, n_rows, seed):
    """Return rows and the law of a case."""
    X = np.random.RandomState(seed).standard_normal((n_rows, Symmetry.parse(text).inputs.dimension))
    if "O(3)" in text:
        return X, np.linalg.norm(X.reshape(n_rows, -1, 3), axis=2).max(axis=1)
    return X, np.sqrt(X.shape[1]) * np.tanh(X).mean(axis=1)


def measure(text, n_rows, seed):
    """Fit a case in this process, and return what it comes to."""
    warnings.simplefilter("ignore")  # the scores tell which clones are far from their references
    X, y = table(text, n_rows, seed)
    begin = time.process_time()
    model = SymmetryClonedRegressor(symmetry=text, random_state=0).fit(X, y)
    seconds = time.process_time() - begin
    return {
        "family": model.reference_,
        "seconds": seconds,
        "peak memory (GiB)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "R²": model.score(*table(text, N_TEST, seed + 10_000)),
        "R² of the reference, held out": model.reference_score_,
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[text for text, _ in CASES])
    parser.add_argument("--here", type=int, metavar="SEED", help="fit it in this process alone")
    asked = parser.parse_args()
    found = []
    for text, n_rows in CASES:
        if text not in asked.only:
            continue
        if asked.here is not None:
            print(json.dumps(measure(text, n_rows, asked.here)))
            continue
        every = []
        for seed in SEEDS:
            command = [sys.executable, __file__, "--here", str(seed), "--only", text]
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            every.append(json.loads(answer.splitlines()[-1]))
            print(text, seed, every[-1], flush=True)
        family = every[0].pop("family")
        medians = {key: float(np.median([one[key] for one in every])) for key in every[0]}
        found.append({"symmetry": text, "rows": n_rows, "family": family, **medians})
        write_table(
            found, "large_sets", "Large sets", "python benchmarks/large_sets.py", notes=NOTES
        )


if __name__ == "__main__":
    main()
