"""Fit a table that comes in chunks: what is kept between chunks, and how the fit goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..defaults import FALLBACK_STRENGTH, FROM_CLONE, FROM_RANDOM
from ..imitation import IMITATIONS, Clone
from ..students import ColumnScaling
from ..training import OptimizerState, optimizers
from .pipeline import fit, result
from .settings import Seeds, checked_widths
from .strength import asks_data, keeps_nothing
from .task import fits_to_task, run_all

#: Parameters that cannot change after the first chunk, because its clone depends on them.
FIXED = (
    "symmetry",
    "reference",
    "reference_fit",
    "cloning",
    "clone_inputs",
    "hidden_layer_sizes",
    "activation",
)


@dataclass(frozen=True, eq=False)
class Stream:
    """What is kept between chunks, besides the fitted weights. It holds arrays only.

    Parameters
    ----------
    clone : Clone
        The packed clone.
    scaling : ColumnScaling
        Standardises columns as for the first chunk.
    random_state : RandomState
        Draws the seeds of each chunk.
    memory : OptimizerState
        What the optimiser has stored of earlier gradients.
    fixed : dict
        The values of the parameters that cannot change.
    """

    clone: Clone
    scaling: ColumnScaling
    random_state: np.random.RandomState
    memory: OptimizerState
    fixed: dict


def refusal(parameters):
    """Return why an estimator cannot be fitted in chunks, or None if it can.

    Parameters
    ----------
    parameters : Mapping
        The parameters of the estimator.
    """
    if "strengths" in parameters:
        return "a search holds out samples of the whole table"
    # the fit refuses unknown names
    solver, cloning = parameters["solver"], parameters["cloning"]
    if solver in optimizers.names() and optimizers.get(solver).needs_all_rows:
        return f"solver={solver!r} needs all samples at once"
    if _is_anchored(parameters) and cloning in IMITATIONS:
        return IMITATIONS[cloning].refuses_chunks
    return None


def chunk_parameters(parameters):
    """Return the parameters that differ in the fit to a chunk, which is one epoch long."""
    learning_rate = (FROM_CLONE if _is_anchored(parameters) else FROM_RANDOM)[1]
    changed = {
        "max_iter": 1,
        "learning_rate_init": parameters["learning_rate_init"] or learning_rate,
    }
    # a chunk does not tell how much of the symmetry the whole table has
    chosen = {"strength": FALLBACK_STRENGTH} if asks_data(parameters["strength"]) else {}
    return changed | chosen


def _is_anchored(parameters):
    return parameters["symmetry"] is not None and not keeps_nothing(parameters["strength"])


def fit_first(settings, data, random_state, parameters, start=None):
    """Fit the first chunk, with its reference and its clone.

    Parameters
    ----------
    settings : Settings
        The settings, with ``chunk_parameters``.
    data : TrainingData
        The chunk.
    random_state : RandomState
        Draws the seeds of each chunk.
    parameters : Mapping
        The parameters of the estimator.
    start : Weights, default=None
        Weights to go on from.

    Returns
    -------
    result : Result
        The fitted network.
    stream : Stream
        What is kept for the next chunk.
    """
    memory = OptimizerState(settings.fitting.solver)
    if not settings.fitting.n_restarts:  # one of several fits would leave what it has stored
        settings = _remembering(settings, memory)
    found = fit(settings, data, Seeds.draw(random_state), start)
    parts = found.clone.pack(), found.scaling, random_state, memory
    return found, Stream(*parts, _fixed(parameters))


def _remembering(settings, memory):
    """Return settings of a fit that goes on with what the optimiser has stored."""
    callbacks = (*settings.fitting.callbacks, memory)
    return replace(settings, fitting=replace(settings.fitting, callbacks=callbacks))


def check_unchanged(stream, parameters):
    """Raise a ValueError if a parameter that cannot change from chunk to chunk has changed."""
    for name, value in _fixed(parameters).items():
        if value != stream.fixed[name]:
            raise ValueError(
                f"partial_fit cannot change {name}={stream.fixed[name]!r} after the first chunk, "
                f"got {value!r}: set it back, or call fit"
            )


def _fixed(parameters):
    fixed = {name: parameters[name] for name in FIXED}
    fixed["hidden_layer_sizes"] = checked_widths(fixed["hidden_layer_sizes"])
    # the strength may change, but not between 0, where nothing is cloned, and other values
    return {**fixed, "strength == 0": keeps_nothing(parameters["strength"])}


def fit_next(settings, data, stream, weights):
    """Fit one more chunk.

    Parameters
    ----------
    settings : Settings
        The settings, with ``chunk_parameters``.
    data : TrainingData
        The chunk.
    stream : Stream
        What was kept of the chunks before.
    weights : Weights
        Weights to go on from.

    Returns
    -------
    Result or None
        The fitted network. None if the clone stays as it is.
    """
    seeds = Seeds.draw(stream.random_state)
    clone = replace(stream.clone.unpack(data, settings, seeds), scaling=stream.scaling)
    # only the first chunk has restarts; one network goes on from there
    settings = replace(settings, fitting=replace(settings.fitting, n_restarts=0))
    if stream.memory.solver != settings.fitting.solver:
        stream.memory.solver, stream.memory.state = settings.fitting.solver, {}
    settings = _remembering(settings, stream.memory)
    task_fits = fits_to_task(settings, data, None, clone, seeds, weights)
    if not task_fits:
        return None
    run_all(task_fits)
    return result(settings, data, clone, task_fits, seeds)
