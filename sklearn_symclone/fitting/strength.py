"""The strength: how much of the symmetry a fit to the task keeps."""

from __future__ import annotations

from dataclasses import dataclass

#: The value of the estimators' ``strength`` that chooses it on held-out samples.
AUTO = "auto"


@dataclass(frozen=True, order=True)
class Strength:
    """How much of the symmetry a fit keeps.

    Parameters
    ----------
    value : float
        0: nothing is cloned. 1: the clone alone, without a fit to the task. In between, the fit to
        the task starts from the clone and stays near it.
    """

    value: float

    @property
    def clones(self):
        """Whether a reference is cloned."""
        return self.value > 0

    @property
    def fits_task(self):
        """Whether the clone, if there is one, is fitted to the task."""
        return self.value < 1

    @property
    def odds(self):
        """The weight of the imitation beside that of the task."""
        return self.value / (1 - self.value)


def asks_data(strength):
    """Return whether an estimator's ``strength`` is chosen on held-out samples."""
    return isinstance(strength, str) and strength == AUTO


def keeps_nothing(strength):
    """Return whether an estimator's ``strength`` asks for the ordinary network."""
    return not isinstance(strength, str) and strength == 0
