"""Whether fits on a GPU come to the same as on a CPU."""

from __future__ import annotations

import io
import pickle
import time
from functools import partial

import numpy as np
import torch
from _gpu_cases import CASES, as_classes, make_rows
from _gpu_memory import OUT_OF_MEMORY, out_of_memory

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressorCV,
)

#: Cases that come before those of memory that does not suffice.
N_FIRST = 34


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


def measure_right(report, device, quick, pool, only=None):
    """Compare cases; those on the CPU are fitted in the processes of a pool, if there is one.

    Parameters
    ----------
    report : Report
    device : {"cuda", "rehearsal"}
    quick : bool
    pool : Pool or None
    only : list of str or None
        Names of the cases to compare. None: all of them.
    """
    names = [*list(CASES)[:N_FIRST], *OUT_OF_MEMORY, *list(CASES)[N_FIRST:]]
    names = [name for name in names if only is None or name in only]
    expected = {name: later(pool, on_cpu, name, quick) for name in names if name in CASES}
    for name in names:
        if name in CASES:
            row = partial(compare_case, name, device, quick, expected[name])
        else:
            row = partial(out_of_memory, device, quick, OUT_OF_MEMORY[name])
        report.measure(name, row, limit=60)


def later(pool, function, *args):
    """Return a function that gives what a function returns, from another process if there is one.

    Without one, it is called when it is asked for.
    """
    if pool is None:
        return partial(function, *args)
    result = pool.apply_async(function, args)
    return lambda: result.get(timeout=90)
