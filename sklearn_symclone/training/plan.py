"""How a network is trained: all settings that do not depend on the samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from skorch.callbacks import Callback
from torch.utils.data import IterableDataset

from . import optimizers
from .meaning import Meaning
from .rates import COSINE, Rate


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """The settings of one training.

    Parameters
    ----------
    phase : str
        The name of the training in errors and at the progress bar.
    learning_rate_init : float
        Largest learning rate.
    max_iter : int
        Number of epochs.
    solver : str, default="adam"
        A name from ``optimizers.names()``.
    weight_decay : float, default=0.0
        Decoupled decay of all weights, as in AdamW. Solvers without weight decay ignore it.
    l2 : float, default=0.0
        Half of this factor times the sum of squares of all weight matrices is added to the training
        loss of each batch. Biases are left out, and the loss curve does not include it.
    penalty : callable, default=None
        Takes the module and returns a term that is added to the training loss of each batch.
    validation : IterableDataset, default=None
        Batches whose loss decides when to stop. The weights of the best epoch are restored.
    scores : ValidationScores, default=None
        Notes a score of these batches after each epoch.
    tol : float, default=0.0
        An epoch makes progress if the loss falls by more than this.
    n_iter_no_change : int, default=None
        Stop after this many epochs without progress. None: never.
    options : tuple of (str, value), default=()
        Further arguments of the solver's class.
    rate : Rate, default=COSINE
        How the learning rate changes, if the solver has a schedule.
    limit : EvaluationLimit, default=None
        Ends the training early, for a solver that evaluates the loss several times in a step.
    device : str, default="cpu"
        Where torch computes.
    verbose : int, default=0
        1 shows a progress bar, more prints a line for each epoch.
    callbacks : tuple of skorch callbacks, default=()
        Callbacks of the user.
    meaning : Meaning, default=None
        Lets these callbacks see targets and predictions in the units of the table.
    so_far : callable, default=None
        Returns what the network has learned so far, as ``Progress.end_epoch`` takes it.
    """

    phase: str
    learning_rate_init: float
    max_iter: int
    solver: str = "adam"
    weight_decay: float = 0.0
    l2: float = 0.0
    penalty: Callable | None = None
    validation: IterableDataset | None = None
    scores: Callback | None = None
    tol: float = 0.0
    n_iter_no_change: float | None = None
    options: tuple = ()
    rate: Rate = COSINE
    limit: Callback | None = None
    device: str = "cpu"
    verbose: int = 0
    callbacks: tuple = ()
    meaning: Meaning | None = field(default=None, compare=False)
    so_far: Callable | None = field(default=None, compare=False)

    @property
    def optimizer(self):
        """The registered ``Solver``."""
        return optimizers.get(self.solver)

    @property
    def can_stack(self):
        """Whether several networks with this plan can be trained as one.

        The solver must allow it (``can_stack``), and nothing may depend on one network alone: no
        penalty, no validation, no early stop, no callback.
        """
        looks_at_one = (self.penalty, self.validation, self.n_iter_no_change)
        alone = any(value is not None for value in looks_at_one) or self.callbacks
        return self.optimizer.can_stack and not alone

    @property
    def kind(self):
        """What networks that are trained as one have in common."""
        return replace(self, l2=0.0, so_far=None)
