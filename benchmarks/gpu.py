"""What a GPU gives: the same results as the CPU, and how fast.

It prints a table row by row, in five minutes on one GPU, and does nothing without one.
A rehearsal on the CPU, of the same code with small numbers::

    python benchmarks/gpu.py --device cpu --quick --out /tmp/gpu
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from _gpu_speed import measure_stacked, measure_steps, measure_waits, timed_phases, wait
from _report import RESULTS, markdown_table
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.datasets import make_inertia, make_o5, make_particle_interaction
from sklearn_symclone.references import average
from sklearn_symclone.references.sets import Sets
from sklearn_symclone.training import net

COLUMNS = ["section", "what", "value", "unit", "beside", "ratio", "verdict", "note", "seconds"]
#: Seconds by which a row may outlast its section.
GRACE = 20
#: Share of the seconds at the end of which a section must be through; what one leaves over is for
#: the next ones.
SECTIONS = {"right": 0.45, "whole fits": 0.62, "stacked": 0.67, "waits": 0.82, "steps": 1.0}


class TookTooLong(BaseException):
    """A row took too long; no other code should catch this."""


class Report:
    """Rows that are printed, and written to files, as they come.

    Parameters
    ----------
    folder : Path
    card : str
        The name of the device.
    device : str
    seconds : float
        That all sections may take.
    """

    def __init__(self, folder, card, device, seconds):
        self.folder, self.card, self.device, self.seconds = folder, card, device, seconds
        self.start, self.rows, self.lost = time.monotonic(), [], False
        folder.mkdir(parents=True, exist_ok=True)
        self.errors = folder / "gpu_errors.log"
        self.errors.unlink(missing_ok=True)

    def open(self, section):
        """Begin a section."""
        self.section = section
        self.deadline = self.start + SECTIONS[section] * self.seconds

    def measure(self, what, function, limit=40):
        """Add the rows that a function returns, as a dict or several; a failure is a row as well.

        Parameters
        ----------
        what : str
        function : callable
        limit : float, default=40
            Seconds after which it is interrupted.
        """
        left = self.deadline - time.monotonic()
        if self.lost or left < 1:
            self._add(what, {"verdict": "skipped", "note": self.lost or "no time left"}, 0.0)
            return
        start = time.monotonic()
        try:
            with alarm(min(limit, left + GRACE)):
                found = function()
        except TookTooLong:
            found = {"verdict": f"WRONG: took more than {min(limit, left + GRACE):.0f} s"}
        except Exception as error:
            first = (str(error).splitlines() or [""])[0]
            found = {"verdict": f"WRONG: {type(error).__name__}: {first[:150]}"}
            with open(self.errors, "a") as file:
                file.write(f"{self.section}, {what}\n{traceback.format_exc()}\n")
            del error
            self._recover()
        for row in [found] if isinstance(found, dict) else found:
            self._add(what, row, time.monotonic() - start)

    def _recover(self):
        gc.collect()
        try:
            if self.device == "cuda":
                torch.cuda.empty_cache()
            wait(self.device)
        except Exception as error:
            self.lost = f"the GPU is lost: {error}".splitlines()[0]

    def _add(self, what, row, seconds):
        if "phase" in row:
            what = f"{what}: {row['phase']}"
        row = {"section": self.section, "what": what, "seconds": round(seconds, 2), **row}
        self.rows.append(row)
        print(line(row), flush=True)
        self.write()

    def write(self):
        """Write all rows so far."""
        with open(self.folder / "gpu.csv", "w", newline="") as file:
            columns = [*COLUMNS, "device"]
            writer = csv.DictWriter(
                file, columns, extrasaction="ignore", restval="", lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(row | {"device": self.card} for row in self.rows)
        versions = f"python {sys.version.split()[0]}, torch {torch.__version__}"
        versions += f", numpy {np.__version__}"
        notes = (
            f"{self.card}. *right*: a score on the GPU, beside that of the CPU; the note has the "
            "relative difference of predictions and the seconds of both. *whole fits*: seconds, "
            "beside those of the CPU of the same machine. *stacked*: beside one after the other. "
            "*waits*: host synchronisations of a step, beside the number of steps; of a profile, "
            "µs a step beside those in which the GPU works. *steps*: beside raw torch."
        )
        parts = ["# On a GPU", notes, markdown_table(self.rows, COLUMNS)]
        text = "\n\n".join([*parts, f"`python benchmarks/gpu.py`, {versions}"])
        (self.folder / "gpu.md").write_text(text + "\n")


def line(row):
    """Return a row as a short line."""
    numbers = [f"{row[k]:.4g}" if row.get(k, "") != "" else "" for k in ("value", "beside")]
    ratio = f"x{row['ratio']:.3g}" if row.get("ratio", "") != "" else ""
    value, beside = numbers
    beside = f"| {beside}" if beside else ""
    cells = (row["section"], row["what"], value, row.get("unit", ""), beside, ratio)
    cells = (*cells, row.get("verdict", ""), row.get("note", ""))
    text = " ".join(str(cell) for cell in cells if cell != "")
    return text[: 400 if row["what"].startswith("profile") else 170]


@contextmanager
def alarm(seconds):
    """Interrupt what is within after some seconds."""

    def interrupt(*args):
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, max(0.1, seconds))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# small tasks


def make_rows(task, n_rows, seed):
    """Return X, y and the symmetry of a task."""
    normal = np.random.RandomState(seed).standard_normal
    if task == "O5":
        return *make_o5(n_rows, random_state=seed), "2*O(5)"
    if task == "inertia":
        return *make_inertia(n_rows, random_state=seed), "S(5) + S(5)*O(3) -> O(3)**2"
    if task == "sets":
        a, b = (X := normal((n_rows, 10))).reshape(-1, 5, 2).transpose(2, 0, 1)
        return X, (np.sin(a) * b).sum(1), "S(5)*2"
    if task == "board":
        X = normal((n_rows, 9))
        return X, X[:, 4] * X[:, [0, 2, 6, 8]].sum(1) + X[:, 1::2].sum(1), 'Grid(3,3,"D4")*1'
    if task == "vectors":
        X = normal((n_rows, 6))
        return X, (X[:, :3] * X[:, 3:]).sum(1) + (X[:, :3] ** 2).sum(1), "2*O(3)"
    if task == "points":
        r = (X := normal((n_rows, 12))).reshape(-1, 4, 3)
        return X, np.linalg.norm(r[:, :, None] - r[:, None], axis=3).sum((1, 2)), "S(4)*E(3)"
    if task == "volumes":
        X = normal((n_rows, 9))
        return X, np.linalg.det(X.reshape(-1, 3, 3)), "3*SL(3)"
    raise ValueError(f"task must be one of those above, got {task!r}")


#: Cases that come before those of memory that does not suffice.
N_FIRST = 24


def as_classes(y):
    return np.array(["low", "middle", "high"])[np.digitize(y, np.quantile(y, [1 / 3, 2 / 3]))]


def fit_rows(model, X, y, device):
    return model.fit(X, y)


def fit_few_frames(model, X, y, device):
    """Fit a sampled average, over fewer elements than are taken otherwise."""
    with few_frames():
        return model.fit(X, y)


def few_frames():
    return mock.patch.object(average, "N_FRAMES", 32)


def fit_chunks(model, X, y, device):
    classes = {"classes": np.unique(y)} if hasattr(model, "predict_proba") else {}
    for rows in np.array_split(np.arange(len(X)), 4):
        model.partial_fit(X[rows], y[rows], **classes)
    return model


def fit_twice(model, X, y, device):
    """Fit two times: by a warm start, or from the cache."""
    return model.fit(X, y).fit(X, y)


def fit_with_memory(model, X, y, device):
    with tempfile.TemporaryDirectory() as folder:
        model.set_params(memory=folder).fit(X, y)
        first = model.predict(X)
        model.fit(X, y).set_params(memory=None)
    np.testing.assert_allclose(model.predict(X), first, rtol=1e-3, atol=1e-3 * np.std(first))
    return model


def fit_weighted(model, X, y, device):
    return model.fit(X, y, sample_weight=np.linspace(0, 2, len(X)))


def fit_in_bfloat16(model, X, y, device):
    if device == "cpu":  # what the others are compared with
        return model.fit(X, y)
    with torch.autocast("cuda" if device == "cuda" else "cpu", torch.bfloat16):
        return model.fit(X, y)


def fit_accelerated(model, X, y, device, precision="no"):
    """Fit with Accelerate, which keeps its settings for the whole of a process."""
    if device == "cpu":
        return model.fit(X, y)
    from accelerate.state import AcceleratorState, GradientState

    settings = {"ACCELERATE_MIXED_PRECISION": precision}
    if device != "cuda":
        settings["ACCELERATE_USE_CPU"] = "true"
    try:
        with mock.patch.dict(os.environ, settings):
            return model.set_params(device="accelerate").fit(X, y)
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()


def own_reference(symmetry):
    return Sets(symmetry)


class Listener(Callback):
    """Reads the loss of each batch."""

    def on_batch_end(self, net, loss=None, training=False, **kwargs):
        float(loss.detach())


@dataclass(frozen=True)
class Case:
    """A small fit.

    Parameters
    ----------
    task : str
    settings : dict
        Beside those of all cases; "symmetry" and "symmetries" are that of the task if not given.
    kind : type
    fit : callable
    dtype : str
    exact : float or None
        The relative difference of predictions that rounding may make. None: steps amplify it.
    """

    task: str = "O5"
    settings: dict = field(default_factory=dict)
    kind: type = SymmetryClonedRegressor
    fit: object = fit_rows
    dtype: str = "float64"
    exact: float | None = None


CLASSIFIER = {"kind": SymmetryClonedClassifier}
SEARCH = {"symmetries": ("2*O(5)", None), "strengths": (0.0, 0.1), "cv": 2}
PLAIN = {"symmetry": None}
CASES = {
    "invariants 2*O(5)": Case(),
    "invariants inertia": Case("inertia"),
    "sets": Case("sets"),
    "average": Case("board"),
    "average of samples": Case("vectors", {"reference": "average"}, fit=fit_few_frames),
    "pointwise": Case("board", {"reference": "pointwise"}),
    "tensors 2*O(3)": Case("vectors", {"reference": "tensors"}),
    "tensors 3*SL(3)": Case("volumes"),
    "points": Case("points"),
    "own reference": Case("sets", {"reference": own_reference}),
    "random reference": Case(settings={"reference_fit": "random", "strength": 0.01}),
    "Gaussian inputs": Case(settings={"clone_inputs": "gaussian"}),
    "no symmetry, float64": Case(settings=PLAIN, exact=1e-5),
    "no symmetry, float32": Case(settings=PLAIN, dtype="float32", exact=1e-2),
    "classifier": Case(**CLASSIFIER),
    "classifier, sets": Case("sets", **CLASSIFIER),
    "float32": Case(dtype="float32"),
    "cloned layers": Case("board", {"cloning": "layers"}),
    "cloned layers, anchor weights": Case("sets", {"cloning": "layers", "anchor": "weights"}),
    "copied weights": Case("board", {"cloning": "weights"}),
    "copied weights, anchor orbit": Case("sets", {"cloning": "weights", "anchor": "orbit"}),
    "copied weights, classes": Case("sets", {"cloning": "weights"}, **CLASSIFIER),
    "anchor weights": Case(settings={"anchor": "weights"}),
    "anchor orbit": Case(settings={"anchor": "orbit"}),
    "anchor orbit, inertia": Case("inertia", {"anchor": "orbit"}),
    "solver sgd": Case(settings={"solver": "sgd", "learning_rate_init": 1e-3}),
    "solver lbfgs": Case(settings={"solver": "lbfgs"}),
    "solver soap": Case(settings={"solver": "soap"}),
    "early_stopping": Case(settings={"early_stopping": True, "max_iter": 8}),
    "n_restarts=2": Case(settings={"n_restarts": 2}),
    "n_restarts, no symmetry": Case(settings=PLAIN | {"n_restarts": 2}, exact=1e-5),
    "strength=0": Case(settings={"strength": 0.0}, exact=1e-5),
    "strength=1": Case(settings={"strength": 1.0}),
    'strength="auto"': Case(settings={"strength": "auto"}),
    "RegressorCV": Case(settings=SEARCH, kind=SymmetryClonedRegressorCV),
    "ClassifierCV": Case(settings=SEARCH, kind=SymmetryClonedClassifierCV),
    "partial_fit": Case(fit=fit_chunks),
    "partial_fit, classes": Case(fit=fit_chunks, **CLASSIFIER),
    "partial_fit, anchor orbit": Case(settings={"anchor": "orbit"}, fit=fit_chunks),
    "warm_start": Case(settings={"warm_start": True}, fit=fit_twice),
    "memory": Case(fit=fit_with_memory),
    "sample_weight": Case(fit=fit_weighted),
    "callbacks": Case(settings={"callbacks": [Listener()]}),
    'device="auto"': Case(settings={"device": "auto"}),
    "autocast, bfloat16": Case(dtype="float32", fit=fit_in_bfloat16),
    "autocast, strength=0": Case(settings={"strength": 0.0}, dtype="float32", fit=fit_in_bfloat16),
    "accelerate": Case(dtype="float32", fit=fit_accelerated),
    "accelerate, bfloat16": Case(dtype="float32", fit=partial(fit_accelerated, precision="bf16")),
}


def run_case(name, device, quick):
    """Fit a case, and return the model, its predictions, its score and the seconds."""
    torch_device = "cpu" if device == "rehearsal" else device
    case, n_rows = CASES[name], 60 if quick else 200
    steps = (20, 20, 3) if quick else (60, 60, 4)
    X, y, symmetry = make_rows(case.task, n_rows + 500, seed=0)
    X = X.astype(case.dtype)
    settings = dict(zip(("reference_steps", "clone_steps", "max_iter"), steps, strict=True))
    settings |= {"hidden_layer_sizes": (64, 64), "device": torch_device, "random_state": 0}
    if not issubclass(case.kind, SymmetryClonedRegressorCV | SymmetryClonedClassifierCV):
        settings["symmetry"] = symmetry
    if issubclass(case.kind, SymmetryClonedClassifier):
        y = as_classes(y)
    settings |= case.settings
    if device == "cpu":
        settings["device"] = "cpu"
    start = time.perf_counter()
    model = case.fit(case.kind(**settings), X[:n_rows], y[:n_rows], device)
    seconds = time.perf_counter() - start
    X, y = X[n_rows:], y[n_rows:]
    answers = model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)
    return model, answers, model.score(X, y), seconds


def on_cpu(name, quick):
    """Return what a case comes to on the CPU."""
    return run_case(name, "cpu", quick)[1:]


class TensorFinder(pickle.Pickler):
    """Notes the devices of all tensors that it pickles."""

    def __init__(self, file):
        super().__init__(file)
        self.devices = set()

    def reducer_override(self, obj):
        if isinstance(obj, torch.Tensor):
            self.devices.add(obj.device.type)
        return NotImplemented


def compare_case(name, device, quick, expected):
    """Return a row: a fit on the device beside that of the CPU, which ``expected()`` returns."""
    case = CASES[name]
    model, answers, score, seconds = run_case(name, device, quick)
    cpu_answers, cpu_score, cpu_seconds = expected()
    spread = np.linalg.norm(cpu_answers - cpu_answers.mean(0))
    difference = float(np.linalg.norm(answers - cpu_answers) / spread)
    row = {
        "value": float(score),
        "unit": "accuracy" if hasattr(model, "predict_proba") else "R²",
        "beside": float(cpu_score),
        "verdict": "right",
        "note": f"differ by {difference:.1e}, {seconds:.1f} s and {cpu_seconds:.1f} s",
    }
    # many steps amplify rounding
    noise = 0.05 + 0.25 * abs(1 - cpu_score)
    wrong = wrong_with(model, answers)
    if case.exact is not None and not difference <= case.exact:
        wrong = wrong or f"predictions differ by {difference:.1e}"
    if not abs(score - cpu_score) <= noise:
        wrong = wrong or f"scores differ by more than {noise:.2g}"
    return row | ({"verdict": f"WRONG: {wrong}"} if wrong else {})


def wrong_with(model, answers):
    """Return what is wrong with a fitted model, None if nothing is."""
    if not np.isfinite(answers).all():
        return "predictions are not finite"
    if not all(isinstance(a, np.ndarray) for a in model.coefs_ + model.intercepts_):
        return "coefs_ are no arrays"
    finder = TensorFinder(file := io.BytesIO())
    finder.dump(model)
    if finder.devices - {"cpu"}:
        return f"the pickle has tensors on {finder.devices}"
    again = pickle.loads(file.getvalue())
    for first, second in zip(model.coefs_, again.coefs_, strict=True):
        if not np.array_equal(first, second):
            return "a pickle changes it"
    if next(model.to_module().parameters()).is_cuda:
        return "to_module() is on the GPU"
    return None


def measure_right(report, device, quick, pool):
    expected = {name: later(pool, on_cpu, name, quick) for name in CASES}
    too_large = start_far_too_large(device)
    rows = {name: partial(compare_case, name, device, quick, expected[name]) for name in CASES}
    memory = {
        name: partial(out_of_memory, device, quick, case) for name, case in OUT_OF_MEMORY.items()
    }
    memory["memory: a network for no machine"] = partial(far_too_large, too_large)
    first, rest = list(rows)[:N_FIRST], list(rows)[N_FIRST:]
    try:
        for name in [*first, *memory, *rest]:
            report.measure(name, (rows | memory)[name], limit=60)
    finally:
        if too_large is not None and too_large.poll() is None:
            too_large.kill()


def later(pool, function, *args):
    """Return a function that gives what a function returns, from another process if there is one.

    Without one, it is called when it is asked for.
    """
    if pool is None:
        return partial(function, *args)
    result = pool.apply_async(function, args)
    return lambda: result.get(timeout=90)


# memory that does not suffice

#: Rows, megabytes that are left free, and parameters.
OUT_OF_MEMORY = {
    "memory: a wide network": (1000, 1024, PLAIN | {"hidden_layer_sizes": (12000, 12000)}),
    "memory: a large batch": (
        131072,
        1024,
        PLAIN | {"hidden_layer_sizes": (4096, 4096), "batch_size": 131072},
    ),
    "memory: a reference": (40000, 128, {}),
}


def out_of_memory(device, quick, case):
    """Fill the GPU, fit, and return whether the error says what to change."""
    n_rows, megabytes, settings = case
    X, Y, symmetry = make_rows("inertia", 200 if quick else n_rows, seed=0)
    settings = {"symmetry": symmetry, "max_iter": 2, "random_state": 0} | settings
    if quick:
        settings |= {"hidden_layer_sizes": (16, 16)}
    model = SymmetryClonedRegressor(device=device if device == "cuda" else "cpu", **settings)
    with filled(device, megabytes):
        verdict = try_to_fit(model, X.astype(np.float32), Y)
    gc.collect()
    if device == "cuda":
        torch.cuda.empty_cache()
    model.set_params(hidden_layer_sizes=(16, 16), batch_size="auto", symmetry=None)
    model.fit(X[:200], Y[:200])  # the GPU is of use again
    return verdict


@contextmanager
def filled(device, megabytes):
    """Leave so much of the memory of a GPU free."""
    if device != "cuda":
        error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB\nmore")
        with mock.patch.object(net.TensorNet, "train_step_single", side_effect=error):
            yield
        return
    gc.collect()
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info()
    ballast = torch.empty(free - megabytes * 2**20, dtype=torch.uint8, device="cuda")
    try:
        yield
    finally:
        del ballast
        torch.cuda.empty_cache()


def try_to_fit(model, X, Y):
    try:
        model.fit(X, Y)
    except MemoryError as error:
        message = str(error)
    else:
        return {"verdict": "WRONG: it fitted"}
    if "does not suffice" not in message or hasattr(model, "coefs_"):
        return {"verdict": f"WRONG: MemoryError: {message[:120]}"}
    return {"verdict": "right", "note": message.partition('device="cpu" (')[2][:80]}


FAR_TOO_LARGE = """
import signal
signal.alarm(30)  # before it fills a machine that promises more memory than it has
import numpy as np
from sklearn_symclone import SymmetryClonedRegressor
X = np.random.RandomState(0).standard_normal((200, 10)).astype(np.float32)
model = SymmetryClonedRegressor(hidden_layer_sizes=({width}, {width}), device="{device}")
try:
    model.fit(X, X[:, 0])
except Exception as error:
    print(type(error).__name__ + ": " + str(error).splitlines()[0])
"""


def start_far_too_large(device):
    """Start a process that fits what fits into no machine; None without a GPU."""
    if device != "cuda":
        return None
    code = FAR_TOO_LARGE.format(width=400_000, device=device)
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def far_too_large(process):
    """Return what that process came to; it is ended if it still tries."""
    if process is None:
        return {"verdict": "skipped", "note": "there is no GPU"}
    try:
        said, _ = process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        return {"verdict": "WRONG: no error"}
    said = (said.splitlines() or [f"it ended with {process.returncode}"])[-1]
    is_right = said.startswith("MemoryError") and "does not suffice" in said
    return {"verdict": "right" if is_right else f"WRONG: {said[:120]}"}


# whole fits

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


def small_fit(device, quick):
    """Return a function that fits a task by name, for section "waits"."""

    def fit(task, n_rows, **settings):
        X, y, symmetry = make_rows(task, n_rows, seed=0)
        widths = (16, 16) if quick else (192, 192)
        settings = {"symmetry": symmetry, "hidden_layer_sizes": widths} | settings
        model = SymmetryClonedRegressor(device=device, random_state=0, **settings)
        with few_frames():
            return model.fit(X.astype(np.float32), y)

    return fit


def start_worker():
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of gpu.csv and gpu.md")
    parser.add_argument("--seconds", type=float, default=300, help="that all may take, about")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--quick", action="store_true", help="small numbers")
    parser.add_argument("--only", choices=SECTIONS, nargs="+", default=list(SECTIONS))
    parser.add_argument("--workers", type=int, help="processes for the fits on the CPU")
    arguments = parser.parse_args()
    device, quick = arguments.device, arguments.quick
    if device == "cuda" and not torch.cuda.is_available():
        print("This machine has no GPU that torch can use: there is nothing to measure.")
        return
    warnings.simplefilter("ignore", ConvergenceWarning)
    card = torch.cuda.get_device_name() if device == "cuda" else "CPU, a rehearsal"
    report = Report(arguments.out, card, device, arguments.seconds)
    print(f"{card}, torch {torch.__version__}, numpy {np.__version__}", flush=True)
    n_workers = arguments.workers
    if n_workers is None:
        n_workers = 0 if os.cpu_count() < 4 else min(12, os.cpu_count() - 3)
    pool = None
    if n_workers:
        # a process that has used a GPU must not be forked
        pool = multiprocessing.get_context("spawn").Pool(n_workers, start_worker)
    try:
        measure_all(report, device, quick, pool, arguments.only)
    finally:
        if pool is not None:
            pool.terminate()
    finish(report)


def measure_all(report, device, quick, pool, sections):
    device_in_cases = "cuda" if device == "cuda" else "rehearsal"
    measures = {
        "right": lambda: measure_right(report, device_in_cases, quick, pool),
        "whole fits": lambda: measure_whole_fits(report, device, quick, pool),
        "stacked": lambda: measure_stacked(report, device, quick),
        "waits": lambda: measure_waits(report, small_fit(device, quick), device, quick),
        "steps": lambda: measure_steps(report, device, quick),
    }
    for section in sections:
        report.open(section)
        if section == "right":  # what starts when a GPU is first used counts for no row
            report.measure("first use", partial(first_use, device))
        try:
            measures[section]()
        except Exception as error:
            report.lost = False
            report.measure(section, partial(_raise, error))


def _raise(error):
    raise error


def first_use(device):
    start = time.perf_counter()
    a = torch.randn(64, 64, device=device)
    torch.linalg.qr(torch.linalg.eigh(a @ a.T)[1])
    wait(device)
    return {"value": time.perf_counter() - start, "unit": "s"}


def finish(report):
    """Print the whole table once more, at the end of the output."""
    print("\n" + "\n".join(line(row) for row in report.rows))
    wrong = [row for row in report.rows if str(row.get("verdict", "")).startswith("WRONG")]
    skipped = [row for row in report.rows if row.get("verdict") == "skipped"]
    print(
        f"{report.card}: {len(report.rows)} rows, {len(wrong)} wrong, {len(skipped)} skipped, "
        f"{time.monotonic() - report.start:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
