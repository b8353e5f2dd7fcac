"""Padded sets of points, distances and graphs of six items, 300 rows: R², and shifts of points.

The default parameters are measured, and the equivariant network alone. Points are moved by
(7, -3, 2) all together: how far answers move is told in standard deviations of the answers, as a
root mean square. Each fit is a process of its own. Results are written as they come::

    python benchmarks/small_sets.py                     # three tasks, seeds 0, 1, 2
    python benchmarks/small_sets.py --only triangles --seeds 100 101
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from _report import write_table
from sklearn.metrics import r2_score

from sklearn_symclone import EquivariantRegressor, SymmetryClonedRegressor

N_ROWS, N_TEST, N_ITEMS = 300, 2000, 6
SHIFT = (7.0, -3.0, 2.0)
PAIRS = np.triu_indices(N_ITEMS, 1)
NOTES = """Default parameters, 300 rows, 2000 new rows, six items; medians of seeds {seeds}.
**Moved** is how far answers move if all present points are moved by (7, -3, 2), in standard
deviations of the answers.
"""


def distances(points):
    """Return the distances of all pairs of points, of shape (n, 15)."""
    return np.linalg.norm(points[:, PAIRS[0]] - points[:, PAIRS[1]], axis=2)


def masked_points(n_rows, rng):
    """Return rows of three to six points, and the mean distance of those that are present."""
    present = np.arange(N_ITEMS) < rng.randint(3, N_ITEMS + 1, size=(n_rows, 1))
    points = rng.standard_normal((n_rows, N_ITEMS, 3))
    together = present[:, PAIRS[0]] & present[:, PAIRS[1]]
    y = np.average(distances(points), axis=1, weights=together)
    points[~present] = np.nan  # anything may stand where a point is absent
    return np.hstack([present, points.reshape(n_rows, -1)]), y


def six_distances(n_rows, rng):
    """Return the distances of six points, and the sum of 1 / (d + 1/2)²."""
    d = distances(rng.standard_normal((n_rows, N_ITEMS, 3)))
    return d, (1 / (d + 0.5) ** 2).sum(axis=1)


def triangles(n_rows, rng):
    """Return random graphs whose edges have the probability 1/2, and their number of triangles."""
    upper = np.triu(rng.randint(2, size=(n_rows, N_ITEMS, N_ITEMS)), 1)
    graphs = (upper + upper.transpose(0, 2, 1)).astype(float)
    y = np.trace(np.linalg.matrix_power(graphs, 3), axis1=1, axis2=2) / 6
    return graphs.reshape(n_rows, -1), y


@dataclass(frozen=True)
class TaskOfSets:
    """A task.

    Parameters
    ----------
    symmetry : str
    draw : callable
        Takes a number of rows and a RandomState, and returns X and y.
    shift : ndarray of shape (n_features,) or None
        Added to all rows, it leaves the right answers as they are. None: there are no points.
    """

    symmetry: str
    draw: Callable
    shift: np.ndarray | None = None


TASKS = {
    "masked points": TaskOfSets(
        "S(6).mask + S(6)*E(3)",
        masked_points,
        np.concatenate([np.zeros(N_ITEMS), np.tile(SHIFT, N_ITEMS)]),
    ),
    "distances": TaskOfSets("S(6).pairs", six_distances),
    "triangles": TaskOfSets("S(6)**2", triangles),
}


def measure(name, seed):
    """Fit a clone and an equivariant network in this process, and return what they are worth."""
    warnings.simplefilter("ignore")  # the scores tell which clones are far from their references
    task = TASKS[name]
    X, y = task.draw(N_ROWS, np.random.RandomState(seed))
    X_new, y_new = task.draw(N_TEST, np.random.RandomState(1000 + seed))
    found = {}
    for kind, model_class in [
        ("clone", SymmetryClonedRegressor),
        ("reference", EquivariantRegressor),
    ]:
        begin = time.process_time()
        model = model_class(symmetry=task.symmetry, random_state=seed).fit(X, y)
        found[f"seconds, {kind}"] = time.process_time() - begin
        answers = model.predict(X_new)
        found[f"R², {kind}"] = r2_score(y_new, answers)
        if task.shift is not None:
            change = model.predict(X_new + task.shift) - answers
            found[f"moved, {kind}"] = np.sqrt(np.mean(change**2)) / answers.std()
    return found


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--here", action="store_true", help="fit in this process and print JSON")
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(measure(asked.only[0], asked.seeds[0])))
        return
    rows = []
    for name in asked.only:
        found = []
        for seed in asked.seeds:
            command = [sys.executable, __file__, "--here", "--only", name, "--seeds", str(seed)]
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            found.append(json.loads(answer.splitlines()[-1]))
            print(name, seed, found[-1], flush=True)
        medians = {key: float(np.median([one[key] for one in found])) for key in found[0]}
        rows.append({"task": name, "symmetry": TASKS[name].symmetry, **medians})
        notes = NOTES.format(seeds=", ".join(map(str, asked.seeds)))
        command = "python benchmarks/small_sets.py"
        write_table(rows, "small_sets", "Small sets", command, notes=notes)


if __name__ == "__main__":
    main()
