"""What an anchor is: a term in the loss that keeps the fit to the task near its clone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import nn
from torch.utils.data import IterableDataset

from ..students import ColumnScaling, Dense
from ..symmetry import Symmetry


@dataclass(frozen=True, eq=False)
class Anchoring:
    """All that an anchor may use of the fit to the task.

    Parameters
    ----------
    network : nn.Sequential
        The network that is fitted. It takes and returns standardised columns, and holds the weights
        from which the fit starts.
    student : Dense
        Builds such networks, and converts their weights to columns in their own units.
    scaling : ColumnScaling
        Standardises the columns.
    batches : IterableDataset
        The samples of the task, in batches ``(inputs, (targets, weights))``.
    n_steps : int
        Largest number of gradient steps of the fit.
    clone : Clone
        The clone that the fit stays near.
    symmetry : Symmetry
        Its size is that of the columns.
    strength : float
        The estimator's ``strength``, greater than 0 and less than 1.
    factor : float
        The weight of a penalty beside the loss of the task. It follows from the strength.
    generator : torch.Generator
        Shuffles the samples. It lives on the CPU.
    dtype : torch.dtype
        The precision of the fit.
    device : str
        Where the fit computes, such as "cpu" or "cuda".

    See Also
    --------
    Anchor : Turns it into batches and a penalty.

    Examples
    --------
    The weight anchor reads three of its fields:

    >>> from types import SimpleNamespace
    >>> import torch
    >>> from sklearn_symclone.anchors import WeightAnchor
    >>> network = torch.nn.Sequential(torch.nn.Linear(2, 1))
    >>> class CloneOfOnes:
    ...     def anchored_parameters(self, anchoring):
    ...         now = list(anchoring.network.parameters())
    ...         return now, [torch.ones_like(parameter) for parameter in now]
    >>> anchoring = SimpleNamespace(network=network, clone=CloneOfOnes(), factor=0.5)
    >>> penalty = WeightAnchor().penalty(anchoring)
    >>> _ = [torch.nn.init.zeros_(parameter) for parameter in network.parameters()]
    >>> penalty(network).item()
    1.5
    """

    network: nn.Sequential
    student: Dense
    scaling: ColumnScaling
    batches: IterableDataset
    n_steps: int
    clone: Any
    symmetry: Symmetry
    strength: float
    factor: float
    generator: torch.Generator
    dtype: torch.dtype
    device: str


class Anchor:
    """Base of all anchors, the imitation term of the fit to the task.

    A subclass overrides ``penalty`` to add a term to the loss, or ``join`` to add samples. It is
    created without arguments and stores nothing.

    See Also
    --------
    sklearn_symclone.anchors.register : Give an anchor a name that estimators accept.

    Examples
    --------
    Keep each weight near the clone's by the sum of absolute differences:

    >>> import torch
    >>> from sklearn_symclone.anchors import Anchor
    >>> class AbsoluteDifference(Anchor):
    ...     needs = frozenset({"weights"})
    ...
    ...     def penalty(self, anchoring):
    ...         now = list(anchoring.network.parameters())
    ...         then = [parameter.detach().clone() for parameter in now]
    ...         return lambda network: anchoring.factor * sum(
    ...             (a - b).abs().sum() for a, b in zip(now, then)
    ...         )
    """

    #: What the anchor needs of the clone: the "answers" of a reference, its dense "weights", its
    #: cloning "inputs", or the "subspace" of equivariant matrices.
    needs: ClassVar[frozenset[str]] = frozenset()

    def join(self, anchoring: Anchoring) -> tuple[IterableDataset, Callable | None]:
        """Return the batches to train on, and the penalty that is added to their loss.

        Parameters
        ----------
        anchoring : Anchoring
            The fit to the task.

        Returns
        -------
        batches : IterableDataset
            The samples of the task, and those that the anchor adds to them.
        penalty : callable or None
            Takes the network and returns a scalar tensor, which is added to the loss of every
            batch.
        """
        return anchoring.batches, self.penalty(anchoring)

    def penalty(self, anchoring: Anchoring) -> Callable:
        """Return the penalty that is added to the loss of every batch.

        Parameters
        ----------
        anchoring : Anchoring
            The fit to the task.

        Returns
        -------
        callable
            Takes the network and returns a scalar tensor.
        """
        raise NotImplementedError
