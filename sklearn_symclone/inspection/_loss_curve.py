"""The losses of each phase of a fit, as a picture."""

from __future__ import annotations

from typing import Any

from sklearn.utils.validation import check_is_fitted

from ._axes import axes

#: What an estimator calls the curve of each phase.
PHASES = {
    "reference": "reference_loss_curve_",
    "imitation": "clone_loss_curve_",
    "task": "loss_curve_",
}


class LossCurveDisplay:
    """Training losses of the reference, the imitation and the fit to the task, epoch by epoch.

    Parameters
    ----------
    curves : dict of str to sequence of float
        The losses of each phase that took place.
    reference_score : float or None, default=None
        Held-out score of the reference. It stands in the title.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    lines_ : list of matplotlib Line2D
        A line for each phase.

    See Also
    --------
    StrengthCurveDisplay : The score for each strength.

    Examples
    --------
    >>> from sklearn_symclone.inspection import LossCurveDisplay
    >>> display = LossCurveDisplay({"task": [1.0, 0.5, 0.25]})
    >>> list(display.curves)
    ['task']
    """

    def __init__(self, curves: dict, reference_score: float | None = None) -> None:
        self.curves, self.reference_score = curves, reference_score

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> LossCurveDisplay:
        """Draw the losses of a fitted estimator.

        Parameters
        ----------
        estimator : fitted estimator
            One of this library.
        ax : matplotlib Axes or None, default=None
            Where to draw. None: a new figure.

        Returns
        -------
        LossCurveDisplay
            The picture.

        Raises
        ------
        ValueError
            If the fit trained nothing that has a curve.
        """
        check_is_fitted(estimator)
        curves = {phase: getattr(estimator, name, None) for phase, name in PHASES.items()}
        curves = {phase: curve for phase, curve in curves.items() if curve}
        if not curves:
            raise ValueError(
                "the fit recorded no losses: a strength below 1 fits to the task and records "
                "loss_curve_, and cloning='network' imitates and records clone_loss_curve_ and "
                "reference_loss_curve_"
            )
        return cls(curves, getattr(estimator, "reference_score_", None)).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> LossCurveDisplay:
        """Draw the losses.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw. None: a new figure.

        Returns
        -------
        LossCurveDisplay
            The same display.
        """
        self.ax_ = axes(ax)
        self.figure_ = self.ax_.figure
        self.lines_ = []
        for phase, curve in self.curves.items():
            epochs = range(1, len(curve) + 1)
            self.lines_ += self.ax_.plot(epochs, [float(loss) for loss in curve], label=phase)
        self.ax_.set(xlabel="epoch of the phase", ylabel="training loss", yscale="log")
        if self.reference_score is not None:
            self.ax_.set_title(f"score of the reference, held out: {self.reference_score:.3g}")
        self.ax_.legend()
        return self
