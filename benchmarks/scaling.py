"""Time and memory of a fit and of predictions, for tables from 10⁴ to 10⁷ rows in mapped files.

Each number of rows is a process of its own. Its memory is what is not a page of the file: the
largest RssAnon of Linux, sampled a hundred times a second, less what the imported packages had.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import matplotlib
import numpy as np
from _report import RESULTS, write_table

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_inertia

N_ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
SYMMETRY = "S(5) + S(5)*O(3) -> O(3)**2"
PIECE = 100_000


class PeakMemory:
    """The largest anonymous memory of this process within a with statement, in MiB.

    Counted from what the process has when the object is made.
    """

    def __init__(self):
        gc.collect()
        self.before = self.peak = _anonymous()

    def __enter__(self):
        gc.collect()
        self.done, self.peak = threading.Event(), _anonymous()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def _watch(self):
        while not self.done.wait(0.01):
            self.peak = max(self.peak, _anonymous())

    def __exit__(self, *error):
        self.done.set()
        self.thread.join()

    @property
    def mib(self):
        return (self.peak - self.before) / 1024


def _anonymous():
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if "RssAnon" in line).split()[1])


def write_rows(folder, n_rows):
    """Write inertia tensors of five bodies as float32 files: 20 columns, and 9 targets."""
    files = [
        np.lib.format.open_memmap(folder / name, mode="w+", dtype="f4", shape=(n_rows, n_columns))
        for name, n_columns in (("X.npy", 20), ("Y.npy", 9))
    ]
    for start in range(0, n_rows, PIECE):
        stop = min(start + PIECE, n_rows)
        for file, part in zip(files, make_inertia(stop - start, random_state=start), strict=True):
            file[start:stop] = part


def measure(folder, strength):
    X, Y = (np.load(folder / name, mmap_mode="r") for name in ("X.npy", "Y.npy"))
    model = SymmetryClonedRegressor(
        symmetry=SYMMETRY,
        strength=strength,
        reference_steps=700,
        clone_steps=200,
        batch_size=1000,
        max_iter=1,
        random_state=0,
    )
    model.fit(X[:1000], Y[:1000])  # what is imported and compiled in a first fit is no memory of it
    row = {"rows": len(X), "strength": strength}
    memory = PeakMemory()
    for name, method in (("fit", lambda: model.fit(X, Y)), ("predict", lambda: model.predict(X))):
        with memory:
            start = time.process_time()
            answers = method()
            row[f"{name} (s)"] = time.process_time() - start
        row[f"{name} (MiB)"] = memory.mib
    residual = sum(((answers[i::100] - Y[i::100]) ** 2).sum() for i in range(3))
    row["1 - R²"] = float(
        residual / sum(((Y[i::100] - Y[i::100].mean(0)) ** 2).sum() for i in range(3))
    )
    return row


def plot(rows):
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axis, unit in zip(axes, ("s", "MiB"), strict=True):
        for strength in sorted({row["strength"] for row in rows}):
            for phase, line in (("fit", "o-"), ("predict", "s--")):
                some = [row for row in rows if row["strength"] == strength]
                x, y = [r["rows"] for r in some], [r[f"{phase} ({unit})"] for r in some]
                axis.loglog(x, y, line, label=f"{phase}, strength {strength:g}")
        label = {"s": "processor seconds", "MiB": "peak memory (MiB)"}[unit]
        axis.set(xlabel="rows of 20 columns", ylabel=label)
    axes[1].loglog(x, [r * 29 * 4 / 2**20 for r in x], ":", color="gray", label="the file")
    axes[1].legend(fontsize=8)
    figure.savefig(RESULTS / "scaling.png", dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=N_ROWS)
    parser.add_argument("--measure", nargs=2, metavar=("FOLDER", "STRENGTH"))
    arguments = parser.parse_args()
    if arguments.measure:
        folder, strength = arguments.measure
        print(json.dumps(measure(Path(folder), float(strength))))
        return
    rows = []
    for n_rows in arguments.rows:
        with tempfile.TemporaryDirectory() as folder:
            write_rows(Path(folder), n_rows)
            for strength in ("0", "0.1"):
                command = [sys.executable, __file__, "--measure", folder, strength]
                out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                rows.append(json.loads(out.splitlines()[-1]))
                report(rows)


def report(rows):
    rows.sort(key=lambda row: (row["strength"], row["rows"]))
    write_table(
        rows,
        "scaling",
        "Large tables",
        "python benchmarks/scaling.py",
        notes="Inertia tensors of five bodies: float32 files of 20 columns and 9 targets that are "
        "mapped into memory; one epoch of the task in batches of 1000, 700 steps of the reference "
        "and 200 of the clone. Seconds are those of the processor. MiB: the largest memory "
        "that is no page of a file, beyond what the process had before the fit; predictions "
        "themselves are 36 bytes a row. 1 - R² is on rows that were fitted.",
    )
    plot(rows)


if __name__ == "__main__":
    main()
