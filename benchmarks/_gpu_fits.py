"""Whole fits with default parameters on a GPU, beside a CPU."""

from __future__ import annotations

import time

import numpy as np
from _gpu_right import later
from _phases import timed_phases

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_inertia, make_o5, make_particle_interaction

TASKS = {
    "O5": (make_o5, "2*O(5)"),
    "inertia": (make_inertia, "S(5) + S(5)*O(3) -> O(3)**2"),
    "particle": (make_particle_interaction, "4*SO+(1,3)"),
}


def whole_fit(task, device, quick):
    """Return seconds, test MSE and the seconds of each phase of a fit."""
    make, symmetry = TASKS[task]
    settings = {"reference_steps": 20, "clone_steps": 20, "max_iter": 3} if quick else {}
    X, Y = make(100 if quick else 1000, random_state=0)
    X_new, Y_new = make(3000, random_state=1)
    model = SymmetryClonedRegressor(symmetry=symmetry, device=device, random_state=0, **settings)
    with timed_phases(device) as phases:
        start = time.perf_counter()
        model.fit(X, Y)
        seconds = time.perf_counter() - start
    return seconds, float(np.mean((model.predict(X_new) - Y_new) ** 2)), dict(phases)


def measure_whole_fits(report, device, quick, pool):
    expected = {task: later(pool, whole_fit, task, "cpu", quick) for task in TASKS}
    gpu = {}

    def beside_cpu(task):
        seconds, error, phases = gpu[task]
        cpu_seconds, cpu_error, cpu_phases = expected[task]()
        parts = " ".join(f"{p} {phases[p]:.1f}/{cpu_phases[p]:.1f}" for p in phases)
        return {
            "value": seconds,
            "unit": "s",
            "beside": cpu_seconds,
            "ratio": cpu_seconds / seconds,
            # seeds of one task differ by as much
            "verdict": "right" if error < 3 * cpu_error else "WRONG: a larger error",
            "note": f"MSE {error:.2e}, CPU {cpu_error:.2e}; {parts}",
        }

    def on_device(task):
        gpu[task] = whole_fit(task, device, quick)
        seconds, error, phases = gpu[task]
        parts = " ".join(f"{p} {s:.1f}" for p, s in phases.items())
        return {"value": seconds, "unit": "s", "note": f"MSE {error:.2e}; {parts}"}

    for task in TASKS:
        report.measure(f"{task} alone", lambda task=task: on_device(task), limit=60)
    for task in gpu:
        report.measure(f"{task} beside the CPU", lambda task=task: beside_cpu(task), limit=60)
