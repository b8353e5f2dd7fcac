"""An equivariant network for classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import _fit_context

from ..training import TrainingData
from ..training.tasks import CLASSIFICATION
from ._equivariant import DOC, FIT, EquivariantEstimator
from ._state import all_or_nothing
from ._targets import ScoredClassifier, are_labels, are_soft, class_names, read_classes

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class EquivariantClassifier(ScoredClassifier, EquivariantEstimator):
    __doc__ = DOC.format(
        summary="An equivariant network for classes.",
        kind="Classifier",
        targets="the class scores (in the order of ``classes_``)",
        attributes="""
    classes_ : ndarray of shape (n_classes,)
        Labels of the classes, sorted.""",
        examples=""">>> from sklearn_symclone import EquivariantClassifier
    >>> from sklearn_symclone.datasets import make_tic_tac_toe
    >>> X, y = make_tic_tac_toe()
    >>> model = EquivariantClassifier('Grid(3,3,"D4")*3', reference_steps=20, random_state=0)
    >>> model.fit(X, y).predict_proba(X[:2]).shape
    (2, 2)""",
    )

    _task = CLASSIFICATION

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # on data without the symmetry, a model that has it must score badly
        tags.classifier_tags.poor_score = self.symmetry is not None
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
        names = class_names(y)
        X, y = self._validated(X, y, multi_output=True)
        if are_soft(y) and are_labels(y):
            raise ValueError(
                "the rows of y do not sum to 1, as probabilities of classes do: for labels that do "
                "not exclude each other take SymmetryClonedClassifier"
            )
        y, self.classes_ = read_classes(y, names)
        data = TrainingData(X, y, np.ones(len(X)), self.classes_)
        return self._fit(data, sample_weight, groups)

    fit.__doc__ = FIT.format(
        shape="(n_samples,) or (n_samples, n_classes)",
        y="Class labels, or a matrix of floats whose rows sum to 1: the probabilities of classes.",
    )

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the probabilities of classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            The probabilities, in the order of ``classes_``.
        """
        return self._answers(X)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the classes of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels of the classes.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]
