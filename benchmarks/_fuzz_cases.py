"""Hypothesis strategies of random fits: an expression, a table, an estimator and its parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas
from hypothesis import strategies as st
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
#: Estimators, a regressor and a classifier of each kind, the frequent ones more often.
KINDS = ("SymmetryCloned{}",) * 7 + ("Equivariant{}",) * 2 + ("SymmetryCloned{}CV",)
OPTIONS = {
    "strength": ["auto", 0.0, 0.1, 0.5, 1.0],
    "strengths": [(0.0, 1.0), (0.3,)],
    "cloning": ["network", "network", "network", "layers", "weights"],
    "reference": [*["auto"] * 3, "tensors", "average", "additive", "quadratic", "linear", "sets"],
    "reference_fit": ["task", "task", "random"],
    "anchor": ["function", "function", "weights", "orbit", "subspace"],
    "clone_inputs": ["orbit", "gaussian"],
    "hidden_layer_sizes": ["auto", (192, 192), (8, 8), (1,), 4, ()],
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


def one_in(n):
    """Return a strategy of truth values, of which about one in n is true."""
    return st.integers(1, n).map(lambda value: value == n)


@st.composite
def cases(draw):
    """Draw a case."""
    symmetry, is_masked = draw(symmetries())
    n_columns, n_outputs = sizes(symmetry)
    # in one of twenty cases, a column is missing or left over
    n_columns = max(1, n_columns + draw(st.sampled_from([0] * 38 + [1, -1])))
    n_columns, n_outputs = min(n_columns, WIDEST), min(n_outputs, WIDEST // 4)
    n_rows = draw(st.sampled_from([12, 20, 30, 5, 3, 1]))
    X = draw(tables(n_rows, n_columns))
    if is_masked:
        X[:, :3] = draw(generators()).uniform(size=(n_rows, min(3, n_columns))) < 0.8
    is_classification = draw(one_in(3))
    if is_classification:
        y = draw(labels(n_rows, n_outputs))
    else:
        y = draw(tables(n_rows, n_outputs))
        y = y[:, 0] if n_outputs == 1 else y
    kind = draw(st.sampled_from(KINDS)).format("Classifier" if is_classification else "Regressor")
    is_chunk = kind.startswith("SymmetryCloned") and draw(one_in(10))
    return Case(
        kind,
        "partial_fit" if is_chunk and not kind.endswith("CV") else "fit",
        draw(containers(X)),
        y,
        draw(weights(n_rows)),
        draw(parameters(kind, symmetry)),
    )


def generators():
    """Return a strategy of NumPy's generators."""
    return st.integers(0, 2**32 - 1).map(np.random.RandomState)


@st.composite
def parameters(draw, kind, symmetry):
    """Draw the parameters of an estimator: few steps, and some of the ``OPTIONS``."""
    known = getattr(sklearn_symclone, kind)().get_params()
    found = {"reference_steps": 3, "clone_steps": 3, "max_iter": 2}
    found |= {"random_state": draw(st.integers(0, 2**32 - 1))}
    found |= {"cv": 2, "symmetry": symmetry, "symmetries": (symmetry, None)}
    found["hidden_layer_sizes"] = (8,)
    for name, values in OPTIONS.items():
        if name in known and draw(one_in(5)):
            found[name] = draw(st.sampled_from(values))
    return {name: value for name, value in found.items() if name in known}


@st.composite
def symmetries(draw):
    """Draw an expression, and whether it begins with a mask of three items."""
    if draw(one_in(20)):
        return f"S(3).mask + {draw(st.sampled_from(MASKED))}", True
    inputs = sides()
    if not draw(one_in(20)):
        inputs = inputs.filter(lambda text: sizes(text)[0] <= MOST_COLUMNS)
    text = draw(inputs)
    if draw(st.integers(1, 5)) > 3:
        text += f" -> {draw(outputs_for(text))}"
    return text, False


@st.composite
def sides(draw, most_terms=3):
    """Draw one side of an expression."""
    terms = []
    for _ in range(draw(st.integers(1, most_terms))):
        groups = EXACT if draw(st.integers(1, 10)) <= 7 else (*RARE, *BOXES)
        text = draw(st.sampled_from(groups)).format(n=draw(st.sampled_from([1, 2, 2, 3, 3, 4])))
        if draw(one_in(10)):
            text += "'"
        if draw(one_in(5)):
            text = f"({text}){draw(st.sampled_from(ATTRIBUTES))}"
        term = draw(st.sampled_from(TERMS))
        terms.append(term.format(text if " " not in text else f"({text})"))
    return " + ".join(terms)


@st.composite
def outputs_for(draw, inputs):
    """Draw outputs that a group of the inputs moves, in most cases."""
    try:
        groups = Symmetry.parse(inputs).groups
    except ValueError:
        groups = ()
    if not groups or draw(one_in(10)):
        return draw(sides(2))
    return str(draw(st.sampled_from(groups)) * draw(st.integers(1, 2)))


def sizes(symmetry):
    """Return the numbers of columns and of outputs of an expression, few if it has none."""
    try:
        read = Symmetry.parse(symmetry)
        return read.inputs.dimension, 1 if read.outputs is None else read.outputs.dimension
    except ValueError:
        return 4, 1


#: What may be odd about a table.
CHANGES = (
    "all equal",
    "a constant column",
    "a large value",
    "another unit",
    "a column in another unit",
    "at the limits",
    "integers",
    "not finite",
    "equal rows",
    "equal columns",
    "a far column",
    "rows of zeros",
)


@st.composite
def tables(draw, n_rows, n_columns):
    """Draw a table, in a third of the cases with something odd about it."""
    random = draw(generators())
    table = random.standard_normal((n_rows, n_columns)) * 10.0 ** random.uniform(-3, 3)
    if draw(one_in(3)):
        _make_odd(table, draw(st.sampled_from(CHANGES)), random)
    with np.errstate(over="ignore"):
        return table.astype(np.float32) if draw(one_in(5)) else table


def _make_odd(table, change, random):
    row, column = random.randint(len(table)), random.randint(table.shape[1])
    match change:
        case "all equal":
            table[:] = table[0, 0]
        case "a constant column":
            table[:, column] = 1e3
        case "a large value":
            table[row, column] = 10.0 ** random.uniform(5, 300)
        case "another unit":
            table *= 10.0 ** random.uniform(-100, 100)
        case "a column in another unit":
            table[:, column] *= 10.0 ** random.uniform(-100, 100)
        case "at the limits":
            table *= random.choice([1e38, 1e-38, 1e-100, 1e154, 1e-310])
        case "integers":
            table[:] = np.rint(table)
        case "not finite":
            table[row] = random.choice([np.nan, np.inf, -np.inf])
        case "equal rows":
            table[:] = table[row]
        case "equal columns":
            table[:, column] = table[:, 0] * (1 + 1e-12)
        case "a far column":
            table[:, column] += 1e9
        case "rows of zeros":
            table[random.uniform(size=len(table)) < 0.5] = 0


@st.composite
def labels(draw, n_rows, n_classes):
    """Draw labels: numbers, words, truth values, one class alone, or a matrix of 0 and 1."""
    n_classes = max(n_classes, 2)
    if n_rows < n_classes:
        return np.arange(n_rows)
    random = draw(generators())
    y = random.permutation(np.arange(n_rows) % n_classes)
    kind = draw(st.integers(0, 7))
    if kind == 7:
        return np.array([f"class {label}" for label in y])
    if kind == 6:
        return y > 0
    if kind == 5:
        return np.zeros(n_rows, dtype=int)
    if kind == 4:
        return (random.uniform(size=(n_rows, n_classes)) < 0.5).astype(int)
    return y


@st.composite
def weights(draw, n_rows):
    """Draw weights of samples, None in most cases."""
    if not draw(one_in(6)):
        return None
    random = draw(generators())
    found = random.uniform(size=n_rows)
    change = draw(st.integers(0, 5))
    if change == 5:
        found *= 10.0 ** random.uniform(-46, 38)
    elif change == 4:
        found[:] = draw(st.sampled_from([1e-46, 1e38, 0.0]))
    elif change == 3:
        found[random.randint(n_rows)] = draw(st.sampled_from([np.nan, -1.0, 1e30]))
    elif change == 2:
        found[:-1] = 0
    return found


def containers(X):
    """Return a strategy of a table in one of the forms that users have."""
    frame = pandas.DataFrame(X, columns=[f"x{place}" for place in range(X.shape[1])])
    fortran, repeated = np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2]
    return st.sampled_from([X] * 8 + [frame] * 2 + [X.tolist(), fortran, csr_array(X), repeated])
