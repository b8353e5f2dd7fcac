"""A test whether data have a symmetry, as a whole and factor by factor."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state, check_X_y
from sklearn.utils.multiclass import type_of_target

from ..symmetry import Representation, Symmetry, Trivial, as_symmetry
from ._polynomials import MOST_OF_ROWS, centred, residuals, smallest_model
from ._sign_flips import effect, features, p_value

#: Rows below which sign flips are too coarse.
FEWEST_ROWS = 40
#: Residuals below this share of the targets are rounding.
ROUNDING = 1e-12


@dataclass(frozen=True)
class SymmetryTestResult:
    """What :func:`symmetry_test` has found.

    Parameters
    ----------
    symmetry : Symmetry
        The symmetry that was tested, bound to the columns.
    p_value : float
        How often residuals of data with the symmetry look as dependent on the columns as these. A
        small value speaks against the symmetry.
    effect : float
        Share of the variance of y, between 0 and 1, that no law with the symmetry explained, and
        that the columns predict in held-out rows.
    factors : dict of str to SymmetryTestResult, default={}
        The same for each factor of the group alone, if there are several.

    See Also
    --------
    symmetry_test : Returns it.

    Examples
    --------
    >>> from sklearn_symclone.inspection import SymmetryTestResult
    >>> from sklearn_symclone.symmetry import Symmetry
    >>> print(SymmetryTestResult(Symmetry.parse("2*O(5) -> 1"), 0.01, 0.2))
    2*O(5) -> 1: p = 0.01, effect 0.2
    """

    symmetry: Symmetry
    p_value: float
    effect: float
    factors: dict[str, SymmetryTestResult] = field(default_factory=dict)

    def __str__(self):
        lines = [f"{self.symmetry}: p = {self.p_value:.2g}, effect {self.effect:.2g}"]
        for group, found in self.factors.items():
            lines.append(f"  {group} alone: p = {found.p_value:.2g}, effect {found.effect:.2g}")
        return "\n".join(lines)


def symmetry_test(
    X: ArrayLike,
    y: ArrayLike,
    symmetry: Symmetry | Representation | str,
    *,
    n_permutations: int = 299,
    random_state: int | np.random.RandomState | None = None,
) -> SymmetryTestResult:
    """Test whether the mean of y for given X has a symmetry.

    The null hypothesis is that E[y | X = gx] = ρ(g) E[y | X = x] for all group elements g. It says
    nothing about how the rows of X are distributed. Equivariant polynomials are fitted to y, of a
    degree that generalised cross-validation chooses. Where the mean has the symmetry, what they
    leave is noise, which does not depend on functions of the columns that are orthogonal to the
    polynomials. Flipped signs of the residuals, each flipped as a row, tell how large the
    dependence is by chance (a wild bootstrap).

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The samples.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        The targets, or labels of classes. The symmetry moves the shares of the classes in sorted
        order.
    symmetry : Symmetry, Representation or str
        How the columns of X and of y transform.
    n_permutations : int, default=299
        Number of sign flips. The smallest p-value is 1 / (n_permutations + 1).
    random_state : int, RandomState or None, default=None
        Draws the signs.

    Returns
    -------
    SymmetryTestResult
        The p-value and the size of the effect, for the whole group and for each factor.

    Raises
    ------
    ValueError
        If the symmetry does not fit the columns or moves none, or there are too few rows.

    See Also
    --------
    sklearn_symclone.equivariance_error : How far a fitted model is from a symmetry.

    Notes
    -----
    It finds departures that show in functions of single columns and in products of two. A broken
    part that is orthogonal to these stays unseen. A small p-value is no proof that the symmetry is
    broken if two things come together: the law is no polynomial of low degree in the invariants,
    and the distribution of X is far from symmetric. The residuals then hold a part of the law that
    has the symmetry, which the columns can predict. A large p-value is no proof of a symmetry: few
    rows and much noise hide what is broken. Rows must be independent of each other.

    The wild bootstrap of residuals is that of Liu, "Bootstrap procedures under some non-i.i.d.
    models", Annals of Statistics 16, 1988. Tests of whole conditional distributions are in Chiu,
    Sharp and Bloem-Reddy, "Randomization Tests for Conditional Group Symmetry", arXiv 2412.14391.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_o5
    >>> from sklearn_symclone.inspection import symmetry_test
    >>> X, y = make_o5(300, breaking=1.0, random_state=0)
    >>> symmetry_test(X, y, "2*O(5)", random_state=0).p_value < 0.05
    True
    """
    if not (isinstance(n_permutations, Integral) and n_permutations >= 19):
        raise ValueError(
            f"n_permutations must be a whole number of at least 19, got {n_permutations!r}: fewer "
            "cannot give a p-value of .05"
        )
    X, Y = _read(X, y)
    bound = as_symmetry(symmetry).bind(X.shape[1], Y.shape[1])
    _check_acts(bound)
    random_state = check_random_state(random_state)
    groups = bound.groups if len(bound.groups) > 1 else ()
    factors = {}
    for group in groups:
        alone = Symmetry(bound.inputs.restricted(group), bound.outputs.restricted(group))
        factors[str(group)] = _test(X, Y, alone, n_permutations, random_state)
    whole = _test(X, Y, bound, n_permutations, random_state)
    return SymmetryTestResult(bound, whole.p_value, whole.effect, factors)


def _read(X, y):
    """Return X and the targets as matrices; of classes, their indicators."""
    X, y = check_X_y(X, y, dtype=np.float64, multi_output=True, y_numeric=False)
    if type_of_target(y) in ("binary", "multiclass") and not _is_quantity(y):
        return X, (y[:, None] == np.unique(y)).astype(float)
    return X, y.reshape(len(y), -1).astype(float)


def _is_quantity(y):
    return y.dtype.kind == "f"


def _check_acts(symmetry):
    acting = ", ".join(map(str, symmetry.inputs.groups))
    if not acting:
        raise ValueError(
            f"symmetry '{symmetry}' names no group that moves columns of X: there is nothing to "
            "test, name one such as S(n) or O(n)"
        )
    for group in symmetry.groups:
        if group not in symmetry.inputs.groups:
            raise ValueError(
                f"{group} of symmetry '{symmetry}' moves no column of X, only columns of y: what "
                f"moves columns of X is {acting}"
            )


def _test(X, Y, symmetry: Any, n_permutations, random_state):
    linear, rows, targets = centred(symmetry, X, Y)
    _check_rows(linear, rows)
    targets = _scaled(targets, linear.outputs)
    span, left = residuals(linear, rows, targets)
    total = ((targets - targets.mean(axis=0)) ** 2).sum()
    if span is None or total == 0 or (left**2).sum() <= ROUNDING * (targets**2).sum():
        return SymmetryTestResult(symmetry, 1.0, 0.0)
    sets = features(X, random_state)
    p = p_value(sets, span, left, n_permutations, random_state)
    # an offset that the symmetry excludes can be larger than the spread of the targets
    size = effect(np.concatenate(sets, axis=1), left, max(total, (left**2).sum()))
    return SymmetryTestResult(symmetry, p, size)


def _check_rows(symmetry, X):
    needed = max(FEWEST_ROWS, math.ceil(_least_rows(symmetry, X)))
    if len(X) < needed:
        raise ValueError(
            f"X has {len(X)} rows, and a test of '{symmetry}' needs at least {needed}: collect "
            "more rows, or test a larger group, which leaves fewer laws open"
        )


def _least_rows(symmetry, X):
    # the number of functions cannot be told from fewer rows than there are functions
    drawn = np.random.RandomState(0).standard_normal((FEWEST_ROWS * 2, X.shape[1]))
    return smallest_model(symmetry, drawn) / MOST_OF_ROWS / symmetry.outputs.dimension


def _scaled(Y, outputs):
    """Return targets of which each block of columns has mean square 1 about its mean."""
    Y = Y.copy()
    for block in outputs.blocks():
        is_free = all(isinstance(factor, Trivial) for factor in block.factors)
        for columns in block.columns.reshape(-1, 1) if is_free else [block.columns.ravel()]:
            Y[:, columns] /= Y[:, columns].std(axis=0).max() or 1.0
    return Y
