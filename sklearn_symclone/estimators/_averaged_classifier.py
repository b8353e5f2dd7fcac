"""Any classifier, averaged over a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metadata_routing import _raise_for_params
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from ._averaged import CONSTRAINTS, DOC, OrbitAveraged
from ._state import all_or_nothing

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class OrbitAveragedClassifier(ClassifierMixin, OrbitAveraged):
    __doc__ = DOC.format(
        summary="Any classifier, whose probabilities are averaged over a group.",
        estimator="A classifier with ``predict_proba``, which is cloned and fitted.",
        targets="the classes (in the order of ``classes_``)",
        attributes="""
    classes_ : ndarray of shape (n_classes,)
        Labels of the classes, sorted.""",
        see_also="""OrbitAveragedRegressor : The same for quantities.
    EquivariantClassifier : An equivariant network.""",
        examples=""">>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn_symclone import OrbitAveragedClassifier
    >>> from sklearn_symclone.datasets import make_balance_scale
    >>> X, y = make_balance_scale()
    >>> forest = RandomForestClassifier(n_estimators=5, random_state=0)
    >>> model = OrbitAveragedClassifier(forest, "S(2)*2 -> 1 + S(2)", augment=1, random_state=0)
    >>> model.fit(X, y).predict_proba(X[:2]).shape
    (2, 3)""",
    )

    _parameter_constraints: dict = {
        **CONSTRAINTS,
        "estimator": [HasMethods(["fit", "predict_proba"])],
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        own = get_tags(self.estimator).classifier_tags
        tags.target_tags.multi_output = False
        # on data without the symmetry, a model that has it must score badly
        tags.classifier_tags.poor_score = self.symmetry is not None or bool(own and own.poor_score)
        tags.classifier_tags.multi_class = own is None or own.multi_class
        return tags

    @_fit_context(prefer_skip_nested_validation=False)
    @all_or_nothing
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **fit_params: Any
    ) -> Self:
        """Fit the classifier to samples and their moved copies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            Class labels.
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
            If the symmetry does not fit the columns and classes, or if there is no average over its
            group.
        """
        _raise_for_params(fit_params, self, "fit")
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True)
        if y.ndim == 2 and y.shape[1] > 1:
            raise ValueError(
                f"y has shape {y.shape}, and an OrbitAveragedClassifier takes one class for each "
                "sample: give the likeliest one, or take SymmetryClonedClassifier, which learns "
                "probabilities"
            )
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X)
        self.classes_ = np.unique(y)
        return self._fit(X, y, len(self.classes_), weights, fit_params)

    @property
    def _classes(self):
        return self.classes_

    def _refuses(self, symmetry):
        if symmetry.outputs.permutes:
            return None
        return "a group can exchange classes and do nothing else with their probabilities"

    def _moved_targets(self, y, move):
        return self.classes_[move((y[:, None] == self.classes_).astype(float)).argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the probabilities of classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            The mean probabilities, in the order of ``classes_``.
        """
        X = self._read(X)
        return self._mean(X, self.estimator_.predict_proba)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the classes of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels of the classes with the largest mean probability.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]
