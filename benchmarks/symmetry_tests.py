"""How often ``symmetry_test`` rejects: symmetries that data have, and symmetries that are broken.

The statistic was chosen on seeds from 100 to 999; those of this table start at 1000.
"""

from __future__ import annotations

import argparse
import csv
import time

import numpy as np
from _report import RESULTS, write_table

from sklearn_symclone.datasets import make_inertia, make_o5, make_particle_interaction
from sklearn_symclone.inspection import symmetry_test

TASKS = {
    "O5": (make_o5, "2*O(5)"),
    "inertia": (make_inertia, "S(5) + S(5)*O(3) -> O(3)**2"),
    "particle": (make_particle_interaction, "4*O(1,3)"),
}
#: Breaking, noise as a share of the standard deviation of y, and the number of data sets.
CASES = ((0.3, 0.0, 100), (0.0, 0.3, 500), (0.0, 0.0, 500))
FIRST_SEED = 1000
N_ROWS = 300
NOTES = (
    f"Share of data sets of {N_ROWS} rows for which the test says p ≤ .05. Where nothing is broken "
    "it should be .05. Parts are factors of the group, tested alone. Effects are medians. Seconds "
    "are processor seconds of one test of all parts."
)
COLUMNS = ("task", "breaking", "noise", "part", "data_sets", "rejected", "effect", "seconds")


def cell(task, breaking, noise, n_sets):
    """Yield a row of the table for the whole group, and for each factor."""
    make, symmetry = TASKS[task]
    found, start = {}, time.process_time()
    for seed in range(FIRST_SEED, FIRST_SEED + n_sets):
        X, y = make(N_ROWS, breaking=breaking, random_state=seed)
        drawn = np.random.RandomState(1000 + seed).standard_normal(y.shape)
        result = symmetry_test(X, y + noise * y.std() * drawn, symmetry, random_state=seed)
        for part, one in {"all": result, **result.factors}.items():
            found.setdefault(part, []).append((one.p_value <= 0.05, one.effect))
    seconds = (time.process_time() - start) / n_sets
    for part, values in found.items():
        rejected, effects = np.array(values, dtype=float).T
        yield {
            "task": task,
            "breaking": breaking,
            "noise": noise,
            "part": part,
            "data_sets": n_sets,
            "rejected": float(rejected.mean()),
            "effect": float(np.median(effects)),
            "seconds": seconds,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=TASKS, help="measure this task alone")
    tasks = [chosen] if (chosen := parser.parse_args().task) else list(TASKS)
    file = RESULTS / "symmetry_tests.csv"
    rows = []
    if file.exists():
        with open(file, newline="") as old:
            rows = [row for row in csv.DictReader(old) if row["task"] not in tasks]
    for task in tasks:
        for case in CASES:
            rows += cell(task, *case)
            write_table(
                [_typed(row) for row in rows],
                "symmetry_tests",
                "Tests of symmetries",
                "python benchmarks/symmetry_tests.py",
                COLUMNS,
                NOTES,
            )


def _typed(row):
    texts = ("task", "part")
    return {key: value if key in texts else float(value) for key, value in row.items()} | {
        "data_sets": int(row["data_sets"])
    }


if __name__ == "__main__":
    main()
