"""Random fits for ``fuzz.py``: a symmetry, a table, an estimator and its parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

import sklearn_symclone
from sklearn_symclone import Symmetry

EXACT = ("S({n})", "A({n})", "C({n})", "D({n})", "O({n})", "SO({n})", "Signs({n})", "U({n})")
RARE = ("E({n})", "SE({n})", "T({n})", "SO+(1,{n})", "O(1,{n})", "Sp(2)", "SU(2)", "SL({n})")
BOXES = ("S(2) wr S(2)", 'Grid(2,2,"D4")', 'Polygon({n},"D")', "Scaling({n})", "GL({n})")
ATTRIBUTES = ("", "", "", "", ".dual", ".det", ".alt2", ".sym2", ".pseudo", ".pairs", ".regular")
TERMS = ("{0}", "2*{0}", "{0}*S(3)", "{0}*2", "{0}**2", "{0}*O(3)", "1 + {0}", "{0}*1")
#: Items of which a mask says which ones are present.
MASKED = ("S(3)*2", "S(3)", "S(3) + 1", "S(3)*O(2)", "S(3)*E(2)")
#: Columns of most tables, and of the widest ones.
MOST_COLUMNS, WIDEST = 15, 400
#: Estimators, a regressor and a classifier of each kind, with the share of cases that have it.
KINDS = {"SymmetryCloned{}": 0.75, "Equivariant{}": 0.15, "SymmetryCloned{}CV": 0.1}
OPTIONS = {
    "strength": ["auto", 0.0, 0.1, 0.5, 1.0],
    "strengths": [(0.0, 1.0), (0.3,)],
    "cloning": ["network", "network", "network", "layers", "weights"],
    "reference": ["auto", "auto", "auto", "tensors", "average", "quadratic", "sets", "invariants"],
    "reference_fit": ["task", "task", "random"],
    "anchor": ["function", "function", "weights", "orbit", "subspace"],
    "clone_inputs": ["orbit", "gaussian"],
    "hidden_layer_sizes": [(192, 192), (8, 8), (1,), 4, ()],
    "activation": ["auto", "auto", "relu", "tanh"],
    "solver": ["adam", "adam", "sgd", "lbfgs"],
    "learning_rate": ["constant", "adaptive", "invscaling"],
    "batch_size": ["auto", 1, 7, 1000],
    "learning_rate_init": [None, 1e-3, 1.0, 1e30],
    "alpha": ["auto", 1e-4, 0.0, 1e6],
    "early_stopping": [False, False, True],
    "n_restarts": [0, 0, 1],
    "loss": ["squared_error", "squared_error", "poisson"],
    "class_weight": [None, "balanced"],
}


class Case(NamedTuple):
    """One fit.

    Parameters
    ----------
    kind : str
        The name of an estimator.
    method : {"fit", "partial_fit"}
    X, y : array-like
    sample_weight : ndarray or None
    parameters : dict
        Of the estimator, its symmetry among them.
    """

    kind: str
    method: str
    X: object
    y: object
    sample_weight: np.ndarray | None
    parameters: dict

    def predictions(self):
        """Fit, and return what is predicted for the samples of the fit."""
        model = getattr(sklearn_symclone, self.kind)(**self.parameters)
        settings = {"sample_weight": self.sample_weight}
        if self.method == "partial_fit" and "Classifier" in self.kind:
            settings["classes"] = np.unique(self.y)
        getattr(model, self.method)(self.X, self.y, **settings)
        return getattr(model, "predict_proba", model.predict)(self.X)


def random_case(seed):
    """Return a random case.

    Parameters
    ----------
    seed : int
    """
    random = np.random.RandomState(seed)
    symmetry, is_masked = _symmetry(random)
    n_columns, n_outputs = _sizes(symmetry, random)
    X = _table(random, int(random.choice([1, 3, 5, 12, 20, 30])), n_columns)
    if is_masked:
        X[:, :3] = random.uniform(size=(len(X), min(3, n_columns))) < 0.8
    is_classification = random.uniform() < 0.3
    y = _classes(random, len(X), n_outputs) if is_classification else None
    if y is None:
        y = _table(random, len(X), n_outputs)
        y = y[:, 0] if n_outputs == 1 else y
    kind = str(random.choice(list(KINDS), p=list(KINDS.values())))
    kind = kind.format("Classifier" if is_classification else "Regressor")
    is_chunk = kind.startswith("SymmetryCloned") and random.uniform() < 0.1
    weights = _weights(random, len(X))
    return Case(
        kind,
        "partial_fit" if is_chunk else "fit",
        _contained(random, X),
        y,
        weights,
        _parameters(random, kind, symmetry, seed),
    )


def _parameters(random, kind, symmetry, seed):
    known = getattr(sklearn_symclone, kind)().get_params()
    found = {"reference_steps": 3, "clone_steps": 3, "max_iter": 2, "random_state": seed}
    found |= {"cv": 2, "symmetry": symmetry, "symmetries": (symmetry, None)}
    found["hidden_layer_sizes"] = (8,)
    for name, values in OPTIONS.items():
        if random.uniform() < 0.2:
            found[name] = values[random.randint(len(values))]
    return {name: value for name, value in found.items() if name in known}


def _symmetry(random):
    """Return an expression, and whether it begins with a mask of three items."""
    if random.uniform() < 0.05:
        return f"S(3).mask + {random.choice(MASKED)}", True
    is_wide = random.uniform() < 0.05
    text = _side(random)
    while not is_wide and _sizes(text)[0] > MOST_COLUMNS:
        text = _side(random)
    if random.uniform() < 0.4:
        text += f" -> {_outputs_for(text, random)}"
    return text, False


def _side(random, n_terms=3):
    terms = []
    for _ in range(1 + random.randint(n_terms)):
        groups = EXACT if random.uniform() < 0.7 else (*RARE, *BOXES)
        text = str(random.choice(groups)).format(n=random.choice([1, 2, 2, 3, 3, 4]))
        if random.uniform() < 0.1:
            text += "'"
        if random.uniform() < 0.2:
            text = f"({text}){random.choice(ATTRIBUTES)}"
        terms.append(str(random.choice(TERMS)).format(text if " " not in text else f"({text})"))
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


def _sizes(symmetry, random=None):
    """Return numbers of columns that fit, few where there is no such number.

    If a generator is given, it is off by one in one of twenty cases.
    """
    wrong = 0
    if random is not None and random.uniform() < 0.05:
        wrong = int(random.choice([1, -1]))
    try:
        read = Symmetry.parse(symmetry)
        n_columns = read.inputs.dimension + wrong
        n_outputs = 1 if read.outputs is None else read.outputs.dimension
    except ValueError:
        return 4, 1
    return max(1, min(n_columns, WIDEST)), max(1, min(n_outputs, WIDEST // 4))


def _table(random, n_rows, n_columns):
    """Return random numbers, in a third of the cases with something odd about them."""
    table = random.standard_normal((n_rows, n_columns)) * 10.0 ** random.uniform(-3, 3)
    row, column = random.randint(n_rows), random.randint(n_columns)
    change = random.randint(33)
    if change == 0:
        table[:] = random.standard_normal()
    elif change == 1:
        table[:, column] = 1e3
    elif change == 2:
        table[row, column] = 10.0 ** random.uniform(5, 300)
    elif change == 3:
        table *= 10.0 ** random.uniform(-100, 100)
    elif change == 4:
        table *= random.choice([1e38, 1e-38, 1e-100, 1e154, 1e-310])
    elif change == 5:
        table = np.rint(table)
    elif change == 6:
        table[row] = random.choice([np.nan, np.inf, -np.inf])
    elif change == 7:
        table[:] = table[row]
    elif change == 8:
        table[:, column] = table[:, 0] * (1 + 1e-12)
    elif change == 9:
        table[:, column] += 1e9
    elif change == 10:
        table[random.uniform(size=n_rows) < 0.5] = 0
    with np.errstate(over="ignore"):
        return table.astype(np.float32) if random.uniform() < 0.2 else table


def _classes(random, n_rows, n_classes):
    """Return labels: numbers, words, truth values, one class alone, or a matrix of 0 and 1."""
    n_classes = max(n_classes, 2)
    if n_rows < n_classes:
        return np.arange(n_rows)
    y = random.permutation(np.arange(n_rows) % n_classes)
    kind = random.randint(8)
    if kind == 0:
        return np.array([f"class {label}" for label in y])
    if kind == 1:
        return y > 0
    if kind == 2:
        return np.zeros(n_rows, dtype=int)
    if kind == 3:
        return (random.uniform(size=(n_rows, n_classes)) < 0.5).astype(int)
    return y


def _weights(random, n_rows):
    """Return weights of samples, None in most cases."""
    weights = random.uniform(size=n_rows)
    change = random.randint(32)
    if change == 0:
        weights *= 10.0 ** random.uniform(-46, 38)
    elif change == 1:
        weights[:] = random.choice([1e-46, 1e38, 0.0])
    elif change == 2:
        weights[random.randint(n_rows)] = random.choice([np.nan, -1.0, 1e30])
    elif change == 3:
        weights[:-1] = 0
    elif change > 5:
        return None
    return weights


def _contained(random, X):
    """Return a table in one of the forms that users have."""
    kind = random.randint(16)
    if kind == 0:
        return X.tolist()
    if kind == 1:
        return np.asfortranarray(X)
    if kind == 2:
        return csr_array(X)
    if kind in (3, 4):
        import pandas

        return pandas.DataFrame(X, columns=[f"x{place}" for place in range(X.shape[1])])
    if kind == 5:
        return np.repeat(X, 2, axis=0)[::2]
    return X
