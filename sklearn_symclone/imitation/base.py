"""Base classes: a way to imitate, and the clone that it makes for the fit to the task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..defaults import HIDDEN_LAYER_SIZES
from ..students import ColumnScaling, Dense, Weights, activations


@dataclass(frozen=True, eq=False, kw_only=True)
class Clone:
    """The network from which a fit to the task starts. This base is used if nothing was cloned.

    Fits to the task that differ only in strength share a clone, and do not change it.

    Parameters
    ----------
    weights : Weights or None
        The weights, for columns in their own units, in float64. None: random weights.
    student : Dense
        The network that has these weights.
    scaling : ColumnScaling or None
        Standardises the columns of the student. None: it is measured on the samples of the task.
    loss_curve : list of float, default=[]
        Training loss of each epoch of the imitation, if there was one.
    complaint : str, default=None
        A warning about the clone. None: there is nothing to warn of.
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
            Standardises the columns.
        start : Weights or None
            Weights to start from. None: random weights.
        generator : torch.Generator
            Draws random weights.
        """
        network = self.student.build(*sizes, generator)
        if start is not None:
            self.student.load(network, scaling, start)
        return network

    def factor(self, strength):
        """Return the weight of a penalty beside the loss of the task, for a ``Strength``."""
        # (1 - s) * task + s * anchor is divided by (1 - s), which leaves the task's loss as it is
        return strength.odds

    def report(self):
        """Return the fitted attributes of an estimator that describe the clone, by name."""
        return {}

    def pack(self):
        """Return the part of the clone that is kept between chunks. It holds arrays only."""
        return self

    def unpack(self, data, settings, seeds):
        """Return the whole clone again, with cloning inputs from other training data."""
        return self


class Imitation:
    """A way to imitate a reference. This base imitates nothing."""

    #: The value of the estimators' ``cloning``.
    name: ClassVar[str] = "nothing"
    #: What its clone provides for anchors; see ``Anchor.needs``.
    gives: ClassVar[frozenset[str]] = frozenset()
    #: Names of anchors that stand for other anchors with this imitation.
    anchor_names: ClassVar[dict[str, str]] = {}
    #: Why there is no warm start from dense weights, and why there is no ``partial_fit``.
    refuses_warm_start: ClassVar[str | None] = None
    refuses_chunks: ClassVar[str | None] = None

    def choose_reference(self, asked, symmetry, activation):
        """Return the reference to imitate: a name, a callable, or None for no reference.

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
            If reference, symmetry and activation do not fit together.
        """
        return None

    def explain_reference(self, asked, reference, symmetry):
        """Return a line that tells why "auto" chose this reference, or None without "auto"."""
        return None

    def choose_activations(self, symmetry, task, widths):
        """Return the activations that ``activation="auto"`` tries, the preferred one first."""
        return (activations.SILU,)

    def choose_widths(self, symmetry, activation):
        """Return the widths of the hidden layers if none are asked for."""
        return HIDDEN_LAYER_SIZES

    def widths(self, asked, symmetry, reference, activation):
        """Return the widths of the hidden layers that are possible, near those asked for."""
        return tuple(asked)

    def reference_plan(self, data, settings, seeds):
        """Return the ``ReferencePlan`` of the reference's fit, or None for no reference.

        Parameters
        ----------
        data : TrainingData
            The samples of the task.
        settings : Settings
            The settings of the whole fit.
        seeds : Seeds
            The seeds of the whole fit.
        """
        return None

    def clone(self, teacher, settings, seeds, start=None):
        """Return a clone of a fitted reference.

        Parameters
        ----------
        teacher : Teacher or None
            The fitted reference.
        settings : Settings
            The settings of the whole fit.
        seeds : Seeds
            The seeds of the whole fit.
        start : Weights, default=None
            The weights of a warm start.
        """
        return Clone(weights=start, student=settings.students[0])
