"""Where the host waits for a GPU in the phases of a fit, and a profile of their steps."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from _gpu_cases import few_frames, make_rows
from _phases import around_phases, timed_phases, wait
from torch.autograd import DeviceType
from torch.optim.optimizer import register_optimizer_step_post_hook

import sklearn_symclone
from sklearn_symclone import SymmetryClonedRegressor

OURS = str(Path(sklearn_symclone.__file__).parent)


def small_fit(device, quick):
    """Return a function that fits a task by name."""

    def fit(task, n_rows, **settings):
        X, y, symmetry = make_rows(task, n_rows, seed=0)
        widths = (16, 16) if quick else (192, 192)
        settings = {"symmetry": symmetry, "hidden_layer_sizes": widths} | settings
        model = SymmetryClonedRegressor(device=device, random_state=0, **settings)
        with few_frames():
            return model.fit(X.astype(np.float32), y)

    return fit


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
    waits : dict of str to list of (str, int)
        The place of each wait, and how many steps had been taken before.
    steps : Counter
        Of each phase.
    """
    waits, steps, now, taken = {}, Counter(), ["outside"], Counter()

    def note(message, category, filename, lineno, file=None, line=None):
        if "synchronizing CUDA operation" in str(message):
            waits.setdefault(now[0], []).append((place(), taken["steps"]))

    def count(*args):
        taken["steps"] += 1

    @contextmanager
    def enter(phase, n_steps):
        now[0] = phase
        steps[phase] += n_steps
        yield
        now[0] = "outside"

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note
        counting = register_optimizer_step_post_hook(count)
        try:
            with around_phases(enter), _warned_of_waits(device):
                yield waits, steps
        finally:
            counting.remove()


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


def measure_waits(report, device, quick):
    """Count waits of the phases of small fits, and profile the steps of one of them."""
    fit = small_fit(device, quick)
    n_rows = 200 if quick else 1000
    steps = {"reference_steps": 10, "clone_steps": 10} if quick else {}
    small = {"strength": 0.1, "reference_steps": 60, "clone_steps": 60, "max_iter": 4} | steps
    for name, (phases, task, settings) in WAITING_FITS.items():

        def waits(phases=phases, task=task, settings=settings):
            with counted_waits(device) as (waits, n_steps):
                fit(task, n_rows, **small | settings)
            return [describe(p, waits.get(p, []), n_steps[p]) for p in phases]

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


def describe(phase, waits, n_steps):
    """Return a row about a phase; a place that waits in every second step or more is wrong."""
    counts = Counter(place for place, _ in waits)
    in_steps = Counter(place for place, _ in set(waits))  # many waits of one step count once
    often = [place for place, n in in_steps.items() if 2 * n >= n_steps > 0]
    return {
        "phase": phase,
        "value": len(waits) / max(1, n_steps),
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
