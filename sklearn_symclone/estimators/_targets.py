"""What a classifier is given as targets: one class, several labels, or probabilities of either."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_array, column_or_1d

from ..symmetry import column_names

#: The docstring of the targets of ``fit``.
TARGETS_SHAPE = "(n_samples,) or (n_samples, n_classes)"
TARGETS = """\
Class labels. A matrix of floats whose rows sum to 1 has the probabilities of classes, such as
    shares of votes. A matrix of 0 and 1 alone has labels that do not exclude each other. Any
    other matrix of numbers from 0 to 1 has the probabilities of such labels."""
#: By how much the sum of the probabilities of all classes may miss 1.
TOLERANCE = 1e-6


def class_names(y):
    """Return the names of the columns of targets, None if they have none."""
    names = column_names(y)
    if names is not None and len(set(names)) < len(names):
        raise ValueError(f"two columns of y have the same name: {names}")
    return names


def are_labels(y):
    """Return whether targets are labels that do not exclude each other, a column for each.

    These are a matrix of 0 and 1, or of probabilities whose rows do not sum to 1.
    """
    if _is_indicator(y):
        return True
    return are_soft(y) and not _sum_to_one(_probabilities(y, "y")).all()


def are_soft(y):
    """Return whether targets are a matrix of numbers of which some are neither 0 nor 1."""
    return type_of_target(y, input_name="y") == "continuous-multioutput"


def read_labels(y, n_labels, name):
    """Return a matrix of so many labels.

    Parameters
    ----------
    y : ndarray
    n_labels : int
    name : str
        What an error calls the targets.
    """
    if not (_is_indicator(y) or are_soft(y)):
        raise ValueError(f"{name} must be a matrix of 0 and 1 with {n_labels} columns, as y is")
    if y.shape[1] != n_labels:
        raise ValueError(f"{name} has {y.shape[1]} labels, {n_labels} are known: give all of them")
    return _probabilities(y, name)


def read_classes(y, names=None, known=None, name="y"):
    """Return targets by class, and the classes that they are of.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_classes)
        Labels of classes, or a matrix of floats, their probabilities.
    names : list, default=None
        Names of the columns of y, which are the classes.
    known : ndarray, default=None
        The classes of columns without names. None: these are 0, 1, 2 and so on.
    name : str, default="y"
        What an error calls the targets.

    Returns
    -------
    y : ndarray of int of shape (n_samples,), or of float of shape (n_samples, n_classes)
        Places of classes, or probabilities.
    classes : ndarray of shape (n_classes,)
        Sorted.
    """
    if y.ndim == 1 or y.shape[1] == 1 or y.dtype.kind != "f":
        check_classification_targets(y)
        classes, codes = np.unique(column_or_1d(y, warn=True), return_inverse=True)
        return codes, classes
    are_right = _sum_to_one(_probabilities(y, name))
    if not are_right.all():
        row = int(np.argmin(are_right))
        raise ValueError(
            f"in row {row} of {name} the probabilities of the classes sum to "
            f"{y[row].sum():.6g}: they must sum to 1"
        )
    if names is None:
        names = np.arange(y.shape[1]) if known is None else known
    if len(names) != y.shape[1]:
        raise ValueError(f"{name} has {y.shape[1]} columns, and there are {len(names)} classes")
    classes, places = np.unique(np.asarray(names), return_index=True)
    return y[:, places].astype(np.float64), classes


def among(y, classes, known, name, whose):
    """Return targets of some classes as targets of all classes.

    Parameters
    ----------
    y, classes : ndarray
        As ``read_classes`` returns them.
    known : ndarray of shape (n_known,)
        All classes, in any order.
    name, whose : str
        What an error calls the targets, and what it says the classes are those of.
    """
    places = {label: place for place, label in enumerate(known.tolist())}
    unknown = [label for label in classes.tolist() if label not in places]
    if unknown:
        raise ValueError(
            f"{name} has classes {unknown}, which are not among those of {whose}, {[*places]}"
        )
    own = np.array([places[label] for label in classes.tolist()])
    if y.ndim == 1:
        return own[y]
    every = np.zeros((len(y), len(known)))
    every[:, own] = y
    return every


def weighted_by_class(data, class_weight):
    """Return targets and weights of ``TrainingData`` for weights of classes.

    Probabilities count as if a sample stood once for each class, with its probability as weight.

    Parameters
    ----------
    data : TrainingData
    class_weight : dict or "balanced"
    """
    y, classes = data.y, data.classes
    if classes is not None and y.ndim == 2:
        factors = _factors(y, classes, class_weight)
        weights = y @ factors
        return y * factors / np.where(weights > 0, weights, 1)[:, None], data.weights * weights
    if classes is None and are_soft(y):
        raise ValueError(
            f"class_weight={class_weight!r} weighs classes, or labels of 0 and 1, and y has "
            "probabilities of labels: set class_weight=None"
        )
    return y, data.weights * compute_sample_weight(class_weight, data.targets)


def _factors(y, classes, class_weight):
    """Return the weight of each class."""
    if class_weight != "balanced":
        return compute_sample_weight(class_weight, classes)
    shares = y.mean(axis=0)
    return 1 / (len(classes) * np.where(shares > 0, shares, 1))


class ScoredClassifier(ClassifierMixin):
    """A classifier whose score knows targets that are probabilities."""

    #: Whether the fitted classifier predicts labels that do not exclude each other.
    _predicts_labels = False

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy of predictions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            The classes, or a matrix of labels. If they are probabilities, the likeliest class is
            taken for the right one, and so is each label that is likelier than not.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        float
            The share of samples whose class, or all of whose labels, are right.
        """
        if np.ndim(y) == 2 and np.shape(y)[1] > 1 and not issparse(y):
            names, Y = class_names(y), check_array(y, dtype=None, input_name="y")
            if self._predicts_labels:
                y = Y > 0.5
            else:
                Y, classes = read_classes(Y, names, self.classes_)
                Y = among(Y, classes, self.classes_, "y", "the fit")
                y = self.classes_[Y.argmax(axis=1)]
        return super().score(X, y, sample_weight)


def _is_indicator(y):
    return type_of_target(y, input_name="y") == "multilabel-indicator"


def _probabilities(y, name):
    """Return a matrix whose entries are probabilities."""
    if y.min() < 0 or y.max() > 1:
        raise ValueError(
            f"{name} is a matrix of numbers from {y.min():.6g} to {y.max():.6g}: a classifier "
            "takes classes, or probabilities from 0 to 1"
        )
    return y


def _sum_to_one(y):
    return np.abs(y.sum(axis=1, dtype=np.float64) - 1) <= TOLERANCE
