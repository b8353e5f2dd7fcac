"""Fit a table that comes in chunks: what is kept from one to the next, and how the fit goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..defaults import FROM_CLONE, FROM_RANDOM
from ..imitation import IMITATIONS, Clone
from ..students import ColumnScaling
from ..training import optimizers
from .pipeline import fit, result
from .settings import Seeds
from .strength import asks_data, keeps_nothing
from .task import fits_to_task, run_all

#: Parameters that are those of the first chunk, for what was learned of it depends on them.
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
    """What is kept between chunks, beside the fitted weights: arrays alone.

    Parameters
    ----------
    clone : Clone
        Packed.
    scaling : ColumnScaling
        Of the first chunk.
    random_state : RandomState
    fixed : dict
        The parameters that later chunks cannot change, as they were.
    """

    clone: Clone
    scaling: ColumnScaling
    random_state: np.random.RandomState
    fixed: dict


def refusal(parameters):
    """Return why an estimator cannot be fitted chunk by chunk, None if it can.

    Parameters
    ----------
    parameters : Mapping
        Of the estimator.
    """
    if "strengths" in parameters:
        return "a search holds rows of the whole table out"
    if asks_data(parameters["strength"]):
        return 'strength="auto" holds rows of the whole table out'
    if parameters["early_stopping"]:
        return "early_stopping=True holds rows of the whole table out"
    # what is no name of anything is refused by the fit
    solver, cloning = parameters["solver"], parameters["cloning"]
    if solver in optimizers.names() and optimizers.get(solver).needs_all_rows:
        return f'solver="{solver}" takes all rows at once'
    if _is_anchored(parameters) and cloning in IMITATIONS:
        return IMITATIONS[cloning].refuses_chunks
    return None


def chunk_parameters(parameters):
    """Return the parameters that the fit to one chunk changes: it is one epoch long."""
    learning_rate = (FROM_CLONE if _is_anchored(parameters) else FROM_RANDOM)[1]
    return {
        "max_iter": 1,
        "learning_rate_init": parameters["learning_rate_init"] or learning_rate,
    }


def _is_anchored(parameters):
    return parameters["symmetry"] is not None and not keeps_nothing(parameters["strength"])


def fit_first(settings, data, random_state, parameters, start=None):
    """Fit the first chunk, with its reference and its clone.

    Parameters
    ----------
    settings : Settings
        With what ``chunk_parameters`` changes.
    data : TrainingData
    random_state : RandomState
    parameters : Mapping
        Of the estimator.
    start : Weights, default=None
        To go on from.

    Returns
    -------
    result : Result
    stream : Stream
    """
    found = fit(settings, data, Seeds.draw(random_state), start)
    return found, Stream(found.clone.pack(), found.scaling, random_state, _fixed(parameters))


def check_unchanged(stream, parameters):
    """Raise a ValueError if a parameter that cannot change from chunk to chunk has changed."""
    for name, value in _fixed(parameters).items():
        if value != stream.fixed[name]:
            raise ValueError(
                f"partial_fit goes on with {name}={stream.fixed[name]!r} of the first chunk, got "
                f"{value!r}: set it back, or call fit"
            )


def _fixed(parameters):
    fixed = {name: parameters[name] for name in FIXED}
    fixed["hidden_layer_sizes"] = tuple(fixed["hidden_layer_sizes"])
    # from one number to another it may change, but not where nothing was cloned
    return {**fixed, "strength == 0": keeps_nothing(parameters["strength"])}


def fit_next(settings, data, stream, weights):
    """Fit one more chunk.

    Parameters
    ----------
    settings : Settings
        With what ``chunk_parameters`` changes.
    data : TrainingData
    stream : Stream
    weights : Weights
        To go on from.

    Returns
    -------
    Result or None
        None if the clone stays as it is.
    """
    seeds = Seeds.draw(stream.random_state)
    clone = replace(stream.clone.unpack(data, settings, seeds), scaling=stream.scaling)
    # restarts are for the first chunk: from there on one network is learned
    settings = replace(settings, fitting=replace(settings.fitting, n_restarts=0))
    task_fits = fits_to_task(settings, data, None, clone, seeds, weights)
    if not task_fits:
        return None
    run_all(task_fits)
    return result(settings, data, clone, task_fits, seeds)
