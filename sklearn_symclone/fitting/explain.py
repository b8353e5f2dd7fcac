"""What ``verbose`` tells of each decision and each phase, in a line."""

from __future__ import annotations

import math

from ..messages import tell
from ..training import TOO_FEW, TOO_MANY


def explain_fallback(strength, data):
    """Tell that no strengths were compared, and why.

    Parameters
    ----------
    strength : float
        That is taken.
    data : TrainingData
    """
    tell(f"strength {strength:g}, {TOO_FEW if data.is_one_chunk else TOO_MANY}")


def explain_strength(chosen, losses):
    """Tell which strength was chosen, by the held-out losses of those that were tried.

    Parameters
    ----------
    chosen : float
    losses : dict of float to float
        From strengths to losses.
    """
    others = [f"{value:g} {losses[value]:.4g}" for value in sorted(losses, reverse=True)]
    others.remove(f"{chosen:g} {losses[chosen]:.4g}")
    tell(f"strength {chosen:g}: " + ", ".join([f"held-out loss {losses[chosen]:.4g}", *others]))


def explain_decay(decay, why):
    """Tell how much weight decay a plain network is to have, and why."""
    tell(f"plain network: alpha {decay:g}, {why}")


def explain_clone(fold, n_folds, settings, seconds):
    """Return a line that tells how long the reference and the clone of a fold have taken."""
    return f"{_fold(fold, n_folds)}, {settings.symmetry}: reference and clone, {seconds:.1f} s"


def explain_score(fold, n_folds, result, score):
    """Return a line that tells what a candidate of a search has reached in a fold."""
    settings = result.settings
    candidate = f"{settings.symmetry or 'no symmetry'}, strength {settings.strength.value:g}"
    return f"{_fold(fold, n_folds)}, {candidate}: score {score:.4g}, {result.seconds:.1f} s"


def _fold(number, n_folds):
    return f"fold {number + 1} of {n_folds}"


def explain_task(result, plan):
    """Tell how long the fit to the task was, and why.

    Parameters
    ----------
    result : Result
    plan : TrainingPlan
        Of the fit to the task.
    """
    settings, n_epochs = result.settings, len(result.loss_curve)
    judged = "the training loss" if plan.validation is None else "the loss of held-out samples"
    if n_epochs < plan.max_iter and plan.n_iter_no_change is None:
        why = "for a callback ended them"
    elif n_epochs < plan.max_iter:
        why = f"for {judged} has not fallen for {plan.n_iter_no_change}"
    elif settings.fitting.early_stopping and plan.validation is None:
        why = f"without early_stopping, {TOO_FEW}"
    else:
        why = "as many as were planned"
    tell(f"task: {n_epochs} epochs, {why}")


def explain_temperature(temperature):
    """Tell what the outputs were divided by, and why."""
    tell(f"temperature {temperature:.3g}, for it gives held-out samples the least log loss")


def complain(plan, loss_curve, how):
    """Return the warning that a fit to the task has not converged, or None.

    Parameters
    ----------
    plan : TrainingPlan
    loss_curve : list of float
    how : TaskSettings
    """
    n_epochs = len(loss_curve)
    if not math.isfinite(loss_curve[-1]):
        return (
            f"the loss became {loss_curve[-1]} in epoch {n_epochs} of {plan.phase}, and the "
            "weights of the best epoch on held-out samples are kept: try a lower learning_rate_init"
        )
    if plan.limit is not None and plan.limit.is_reached:
        return (
            f"{how.solver} has not converged in max_fun={how.max_fun} evaluations of the loss: "
            "give more of them, or scale the columns"
        )
    if how.watches and n_epochs == plan.max_iter:
        return (
            f"Stochastic Optimizer: Maximum iterations ({plan.max_iter}) reached and the "
            "optimization hasn't converged yet. Give a larger max_iter, or a larger tol"
        )
    return None
