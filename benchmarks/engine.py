"""Time of a training step and of a prediction, beside raw torch and MLPRegressor.

All methods take turns in one process, so that whatever else the machine does slows all of them.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
import torch
from _report import write_table
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.students import Dense
from sklearn_symclone.training import (
    HalfSquaredError,
    ShuffledBatches,
    TrainingPlan,
    one_thread,
    train,
)

N_SAMPLES, N_FEATURES, HIDDEN, BATCH_SIZE, ALPHA, RATE = 2000, 20, (128, 128), 128, 1e-4, 1e-3
N_BATCHES = -(-N_SAMPLES // BATCH_SIZE)
#: Long enough for the costs of starting a fit not to count.
EPOCHS = 20
#: Calls of ``predict`` that are timed together, by number of rows.
CALLS = {1: 100, 2000: 5, 1_000_000: 1}
DTYPES = ("float32", "float64")


def make_task():
    rng = np.random.RandomState(0)
    X = rng.standard_normal((N_SAMPLES, N_FEATURES))
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2]


def make_network(dtype):
    generator = torch.Generator().manual_seed(0)
    network = Dense(HIDDEN, "relu").build(N_FEATURES, 1, generator)
    return network.to(getattr(torch, dtype))


def raw_torch(X, y):
    """Return a function that trains a network with as few lines of torch as it takes."""
    x, targets = torch.from_numpy(X), torch.from_numpy(y)[:, None]

    def fit():
        network = make_network(X.dtype.name)
        optimizer = torch.optim.Adam(
            network.parameters(), lr=RATE, weight_decay=ALPHA / N_SAMPLES, fused=True
        )
        for _ in range(EPOCHS):
            for rows in torch.randperm(N_SAMPLES).split(BATCH_SIZE):
                optimizer.zero_grad()
                loss = 0.5 * torch.nn.functional.mse_loss(network(x[rows]), targets[rows])
                loss.backward()
                optimizer.step()

    return fit


def our_loop(X, y):
    """Return a function that trains a network as an estimator without cloning does."""
    x, targets = torch.from_numpy(X), torch.from_numpy(y)[:, None]

    def fit():
        rows = ShuffledBatches(
            x, targets, torch.ones_like(x[:, 0]), BATCH_SIZE, torch.Generator().manual_seed(0)
        )
        plan = TrainingPlan(
            phase="task",
            learning_rate_init=RATE,
            max_iter=EPOCHS,
            l2=ALPHA * len(rows) / N_SAMPLES,
        )
        train(make_network(X.dtype.name), rows, HalfSquaredError, plan)

    return fit


def mlp_regressor(X, y):
    """Return a function that fits scikit-learn's network, for just as many steps."""
    model = MLPRegressor(
        hidden_layer_sizes=HIDDEN,
        batch_size=BATCH_SIZE,
        max_iter=EPOCHS,
        tol=0,
        n_iter_no_change=EPOCHS,
        random_state=0,
    )
    return lambda: model.fit(X, y)


def take_turns(functions, repeats, clock=time.process_time):
    """Return the processor times, or those of another clock, of each function in each turn.

    In seconds, by name.
    """
    times = {name: np.empty(repeats) for name in functions}
    for function in functions.values():
        function()
    for turn in range(repeats):
        for name, function in functions.items():
            start = clock()
            function()
            times[name][turn] = clock() - start
    return times


def compare(what, dtype, times, divisor):
    """Return the rows of a comparison with the first method, turn by turn."""
    base = next(iter(times.values()))
    return [
        {
            "measured": what,
            "dtype": dtype,
            "method": name,
            "microseconds": 1e6 * float(np.median(seconds)) / divisor,
            "ratio": float(np.median(seconds / base)),
        }
        for name, seconds in times.items()
    ]


def measure_steps(dtype, repeats):
    X, y = (array.astype(dtype) for array in make_task())
    fits = {
        "raw torch, fused Adam": raw_torch(X, y),
        "sklearn_symclone": our_loop(X, y),
        "MLPRegressor": mlp_regressor(X, y),
    }
    times = take_turns(fits, repeats)
    return compare("training step", dtype, times, EPOCHS * N_BATCHES)


def measure_predictions(dtype, repeats):
    X, y = (array.astype(dtype) for array in make_task())
    models = {
        "MLPRegressor, relu": MLPRegressor(hidden_layer_sizes=HIDDEN, max_iter=2),
        **{
            f"sklearn_symclone, {activation}": SymmetryClonedRegressor(
                hidden_layer_sizes=HIDDEN, activation=activation, max_iter=2
            )
            for activation in ("relu", "silu", "silu_square")
        },
    }
    for model in models.values():
        model.fit(X, y)
    results = []
    for n_rows, calls in CALLS.items():
        rows = np.random.RandomState(1).standard_normal((n_rows, N_FEATURES)).astype(dtype)

        def predict(model, rows=rows, calls=calls):
            for _ in range(calls):
                model.predict(rows)

        functions = {name: (lambda m=model: predict(m)) for name, model in models.items()}
        times = take_turns(functions, repeats)
        results += compare(f"predict {n_rows}", dtype, times, calls)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    warnings.simplefilter("ignore", ConvergenceWarning)
    with threadpool_limits(1), one_thread("cpu"):
        rows = [
            row
            for measure in (measure_steps, measure_predictions)
            for dtype in DTYPES
            for row in measure(dtype, repeats)
        ]
    write_table(
        rows,
        "engine",
        "Time of a training step and of a prediction",
        "python benchmarks/engine.py",
        notes=f"{N_SAMPLES} rows of {N_FEATURES} columns, hidden layers {HIDDEN}, batches of "
        f"{BATCH_SIZE}, L2 penalty {ALPHA}, relu in training. Processor time on one thread, "
        f"medians of {repeats} turns in which every method ran once; ratios are to the first "
        "method of each group, turn by turn.",
    )


if __name__ == "__main__":
    main()
