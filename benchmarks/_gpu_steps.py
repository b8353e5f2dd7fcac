"""Times of training steps on a GPU, beside raw torch, and what could be won there."""

from __future__ import annotations

import itertools
import time
from unittest import mock

import numpy as np
import torch
from _gpu_cell import ALPHA, N_FEATURES, RATE, Cell, FirstSteps, seconds_of
from _gpu_raw import captured_step, in_tf32, raw_step
from _phases import wait

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.fitting import Cache, Seeds, Settings
from sklearn_symclone.fitting.task import fits_to_task, run_all
from sklearn_symclone.imitation import Clone
from sklearn_symclone.students import ColumnScaling
from sklearn_symclone.training import (
    REGRESSION,
    HalfSquaredError,
    TrainingData,
    TrainingPlan,
    one_thread,
    train,
)
from sklearn_symclone.training import data as data_module

#: Steps that are timed together, rounded to whole chunks of a table.
N_STEPS = 100
#: Rows, and the sizes of their batches.
BATCHES = {10_000: (200,), 1_000_000: (200, 8192), 10_000_000: (200, 65536)}
WIDTHS = (192, 1024)


def our_step(cell, X, y, device, n_steps):
    """Return the seconds of a step of a fit to the task, those of reading, and an epoch's steps.

    Of the seconds of reading none are those of a table that fits into one chunk: it is read once.
    """
    fit = fit_to_task(cell, X, y, device)
    batches = fit.batches
    # what it takes to read a chunk is shared by all its steps
    in_chunk = -(-len(batches) // batches.n_chunks)
    n_steps = in_chunk * max(1, round(n_steps / in_chunk))
    with one_thread(device):
        fit.batches = FirstSteps(batches, 3)
        run_all([fit])
        fit.batches = FirstSteps(batches, n_steps)
        seconds = seconds_of(lambda: run_all([fit]), device)
        batches.read = reading = TimedReading(batches.read, device)
        run_all([fit])
    return seconds / n_steps, reading.seconds / n_steps, len(batches)


def fit_to_task(cell, X, y, device):
    """Return the fit to the task of an ordinary network, ready to be run."""
    data = TrainingData(X, y, np.ones(len(X)), is_weighted=False)
    estimator = SymmetryClonedRegressor(
        hidden_layer_sizes=cell.student.hidden_layer_sizes,
        activation=cell.student.activation,
        alpha=ALPHA,
        batch_size=cell.batch_size,
        learning_rate_init=RATE,
        max_iter=1,
        strength=0,
    )
    settings = Settings.decide(
        estimator.get_params(deep=False),
        data,
        REGRESSION,
        device=device,
        cache=Cache(None),
    )
    zeros, ones = np.zeros(N_FEATURES), np.ones(N_FEATURES)
    scaling = ColumnScaling(zeros, ones, zeros[:1], ones[:1])
    nothing = Clone(weights=None, student=cell.student, scaling=scaling)
    seeds = Seeds(*([0] * len(Seeds._fields)))
    return fits_to_task(settings, data, None, nothing, seeds)[0]


class TimedReading:
    """Reads samples as a source of batches does, and adds up the seconds.

    Parameters
    ----------
    read : callable
    device : str
        It is waited for before and after, so that its other work counts for nothing.
    """

    def __init__(self, read, device):
        self.read, self.device, self.seconds = read, device, 0.0

    def __call__(self, places):
        wait(self.device)
        start = time.perf_counter()
        found = self.read(places)
        wait(self.device)
        self.seconds += time.perf_counter() - start
        return found


def loop_step(cell, x, y, device, n_steps):
    """Return the seconds of a step of the training loop on batches that are made already."""
    pieces = zip(x.split(cell.batch_size), y.split(cell.batch_size), strict=True)
    pieces = itertools.islice(pieces, n_steps)
    batches = [(a, (b, torch.full_like(b[:, 0], 1 / len(b)))) for a, b in pieces]
    network = cell.network().to(device)

    plan = TrainingPlan(
        phase="task",
        learning_rate_init=RATE,
        max_iter=1,
        l2=ALPHA / cell.n_rows,
        device=device,
    )

    def fit(n_steps):
        train(network, FirstSteps(batches, n_steps), HalfSquaredError, plan)

    with one_thread(device):
        fit(3)
        return seconds_of(lambda: fit(n_steps), device) / n_steps


def measure_steps(report, device, quick):
    """Measure the steps of all tables and networks."""
    tables = {500: (50,), 3000: (50, 400)} if quick else BATCHES
    chunk, n_steps = (1024, 10) if quick else (data_module.CHUNK, N_STEPS)
    widths = (16, 32) if quick else WIDTHS
    with mock.patch.object(data_module, "CHUNK", chunk), one_thread(device):
        for n_rows, batch_sizes in tables.items():
            x, y = _table(n_rows, device)
            arrays = x.cpu().numpy(), y[:, 0].cpu().numpy()
            for batch_size, width in itertools.product(batch_sizes, widths):
                cell = Cell(n_rows, batch_size, width)
                measure_cell(report, cell, x, y, arrays, device, n_steps)
            del x, y, arrays
    n_rows, batch_sizes = next(iter(tables.items()))
    cell = Cell(n_rows, batch_sizes[0], widths[0])
    report.measure(f"{cell}: torch.compile", lambda: compiled(cell, device, n_steps), limit=45)


def _table(n_rows, device):
    torch.manual_seed(0)
    x = torch.randn(n_rows, N_FEATURES, device=device)
    return x, (x[:, 0].sin() + x[:, 1] * x[:, 2])[:, None]


def compiled(cell, device, n_steps):
    start = time.perf_counter()
    x, y = _table(cell.n_rows, device)
    with one_thread(device):
        raw = raw_step(cell, x, y, n_steps)
        seconds = raw_step(cell, x, y, n_steps, compiled=True)
    return beside_raw(seconds, raw, f"with compilation {time.perf_counter() - start:.0f} s")


def beside_raw(seconds, raw, note=""):
    return {
        "value": 1e6 * seconds,
        "unit": "µs a step",
        "beside": 1e6 * raw,
        "ratio": seconds / raw,
        "note": note,
    }


def measure_cell(report, cell, x, y, arrays, device, n_steps):
    raw = None

    def ours():
        nonlocal raw
        raw = raw_step(cell, x, y, n_steps)
        seconds, reading, n_batches = our_step(cell, *arrays, device, n_steps)
        epochs = n_batches * seconds, n_batches * raw
        whole = beside_raw(seconds, raw, "an epoch {:.3g} s, raw {:.3g} s".format(*epochs))
        if not reading:
            return whole
        return [
            whole,
            {"phase": "reading", **beside_raw(reading, raw)},
            {"phase": "without reading", **beside_raw(seconds - reading, raw)},
        ]

    report.measure(f"{cell}: ours", ours)
    if raw is None:
        return
    others = {
        "our loop alone": lambda: loop_step(cell, x, y, device, n_steps),
        "captured": lambda: captured_step(cell, x, y, n_steps),
    }
    if cell.width >= 1024 and cell.batch_size > 200:
        others["raw, TF32"] = lambda: in_tf32(raw_step, cell, x, y, n_steps)
    for name, seconds in others.items():
        report.measure(f"{cell}: {name}", lambda f=seconds: beside_raw(f(), raw))
