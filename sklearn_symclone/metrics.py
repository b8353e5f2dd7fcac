"""How well a model keeps a symmetry: a number, an assertion for tests, and a scorer."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import check_scoring, get_scorer
from sklearn.utils import check_array, check_random_state

from . import returned
from .symmetry import Representation, Symmetry, as_symmetry, column_names, has_mask


def equivariance_error(
    model: Any,
    X: ArrayLike,
    symmetry: Symmetry | Representation | str,
    *,
    n_elements: int = 1,
    random_state: int | np.random.RandomState | None = None,
) -> float:
    r"""Return how far a model is from a symmetry, between 0 (exact) and 1.

    For a model h it is

    .. math:: \frac{\|h(gx) - \rho(g)h(x)\|}{\|h(gx)\| + \|\rho(g)h(x)\|}

    with norms over all samples x and random group elements g, as in the published code of "A
    Practical Method for Constructing Equivariant Multilayer Perceptrons" (arXiv 2104.09459).
    Elements of a compact group are Haar distributed. What other groups stretch by has the logarithm
    N(0, 0.5²), and a boost the rapidity N(0, 0.5²).

    Parameters
    ----------
    model : fitted estimator, or callable
        A classifier is asked for ``predict_proba``, a regressor for ``predict``. A callable takes
        an ndarray of samples and returns their answers.
    X : array-like of shape (n_samples, n_features)
        Samples on which the error is measured.
    symmetry : Symmetry, Representation or str
        How inputs and answers transform. Answers are invariant if it says nothing of them. Columns
        of a data frame and classes of an estimator are found by the names that it has for them.
    n_elements : int, default=1
        Number of group elements that are drawn for each sample.
    random_state : int, RandomState or None, default=None
        Draws the group elements.

    Returns
    -------
    float
        The relative error, from 0 to 1.

    Raises
    ------
    ValueError
        If the symmetry does not fit the columns of X or of the answers.

    See Also
    --------
    assert_equivariant : The same as an assertion.
    make_orbit_scorer : Scores a model on samples and on moved samples.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.metrics import equivariance_error
    >>> X = np.arange(12.0).reshape(4, 3)
    >>> equivariance_error(lambda X: X.sum(axis=1), X, "S(3)", random_state=0)
    0.0
    >>> equivariance_error(lambda X: X**2, X, "O(3) -> O(3)", random_state=0) > 0.1
    True
    """
    answer, X, before, symmetry = _prepare(model, X, symmetry, n_elements)
    elements = symmetry.sample(len(X), check_random_state(random_state), X)
    return _relative(*_answers_of_moved(answer, X, before, symmetry, elements))


def _prepare(model, X, symmetry, n_elements):
    """Return the model as a function, the samples, their answers, and the bound symmetry."""
    if not (isinstance(n_elements, Integral) and n_elements >= 1):
        raise ValueError(f"n_elements must be a whole number of at least 1, got {n_elements!r}")
    table = _Table(as_symmetry(symmetry), X)
    X = np.tile(table.rows, (n_elements, 1))
    function = getattr(model, "predict_proba", None) or getattr(model, "predict", model)
    of_classes = slice(None)
    if table.symmetry.classes is not None and hasattr(model, "predict_proba"):
        of_classes = table.symmetry.class_places(model.classes_)

    def answer(rows):
        prediction = returned.checked_predictions(function(table.framed(rows)), len(rows))
        return prediction.reshape(len(rows), -1)[:, of_classes]

    before = answer(X)
    symmetry = table.symmetry.bind(X.shape[1], before.shape[1], target="the prediction")
    return answer, X, before, symmetry


def _answers_of_moved(answer, X, before, symmetry, elements):
    """Return the answers for moved samples, and the moved answers; those of absent items are 0."""
    moved = symmetry.inputs.transform(elements, X)
    answers = answer(moved), symmetry.outputs.transform(elements, before)
    return tuple(_of_present(symmetry, moved, y) for y in answers)


def _of_present(symmetry, X, y):
    return y if symmetry.masking is None else symmetry.masking.masked_outputs(X, y)


class _Table:
    """A table whose rows are in the order of a symmetry, for a model that knows the table."""

    def __init__(self, symmetry, X):
        self.symmetry, self.like = symmetry, X
        # names are checked first: what is left over need not be numbers
        self.places = symmetry.column_places(column_names(X))
        self.rows = self._checked(X)

    def _checked(self, X):
        """Return rows as finite numbers; what stands in the columns of absent items is replaced."""
        is_masked = has_mask(self.symmetry.inputs)
        rows = check_array(X, dtype=[np.float64, np.float32], ensure_all_finite=not is_masked)
        rows = rows if self.places is None else rows[:, self.places]
        return check_array(self.symmetry.filled(rows)) if is_masked else rows

    def framed(self, rows):
        """Return rows as a table like the one that was given, with its names in its order."""
        frame = self.like
        if self.places is not None:
            rows = rows[:, np.argsort(self.places)]
        if hasattr(frame, "column_names"):  # pyarrow
            return type(frame).from_arrays(list(rows.T), names=frame.column_names)
        if not hasattr(frame, "columns"):
            return rows
        if isinstance(frame.columns, list):  # polars
            return type(frame)(rows, schema=frame.columns)
        return type(frame)(rows, columns=frame.columns)


def _relative(after, moved):
    size = np.linalg.norm(after) + np.linalg.norm(moved)
    # NaN is not exact: a size that is NaN gives an error that is NaN
    return 0.0 if size == 0 else float(np.linalg.norm(after - moved) / size)


def assert_equivariant(
    model: Any,
    X: ArrayLike,
    symmetry: Symmetry | Representation | str,
    *,
    tol: float = 1e-6,
    n_elements: int = 4,
    random_state: int | np.random.RandomState | None = 0,
) -> None:
    """Raise an AssertionError unless a model keeps a symmetry.

    Use it in tests of your own models and formulas.

    Parameters
    ----------
    model : fitted estimator, or callable
        As for :func:`equivariance_error`.
    X : array-like of shape (n_samples, n_features)
        Samples on which the error is measured.
    symmetry : Symmetry, Representation or str
        How inputs and answers transform. Answers are invariant if it says nothing of them. Columns
        of a data frame and classes of an estimator are found by the names that it has for them.
    tol : float, default=1e-6
        Largest equivariance error that passes. It is relative to the spread of the answers over the
        samples, so that a large constant in the answers does not hide an error.
    n_elements : int, default=4
        Number of group elements that are drawn for each sample.
    random_state : int, RandomState or None, default=0
        Draws the group elements.

    Raises
    ------
    AssertionError
        If the error exceeds ``tol``. The message has the error, and names the factor of the group
        that is broken most.

    See Also
    --------
    equivariance_error : The error as a number.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.metrics import assert_equivariant
    >>> X = np.random.RandomState(0).standard_normal((50, 6))
    >>> assert_equivariant(lambda X: X[:, :3] - X[:, 3:], X, "2*O(3) -> O(3)")
    >>> assert_equivariant(lambda X: X[:, 0], X, "2*O(3)")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    AssertionError: not equivariant under '2*O(3) -> 1': error 0.7..., 1e-06 is allowed; ...
    """
    if not (isinstance(tol, Real) and tol >= 0):
        raise ValueError(f"tol must be a number of at least 0, got {tol!r}")
    answer, X, before, symmetry = _prepare(model, X, symmetry, n_elements)
    every = symmetry.sample(len(X), check_random_state(random_state), X)

    def error(elements):
        after, moved = _answers_of_moved(answer, X, before, symmetry, elements)
        # relative to the spread, because a large invariant constant would hide everything else
        difference = np.linalg.norm(after - moved)
        spread = sum(np.linalg.norm(y - y.mean(axis=0)) for y in (after, moved))
        return float(difference / (spread or np.linalg.norm(moved) or 1.0))

    found = error(every)
    if not found <= tol:
        alone = {group: error(every.only(group)) for group in symmetry.groups}
        worst = max(alone, key=alone.__getitem__)
        raise AssertionError(
            f"not equivariant under '{symmetry.expression}': error {found:.2g}, {tol:.2g} is "
            f"allowed; the group that is broken most is {worst}, with an error of "
            f"{alone[worst]:.2g} alone"
        )


def make_orbit_scorer(
    symmetry: Symmetry | Representation | str,
    scoring: str | Callable | None = None,
    *,
    share: float = 0.5,
    random_state: int | np.random.RandomState | None = 0,
) -> Callable:
    """Return a scorer that tests a model on samples and on the same samples moved by the group.

    A held-out part of the training data cannot test a symmetry that the data do not show: upright
    digits do not test whether turned digits are recognised. With this scorer, a search prefers a
    model that keeps the symmetry, unless breaking it gains more on the samples as they are than it
    loses on the moved samples.

    Parameters
    ----------
    symmetry : Symmetry, Representation or str
        How inputs and targets transform. Targets are invariant if it says nothing of them. Columns
        of a data frame and classes of an estimator are found by the names that it has for them.
    scoring : str or callable, default=None
        As in ``GridSearchCV``. It is called with values, or with labels of classes. None: the
        estimator's own score.
    share : float, default=0.5
        Weight of the score on the moved samples, between 0 and 1.
    random_state : int, RandomState or None, default=0
        Draws one group element for each sample.

    Returns
    -------
    callable
        A scorer for the ``scoring`` of ``GridSearchCV``: it takes a fitted estimator, X and y.

    Raises
    ------
    ValueError
        If ``share`` is not between 0 and 1, or ``scoring`` is not the name of a score. Scoring
        raises it if ``scoring`` returns no number.

    See Also
    --------
    equivariance_error : How far a model is from a symmetry, without targets.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn_symclone.metrics import make_orbit_scorer
    >>> X = np.random.RandomState(0).standard_normal((50, 3))
    >>> y = X.sum(axis=1)
    >>> score = make_orbit_scorer("S(3)")
    >>> float(round(score(LinearRegression().fit(X, y), X, y), 6))
    1.0
    """
    if not (isinstance(share, Real) and 0 <= share <= 1):
        raise ValueError(f"share must be a number between 0 and 1, got {share!r}")

    if scoring is not None and not callable(scoring):
        get_scorer(scoring)  # which knows the names

    def score(estimator, X, y):
        scorer = check_scoring(estimator, scoring)

        def number(rows, targets):
            return returned.checked_score(scorer(estimator, rows, targets), scoring)

        table = _Table(as_symmetry(symmetry), X)
        rows, classes = table.rows, getattr(estimator, "classes_", None)
        if classes is not None and table.symmetry.classes is not None:
            classes = classes[table.symmetry.class_places(classes)]
        Y = np.asarray(y)
        targets = (
            Y.reshape(len(Y), -1) if classes is None else (Y[:, None] == classes).astype(float)
        )
        bound = table.symmetry.bind(rows.shape[1], targets.shape[1], target="y")
        elements = bound.sample(len(rows), check_random_state(random_state), rows)
        moved = bound.inputs.transform(elements, rows)
        answers = _of_present(bound, moved, bound.outputs.transform(elements, targets))
        moved = table.framed(moved)
        answers = answers.reshape(Y.shape) if classes is None else classes[answers.argmax(axis=1)]
        return (1 - share) * number(X, y) + share * number(moved, answers)

    return score
