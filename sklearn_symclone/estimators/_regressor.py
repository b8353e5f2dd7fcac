"""The regressor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d

from ..training import QUANTITIES, TrainingData
from ._base import SymmetryClonedEstimator
from ._chunks import can_be_chunked, fit_chunk
from ._docstrings import LOSS, estimator_docstring
from ._held_out import HeldOut
from ._method_docstrings import documented_fit, documented_partial_fit
from ._parameters import with_shared
from ._state import all_or_nothing

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class SymmetryClonedRegressor(RegressorMixin, SymmetryClonedEstimator):
    __doc__ = estimator_docstring(
        summary="""Multi-layer perceptron that learns a symmetry before it fits a regression.

``fit`` has three steps. An equivariant network, the *reference*, is fitted to the data. A plain
network, the *student*, imitates the reference and becomes its *clone*. The clone is then fitted to
the data, while an *anchor*, a second term in the loss, keeps as much of the symmetry as
``strength`` says.""",
        see_also="""SymmetryClonedRegressorCV : Chooses symmetry and strength by cross-validation.
SymmetryClonedClassifier : The same for classes.""",
        first=LOSS,
        targets=" and y",
        attributes="",
        examples=""">>> from sklearn_symclone import SymmetryClonedRegressor
>>> from sklearn_symclone.datasets import make_inertia
>>> X, Y = make_inertia(200, random_state=0)
>>> model = SymmetryClonedRegressor(
...     symmetry="S(5) + S(5)*O(3) -> O(3)**2", random_state=0,
...     reference_steps=50, clone_steps=50, max_iter=10)
>>> model.fit(X, Y).predict(X[:2]).shape
(2, 9)""",
    )

    _parameter_constraints: dict = {
        **SymmetryClonedEstimator._parameter_constraints,
        "loss": [StrOptions(set(QUANTITIES))],
    }

    @with_shared
    def __init__(self, *, loss="squared_error", **parameters):
        super().__init__(**parameters)
        self.loss = loss

    def _task_of(self, data):
        return QUANTITIES[self.loss]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        # on data without the symmetry, a model that has it must score badly
        tags.regressor_tags.poor_score = self._has_symmetry()
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    @documented_fit(
        "(n_samples,) or (n_samples, n_outputs)", "The targets, one or several for each sample."
    )
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> Self:
        held_out = HeldOut(X_val, y_val, sample_weight_val, groups)
        return self._fit(X, y, sample_weight, held_out)

    @available_if(can_be_chunked)
    @_fit_context(prefer_skip_nested_validation=True)
    @documented_partial_fit(
        """y : array-like of shape (n_samples,) or (n_samples, n_outputs)
    The targets."""
    )
    @all_or_nothing
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        X, y = self._validate_chunk(X, y, multi_output=True, y_numeric=True)
        data = self._data(X, y)
        data = replace(data, weights=self._check_weights(sample_weight, X))
        if self.__sklearn_is_fitted__() and data.sizes[1] != len(self.intercepts_[-1]):
            raise ValueError(
                f"y has {data.sizes[1]} columns, but y of the first call of partial_fit had "
                f"{len(self.intercepts_[-1])}"
            )
        fit_chunk(self, data)
        return self

    def _read(self, X, y, like=None):
        """Return data of weight 1 for ``fit``: training data, or validation data like these."""
        data = self._data(*self._validated(X, y, like, multi_output=True, y_numeric=True))
        if like is not None and data.sizes != like.sizes:
            raise ValueError(
                f"y_val has {data.sizes[1]} outputs, y has {like.sizes[1]}: give the same ones"
            )
        return data

    def _data(self, X, y):
        """Return validated data of weight 1."""
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        masking = self._masking_of((X.shape[1], 1 if y.ndim == 1 else y.shape[1]))
        if masking is not None and masking.outputs.are_masked:
            y = masking.filled_outputs(X, y.reshape(len(y), -1)).reshape(y.shape)
        if self.loss == "poisson" and y.min() < 0:
            raise ValueError(
                f"y has negative values, the least is {y.min():g}: loss='poisson' needs counts or "
                "rates of at least 0; give another loss"
            )
        return TrainingData(X, y, np.broadcast_to(1.0, len(X)), is_weighted=False)

    def _keep_targets(self, data):
        self._one_target = data.y.ndim == 1

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
        outputs = self._predictions(X)
        return outputs.ravel() if self._one_target else outputs
