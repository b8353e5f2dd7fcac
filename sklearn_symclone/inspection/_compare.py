"""Learning curves with and without symmetries: what a symmetry is worth in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone, is_classifier
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit, check_cv
from sklearn.utils import check_random_state, check_X_y
from sklearn.utils.validation import check_memory

from .._version import __version__
from ..estimators import EquivariantClassifier, EquivariantRegressor, SymmetryClonedRegressor
from ..symmetry import as_symmetry
from ._axes import axes
from ._rivals import Augmented, boosting

#: Shares of the rows to learn from that are compared if nothing else is asked for.
SHARES = (0.1, 0.3, 1.0)
#: Splits, and the share of the rows that each holds out.
SPLITS, HELD_OUT = 3, 0.3


@dataclass(frozen=True, eq=False)
class SymmetryComparison:
    """Scores of methods at growing numbers of rows, as :func:`compare_symmetries` returns them.

    Parameters
    ----------
    cells : list of dict
        One for each method, number of rows and split: ``method``, ``n_rows``, ``split``, ``score``
        and ``error``, which is the message of a fit that failed, else None.

    See Also
    --------
    compare_symmetries : Returns it.

    Examples
    --------
    >>> from sklearn_symclone.inspection import SymmetryComparison
    >>> cell = {"method": "none", "n_rows": 10, "split": 0, "score": 0.5, "error": None}
    >>> SymmetryComparison([cell]).summary()["none"]
    [(10, 0.5, 0.0)]
    """

    cells: list

    @property
    def failures(self) -> dict:
        """The message of each method that failed at least once."""
        return {cell["method"]: cell["error"] for cell in self.cells if cell["error"]}

    def to_frame(self) -> Any:
        """Return the cells as a table.

        Returns
        -------
        pandas.DataFrame
            A row for each cell.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError(
                "a table needs pandas, which is not installed: pip install pandas, or read .cells"
            ) from error
        return pd.DataFrame(self.cells)

    def summary(self) -> dict:
        """Return mean scores and standard deviations over the splits.

        Returns
        -------
        dict of str to list of (int, float, float)
            For each method its numbers of rows, mean scores and standard deviations.
        """
        scores: dict = {}
        for cell in self.cells:
            if cell["error"] is None:
                of_method = scores.setdefault(cell["method"], {})
                of_method.setdefault(cell["n_rows"], []).append(cell["score"])
        return {
            method: [
                (n, float(np.mean(found)), float(np.std(found)))
                for n, found in sorted(of_method.items())
            ]
            for method, of_method in scores.items()
        }

    def plot(self, *, ax: Any = None) -> Any:
        """Draw learning curves, with bands of a standard deviation over the splits.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw. None: a new figure.

        Returns
        -------
        matplotlib Axes
            With a line for each method.
        """
        ax = axes(ax)
        for method, points in self.summary().items():
            n_rows, means, deviations = map(np.array, zip(*points, strict=True))
            (line,) = ax.plot(n_rows, means, marker="o", label=method)
            low, high = means - deviations, means + deviations
            ax.fill_between(n_rows, low, high, color=line.get_color(), alpha=0.2)
        ax.set(xlabel="rows to learn from", ylabel="held-out score", xscale="log")
        ax.legend()
        return ax


def compare_symmetries(
    X: ArrayLike,
    y: ArrayLike,
    symmetries: Sequence,
    *,
    train_sizes: Sequence[int] | None = None,
    estimator: Any = None,
    rivals: bool = True,
    cv: Any = None,
    memory: Any = None,
    n_jobs: int | None = None,
) -> SymmetryComparison:
    """Compare learning curves with and without symmetries.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The samples.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        The targets, or the classes.
    symmetries : sequence of Symmetry, Representation or str
        The candidates. No symmetry is always among the methods.
    train_sizes : sequence of int, default=None
        Numbers of rows to learn from. None: .1, .3 and 1 of the rows that are not held out.
    estimator : estimator, default=None
        A ``SymmetryClonedRegressor`` or ``SymmetryClonedClassifier``, whose ``strength`` is kept.
        Its ``random_state`` seeds splits and fits, 0 if it is None. None: the regressor with
        default parameters, which chooses the strength for each symmetry.
    rivals : bool, default=True
        Whether other methods are compared, too: for each symmetry the equivariant network that is
        cloned and a plain network that sees moved copies of the rows; and boosted trees.
    cv : int, splitter, iterable of (train, test), or None, default=None
        How rows are held out. None: .3 of them, three times.
    memory : str, object with the joblib.Memory interface, or None, default=None
        Folder where each cell is kept. An interrupted comparison goes on there.
    n_jobs : int or None, default=None
        Number of cells that are computed at once, as in joblib. A ``joblib.parallel_config`` can
        send them to other machines.

    Returns
    -------
    SymmetryComparison
        All scores, those of ``estimator.score``. A method that fails keeps the others, and its
        message is in ``failures``.

    Raises
    ------
    ValueError
        If there is no candidate, or fewer rows to learn from than ``train_sizes`` asks for.

    See Also
    --------
    symmetry_test : Whether data have a symmetry.

    Examples
    --------
    >>> from sklearn_symclone import SymmetryClonedRegressor
    >>> from sklearn_symclone.datasets import make_o5
    >>> from sklearn_symclone.inspection import compare_symmetries
    >>> X, y = make_o5(60, random_state=0)
    >>> quick = SymmetryClonedRegressor(
    ...     strength=1, reference_steps=5, clone_steps=5, max_iter=2, hidden_layer_sizes=8)
    >>> found = compare_symmetries(
    ...     X, y, ["2*O(5)"], estimator=quick, train_sizes=[30], cv=2, rivals=False)
    >>> sorted(found.summary())
    ['2*O(5)', 'no symmetry']
    """
    X, y = check_X_y(X, y, dtype=[np.float64, np.float32], multi_output=True)
    if isinstance(symmetries, str) or len(symmetries) == 0:
        raise ValueError(f"symmetries must be a list of at least one symmetry, got {symmetries!r}")
    estimator = SymmetryClonedRegressor() if estimator is None else estimator
    seed = 0 if estimator.random_state is None else estimator.random_state
    splits = _splits(X, y, cv, is_classifier(estimator), seed)
    fewest = min(len(train) for train, _ in splits)
    if train_sizes is None:
        train_sizes = [max(2, round(share * fewest)) for share in SHARES]
    if not all(2 <= size <= fewest for size in train_sizes):
        raise ValueError(
            f"train_sizes must be from 2 to {fewest}, the rows that cv leaves to learn from, got "
            f"{list(train_sizes)}"
        )
    methods = _methods(estimator, symmetries, rivals, seed)
    score = _score if memory is None else check_memory(memory).cache(_score)
    cells = [
        {"method": name, "n_rows": int(size), "split": number}
        for number in range(len(splits))
        for size in train_sizes
        for name in methods
    ]

    def rows_of(cell):
        train, test = splits[cell["split"]]
        return train[: cell["n_rows"]], test

    found = joblib.Parallel(n_jobs=n_jobs)(
        joblib.delayed(_attempt)(score, methods[cell["method"]], X, y, *rows_of(cell))
        for cell in cells
    )
    return SymmetryComparison(
        [{**cell, "score": s, "error": e} for cell, (s, e) in zip(cells, found, strict=True)]
    )


def _splits(X, y, cv, classifies, seed):
    """Return training rows in random order, and held-out rows, of each split."""
    if cv is None:
        kind = StratifiedShuffleSplit if classifies else ShuffleSplit
        cv = kind(SPLITS, test_size=HELD_OUT, random_state=seed)
    splits = check_cv(cv, y, classifier=classifies).split(X, y)
    random_state = check_random_state(seed)
    return [(random_state.permutation(train), test) for train, test in splits]


def _methods(estimator, symmetries, rivals, seed):
    """Return an estimator that is not fitted for each method, by name."""
    plain = clone(estimator).set_params(symmetry=None, random_state=seed)
    methods = {"no symmetry": plain}
    for symmetry in symmetries:
        name = str(as_symmetry(symmetry))
        methods[name] = clone(plain).set_params(symmetry=symmetry)
        if rivals:
            methods[f"reference, {name}"] = _reference(plain, symmetry)
            methods[f"augmentation, {name}"] = Augmented(clone(plain), symmetry, random_state=seed)
    if rivals:
        methods["boosted trees"] = boosting(is_classifier(estimator), seed)
    return methods


def _reference(plain, symmetry):
    """Return the equivariant network that an estimator clones."""
    kind = EquivariantClassifier if is_classifier(plain) else EquivariantRegressor
    shared = ("reference", "reference_steps", "random_state", "device", "memory")
    return kind(symmetry, **{name: getattr(plain, name) for name in shared})


def _attempt(score, method, X, y, train, test):
    """Return the score and None, or NaN and the message of what failed."""
    try:
        return score(method, X[train], y[train], X[test], y[test], __version__), None
    except Exception as error:  # whatever fails here, the other cells count
        return float("nan"), f"{type(error).__name__}: {error}"


def _score(method, X, y, X_test, y_test, version):
    """Fit a method and return its score; the version is part of the key of the cache."""
    return float(clone(method).fit(X, y).score(X_test, y_test))
