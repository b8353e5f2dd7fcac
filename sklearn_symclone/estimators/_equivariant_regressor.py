"""An equivariant network for quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils.validation import column_or_1d

from ..training import TrainingData
from ..training.tasks import REGRESSION
from ._equivariant import DOC, FIT, EquivariantEstimator
from ._state import all_or_nothing

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class EquivariantRegressor(RegressorMixin, EquivariantEstimator):
    __doc__ = DOC.format(
        summary="An equivariant network for quantities.",
        kind="Regressor",
        targets="y",
        attributes="",
        examples=""">>> from sklearn_symclone import EquivariantRegressor, equivariance_error
    >>> from sklearn_symclone.datasets import make_inertia
    >>> X, Y = make_inertia(200, random_state=0)
    >>> model = EquivariantRegressor(
    ...     "S(5) + S(5)*O(3) -> O(3)**2", reference_steps=20, random_state=0)
    >>> equivariance_error(model.fit(X, Y), X, model.symmetry_) < 1e-6
    True""",
    )

    _task = REGRESSION

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        # on data without the symmetry, a model that has it must score badly
        tags.regressor_tags.poor_score = self.symmetry is not None
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    @all_or_nothing
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        X, y = self._validated(X, y, multi_output=True, y_numeric=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        self._one_target = y.ndim == 1
        return self._fit(TrainingData(X, y, np.ones(len(X))), sample_weight, groups)

    fit.__doc__ = FIT.format(
        shape="(n_samples,) or (n_samples, n_outputs)",
        y="The targets, one or several for each sample.",
    )

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the targets of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The predicted targets, in the shape of y.
        """
        answers = self._answers(X)
        return answers.ravel() if self._one_target else answers
