"""Held-out scores of each strength, as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ._axes import axes

#: Half of the distance between strengths on the axis below which it is linear.
LINEAR = 0.01


class StrengthCurveDisplay:
    """Held-out score and equivariance error against strength, for each symmetry.

    Scores are drawn by fold and on average, the average errors as dashed lines.

    Parameters
    ----------
    strengths : dict of str to ndarray of shape (n_strengths,)
        The strengths of each symmetry.
    scores : dict of str to ndarray of shape (n_strengths, n_folds)
        Their held-out scores.
    errors : dict of str to ndarray of shape (n_strengths,), default={}
        Their equivariance errors, the mean over the folds. Symmetries may be missing.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    lines_ : list of matplotlib Line2D
        The mean score over the folds of each symmetry.
    error_ax_ : matplotlib Axes or None
        The axis of equivariance errors. None: there are none.
    error_lines_ : list of matplotlib Line2D
        The equivariance error of each symmetry.

    See Also
    --------
    LossCurveDisplay : The losses of a fit.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.inspection import StrengthCurveDisplay
    >>> display = StrengthCurveDisplay(
    ...     {"2*O(5)": np.array([0.1, 1.0])}, {"2*O(5)": np.array([[0.8, 0.9], [0.7, 0.9]])})
    >>> display.scores["2*O(5)"].mean(axis=1).round(2).tolist()
    [0.85, 0.8]
    """

    def __init__(self, strengths: dict, scores: dict, errors: dict | None = None) -> None:
        self.strengths, self.scores, self.errors = strengths, scores, errors or {}

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> StrengthCurveDisplay:
        """Draw the scores that a search has recorded.

        Parameters
        ----------
        estimator : fitted estimator
            ``SymmetryClonedRegressorCV``, ``SymmetryClonedClassifierCV``, or ``GridSearchCV`` over
            ``strength``.
        ax : matplotlib Axes or None, default=None
            Where to draw. None: a new figure.

        Returns
        -------
        StrengthCurveDisplay
            The picture.

        Raises
        ------
        ValueError
            If the estimator recorded no score of a strength.
        """
        check_is_fitted(estimator)
        results = getattr(estimator, "cv_results_", {})
        if "param_strength" not in results:
            raise ValueError(
                f"{type(estimator).__name__} recorded no score for each strength: fit "
                "SymmetryClonedRegressorCV or SymmetryClonedClassifierCV, whose parameter "
                "strengths=[...] says which ones are compared and recorded"
            )
        names = [str(one.get("symmetry", "scores")) for one in results["params"]]
        given = np.array(results["param_strength"], dtype=float)
        splits = [name for name in results if name.startswith("split") and "_test_" in name]
        table = np.stack([results[name] for name in splits], axis=1)
        strengths, scores, errors = {}, {}, {}
        recorded = results.get("mean_equivariance_error")
        for name in dict.fromkeys(names):
            rows = np.flatnonzero(np.array(names) == name)
            rows = rows[np.argsort(given[rows], kind="stable")]
            strengths[name], scores[name] = given[rows], table[rows]
            if recorded is not None and np.isfinite(recorded[rows]).all():
                errors[name] = recorded[rows]
        return cls(strengths, scores, errors).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> StrengthCurveDisplay:
        """Draw the scores.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw. None: a new figure.

        Returns
        -------
        StrengthCurveDisplay
            The same display.
        """
        self.ax_ = axes(ax)
        self.figure_ = self.ax_.figure
        self.lines_, self.error_lines_ = [], []
        self.error_ax_ = self.ax_.twinx() if self.errors else None
        for name, strengths in self.strengths.items():
            table = self.scores[name]
            (line,) = self.ax_.plot(strengths, table.mean(axis=1), marker="o", label=name)
            for fold in table.T:
                self.ax_.plot(strengths, fold, color=line.get_color(), alpha=0.3, linewidth=1)
            self.lines_.append(line)
            if name in self.errors:
                style = {"color": line.get_color(), "linestyle": "--", "marker": "."}
                self.error_lines_ += self.error_ax_.plot(strengths, self.errors[name], **style)
        self.ax_.set_xscale("symlog", linthresh=LINEAR)
        self.ax_.set(xlabel="strength", ylabel="held-out score")
        if self.error_ax_ is not None:
            self.error_ax_.set(ylabel="equivariance error (dashed)", yscale="log")
        self.ax_.legend()
        return self
