"""Any regressor, averaged over a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metadata_routing import _raise_for_params
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from ._averaged import CONSTRAINTS, DOC, OrbitAveraged
from ._state import all_or_nothing

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class OrbitAveragedRegressor(RegressorMixin, OrbitAveraged):
    __doc__ = DOC.format(
        summary="Any regressor, whose predictions are averaged over a group.",
        estimator="A regressor, which is cloned and fitted.",
        targets="y",
        attributes="",
        see_also="""OrbitAveragedClassifier : The same for classes.
    EquivariantRegressor : An equivariant network.""",
        examples=""">>> import numpy as np
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> from sklearn_symclone import OrbitAveragedRegressor
    >>> X = np.random.RandomState(0).standard_normal((100, 6))
    >>> y = X[:, ::2].max(axis=1)
    >>> forest = RandomForestRegressor(n_estimators=5, random_state=0)
    >>> model = OrbitAveragedRegressor(forest, "S(3)*2").fit(X, y)
    >>> exchanged = X[:, [2, 3, 0, 1, 4, 5]]
    >>> np.allclose(model.predict(X), model.predict(exchanged), atol=1e-12)
    True""",
    )

    _parameter_constraints: dict = {**CONSTRAINTS, "estimator": [HasMethods(["fit", "predict"])]}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        own = get_tags(self.estimator).regressor_tags
        # on data without the symmetry, a model that has it must score badly
        tags.regressor_tags.poor_score = self.symmetry is not None or bool(own and own.poor_score)
        return tags

    @_fit_context(prefer_skip_nested_validation=False)
    @all_or_nothing
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **fit_params: Any
    ) -> Self:
        """Fit the regressor to samples and their moved copies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, for the estimator. None: it gets none.
        **fit_params : dict
            More arguments for ``fit`` of the estimator, if metadata routing is enabled.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If the symmetry does not fit the columns, or if there is no average over its group.
        """
        _raise_for_params(fit_params, self, "fit")
        X, y = validate_data(
            self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X)
        return self._fit(X, y, y[:1].size, weights, fit_params)

    def _moved_targets(self, y, move):
        return move(y.reshape(len(y), -1).astype(np.float64)).reshape(y.shape)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the targets of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The mean predictions, in the shape of y.
        """
        X = self._read(X)
        mean = self._mean(X, self.estimator_.predict)
        return mean.ravel() if mean.shape[1] == 1 else mean
