"""The classifier."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import unique_labels

from ..training import CLASSIFICATION, LABELS, TrainingData
from ._base import SymmetryClonedEstimator
from ._chunks import can_be_chunked, fit_chunk
from ._docstrings import CLASS_WEIGHT, estimator_docstring
from ._held_out import HeldOut
from ._method_docstrings import documented_fit, documented_partial_fit
from ._names import with_unseen
from ._parameters import with_shared
from ._state import all_or_nothing
from ._targets import (
    TARGETS,
    TARGETS_SHAPE,
    ScoredClassifier,
    among,
    are_labels,
    class_names,
    read_classes,
    read_labels,
    weighted_by_class,
)

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class SymmetryClonedClassifier(ScoredClassifier, SymmetryClonedEstimator):
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
    Labels of the classes, sorted. If y is a matrix, these are 0, 1, 2 and so on; the names of its
    columns, if they have names and hold the probabilities of classes.""",
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
    @documented_fit(TARGETS_SHAPE, TARGETS)
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
        f"""y : array-like of shape {TARGETS_SHAPE}
    {TARGETS}
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
        names = class_names(y)
        X, y = self._validate_chunk(X, y, multi_output=True)
        classes = self._check_classes(classes)
        fitted = self.__sklearn_is_fitted__()
        if self._predicts_labels if fitted else are_labels(y):
            data = TrainingData(X, read_labels(y, len(classes), "y"), np.ones(len(X)))
        else:
            y, seen = read_classes(y, names, classes)
            y = among(y, seen, classes, "y", "the first call of partial_fit")
            data = TrainingData(X, y, np.ones(len(X)), classes)
        weights = self._check_weights(sample_weight, X)
        fit_chunk(self, self._balanced(replace(data, weights=weights)))
        return self

    def _balanced(self, data):
        """Return data whose weights are multiplied with those of the classes."""
        if self.class_weight is None:
            return data
        y, weights = weighted_by_class(data, self.class_weight)
        return replace(data, y=y, weights=weights)

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
        names = class_names(y)
        X, y = self._validated(X, y, like, multi_output=True)
        ones = np.broadcast_to(1.0, len(X))
        if are_labels(y) if like is None else like.classes is None:
            y = y if like is None else read_labels(y, like.sizes[1], "y_val")
            return TrainingData(X, y, ones, is_weighted=False)
        if like is None:
            y, seen = read_classes(y, names)
            classes = with_unseen(seen, self._stated(), X.shape[1])
        else:
            classes = like.classes
            y, seen = read_classes(y, names, classes, "y_val")
        y = among(y, seen, classes, "y_val", "y")
        return TrainingData(X, y, ones, classes, is_weighted=False)

    @property
    def _predicts_labels(self):
        return self._learned_task is LABELS

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
        if not self._predicts_labels and len(self.classes_) == 2:
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
        if self._predicts_labels:
            return (outputs > 0).astype(int)
        return self.classes_[outputs.argmax(axis=1)]
