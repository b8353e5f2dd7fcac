"""Columns that were scaled or filled in one by one are noticed where a group mixes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..symmetry import mixed_columns

#: Columns that are only exchanged have different forms if one of the first four moments of a column
#: is this many standard errors from the mean of all.
DIFFERENT = 4.0
#: Fewer rows can have such statistics by design.
FEWEST_ROWS = 10
#: Names or ranges of columns that a warning shows.
MOST_NAMES = 6
#: Ends that a column can be stretched to: those of MinMaxScaler, and of a QuantileTransformer
#: whose values are to be normally distributed.
ENDS = np.array([(0.0, 1.0), (-1.0, 1.0), (-5.199337582605575, 5.19933758270342)])


class Trace(NamedTuple):
    """What a transformer of single columns leaves behind.

    Parameters
    ----------
    found : callable
        From X and a tolerance to whether each column shows it, a bool array.
    words : str
        What a warning says of each column.
    cure : str
        What to do instead.
    is_in_all : bool, default=True
        Whether all columns that belong together must show it. If not, one of them is enough.
    """

    found: Callable
    words: str
    cure: str
    is_in_all: bool = True


def _standardised(X, tolerance):
    deviation, n = X.std(axis=0), len(X)
    # pandas divides by n - 1
    is_one = [abs(deviation * factor - 1) <= tolerance for factor in (1, (n / (n - 1)) ** 0.5)]
    return (abs(X.mean(axis=0)) <= tolerance) & np.any(is_one, axis=0)


def _stretched(X, tolerance):
    extremes = np.stack([X.min(axis=0), X.max(axis=0)], axis=1)
    reaches = (abs(extremes[:, None] - ENDS) <= tolerance).all(axis=2).any(axis=1)
    # a quantity with natural limits, such as the grey of a pixel, is often at them
    once = [(end == X).sum(axis=0) == 1 for end in extremes.T]
    return reaches & np.all(once, axis=0)


def _by_largest(X, tolerance):
    # a division by the largest size is exact, and a natural limit is often reached
    return ((abs(X) == 1).sum(axis=0) == 1) & (abs(X).max(axis=0) == 1)


def _by_quantiles(X, tolerance):
    is_centred = abs(np.median(X, axis=0)) <= tolerance
    found = np.zeros(X.shape[1], dtype=bool)
    if is_centred.any():
        low, high = np.percentile(X[:, is_centred], (25, 75), axis=0)
        found[is_centred] = abs(high - low - 1) <= tolerance
    return found


def _filled_in(X, tolerance):
    mean, size = X.mean(axis=0), X.std(axis=0)
    is_mean = abs(X - mean) <= 1e-3 * tolerance * size
    # 0 can be the same for all columns
    found = (is_mean.sum(axis=0) > 1) & (abs(mean) > tolerance * size)
    for column in np.flatnonzero(found):
        _, counts = np.unique(X[~is_mean[:, column], column], return_counts=True)
        found[column] = is_mean[:, column].sum() > counts.max(initial=0)
    return found


_NO_SCALER = (
    "without a scaler, for the estimator scales by itself as the symmetry allows, or after an "
    "EquivariantScaler of sklearn_symclone.preprocessing"
)
TRACES = (
    Trace(_standardised, "has mean 0 and deviation 1", _NO_SCALER),
    Trace(_stretched, "reaches the same two ends exactly once", _NO_SCALER),
    Trace(_by_largest, "has 1 as its largest size, exactly once", _NO_SCALER),
    Trace(_by_quantiles, "has median 0 and quartiles that are 1 apart", _NO_SCALER),
    Trace(
        _filled_in,
        "repeats its own mean, as where missing values were filled in",
        "and fill in missing values by an EquivariantImputer of sklearn_symclone.preprocessing",
        is_in_all=False,
    ),
)


def scaled_one_by_one(symmetries, data, names=None):
    """Return warnings about columns of a table that were treated one by one; see ``complaint``.

    Parameters
    ----------
    symmetries : list of Symmetry
        Bound to the columns.
    data : TrainingData
        A table of more than one chunk is not looked at.
    names : sequence of str, default=None
        Names of the columns of X.

    Returns
    -------
    list of str
        Each once.
    """
    found = []
    for symmetry in symmetries if data.is_one_chunk else ():
        found.append(complaint(symmetry.inputs, data.X, "X", names))
        if data.classes is None and data.y.ndim == 2:
            found.append(complaint(symmetry.outputs, data.y, "y"))
    return list(filter(None, dict.fromkeys(found)))


def complaint(representation, X, table, names=None):
    """Return a warning about columns that were treated one by one, None if there are none.

    It is about columns that the group mixes or exchanges: these must have one scale, and where the
    group says so one shift, in common. Little harm is done if they had the same distribution
    before. A table cannot tell that of the coordinates of vectors. Columns that are only exchanged
    have the same distribution still, and there is no warning. Columns of whole numbers and constant
    ones are not looked at: they hold labels, counts or signs.

    Parameters
    ----------
    representation : Representation
        The layout of the columns.
    X : ndarray of shape (n_rows, n_columns)
    table : str
        What the warning calls the table.
    names : sequence of str, default=None
        Names of the columns, if they have any.

    Returns
    -------
    str or None
    """
    if len(X) < FEWEST_ROWS or X.shape[1] < 2:
        return None
    tolerance = 1e-6 if X.dtype == np.float64 else 1e-5
    tells = np.flatnonzero((np.rint(X) != X).any(axis=0) & (X.min(axis=0) < X.max(axis=0)))
    seen = np.asarray(X[:, tells], dtype=float)
    for trace in TRACES:
        shows = tells[trace.found(seen, tolerance)]
        if not len(shows):
            continue
        orbits = mixed_columns(representation)
        enough = np.bincount(orbits) > 1
        if trace.is_in_all:
            found, told = (np.bincount(orbits[c], minlength=len(enough)) for c in (shows, tells))
            enough = (found > 1) & (found == told)
            for orbit in filter(enough.item, _exchanged(representation, orbits)):
                enough[orbit] = _differ(X[:, shows[orbits[shows] == orbit]])
        columns = shows[enough[orbits[shows]]]
        if len(columns):
            return _sentence(representation, columns, trace, table, names)
    return None


def _exchanged(representation, orbits):
    """Return the orbits whose columns are exchanged and not mixed."""
    blocks = [b for b in representation.blocks() if all(f.permutes for f in b.factors)]
    return np.unique([orbit for block in blocks for orbit in orbits[block.columns].flat])


def _differ(X):
    """Return whether columns have clearly different distributions."""
    for power in range(1, 5):
        values = X.astype(float) ** power
        mean, error = values.mean(axis=0), values.std(axis=0) / np.sqrt(len(X))
        if (abs(mean - np.mean(mean)) > DIFFERENT * error).any():
            return True
    return False


def _sentence(representation, columns, trace, table, names):
    """Return the warning about columns that show a trace."""
    blocks = [b for b in representation.blocks() if np.isin(b.columns, columns).any()]
    groups = dict.fromkeys(g for b in blocks for factor in b.factors for g in factor.groups)
    who = " and ".join(map(str, groups))
    mixes = "mixes or exchanges" if len(groups) == 1 else "mix or exchange"
    listed, them = _listed(columns, names), "them"
    looks = (
        f"the columns {listed} of {table} look as if each was scaled or filled in on its own: each"
    )
    if len(columns) == 1:
        looks = f"the column {listed} of {table} looks as if it was filled in on its own: it"
        them = "it with others"
    return (
        f"{looks} {trace.words}. But {who} {mixes} {them}, and columns that belong together must "
        "keep their sizes and origins relative to each other. Give these columns as they are, "
        f"{trace.cure}"
    )


def _listed(columns, names):
    """Return columns in words: by their names, or by the ranges of their numbers."""
    if names is not None:
        shown = [repr(str(names[column])) for column in columns[:MOST_NAMES]]
        more = [] if len(columns) <= MOST_NAMES else [f"... ({len(columns)} columns)"]
        return ", ".join(shown + more)
    runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    shown = [f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    more = [] if len(shown) <= MOST_NAMES else [f"... ({len(columns)} columns)"]
    return ", ".join(shown[:MOST_NAMES] + more)
