"""How a network is fitted to the task, in the names and meanings of scikit-learn's networks."""

from __future__ import annotations

from dataclasses import dataclass

from ..defaults import BATCH_SIZE, DECAYS, FROM_CLONE, FROM_RANDOM
from ..training import EvaluationLimit, Rate, optimizers

#: Epochs without progress after which a fit stops that watches its progress.
PATIENCE = 10


@dataclass(frozen=True)
class TaskSettings:
    """How a network is fitted to the task.

    Parameters
    ----------
    solver, max_iter, tol, n_restarts, early_stopping, validation_fraction
        As of the estimators; ``max_iter`` and ``learning_rate_init`` may be None, which is what the
        start of the fit asks for.
    alpha : float or "auto"
        "auto": held-out samples may choose it, and else it is the least of ``DECAYS``.
    batch_size : int or None
        None: all samples.
    learning_rate_init : float or None
    n_iter_no_change : int, inf or None
    callbacks : tuple
    shuffle : bool
    rate : Rate
        How the learning rate changes, without the number of samples.
    options : tuple of (str, value)
        Arguments of the solver's class.
    max_fun : int
        Largest number of evaluations of the loss.
    verbose : int
    """

    solver: str
    alpha: float | str
    batch_size: int | None
    learning_rate_init: float | None
    max_iter: int | None
    tol: float
    n_iter_no_change: float | None
    n_restarts: int
    early_stopping: bool
    validation_fraction: float
    callbacks: tuple
    shuffle: bool
    rate: Rate
    options: tuple
    max_fun: int
    verbose: int

    @classmethod
    def of(cls, parameters, seen=0):
        """Return what the parameters of an estimator ask for.

        Parameters
        ----------
        parameters : Mapping
        seen : int, default=0
            Samples that a warm start has seen before.
        """
        solver, batch_size = optimizers.get(parameters["solver"]), parameters["batch_size"]
        if solver.needs_all_rows:
            batch_size = None
        elif batch_size == "auto":
            batch_size = BATCH_SIZE
        rate = parameters["learning_rate"]
        if rate == "auto":
            # plain gradients are used as in scikit-learn
            rate = "constant" if solver.name == "sgd" else "cosine"
        same = set(cls.__dataclass_fields__) & set(parameters)
        own = {
            "batch_size": batch_size,
            "callbacks": tuple(parameters["callbacks"] or ()),
            "rate": Rate(rate, parameters["power_t"], seen),
            "options": _options(parameters),
            "verbose": int(parameters["verbose"]),
        }
        return cls(**{name: parameters[name] for name in same} | own)

    def length(self, starts_random):
        """Return the number of epochs, and the largest learning rate."""
        max_iter, learning_rate = FROM_RANDOM if starts_random else FROM_CLONE
        if self.solver == "lbfgs":
            # its line search starts at the length of a Newton step
            return self.max_iter or max_iter, 1.0
        return self.max_iter or max_iter, self.learning_rate_init or learning_rate

    @property
    def decay(self):
        """The weight of the squares of all weights in the loss."""
        return DECAYS[0] if self.alpha == "auto" else self.alpha

    @property
    def leaves_decay_open(self):
        """Whether held-out samples may choose the decay, in fits that come to rest."""
        is_open = self.alpha == "auto" and self.max_iter is None
        return is_open and self.anneals and not self.early_stopping and not self.watches

    @property
    def anneals(self):
        """Whether the learning rate falls to zero, so that a fit of any length comes to rest."""
        return optimizers.get(self.solver).has_schedule and self.rate.kind == "cosine"

    @property
    def watches(self):
        """Whether the fit was asked to stop when it makes no more progress."""
        return bool(self.tol) or self.n_iter_no_change is not None

    def patience(self, holds_out):
        """Return the epochs without progress after which a fit stops; None: it does not stop."""
        if optimizers.get(self.solver).takes_closure and not holds_out:
            return None  # the gradient tells where the fit has converged
        is_open = holds_out or self.watches or self.rate.kind == "adaptive"
        return (self.n_iter_no_change or PATIENCE) if is_open else None

    def new_limit(self):
        """Return what limits the evaluations of a solver that needs several in a step, or None."""
        if not optimizers.get(self.solver).takes_closure:
            return None
        return EvaluationLimit(self.max_fun, self.tol)


def _options(parameters):
    """Return the arguments of a solver of this library that an estimator has parameters for."""
    momentum = parameters["momentum"]
    return {
        "adam": (
            ("betas", (parameters["beta_1"], parameters["beta_2"])),
            ("eps", parameters["epsilon"]),
        ),
        # torch has no Nesterov momentum of 0, which would be none
        "sgd": (
            ("momentum", momentum),
            ("nesterov", bool(parameters["nesterovs_momentum"] and momentum)),
        ),
    }.get(parameters["solver"], ())
