"""Random expressions, tables and parameters: each fit predicts finite values, or is refused by us.

An error is ours if it is a ValueError, TypeError or MemoryError that this library or scikit-learn's
validation has raised, in less than ``LONGEST_REFUSAL`` seconds. The others are printed.
"""

from __future__ import annotations

import argparse
import collections
import time
import traceback
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

import sklearn_symclone
from sklearn_symclone import Symmetry, SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.imitation import network, rounds

#: Seconds after which it is too late to refuse something.
LONGEST_REFUSAL = 5.0
OURS = Path(sklearn_symclone.__file__).parent
EXACT = ("S({n})", "A({n})", "C({n})", "D({n})", "O({n})", "SO({n})", "Signs({n})", "U({n})")
RARE = ("E({n})", "SE({n})", "T({n})", "SO+(1,{n})", "O(1,{n})", "Sp(2)", "SU(2)", "SL({n})")
BOXES = ("S(2) wr S(2)", 'Grid(2,2,"D4")', 'Polygon({n},"D")', "Scaling({n})", "GL({n})")
ATTRIBUTES = ("", "", "", "", ".dual", ".det", ".alt2", ".sym2", ".pseudo", ".pairs", ".regular")
OPTIONS = {
    "strength": ["auto", 0.0, 0.1, 0.5, 1.0],
    "cloning": ["network", "network", "network", "layers", "weights"],
    "reference": ["auto", "auto", "auto", "tensors", "average", "quadratic", "sets"],
    "reference_fit": ["task", "task", "random"],
    "anchor": ["function", "function", "weights", "orbit"],
    "clone_inputs": ["orbit", "gaussian"],
    "hidden_layer_sizes": [(8,), (8, 8), (1,), 4, ()],
    "activation": ["auto", "auto", "relu", "tanh"],
    "solver": ["adam", "adam", "sgd", "lbfgs"],
    "batch_size": ["auto", 1, 7, 1000],
    "learning_rate_init": [None, 1e-3, 1.0, 1e30],
    "alpha": ["auto", 1e-4, 0.0, 1e6],
    "early_stopping": [False, False, True],
    "n_restarts": [0, 0, 1],
}


class Case(NamedTuple):
    """One fit.

    Parameters
    ----------
    symmetry : str
    X, y : ndarray
    is_classification : bool
    parameters : dict
    """

    symmetry: str
    X: np.ndarray
    y: np.ndarray
    is_classification: bool
    parameters: dict

    def outcome(self):
        """Fit, and return what has come of it in a word, and the seconds that it took."""
        kind = SymmetryClonedClassifier if self.is_classification else SymmetryClonedRegressor
        model = kind(symmetry=self.symmetry, **self.parameters)
        start = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.fit(self.X, self.y)
                found = model.predict_proba(self.X) if self.is_classification else None
                found = model.predict(self.X) if found is None else found
        except Exception as error:
            return _judged(error, time.perf_counter() - start)
        word = "fitted" if np.isfinite(found).all() else "not finite"
        return word, time.perf_counter() - start


def _judged(error, seconds):
    file = traceback.extract_tb(error.__traceback__)[-1].filename
    is_ours = OURS in Path(file).parents or "/sklearn/utils/" in file
    if type(error).__name__ == "DivergenceError":
        return "diverged", seconds
    if not is_ours or not isinstance(error, ValueError | TypeError | MemoryError):
        return f"foreign {type(error).__name__}", seconds
    return ("refused" if seconds < LONGEST_REFUSAL else "refused late"), seconds


def random_case(seed):
    """Return a random case.

    Parameters
    ----------
    seed : int
    """
    random = np.random.RandomState(seed)
    symmetry = _side(random)
    if random.uniform() < 0.4:
        symmetry += f" -> {_outputs_for(symmetry, random)}"
    n_columns, n_outputs = _sizes(symmetry, random)
    X = _table(random, int(random.choice([1, 2, 5, 12, 30, 60])), n_columns)
    is_classification = random.uniform() < 0.3
    if is_classification:
        y = np.arange(len(X)) % max(n_outputs, 2)
    else:
        y = _table(random, len(X), n_outputs)
        y = y[:, 0] if n_outputs == 1 else y
    parameters = {"reference_steps": 3, "clone_steps": 3, "max_iter": 2, "random_state": seed}
    for name, values in OPTIONS.items():
        if random.uniform() < 0.3:
            parameters[name] = values[random.randint(len(values))]
    return Case(symmetry, X, y, is_classification, parameters)


def _side(random, n_terms=3):
    terms = []
    for _ in range(1 + random.randint(n_terms)):
        groups = EXACT if random.uniform() < 0.7 else (*RARE, *BOXES)
        text = str(random.choice(groups)).format(n=1 + random.randint(4))
        if random.uniform() < 0.1:
            text += "'"
        if random.uniform() < 0.3:
            text = f"({text}){random.choice(ATTRIBUTES)}"
        others = ["{0}", "2*{0}", "{0}*S(3)", "{0}*2", "{0}**2", "{0}*O(3)", "1 + {0}", "{0}*1"]
        terms.append(str(random.choice(others)).format(text if " " not in text else f"({text})"))
    return " + ".join(terms)


def _outputs_for(inputs, random):
    """Return outputs that a group of the inputs moves, in most cases."""
    try:
        groups = Symmetry.parse(inputs).groups
    except ValueError:
        groups = ()
    if not groups or random.uniform() < 0.1:
        return _side(random, 2)
    return str(groups[random.randint(len(groups))] * int(random.randint(1, 3)))


def _sizes(symmetry, random):
    """Return numbers of columns that fit in most cases, few where there is no such number."""
    wrong = int(random.choice([0, 0, 0, 0, 0, 0, 0, 0, 1, -1]))
    try:
        read = Symmetry.parse(symmetry)
        n_columns = read.inputs.dimension + wrong
        n_outputs = 1 if read.outputs is None else read.outputs.dimension
    except ValueError:
        return 4, 1
    return max(1, min(n_columns, 400)), max(1, min(n_outputs, 100))


def _table(random, n_rows, n_columns):
    table = random.standard_normal((n_rows, n_columns)) * 10.0 ** random.uniform(-3, 3)
    change = random.randint(16)
    if change == 0:
        table[:] = random.standard_normal()
    elif change == 1:
        table[:, random.randint(n_columns)] = 1e3
    elif change == 2:
        table[random.randint(n_rows), random.randint(n_columns)] = 10.0 ** random.uniform(5, 200)
    elif change == 3:
        table *= 10.0 ** random.uniform(-60, 60)
    elif change == 4:
        table = np.rint(table)
    elif change == 5:
        table[random.randint(n_rows)] = np.nan
    with np.errstate(over="ignore"):
        return table.astype(np.float32) if random.uniform() < 0.2 else table


def make_fits_small():
    """Imitate fewer samples than usual, so that many fits can be made."""
    for module in (network, rounds):
        module.N_FRESH = 64
    network.POOL = network.SMALL_POOL = 256


def main():
    from _report import write_table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first case")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    arguments = parser.parse_args()
    make_fits_small()
    found, start = collections.defaultdict(list), time.perf_counter()
    for seed in range(arguments.first, arguments.first + arguments.cases):
        case = random_case(seed)
        word, seconds = case.outcome()
        found[word].append(seconds)
        if word not in ("fitted", "refused", "diverged") or seconds > 60:
            print(seed, word, f"{seconds:.1f} s", case.symmetry, case.parameters, flush=True)
        if time.perf_counter() - start > arguments.seconds:
            break
    rows = [
        {
            "outcome": word,
            "cases": len(times),
            "median s": np.median(times),
            "longest s": max(times),
        }
        for word, times in sorted(found.items())
    ]
    n_cases = sum(row["cases"] for row in rows)
    command = f"python benchmarks/fuzz.py --first {arguments.first} --cases {n_cases}"
    write_table(rows, "fuzz", "Random fits", command)


if __name__ == "__main__":
    main()
