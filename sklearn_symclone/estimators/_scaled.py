"""Warn of columns that were scaled one by one, which breaks a symmetry that mixes them."""

from __future__ import annotations

import warnings

import numpy as np

from ..references.layers.scaling import mixed_columns

#: Largest rounding of a mean, a standard deviation or an end after a scaler, in single precision.
ROUNDING = 1e-5


def warn_of_scaled_columns(data, symmetry, stacklevel):
    """Warn if columns of X or y that the group mixes were scaled one by one.

    Parameters
    ----------
    data : TrainingData
    symmetry : Symmetry or None
        Bound to the columns.
    stacklevel : int
        Of the user's line, counted from here.
    """
    if symmetry is None or not data.is_one_chunk:
        return
    linear = symmetry.without_shifts()
    X, Y, _ = data.read()
    sides = [("X", X, linear.inputs)]
    if data.classes is None:
        sides.append(("y", Y, linear.outputs))
    for name, values, representation in sides:
        found = _scaled_alone(values, representation)
        if found is not None:
            columns, scaler = found
            cure = "use sklearn_symclone.preprocessing.EquivariantScaler, or no scaler"
            if name == "y":
                cure = "leave y as it is"
            warnings.warn(
                f"columns {columns} of {name} look as if {scaler} had scaled each of them alone. "
                f"Symmetry '{symmetry}' mixes them, and is broken by that: {cure}. This estimator "
                "standardises columns itself",
                stacklevel=stacklevel + 1,
            )


def _scaled_alone(values, representation):
    """Return some columns that were scaled alone, and by which scaler; None if there are none."""
    numbers = mixed_columns(representation)
    for number in np.flatnonzero(np.bincount(numbers) > 1):
        columns = np.flatnonzero(numbers == number)
        some = np.asarray(values[:, columns], dtype=float)
        lowest, highest = some.min(axis=0), some.max(axis=0)
        # scalers leave constant columns without a unit
        some, lowest, highest = (array[..., lowest < highest] for array in (some, lowest, highest))
        if some.shape[1] < 2:
            continue
        moments = np.stack([some.mean(axis=0), some.std(axis=0) - 1])
        if np.abs(moments).max() < ROUNDING:
            return columns.tolist(), "StandardScaler"
        # columns of zeros and ones are so from the start
        is_between = ((some > ROUNDING) & (some < 1 - ROUNDING)).any()
        if is_between and np.abs([lowest, highest - 1]).max() < ROUNDING:
            return columns.tolist(), "MinMaxScaler"
    return None
