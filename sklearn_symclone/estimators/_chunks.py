"""``partial_fit`` of both estimators: fit one more chunk of a table."""

from __future__ import annotations

from copy import deepcopy

from sklearn.utils import check_random_state

from .. import fitting
from ._names import with_outputs_of


def can_be_chunked(estimator):
    """Return True if an estimator can be fitted in chunks, else raise an error with the reason."""
    reason = fitting.refusal(estimator.get_params(deep=False))
    if reason is not None:
        raise AttributeError(f"partial_fit is not available: {reason}")
    return True


def fit_chunk(estimator, data):
    """Fit one more chunk. The first chunk also gets a reference and its clone.

    Parameters
    ----------
    estimator : SymmetryClonedRegressor or SymmetryClonedClassifier
        Its fitted attributes change in place at the end, if the fit has succeeded.
    data : TrainingData
        The samples of the chunk.
    """
    parameters = estimator.get_params(deep=False)
    if parameters["early_stopping"]:
        raise ValueError(
            "partial_fit does not support early_stopping=True, which holds out samples of the "
            "whole table: set it to False, or call fit"
        )
    data = estimator._arranged(data, estimator.symmetry)
    changed = fitting.chunk_parameters(parameters)
    # a copy: after an interrupt the next chunk draws what this one would have drawn
    stream, start = deepcopy(estimator._stream), estimator._start()
    weights = None if start is None else with_outputs_of(start.weights, data.classes)
    cache = fitting.Cache(parameters["memory"])
    with fitting.computing(parameters) as device:
        if stream is None:
            settings = estimator._decide(data, device, cache, start, **changed)
            random_state = check_random_state(estimator.random_state)
            result, stream = fitting.fit_first(settings, data, random_state, parameters, weights)
        else:
            fitting.check_unchanged(stream, parameters)
            settings = estimator._decide(data, device, cache, start, **changed).quiet()
            result = fitting.fit_next(settings, data, stream, weights)
    if result is None:
        return  # the clone stays as it is
    before = dict(vars(estimator))
    estimator._keep(result, data)
    estimator._stream = stream
    estimator._prepend(before)
    estimator.n_iter_ = len(estimator.loss_curve_) or estimator.n_iter_
