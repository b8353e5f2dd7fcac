"""The regressor."""

from __future__ import annotations

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d, validate_data

from ..training import TrainingData
from ..training.tasks import REGRESSION
from ._base import SymmetryClonedEstimator
from ._chunks import can_be_chunked, fit_chunk
from ._docstrings import documented_partial_fit, estimator_docstring


class SymmetryClonedRegressor(RegressorMixin, SymmetryClonedEstimator):
    __doc__ = estimator_docstring(
        summary="""Multi-layer perceptron that has learned a symmetry before it fits a regression.

``fit`` fits an equivariant reference to the data, lets a plain network imitate it, and then
fits that network to the data, keeping as much of the symmetry as ``strength`` asks for.""",
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

    _task = REGRESSION
    _target = "y"

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        # a model with a symmetry scores badly, and should, on data that do not have it
        tags.regressor_tags.poor_score = self._has_symmetry()
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Clone the symmetry and fit the task.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If data, parameters or symmetry do not fit together, before any training starts, or
            if the loss becomes infinite. The estimator is then not fitted.
        """
        return self._fit(X, y, sample_weight)

    @available_if(can_be_chunked)
    @_fit_context(prefer_skip_nested_validation=True)
    @documented_partial_fit("y : array-like of shape (n_samples,) or (n_samples, n_outputs)")
    def partial_fit(self, X, y, sample_weight=None):
        X, y = self._validate_chunk(X, y, multi_output=True, y_numeric=True)
        data = self._data(X, y, sample_weight)
        if self.__sklearn_is_fitted__() and data.sizes[1] != len(self.intercepts_[-1]):
            raise ValueError(
                f"y has {data.sizes[1]} columns, that of the first call of partial_fit had "
                f"{len(self.intercepts_[-1])}"
            )
        fit_chunk(self, data)
        return self

    def _read(self, X, y, sample_weight):
        """Return data for ``fit``."""
        X, y = validate_data(
            self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True
        )
        return self._data(X, y, sample_weight)

    def _data(self, X, y, sample_weight):
        """Return validated data."""
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        weights = self._check_weights(sample_weight, X)
        return TrainingData(X, y, weights, is_weighted=sample_weight is not None)

    def _keep_targets(self, data):
        self._one_target = data.y.ndim == 1

    def predict(self, X):
        """Predict the targets of rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        outputs = self._predictions(X)
        return outputs.ravel() if self._one_target else outputs
