"""THE fit: settings, data and seeds -> reference -> imitation -> task -> result.

Where each part lives: ``settings.py`` decides every "auto"; ``references/`` has the equivariant
networks, and ``imitation/`` fits one of them and lets a student of ``students/`` imitate it;
``task.py`` fits that student to the samples, near its clone as an anchor of ``anchors/`` says;
``training/`` has the loop that all of them use.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from ..imitation import Clone, choose_recipe, fit_teacher
from ..messages import tell
from ..metrics import equivariance_error
from ..students import ColumnScaling, Dense, Weights
from ..training import DivergenceError, stage
from .explain import complain, explain_task, explain_temperature
from .settings import Settings
from .task import fits_to_task, run_all

#: Training samples on which the equivariance error of a fitted model is reported.
N_REPORTED = 1000


@dataclass(frozen=True, eq=False)
class Result:
    """What a fit has come to.

    Parameters
    ----------
    settings : Settings
    student : Dense
    weights : Weights
        For columns in their own units, in the dtype of the training data.
    scaling : ColumnScaling
        Of the network that was fitted.
    clone : Clone
    loss_curve : list of float
        Of the fit to the task; empty if there was none.
    validation_scores : list of float or None
        The score on held-out samples after each of its epochs; None if none were held out.
    equivariance_error : float or None
        None if there is no symmetry.
    n_seen : int
        Samples that were seen, in all epochs of the fit to the task and of warm starts before it.
    complaint : str or None
        A warning about the fit to the task.
    seconds : float, default=None
        How long the fit took, all phases together. None: it was not measured.
    """

    settings: Settings
    student: Dense
    weights: Weights
    scaling: ColumnScaling
    clone: Clone
    loss_curve: list
    validation_scores: list | None
    equivariance_error: float | None
    n_seen: int
    complaint: str | None
    seconds: float | None = None


def fit(settings, data, seeds, start=None):
    """Fit a network to data.

    Parameters
    ----------
    settings : Settings
    data : TrainingData
    seeds : Seeds
    start : Weights, default=None
        Of a warm start.

    Returns
    -------
    Result
    """
    started = time.perf_counter()
    announce(settings)
    data, validation = hold_out(settings, data, seeds)
    with stage("length of the reference"):
        recipe = choose_recipe(data, settings, seeds)
    teacher = fit_teacher(data, settings, seeds, recipe)
    clone = settings.imitation.clone(teacher, settings, seeds, start)
    task_fits = fits_to_task(settings, data, validation, clone, seeds, start)
    run_all(task_fits)
    found = result(settings, data, clone, task_fits, seeds)
    if settings.tells and task_fits:
        explain_task(found, task_fits[0].plan)
    if settings.tells and settings.temperature != 1:
        explain_temperature(settings.temperature)
    return replace(found, seconds=time.perf_counter() - started)


def announce(settings):
    """Say which reference was chosen, if that is asked for."""
    if settings.reference.explanation is not None:
        tell(settings.reference.explanation)


def hold_out(settings, data, seeds):
    """Return the data to learn from, and those that decide when to stop or None."""
    data = data.counted()
    if not settings.fitting.early_stopping or data.validation is not None:
        return data, data.validation if settings.fitting.early_stopping else None
    return data.split(settings.fitting.validation_fraction, seeds.batches)


def result(settings, data, clone, task_fits, seeds):
    """Return what the best of some fits to the task has come to, or the clone if there are none."""
    best = min(task_fits, key=lambda fit: fit.loss, default=clone)
    weights, student = best.weights.divided_by(settings.temperature), best.student
    weights = weights.astype(data.dtype)
    X = data.read(slice(N_REPORTED))[0]
    # the loss of the last step was measured before it
    if not np.isfinite(student.predict(weights, X)).all():
        raise DivergenceError(
            "the fitted network does not predict finite values for its training samples: try a "
            "lower learning_rate_init, or scale columns with extreme values"
        )
    error = None
    if settings.symmetry is not None:
        error = equivariance_error(
            lambda X: settings.task.predictions(student.predict(weights, X)),
            X,
            settings.symmetry,
            random_state=seeds.inputs,
        )
    curves = (best.loss_curve, best.validation_scores) if task_fits else ([], None)
    seen = settings.fitting.rate.seen + len(curves[0]) * len(data)
    complaint = complain(best.plan, best.loss_curve, settings.fitting) if task_fits else None
    return Result(settings, student, weights, best.scaling, clone, *curves, error, seen, complaint)
