"""How well a model keeps a symmetry: as a number, as an assertion for tests, and in a score."""

from __future__ import annotations

from numbers import Real

import numpy as np
from sklearn.metrics import check_scoring
from sklearn.utils import check_array, check_random_state

from .symmetry import as_symmetry


def equivariance_error(model, X, symmetry, *, n_elements=1, random_state=None):
    r"""Return how far a model is from a symmetry, between 0 (exact) and 1.

    .. math:: \frac{\|h(gx) - \rho(g)h(x)\|}{\|h(gx)\| + \|\rho(g)h(x)\|}

    with norms over all rows and random group elements g, as in the published code of "A Practical
    Method for Constructing Equivariant Multilayer Perceptrons" (arXiv 2104.09459).

    Parameters
    ----------
    model : fitted estimator, or callable
        Called with rows; of a classifier ``predict_proba`` is taken, of a regressor ``predict``.
    X : array-like of shape (n_samples, n_features)
    symmetry : Symmetry, Representation or str
        Without outputs, they are invariant.
    n_elements : int, default=1
        Number of group elements drawn for each row.
    random_state : int, RandomState or None, default=None
        Draws the group elements.

    Returns
    -------
    float

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
    after = answer(symmetry.inputs.transform(elements, X))
    return _relative(after, symmetry.outputs.transform(elements, before))


def _prepare(model, X, symmetry, n_elements):
    """Return a function from rows to answers, the rows, their answers, and the bound symmetry."""
    frame, X = X, np.tile(check_array(X, dtype=[np.float64, np.float32]), (n_elements, 1))
    function = getattr(model, "predict_proba", None) or getattr(model, "predict", model)

    def answer(rows):
        # a model that was fitted to names of columns wants to see them again
        named = hasattr(frame, "columns")
        prediction = function(type(frame)(rows, columns=frame.columns) if named else rows)
        return np.asarray(prediction, dtype=float).reshape(len(rows), -1)

    before = answer(X)
    symmetry = as_symmetry(symmetry).bind(X.shape[1], before.shape[1], target="the prediction")
    return answer, X, before, symmetry


def _relative(after, moved):
    size = np.linalg.norm(after) + np.linalg.norm(moved)
    return float(np.linalg.norm(after - moved) / size) if size > 0 else 0.0


def assert_equivariant(model, X, symmetry, *, tol=1e-6, n_elements=4, random_state=0):
    """Raise an AssertionError unless a model keeps a symmetry, for tests of one's own models.

    Parameters
    ----------
    model : fitted estimator, or callable
        As for :func:`equivariance_error`.
    X : array-like of shape (n_samples, n_features)
    symmetry : Symmetry, Representation or str
        Without outputs, they are invariant.
    tol : float, default=1e-6
        The largest equivariance error that passes, relative to how much the answers vary over the
        rows: a large constant hides nothing.
    n_elements : int, default=4
        Number of group elements drawn for each row.
    random_state : int, RandomState or None, default=0
        Draws the group elements.

    Raises
    ------
    AssertionError
        With the error, and the factor of the group that is broken most.

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
    answer, X, before, symmetry = _prepare(model, X, symmetry, n_elements)
    every = symmetry.sample(len(X), check_random_state(random_state), X)

    def error(elements):
        after = answer(symmetry.inputs.transform(elements, X))
        moved = symmetry.outputs.transform(elements, before)
        # about the means: a large constant that the group keeps would hide everything else
        difference = np.linalg.norm(after - moved)
        spread = sum(np.linalg.norm(y - y.mean(axis=0)) for y in (after, moved))
        return float(difference / (spread or np.linalg.norm(moved) or 1.0))

    found = error(every)
    if not found <= tol:
        alone = {group: error(every.only(group)) for group in symmetry.groups}
        worst = max(alone, key=alone.get)
        raise AssertionError(
            f"not equivariant under '{symmetry}': error {found:.2g}, {tol:.2g} is allowed; of the "
            f"factors alone {worst} has the largest, {alone[worst]:.2g}"
        )


def make_orbit_scorer(symmetry, scoring=None, *, share=0.5, random_state=0):
    """Return a scorer that asks a model about rows as they are, and about moved ones.

    Rows that were set aside from training data say nothing of a symmetry that the training data do
    not show: upright digits do not ask for turned ones to be recognised. Scored so, a search
    prefers a model that keeps the symmetry, unless breaking it gains more on the rows as they are
    than it loses on the moved ones.

    Parameters
    ----------
    symmetry : Symmetry, Representation or str
        Without outputs, they are invariant.
    scoring : str or callable, default=None
        As in ``GridSearchCV``; it is called with values, or with labels of classes. None: the
        estimator's own score.
    share : float, default=0.5
        Weight of the score on the moved rows, between 0 and 1.
    random_state : int, RandomState or None, default=0
        Draws one group element for each row.

    Returns
    -------
    callable
        Called with a fitted estimator, X and y, as the ``scoring`` of ``GridSearchCV`` is.

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

    def score(estimator, X, y):
        scorer = check_scoring(estimator, scoring)
        rows = check_array(X, dtype=[np.float64, np.float32])
        classes = getattr(estimator, "classes_", None)
        Y = np.asarray(y)
        targets = (
            Y.reshape(len(Y), -1) if classes is None else (Y[:, None] == classes).astype(float)
        )
        bound = as_symmetry(symmetry).bind(rows.shape[1], targets.shape[1], target="y")
        elements = bound.sample(len(rows), check_random_state(random_state), rows)
        moved = bound.inputs.transform(elements, rows)
        moved = type(X)(moved, columns=X.columns) if hasattr(X, "columns") else moved
        answers = bound.outputs.transform(elements, targets)
        answers = answers.reshape(Y.shape) if classes is None else classes[answers.argmax(axis=1)]
        return (1 - share) * scorer(estimator, X, y) + share * scorer(estimator, moved, answers)

    return score
