"""What an anchor is: a term that keeps the fit to the task near the clone that it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import nn
from torch.utils.data import IterableDataset

from ..students import ColumnScaling, Dense
from ..symmetry import Symmetry


@dataclass(frozen=True, eq=False)
class Anchoring:
    """A fit to the task that is to be anchored.

    Parameters
    ----------
    network : nn.Sequential
        What is fitted, for standardised columns, with the weights that it starts from.
    student : Dense
        How that network is built, and given weights for columns in their own units.
    scaling : ColumnScaling
    batches : IterableDataset
        The samples of the task.
    n_steps : int
        Gradient steps of the fit, at most.
    clone : Clone
        What the fit is kept near to.
    symmetry : Symmetry
        Bound to the columns.
    strength : float
        Between 0 and 1, without both.
    factor : float
        The weight of a penalty beside the loss of the task, from the strength.
    generator : torch.Generator
        On the CPU. Shuffles the samples.
    dtype : torch.dtype
        To compute in.
    device : str
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
    """Base of all anchors: the imitation term of the fit to the task.

    A subclass has ``penalty``, or ``join`` where the term is no penalty. An instance is made
    without arguments, and holds nothing.

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

    #: What the clone must give: "answers" of a reference to imitate, dense "weights", cloning
    #: "inputs", or the "subspace" of equivariant matrices.
    needs: ClassVar[frozenset[str]] = frozenset()

    def join(self, anchoring):
        """Return what the fit trains on, and what is added to its loss.

        Parameters
        ----------
        anchoring : Anchoring

        Returns
        -------
        batches : IterableDataset
        penalty : callable or None
            From the network to a scalar tensor, which is added to the loss of every batch.
        """
        return anchoring.batches, self.penalty(anchoring)

    def penalty(self, anchoring):
        """Return a function from the network to what is added to the loss of every batch.

        Parameters
        ----------
        anchoring : Anchoring

        Returns
        -------
        callable
        """
        raise NotImplementedError
