"""Tables whose columns and classes a symmetry names: put into its order, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..symmetry import column_names


def order_of_table(symmetries, X, is_classification):
    """Return the symmetry whose columns tell the order of a table, None if none names columns.

    Parameters
    ----------
    symmetries : list of Symmetry
        Those that an estimator was given.
    X : array-like
        The table, before it is validated.
    is_classification : bool
        Whether there are classes that can have names.

    Raises
    ------
    ValueError
        If names are given where there are none, if only some of the symmetries name their columns,
        or if X has no names and the symmetries list their columns in different orders.
    """
    for symmetry in symmetries:
        if symmetry.classes is not None and not is_classification:
            raise ValueError(
                f"symmetry '{symmetry.expression}' names classes, and a regressor has none: leave "
                "classes=[...] out"
            )
    named = [symmetry for symmetry in symmetries if symmetry.columns is not None]
    if not named:
        return None
    for symmetry in symmetries:
        if symmetry.columns is None:
            raise ValueError(
                f"symmetry '{symmetry.expression}' names no columns, and "
                f"'{named[0].expression}' does: give columns=[...] to all symmetries, or to none"
            )
        symmetry.column_places(named[0].columns)  # which raises an error about other names
        if column_names(X) is None and symmetry.columns != named[0].columns:
            raise ValueError(
                f"'{symmetry.expression}' and '{named[0].expression}' list their columns in "
                "different orders, and the columns of X have no names: give X as a data frame"
            )
    return named[0]


def with_unseen(classes, symmetries, n_features):
    """Return all classes, sorted: those of y, and those that symmetries name and y lacks.

    Parameters
    ----------
    classes : ndarray of shape (n_seen,)
        The labels in y, sorted.
    symmetries : list of Symmetry
    n_features : int
        Number of columns of X.

    Raises
    ------
    ValueError
        If a symmetry does not name a class of y, or if nothing tells about a class that y lacks.
    """
    named = [symmetry for symmetry in symmetries if symmetry.classes is not None]
    for symmetry in named:
        bound = symmetry.bind(n_features, len(symmetry.classes), target="classes=[...]")
        bound.check_present(classes)
    unseen = {name: None for symmetry in named for name in symmetry.classes}
    unseen = [name for name in unseen if name not in set(classes.tolist())]
    if unseen:
        added = np.array(unseen, dtype=object if classes.dtype == object else None)
        classes = np.unique(np.concatenate([classes, added]))
    for symmetry in named:
        symmetry.class_places(classes)  # which raises an error if another one names more classes
    return classes


def arranged(data, symmetry, table):
    """Return data with its columns and its classes in the order of a symmetry.

    Parameters
    ----------
    data : TrainingData
        Its columns are in the order of another symmetry, and its classes in any order.
    symmetry : Symmetry
    table : Symmetry or None
        The one whose columns those of the data are.
    """
    if data.validation is not None:
        data = replace(data, validation=arranged(data.validation, symmetry, table))
    if table is not None and symmetry.columns != table.columns:
        data = replace(data, X=data.X[:, symmetry.column_places(table.columns)])
    if symmetry.classes is not None:
        places = symmetry.class_places(data.classes)
        y = np.argsort(places)[data.y] if data.y.ndim == 1 else data.y[:, places]
        data = replace(data, y=y, classes=data.classes[places])
    return data


def with_sorted_outputs(weights, classes):
    """Return the weights of a network whose outputs are in the order of sorted classes.

    Parameters
    ----------
    weights : Weights
        Of a network whose outputs are in the order of ``classes``.
    classes : ndarray or None
        None: there are none, and the outputs stay in order.
    """
    return weights if classes is None else weights.with_outputs(np.argsort(classes))


def with_outputs_of(weights, classes):
    """Return the weights of a network whose outputs are in the order of classes.

    Parameters
    ----------
    weights : Weights
        Of a network whose outputs are in the order of the sorted classes.
    classes : ndarray or None
        None: there are none, and the outputs stay in order.
    """
    if classes is None or len(classes) != len(weights.intercepts[-1]):
        return weights  # the fit tells what does not fit
    return weights.with_outputs(np.argsort(np.argsort(classes)))
