"""How a network is trained: everything that does not depend on its rows, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch.utils.data import IterableDataset

from . import optimizers


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """The settings of one training.

    Parameters
    ----------
    phase : str
        What errors and the progress bar call this training.
    learning_rate_init : float
        The largest learning rate. It falls to zero along a cosine, if the solver has a schedule.
    max_iter : int
        Number of epochs.
    solver : str, default="adam"
        A name from ``optimizers.names()``.
    weight_decay : float, default=0.0
        Decoupled decay of all weights, as in AdamW. Solvers that take none ignore it.
    l2 : float, default=0.0
        The training loss of each batch grows by half of this factor times the squared length of
        all weight matrices. Biases are left out, and the loss curve does not show it.
    penalty : callable, default=None
        Takes the module and returns what is added to the training loss of each batch.
    validation : IterableDataset, default=None
        Batches whose loss decides when to stop. The weights of the best epoch are restored.
    tol : float, default=0.0
        The least improvement of the loss that counts as one.
    n_iter_no_change : int, default=None
        Stop after this many epochs without improvement. None: never.
    device : str, default="cpu"
    verbose : bool, default=False
        Show a progress bar.
    callbacks : tuple of skorch callbacks, default=()
    """

    phase: str
    learning_rate_init: float
    max_iter: int
    solver: str = "adam"
    weight_decay: float = 0.0
    l2: float = 0.0
    penalty: Callable | None = None
    validation: IterableDataset | None = None
    tol: float = 0.0
    n_iter_no_change: int | None = None
    device: str = "cpu"
    verbose: bool = False
    callbacks: tuple = ()

    @property
    def optimizer(self):
        """The registered ``Solver``, which knows what it needs and what it can do."""
        return optimizers.get(self.solver)

    @property
    def can_stack(self):
        """Whether networks with this plan can be trained side by side, as one.

        That needs a solver that treats each weight for itself. Nothing may look at one network
        alone: no penalty, no validation, no early stop, no callback.
        """
        looks_at_one = (self.penalty, self.validation, self.n_iter_no_change)
        alone = any(value is not None for value in looks_at_one) or self.callbacks
        return self.optimizer.can_stack and not alone

    @property
    def kind(self):
        """What plans must share to be stacked: a plan of all settings but ``l2``; hashable."""
        return replace(self, l2=0.0)
