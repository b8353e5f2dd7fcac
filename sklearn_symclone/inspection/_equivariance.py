"""Which part of a symmetry a model breaks, as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array, check_random_state

from ..symmetry import Representation, Symmetry, as_symmetry, product_name
from ._axes import axes

#: What the bar of all factors together is called.
EVERY = "all"


class EquivarianceDisplay:
    """Equivariance error by factor of the group and by representation of the outputs.

    Parameters
    ----------
    errors : dict of str to (dict of str to float)
        For each factor of the group, or "all", the error of each block of outputs, or of "all".

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    bars_ : list of matplotlib BarContainer
        One for each block of outputs, with a bar for each factor.

    See Also
    --------
    sklearn_symclone.equivariance_error : The error as one number.

    Examples
    --------
    >>> from sklearn_symclone.inspection import EquivarianceDisplay
    >>> EquivarianceDisplay({"O(3)": {"all": 0.2}}).errors["O(3)"]["all"]
    0.2
    """

    def __init__(self, errors: dict) -> None:
        self.errors = errors

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        symmetry: Symmetry | Representation | str | None = None,
        *,
        random_state: int | np.random.RandomState | None = None,
        ax: Any = None,
    ) -> EquivarianceDisplay:
        """Measure and draw the errors of a fitted estimator.

        Parameters
        ----------
        estimator : fitted estimator
            Any one with ``predict_proba`` or ``predict``.
        X : array-like of shape (n_samples, n_features)
            Samples on which the error is measured.
        symmetry : Symmetry, Representation, str or None, default=None
            How inputs and outputs transform. None: the ``symmetry_`` of the estimator.
        random_state : int, RandomState or None, default=None
            Draws one group element for each sample.
        ax : matplotlib Axes or None, default=None
            Where to draw. None: a new figure.

        Returns
        -------
        EquivarianceDisplay
            The picture.

        Raises
        ------
        ValueError
            If no symmetry is given and the estimator has none, or it does not fit the columns.
        """
        symmetry = getattr(estimator, "symmetry_", None) if symmetry is None else symmetry
        if symmetry is None:
            raise ValueError(
                f"{type(estimator).__name__} was fitted without a symmetry: give symmetry=... to "
                "say which one to measure"
            )
        X = check_array(X, dtype=[np.float64, np.float32])
        function = getattr(estimator, "predict_proba", None) or estimator.predict
        return cls(_errors(function, X, symmetry, random_state)).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> EquivarianceDisplay:
        """Draw the errors.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw. None: a new figure.

        Returns
        -------
        EquivarianceDisplay
            The same display.
        """
        self.ax_ = axes(ax)
        self.figure_ = self.ax_.figure
        self.bars_ = []
        blocks = list(next(iter(self.errors.values())))
        width = 0.8 / len(blocks)
        places = np.arange(len(self.errors))
        for number, block in enumerate(blocks):
            heights = [of_factor[block] for of_factor in self.errors.values()]
            label = "outputs" if block == EVERY else block
            self.bars_.append(self.ax_.bar(places + number * width, heights, width, label=label))
        self.ax_.set_xticks(places + (len(blocks) - 1) * width / 2, list(self.errors))
        self.ax_.set(xlabel="what moves", ylabel="equivariance error")
        self.ax_.legend()
        return self


def _errors(function, X, symmetry, random_state):
    def answer(rows):
        return np.asarray(function(rows), dtype=float).reshape(len(rows), -1)

    before = answer(X)
    bound = as_symmetry(symmetry).bind(X.shape[1], before.shape[1], target="the prediction")
    every = bound.sample(len(X), check_random_state(random_state), X)
    blocks = _blocks(bound.outputs)
    errors = {}
    moves = {str(group): every.only(group) for group in bound.groups}
    for name, elements in {EVERY: every, **moves}.items() if len(moves) > 1 else moves.items():
        after = answer(bound.inputs.transform(elements, X))
        moved = bound.outputs.transform(elements, before)
        errors[name] = {
            block: _relative(after[:, columns], moved[:, columns])
            for block, columns in blocks.items()
        }
    return errors


def _blocks(outputs):
    """Return the columns of each term of the outputs by name."""
    found = {EVERY: np.arange(outputs.dimension)}
    terms = outputs.blocks()
    for number, block in enumerate(terms, start=1) if len(terms) > 1 else ():
        found[f"{number}: {product_name(block.factors)}"] = block.columns.ravel()
    return found


def _relative(after, moved):
    size = np.linalg.norm(after) + np.linalg.norm(moved)
    return 0.0 if size == 0 else float(np.linalg.norm(after - moved) / size)
