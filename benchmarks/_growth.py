"""Time and memory of one training step as a table and a network grow, and what a machine allows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from _report import RESULTS, write_table
from scaling import PeakMemory
from skorch import NeuralNetRegressor

from sklearn_symclone import SymmetryClonedRegressor, SymmetryClonedRegressorCV
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.students import Dense
from sklearn_symclone.training import one_thread

BATCH_SIZE, RATE, ALPHA = 200, 1e-3, 1e-4


@dataclass(frozen=True)
class Shape:
    """What a fit is as large as.

    Parameters
    ----------
    rows, columns, width : int
        Of the table, and of the two hidden layers.
    strengths, folds : int
        Of a search; there is none if both are 1.
    """

    rows: int = 5000
    columns: int = 20
    width: int = 128
    strengths: int = 1
    folds: int = 1

    @property
    def n_epochs(self):
        """As many as make some 250 steps."""
        return max(1, round(50_000 / self.rows))

    @property
    def n_steps(self):
        return self.n_epochs * -(-self.rows // BATCH_SIZE)

    @property
    def weights(self):
        return self.width * (self.columns + self.width + 3) + 1

    @property
    def operations(self):
        """Floating-point operations of a step: every weight meets every row three times."""
        return 6 * BATCH_SIZE * self.weights

    @property
    def bytes(self):
        """Bytes that a step has to move.

        Weights, gradients and both moments of Adam are read, all but the gradients are written;
        rows are read, and the hidden values and their gradients are written and read.
        """
        values = BATCH_SIZE * (self.columns + 8 * self.width)
        return 4 * (7 * self.weights + values)


BASE = Shape()
AXES = {
    "rows": (1000, 10_000, 100_000, 1_000_000),
    "columns": (5, 20, 80, 320, 1280),
    "width": (16, 64, 256, 1024),
}
SEARCHES = {"strengths": (1, 2, 4, 8), "folds": (2, 4, 8)}


def table(shape):
    rng = np.random.RandomState(0)
    X = rng.standard_normal((shape.rows, shape.columns)).astype(np.float32)
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2]


def network(shape):
    generator = torch.Generator().manual_seed(0)
    student = Dense((shape.width, shape.width), "relu")
    return student.build(shape.columns, 1, generator).float()


def raw_torch(shape, X, y):
    x, targets = torch.from_numpy(X), torch.from_numpy(y)[:, None]
    module = network(shape)
    optimizer = torch.optim.Adam(module.parameters(), lr=RATE, fused=True)
    for _ in range(shape.n_epochs):
        for rows in torch.randperm(len(x)).split(BATCH_SIZE):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(module(x[rows]), targets[rows]).backward()
            optimizer.step()


def ours(shape, X, y):
    SymmetryClonedRegressor(
        hidden_layer_sizes=(shape.width, shape.width),
        activation="relu",
        batch_size=BATCH_SIZE,
        max_iter=shape.n_epochs,
        random_state=0,
    ).fit(X, y)


def mlp_regressor(shape, X, y):
    from sklearn.neural_network import MLPRegressor

    MLPRegressor(
        hidden_layer_sizes=(shape.width, shape.width),
        batch_size=BATCH_SIZE,
        max_iter=shape.n_epochs,
        tol=0,
        n_iter_no_change=shape.n_epochs,
        random_state=0,
    ).fit(X, y)


def skorch_defaults(shape, X, y):
    NeuralNetRegressor(
        network(shape),
        optimizer=torch.optim.Adam,
        lr=RATE,
        batch_size=BATCH_SIZE,
        max_epochs=shape.n_epochs,
        train_split=None,
        verbose=0,
    ).fit(X, y[:, None])


def search(shape, X, y):
    """Search on O(5) rows with short phases: how it grows is what counts."""
    X, y = make_o5(shape.rows, random_state=0)
    SymmetryClonedRegressorCV(
        symmetries="2*O(5)",
        strengths=np.linspace(0.01, 0.9, shape.strengths),
        cv=shape.folds,
        reference_steps=100,
        clone_steps=100,
        max_iter=20,
        random_state=0,
    ).fit(X.astype(np.float32), y)


METHODS = {
    "raw torch": raw_torch,
    "sklearn_symclone": ours,
    "MLPRegressor": mlp_regressor,
    "skorch, defaults": skorch_defaults,
    "search": search,
}


def measure(method, shape):
    """Return seconds and MiB of a fit, in this process."""
    small = replace(shape, rows=400, strengths=min(shape.strengths, 2), folds=min(shape.folds, 2))
    X, y = table(shape)
    with one_thread("cpu"):
        METHODS[method](small, *table(small))  # what a first fit imports is no part of another
        with PeakMemory() as memory:
            start = time.process_time()
            METHODS[method](shape, X, y)
            seconds = time.process_time() - start
    return {"seconds": seconds, "MiB": memory.mib}


def in_a_process(method, shape):
    command = [sys.executable, __file__, method, json.dumps(asdict(shape))]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])


def machine():
    """Return what one thread does in a second: floating-point operations, and bytes moved."""
    with one_thread("cpu"):
        a = torch.randn(1024, 1024)
        operations = 2 * 1024**3 / _least(lambda: a @ a)
        long = torch.randn(2**26)
        other = torch.empty_like(long)
        moved = 2 * 4 * 2**26 / _least(lambda: other.copy_(long))
    return operations, moved


def _least(function, n=10):
    times = []
    for _ in range(n):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def measure_growth():
    """Measure and write all tables, and the figure."""
    operations, moved = machine()
    rows = []
    for axis, values in AXES.items():
        for value in values:
            shape = replace(BASE, **{axis: value})
            bound = max(shape.operations / operations, shape.bytes / moved)
            for method in METHODS:
                if method == "search":
                    continue
                found = in_a_process(method, shape)
                step = found["seconds"] / shape.n_steps
                rows.append(
                    {
                        "grows": axis,
                        "to": value,
                        "method": method,
                        "microseconds a step": 1e6 * step,
                        "MiB": found["MiB"],
                        "bound, microseconds": 1e6 * bound,
                        "bound / step": bound / step,
                    }
                )
                print(rows[-1], flush=True)
    write_table(
        rows,
        "speed_growth",
        "A training step as tables and networks grow",
        "python benchmarks/speed.py --only growth",
        notes=f"Float32, one thread, batches of {BATCH_SIZE}, two hidden layers, relu; "
        f"{BASE.rows} rows, {BASE.columns} columns and layers of {BASE.width} where they do not "
        "grow. Processor time of a whole fit over its steps, starting costs included, each run "
        "once in a process of its own; MiB: the most memory beyond that of the table. Bound: a "
        f"roofline, the larger of operations over the {operations / 1e9:.0f} thousand million a "
        f"second of a product of two matrices of 1024, and bytes over the {moved / 1e9:.0f} "
        "thousand million a second of a copy.",
    )
    searches = []
    for axis, values in SEARCHES.items():
        for value in values:
            shape = replace(BASE, rows=200, columns=10, strengths=4, folds=2)
            shape = replace(shape, **{axis: value})
            found = in_a_process("search", shape)
            searches.append({"grows": axis, "to": value, **found})
            print(searches[-1], flush=True)
    write_table(
        searches,
        "speed_searches",
        "A search as strengths and folds grow",
        "python benchmarks/speed.py --only growth",
        notes="SymmetryClonedRegressorCV on 200 rows of O5: four strengths and two folds where "
        "they do not grow, 100 steps of the reference and of the imitation, 20 epochs.",
    )
    draw(rows, searches)


def draw(rows, searches):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 4, figsize=(14, 6), layout="constrained")
    for column, grows in enumerate(AXES):
        some = [row for row in rows if row["grows"] == grows]
        for line, what in enumerate(("microseconds a step", "MiB")):
            axis = axes[line, column]
            for method in METHODS:
                points = [(row["to"], row[what]) for row in some if row["method"] == method]
                if points:
                    axis.loglog(*zip(*points, strict=True), "o-", label=method)
            axis.set(xlabel=grows, ylabel=what)
        bounds = {row["to"]: row["bound, microseconds"] for row in some}
        axes[0, column].loglog(bounds.keys(), bounds.values(), ":", color="gray", label="bound")
    axes[0, 0].legend(fontsize=8)
    for line, what in enumerate(("seconds", "MiB")):
        for grows in SEARCHES:
            points = [(row["to"], row[what]) for row in searches if row["grows"] == grows]
            axes[line, 3].plot(*zip(*points, strict=True), "o-", label=grows)
        axes[line, 3].set(xlabel="strengths or folds of a search", ylabel=what)
        axes[line, 3].legend(fontsize=8)
    figure.savefig(RESULTS / "speed_growth.png", dpi=100)
    plt.close(figure)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Shape(**json.loads(sys.argv[2])))))
