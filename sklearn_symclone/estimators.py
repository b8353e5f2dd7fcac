"""The two public estimators."""

from __future__ import annotations

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import column_or_1d, validate_data

from ._docs import documented_partial_fit, estimator_docstring
from ._stream import can_go_on, fit_chunk
from .base import SymmetryClonedEstimator
from .training import CLASSIFICATION, REGRESSION, TrainingData


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

    @available_if(can_go_on)
    @_fit_context(prefer_skip_nested_validation=True)
    @documented_partial_fit("y : array-like of shape (n_samples,) or (n_samples, n_outputs)")
    def partial_fit(self, X, y, sample_weight=None):
        X, y = self._validate_chunk(X, y, multi_output=True, y_numeric=True)
        table = self._table(X, y, sample_weight)
        if self.__sklearn_is_fitted__() and table.sizes[1] != len(self.intercepts_[-1]):
            raise ValueError(
                f"y has {table.sizes[1]} columns, that of the first call of partial_fit had "
                f"{len(self.intercepts_[-1])}"
            )
        fit_chunk(self, table)
        return self

    def _read(self, X, y, sample_weight):
        """Return a table for ``fit``."""
        X, y = validate_data(
            self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True
        )
        return self._table(X, y, sample_weight)

    def _table(self, X, y, sample_weight):
        """Return a table of validated data."""
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        weights = self._check_weights(sample_weight, X)
        return TrainingData(X, y, weights, is_weighted=sample_weight is not None)

    def _keep_targets(self, table):
        self._one_target = table.y.ndim == 1

    def predict(self, X):
        """Predict the targets of rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        outputs = self._outputs(X)
        return outputs.ravel() if self._one_target else outputs


class SymmetryClonedClassifier(ClassifierMixin, SymmetryClonedEstimator):
    __doc__ = estimator_docstring(
        summary="""Multi-layer perceptron that has learned a symmetry before it fits classes.

``fit`` fits an equivariant reference to the data, lets a plain network imitate it, and then
fits that network to the data, keeping as much of the symmetry as ``strength`` asks for.""",
        targets=" and the scores of classes, in the order of ``classes_``,",
        attributes="""
classes_ : ndarray of shape (n_classes,)""",
        examples=""">>> from sklearn_symclone import SymmetryClonedClassifier
>>> from sklearn_symclone.datasets import make_tic_tac_toe
>>> X, y = make_tic_tac_toe()
>>> model = SymmetryClonedClassifier(
...     symmetry='Grid(3,3,"D4")*3', random_state=0,
...     reference_steps=50, clone_steps=50, max_iter=10)
>>> model.fit(X, y).predict_proba(X[:2]).shape
(2, 2)""",
    )

    _task = CLASSIFICATION
    _target = "classes_"

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # a model with a symmetry scores badly, and should, on data that do not have it
        tags.classifier_tags.poor_score = self._has_symmetry()
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Clone the symmetry and fit the task.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Class labels.
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

    @available_if(can_go_on)
    @_fit_context(prefer_skip_nested_validation=True)
    @documented_partial_fit(
        """y : array-like of shape (n_samples,)
    Class labels.
classes : array-like of shape (n_classes,), default=None
    All classes that any chunk has; needed in the first call."""
    )
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        X, y = self._validate_chunk(X, y)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        classes = self._check_classes(classes)
        unknown = np.setdiff1d(y, classes)
        if len(unknown):
            raise ValueError(f"y has classes {unknown.tolist()} beyond {classes.tolist()}")
        weights = self._check_weights(sample_weight, X)
        fit_chunk(self, TrainingData(X, np.searchsorted(classes, y), weights, classes))
        return self

    def _read(self, X, y, sample_weight):
        """Return a table for ``fit``."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        weights = self._check_weights(sample_weight, X)
        classes, codes = np.unique(y, return_inverse=True)
        return TrainingData(X, codes, weights, classes, is_weighted=sample_weight is not None)

    def _keep_targets(self, table):
        self.classes_ = table.classes

    def _check_classes(self, classes):
        """Return all classes of a stream of chunks, sorted."""
        known = getattr(self, "classes_", None)
        if classes is None and known is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        classes = known if classes is None else unique_labels(classes)
        if known is not None and not np.array_equal(classes, known):
            raise ValueError(
                f"classes={classes.tolist()} is not the same as on the last call to partial_fit, "
                f"which was {known.tolist()}"
            )
        return classes

    def predict_proba(self, X):
        """Predict the probabilities of classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        return self._task.predictions(self._outputs(X))

    def predict(self, X):
        """Predict the class of rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        outputs = self._outputs(X)
        return self.classes_[outputs.argmax(axis=1)]
