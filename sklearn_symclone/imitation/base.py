"""What a way to imitate is, and what it leaves behind for the fit to the task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..students import ColumnScaling, Dense, Weights, activations


@dataclass(frozen=True, eq=False, kw_only=True)
class Clone:
    """What a fit to the task starts from. This base is what there is where nothing was cloned.

    Fits to the task that differ in strength alone share a clone, and leave it as it is.

    Parameters
    ----------
    weights : Weights or None
        For columns in their own units, in float64. None: random ones.
    student : Dense
        The network that has these weights.
    scaling : ColumnScaling or None
        Of the student. None: it is measured on the samples of the task.
    loss_curve : list of float, default=[]
        Training loss of each epoch of the imitation, if there was one.
    complaint : str, default=None
        What is wrong with the clone, in words for a warning; None if nothing is.
    """

    weights: Weights | None
    student: Dense
    scaling: ColumnScaling | None = None
    loss_curve: list = field(default_factory=list)
    complaint: str | None = None

    def network(self, sizes, scaling, start, generator):
        """Return the network to fit to the task.

        Parameters
        ----------
        sizes : tuple of (int, int)
            Numbers of features and of outputs.
        scaling : ColumnScaling
        start : Weights or None
            None: random ones.
        generator : torch.Generator
        """
        network = self.student.build(*sizes, generator)
        if start is not None:
            self.student.load(network, scaling, start)
        return network

    def factor(self, strength):
        """Return the weight of a penalty beside the loss of the task, for a ``Strength``."""
        # (1 - s) * task + s * anchor, divided by (1 - s): the task's own loss stays as it is
        return strength.odds

    def report(self):
        """Return the fitted attributes of an estimator that tell about the clone, by name."""
        return {}

    def pack(self):
        """Return what is kept of the clone between chunks: arrays alone."""
        return self

    def unpack(self, data, settings, seeds):
        """Return the clone again, with cloning inputs from other training data."""
        return self


class Imitation:
    """A way to imitate a reference. This base imitates nothing."""

    #: The value of the estimators' ``cloning``.
    name: ClassVar[str] = "nothing"
    #: What a clone of it gives to anchors; see ``Anchor.needs``.
    gives: ClassVar[frozenset[str]] = frozenset()
    #: What ``anchor`` stands for where it has another form here.
    anchor_names: ClassVar[dict[str, str]] = {}
    #: Why a fit cannot go on from dense weights, and why it cannot be kept between chunks.
    refuses_warm_start: ClassVar[str | None] = None
    refuses_chunks: ClassVar[str | None] = None

    def choose_reference(self, asked, symmetry, activation):
        """Return the reference to imitate, a name or a callable; None: there is none.

        Parameters
        ----------
        asked : str or callable
            The estimators' ``reference``.
        symmetry : Symmetry
            Bound to the columns.
        activation : str
            The estimators' ``activation``.

        Raises
        ------
        ValueError
            If what is asked for does not fit together.
        """
        return None

    def explain_reference(self, asked, reference, symmetry):
        """Return in a line why this reference was chosen; None if it was asked for."""
        return None

    def choose_activations(self, symmetry, task):
        """Return the activations that are tried if none is asked for, the first one first."""
        return (activations.SILU,)

    def widths(self, asked, symmetry, reference, activation):
        """Return the widths of the hidden layers, where they can be as they are asked for."""
        return tuple(asked)

    def reference_plan(self, data, settings, seeds):
        """Return how the reference is fitted, a ``ReferencePlan``; None: there is no reference.

        Parameters
        ----------
        data : TrainingData
        settings : Settings
        seeds : Seeds
        """
        return None

    def clone(self, teacher, settings, seeds, start=None):
        """Return a clone of a fitted reference.

        Parameters
        ----------
        teacher : Teacher or None
            The fitted reference.
        settings : Settings
        seeds : Seeds
        start : Weights, default=None
            Of a warm start.
        """
        return Clone(weights=start, student=settings.students[0])
