"""The classifier."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils import compute_sample_weight
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import (
    check_classification_targets,
    type_of_target,
    unique_labels,
)
from sklearn.utils.validation import column_or_1d

from ..training import CLASSIFICATION, LABELS, TrainingData
from ._base import SymmetryClonedEstimator
from ._chunks import can_be_chunked, fit_chunk
from ._docstrings import CLASS_WEIGHT, estimator_docstring
from ._held_out import HeldOut
from ._method_docstrings import documented_fit, documented_partial_fit
from ._names import with_unseen
from ._parameters import with_shared
from ._state import all_or_nothing

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class SymmetryClonedClassifier(ClassifierMixin, SymmetryClonedEstimator):
    __doc__ = estimator_docstring(
        summary="""Multi-layer perceptron that learns a symmetry before it fits classes.

``fit`` has three steps. An equivariant network, the *reference*, is fitted to the data. A plain
network, the *student*, imitates the reference and becomes its *clone*. The clone is then fitted to
the data, while an *anchor*, a second term in the loss, keeps as much of the symmetry as
``strength`` says.""",
        see_also="""SymmetryClonedClassifierCV : Chooses symmetry and strength by cross-validation.
SymmetryClonedRegressor : The same for quantities.""",
        first=CLASS_WEIGHT,
        targets=" and the class scores (in the order of ``classes_``, if it names no classes)",
        attributes="""
classes_ : ndarray of shape (n_classes,)
    Labels of the classes, sorted.""",
        examples=""">>> from sklearn_symclone import SymmetryClonedClassifier
>>> from sklearn_symclone.datasets import make_tic_tac_toe
>>> X, y = make_tic_tac_toe()
>>> model = SymmetryClonedClassifier(
...     symmetry='Grid(3,3,"D4")*3', random_state=0,
...     reference_steps=50, clone_steps=50, max_iter=10)
>>> model.fit(X, y).predict_proba(X[:2]).shape
(2, 2)""",
    )

    _parameter_constraints: dict = {
        **SymmetryClonedEstimator._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    @with_shared
    def __init__(self, *, class_weight=None, **parameters):
        super().__init__(**parameters)
        self.class_weight = class_weight

    def _task_of(self, data):
        return LABELS if data.classes is None else CLASSIFICATION

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # on data without the symmetry, a model that has it must score badly
        tags.classifier_tags.poor_score = self._has_symmetry()
        tags.classifier_tags.multi_label = True
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    @documented_fit("(n_samples,)", "Class labels.")
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
        """y : array-like of shape (n_samples,)
    Class labels.
classes : array-like of shape (n_classes,), default=None
    All classes of the table. The first call needs them."""
    )
    @all_or_nothing
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        X, y = self._validate_chunk(X, y, multi_output=True)
        classes = self._check_classes(classes)
        if _are_labels(y):
            _check_labels(y, len(classes))
            weights = self._check_weights(sample_weight, X)
            data = TrainingData(X, y, weights)
            fit_chunk(self, replace(data, weights=self._balanced(weights, data)))
            return self
        y = column_or_1d(y, warn=True)
        unknown = np.setdiff1d(y, classes)
        if len(unknown):
            raise ValueError(
                f"y has classes {unknown.tolist()}, which are not among those of the first call of "
                f"partial_fit, {classes.tolist()}"
            )
        weights = self._check_weights(sample_weight, X)
        data = TrainingData(X, np.searchsorted(classes, y), weights, classes)
        fit_chunk(self, replace(data, weights=self._balanced(weights, data)))
        return self

    def _balanced(self, weights, data):
        """Return weights of samples, times those of their classes."""
        if self.class_weight is None:
            return weights
        return weights * compute_sample_weight(self.class_weight, data.targets)

    def _check_same_targets(self, data, before):
        known = before.get("classes_")
        classes = np.arange(data.sizes[1]) if data.classes is None else data.classes
        if known is not None and not np.array_equal(classes, known):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous "
                f"call to fit. Previously got {known}, `y` has {classes}"
            )

    def _read(self, X, y, like=None):
        """Return data of weight 1 for ``fit``: training data, or validation data like these."""
        X, y = self._validated(X, y, like, multi_output=True)
        are_labels = _are_labels(y)
        if like is not None and like.classes is None and not are_labels:
            raise ValueError(
                f"y_val must be a matrix of 0 and 1 with {like.sizes[1]} columns, as y is"
            )
        if are_labels and (like is None or like.classes is None):
            if like is not None:
                _check_labels(y, like.sizes[1], "y_val")
            return TrainingData(X, y, np.broadcast_to(1.0, len(X)), is_weighted=False)
        y = column_or_1d(y, warn=True)
        seen, codes = np.unique(y, return_inverse=True)
        if like is None:
            classes = with_unseen(seen, self._stated(), X.shape[1])
            codes = np.searchsorted(classes, seen)[codes]
        else:
            places = {label: place for place, label in enumerate(like.classes.tolist())}
            unknown = [label for label in seen.tolist() if label not in places]
            if unknown:
                raise ValueError(
                    f"y_val has classes {unknown}, which are not among those of y, {[*places]}"
                )
            codes = np.array([places[label] for label in seen.tolist()])[codes]
            classes = like.classes
        return TrainingData(X, codes, np.broadcast_to(1.0, len(X)), classes, is_weighted=False)

    def _keep_targets(self, data):
        labels = data.classes
        self.classes_ = np.arange(data.sizes[1]) if labels is None else np.sort(labels)

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

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the probabilities of classes, or of labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            The probabilities, in the order of ``classes_``. Those of classes sum to 1, those of
            labels do not.
        """
        return self._predictions(X)

    def predict_log_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the logarithms of the probabilities of classes, or of labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            The natural logarithms, in the order of ``classes_``.
        """
        with np.errstate(divide="ignore"):  # of a probability that is 0
            return np.log(self.predict_proba(X))

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Predict the scores of classes, or of labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            With two classes, the logarithm of the odds of the second one; of labels, that of each;
            otherwise the logits of the classes, whose softmax are the probabilities.
        """
        outputs = self._outputs(X)
        if self._learned_task is not LABELS and len(self.classes_) == 2:
            return outputs[:, 1] - outputs[:, 0]
        return outputs

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the classes of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Labels of the classes, or a matrix of 0 and 1.
        """
        outputs = self._outputs(X)
        if self._learned_task is LABELS:
            return (outputs > 0).astype(int)
        return self.classes_[outputs.argmax(axis=1)]


def _are_labels(y):
    """Return whether targets are a matrix of 0 and 1, a column for each label."""
    check_classification_targets(y)
    return type_of_target(y, input_name="y") == "multilabel-indicator"


def _check_labels(y, n_labels, name="y"):
    """Raise an error if a matrix of labels has another number of columns than before."""
    if y.shape[1] != n_labels:
        raise ValueError(f"{name} has {y.shape[1]} labels, {n_labels} are known: give all of them")
