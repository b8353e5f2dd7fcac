"""Checks of what the models and scorers of users return."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np


def checked_predictions(prediction: Any, n_samples: int, who: str = "the model") -> np.ndarray:
    """Return predictions as an array of float64, with a row for each sample.

    Parameters
    ----------
    prediction : array-like
        What a model returned.
    n_samples : int
        How many samples it was given.
    who : str, default="the model"
        What an error calls the model.

    Returns
    -------
    ndarray of shape (n_samples, ...)

    Raises
    ------
    ValueError
        If they are no real numbers, or not one for each sample.
    """
    try:
        numbers = np.asarray(prediction)
        if numbers.dtype.kind == "c":
            raise TypeError
        numbers = np.atleast_1d(numbers.astype(float))
    except (TypeError, ValueError):
        raise ValueError(
            f"{who} must return real numbers of one shape, it returned {prediction!r:.60}"
        ) from None
    if len(numbers) != n_samples:
        raise ValueError(
            f"{who} returned {len(numbers)} predictions for {n_samples} samples: it must return "
            "one for each"
        )
    return numbers


def checked_score(score: Any, scoring: Any) -> float:
    """Return a score as a number.

    Parameters
    ----------
    score : object
        What a scorer returned.
    scoring : str, callable or None
        What the error calls it.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If it is no real number.
    """
    if isinstance(score, np.ndarray) and score.ndim == 0:
        score = score.item()
    if not isinstance(score, Real):
        raise ValueError(f"scoring={scoring!r} must return a number, it returned {score!r:.60}")
    return float(score)
