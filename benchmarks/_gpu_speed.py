"""Times of training steps on a GPU, what could be won there, and where the host waits for it."""

from __future__ import annotations

import itertools
import sys
import time
import warnings
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from sklearn_symclone.cloning import network as imitation_module
from sklearn_symclone.cloning import task_fit as task_module
from sklearn_symclone.cloning.student import ColumnScaling, build_student
from sklearn_symclone.cloning.task_fit import make_task_fit
from torch.autograd import DeviceType
from torch.nn.functional import mse_loss
from torch.utils.data import IterableDataset

import sklearn_symclone
from sklearn_symclone.references import fitting as reference_module
from sklearn_symclone.training import (
    HalfSquaredError,
    TableRows,
    one_thread,
    train,
    train_together,
)
from sklearn_symclone.training import data as data_module
from sklearn_symclone.training.data import Table
from sklearn_symclone.training.tasks import Task

N_FEATURES, RATE, ALPHA = 20, 1e-3, 1e-4
#: Steps that are timed together, rounded to whole chunks of a table; networks side by side.
N_STEPS, N_NETWORKS = 100, 16
#: Rows, and the sizes of their batches.
BATCHES = {10_000: (200,), 1_000_000: (200, 8192), 10_000_000: (200, 65536)}
WIDTHS = (192, 1024)
#: Modules in which the training of each phase is looked up.
PHASES = {"reference": reference_module, "imitation": imitation_module, "task": task_module}
OURS = str(Path(sklearn_symclone.__file__).parent)


def wait(device):
    """Wait until a GPU has done all its work."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()


@contextmanager
def around_phases(enter):
    """Train each phase of a fit within ``enter(phase, number of steps)``."""

    def watched(phase, train):
        def run(module, rows, *args, **settings):
            with enter(phase, len(rows) * settings["max_iter"]):
                return train(module, rows, *args, **settings)

        return run

    with ExitStack() as stack:
        for phase, place in PHASES.items():
            patch = mock.patch.object(place, "train", watched(phase, place.train))
            stack.enter_context(patch)
        yield


@contextmanager
def timed_phases(device):
    """Give a dict that becomes the seconds of each phase of the fits within."""
    seconds = Counter()

    @contextmanager
    def clock(phase, n_steps):
        wait(device)
        start = time.perf_counter()
        yield
        wait(device)
        seconds[phase] += time.perf_counter() - start

    with around_phases(clock):
        yield seconds


# steps


@dataclass(frozen=True)
class Cell:
    """A table and a network.

    Parameters
    ----------
    n_rows, batch_size, width : int
    """

    n_rows: int
    batch_size: int
    width: int

    def __str__(self):
        rows = f"{self.n_rows:.0e}".replace("e+0", "e")
        return f"{rows} rows, batch {self.batch_size}, width {self.width}"

    def network(self):
        generator = torch.Generator().manual_seed(0)
        widths = (self.width, self.width)
        return build_student(N_FEATURES, widths, 1, "relu", generator).float()


class FirstSteps(IterableDataset):
    """The first batches of a source of rows that is started again whenever it ends."""

    def __init__(self, rows, n_steps):
        self.rows, self.n_steps = rows, n_steps

    def __len__(self):
        return self.n_steps

    def __iter__(self):
        endless = itertools.chain.from_iterable(itertools.repeat(self.rows))
        return itertools.islice(endless, self.n_steps)


def seconds_of(function, device, repeats=3):
    """Return the median seconds of a function that has run before, of fewer calls if it is slow."""
    times = []
    for _ in range(repeats):
        wait(device)
        start = time.perf_counter()
        function()
        wait(device)
        times.append(time.perf_counter() - start)
        if times[-1] > 1:
            break
    return float(np.median(times))


def our_step(cell, X, y, device, n_steps):
    """Return the seconds of a step of a task fit, and the steps of an epoch."""
    zeros, ones = np.zeros(N_FEATURES), np.ones(N_FEATURES)
    fit = make_task_fit(
        cell.network(),
        Table(X, y, np.ones(len(X)), is_weighted=False),
        None,
        task=Task(is_classification=False),
        scaling=ColumnScaling(zeros, ones, zeros[:1], ones[:1]),
        alpha=ALPHA,
        batch_size=cell.batch_size,
        seed=0,
        device=device,
        solver="adam",
        learning_rate_init=RATE,
        max_iter=1,
        n_iter_no_change=None,
    )
    rows = fit.rows
    # what it takes to read a chunk is shared by all its steps
    in_chunk = -(-len(rows) // rows.n_chunks)
    n_steps = in_chunk * max(1, round(n_steps / in_chunk))
    with one_thread(device):
        fit.rows = FirstSteps(rows, 3)
        fit.run()
        fit.rows = FirstSteps(rows, n_steps)
        return seconds_of(fit.run, device) / n_steps, len(rows)


def loop_step(cell, x, y, device, n_steps):
    """Return the seconds of a step of the training loop on batches that are made already."""
    pieces = zip(x.split(cell.batch_size), y.split(cell.batch_size), strict=True)
    pieces = itertools.islice(pieces, n_steps)
    batches = [(a, (b, torch.full_like(b[:, 0], 1 / len(b)))) for a, b in pieces]
    network = cell.network().to(device)

    def fit(n_steps):
        train(
            network,
            FirstSteps(batches, n_steps),
            HalfSquaredError,
            phase="task",
            learning_rate_init=RATE,
            max_iter=1,
            l2=ALPHA / cell.n_rows,
            device=device,
        )

    with one_thread(device):
        fit(3)
        return seconds_of(lambda: fit(n_steps), device) / n_steps


def _raw(cell, x, **settings):
    network = cell.network().to(x.device)
    settings |= {"lr": RATE, "weight_decay": ALPHA, "fused": True}
    optimizer = torch.optim.AdamW(network.parameters(), **settings)
    n_batches = max(1, min(len(x) // cell.batch_size, N_STEPS))
    order = torch.randperm(len(x), device=x.device)[: n_batches * cell.batch_size]
    return network, optimizer, itertools.cycle(order.split(cell.batch_size))


def raw_step(cell, x, y, n_steps, compiled=False):
    """Return the seconds of a step of raw torch, with a compiled loss or without."""
    network, optimizer, batches = _raw(cell, x)

    def loss_of(inputs, targets):
        return 0.5 * mse_loss(network(inputs), targets)

    loss = torch.compile(loss_of, mode="reduce-overhead") if compiled else loss_of

    def steps(n_steps):
        for rows in itertools.islice(batches, n_steps):
            if compiled:
                torch.compiler.cudagraph_mark_step_begin()
            optimizer.zero_grad()
            loss(x[rows], y[rows]).backward()
            optimizer.step()

    steps(5)
    return seconds_of(lambda: steps(n_steps), x.device) / n_steps


def captured_step(cell, x, y, n_steps):
    """Return the seconds of a step of raw torch that is captured as a CUDA graph."""
    network, optimizer, batches = _raw(cell, x, capturable=x.is_cuda)
    inputs, targets = x[: cell.batch_size].clone(), y[: cell.batch_size].clone()

    def step():
        (0.5 * mse_loss(network(inputs), targets)).backward()
        optimizer.step()

    def eager():
        optimizer.zero_grad()
        step()

    replay = eager
    if x.is_cuda:
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):  # lazy state of libraries and of the optimiser is made here
            for _ in range(3):
                eager()
        torch.cuda.current_stream().wait_stream(side)
        optimizer.zero_grad()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            step()
        replay = graph.replay

    def steps(n_steps):
        for rows in itertools.islice(batches, n_steps):
            torch.index_select(x, 0, rows, out=inputs)
            torch.index_select(y, 0, rows, out=targets)
            replay()

    steps(3)
    return seconds_of(lambda: steps(n_steps), x.device) / n_steps


def in_tf32(function, *args):
    """Return what a function returns if products of matrices are taken in TF32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        return function(*args)
    finally:
        torch.set_float32_matmul_precision(before)


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
        seconds, n_batches = our_step(cell, *arrays, device, n_steps)
        epochs = n_batches * seconds, n_batches * raw
        return beside_raw(seconds, raw, "an epoch {:.3g} s, raw {:.3g} s".format(*epochs))

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


# networks side by side


def measure_stacked(report, device, quick):
    """Measure networks side by side and one after the other, from the same weights."""
    n_rows, n_epochs = (100, 2) if quick else (2000, 10)
    for width in (128, 192):
        report.measure(
            f"{N_NETWORKS} networks of width {width} stacked",
            lambda width=width: stacked(n_rows, n_epochs, width, device),
        )


def stacked(n_rows, n_epochs, width, device):
    cell = Cell(n_rows, 128 if n_rows > 128 else 50, width)
    x = torch.randn(n_rows, N_FEATURES, generator=torch.Generator().manual_seed(0)).to(device)
    y = (x[:, 0].sin() + x[:, 1] * x[:, 2])[:, None]
    settings = {"phase": "task", "learning_rate_init": RATE, "device": device}
    networks = [cell.network().to(device) for _ in range(N_NETWORKS)]

    def sources():
        weights, generator = torch.ones_like(y[:, 0]), torch.Generator().manual_seed(0)
        return [TableRows(x, y, weights, cell.batch_size, generator) for _ in networks]

    def one_by_one(max_iter):
        for network, rows in zip(networks, sources(), strict=True):
            train(network, rows, HalfSquaredError, l2=ALPHA, max_iter=max_iter, **settings)

    def together(max_iter):
        l2 = [ALPHA] * N_NETWORKS
        train_together(networks, sources(), HalfSquaredError, l2=l2, max_iter=max_iter, **settings)

    seconds = []
    with one_thread(device):
        for fit in (together, one_by_one):
            fit(1)
            seconds.append(seconds_of(lambda fit=fit: fit(n_epochs), device))
    n_steps = n_epochs * len(sources()[0]) * N_NETWORKS
    return {
        "value": 1e6 * seconds[0] / n_steps,
        "unit": "µs a step and network",
        "beside": 1e6 * seconds[1] / n_steps,
        "ratio": seconds[1] / seconds[0],
        "note": "ratio: how many times faster; 20 are aimed at",
    }


# where the host waits


def place():
    """Return the innermost line of this library or of its optimisers that is running now."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(OURS) or "/pytorch_optimizer/" in name or "/skorch/" in name:
            return f"{Path(name).name}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


@contextmanager
def counted_waits(device):
    """Count the places where the host waits in the fits within, phase by phase.

    Yields
    ------
    waits : dict of str to Counter
    steps : Counter
        Of each phase.
    """
    waits, steps, now = {}, Counter(), ["outside"]

    def note(message, category, filename, lineno, file=None, line=None):
        if "synchronizing CUDA operation" in str(message):
            waits.setdefault(now[0], Counter())[place()] += 1

    @contextmanager
    def enter(phase, n_steps):
        now[0] = phase
        steps[phase] += n_steps
        yield
        now[0] = "outside"

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note
        with around_phases(enter), _warned_of_waits(device):
            yield waits, steps


@contextmanager
def _warned_of_waits(device):
    if torch.device(device).type == "cuda":
        torch.cuda.set_sync_debug_mode("warn")
        try:
            yield
        finally:
            torch.cuda.set_sync_debug_mode("default")
        return

    # without a GPU: a rehearsal, as if the truth of a tensor were on another device
    def is_true(tensor):
        warnings.warn("called a synchronizing CUDA operation", stacklevel=2)
        return tensor.item()

    with mock.patch.object(torch.Tensor, "__bool__", is_true):
        yield


def measure_waits(report, fit, device, quick):
    """Count waits of the phases of small fits, and profile the steps of one of them.

    Parameters
    ----------
    report : Report
    fit : callable
        From the name of a task, a number of rows and parameters to a fitted model.
    device : str
    quick : bool
    """
    n_rows = 200 if quick else 1000
    steps = {"reference_steps": 10, "clone_steps": 10} if quick else {}
    small = {"strength": 0.1, "reference_steps": 60, "clone_steps": 60, "max_iter": 4} | steps
    for name, (phases, task, settings) in WAITING_FITS.items():

        def waits(phases=phases, task=task, settings=settings):
            with counted_waits(device) as (waits, n_steps):
                fit(task, n_rows, **small | settings)
            return [describe(p, waits.get(p, Counter()), n_steps[p]) for p in phases]

        report.measure(name, waits)
    report.measure("profile", lambda: profile(fit, n_rows, small, device), limit=60)


#: What is fitted: the phases to tell of, the task, and parameters.
WAITING_FITS = {
    "invariants, soap": (("outside", "reference", "imitation", "task"), "O5", {}),
    "invariants of items": (("reference",), "inertia", {}),
    "sets": (("reference",), "sets", {}),
    "average": (("reference",), "board", {}),
    "average of samples": (("reference",), "vectors", {"reference": "average"}),
    "pointwise": (("reference",), "board", {"reference": "pointwise"}),
    "tensors": (("reference",), "vectors", {"reference": "tensors"}),
    "anchor weights": (("task",), "O5", {"anchor": "weights"}),
    "anchor orbit": (("task",), "O5", {"anchor": "orbit"}),
    "cloned layers": (("task",), "board", {"cloning": "layers"}),
    "copied weights": (("reference", "task"), "board", {"cloning": "weights"}),
    "solver soap": (("task",), "O5", {"solver": "soap"}),
    "early stopping": (("task",), "O5", {"early_stopping": True, "max_iter": 8}),
}


def describe(phase, counts, n_steps):
    total, often = sum(counts.values()), [p for p, n in counts.items() if 2 * n >= n_steps > 0]
    return {
        "phase": phase,
        "value": total / max(1, n_steps),
        "unit": "waits a step" if n_steps else "waits",
        "beside": n_steps,
        "verdict": f"WRONG: in every step, {', '.join(often)}" if often else "",
        "note": ", ".join(f"{n} {place}" for place, n in counts.most_common(6)),
    }


def profile(fit, n_rows, settings, device):
    """Return a row for each phase: its time, that of the GPU, and the operations that take most."""
    with timed_phases(device) as seconds:
        fit("O5", n_rows, **settings)
    activities = [torch.profiler.ProfilerActivity.CPU]
    if torch.device(device).type == "cuda":
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    rows = []

    @contextmanager
    def enter(phase, n_steps):
        with torch.profiler.profile(activities=activities) as profiler:
            yield
            wait(device)
        rows.append(_profile_row(phase, profiler.key_averages(), n_steps, seconds[phase]))

    with around_phases(enter):
        fit("O5", n_rows, **settings)
    return rows


def _profile_row(phase, events, n_steps, seconds):
    operations = [e for e in events if e.device_type == DeviceType.CPU and "::" in e.key]
    busy = sum(e.self_device_time_total for e in operations) / n_steps
    called = Counter()
    for event in events:
        for name in ("LaunchKernel", "StreamSynchronize", "Memcpy"):
            called[name] += event.count * (event.key.startswith("cu") and name in event.key)
    counts = [f"{n / n_steps:.2g} {name}" for name, n in called.items()]
    tops = [
        f"{where}: " + ", ".join(f"{n} {t:.0f}" for n, t in _largest(operations, key, n_steps))
        for where, key in [("GPU", "self_device_time_total"), ("CPU", "self_cpu_time_total")]
    ]
    return {
        "phase": phase,
        "value": 1e6 * seconds / n_steps,
        "unit": "µs a step",
        "beside": busy,
        "ratio": busy / (1e6 * seconds / n_steps),
        "note": f"{', '.join(counts)}; " + "; ".join(tops),
    }


def _largest(events, key, n_steps):
    largest = sorted(events, key=lambda e: getattr(e, key), reverse=True)[:5]
    return [(e.key.split("::")[-1], getattr(e, key) / n_steps) for e in largest]
