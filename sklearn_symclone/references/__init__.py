"""Group-equivariant torch modules, built from a Symmetry, and the rule that picks one.

"auto" takes the first of ``FAMILIES`` that does not refuse: the special families come before the
general average, because what they know they need not average.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import nn

from . import average, invariants, pointwise, sets, tensors
from .pointwise import Pointwise

__all__ = ["FAMILIES", "Family", "Fit", "Pointwise", "check_family", "choose_family", "refusals"]


class Fit(NamedTuple):
    """How a reference is fitted to the task.

    Parameters
    ----------
    steps : int, default=700
        Gradient steps.
    learning_rate : float, default=0.01
        The largest.
    weight_decay : float, default=0.3
    solver : {"adam", "soap"}, default="adam"
    label_smoothing : float, default=0.0
        Share of the probability that the targets of a classification give to all classes alike. A
        reference that is sure of every row leaves its clone nothing to learn from the task.
    gain : float, default=1.0
        The initial weights of dense layers, in units of torch's.
    """

    steps: int = 700
    learning_rate: float = 1e-2
    weight_decay: float = 0.3
    solver: str = "adam"
    label_smoothing: float = 0.0
    gain: float = 1.0

    def initialise(self, network):
        """Multiply the initial weights of a network that is to be fitted, and return it."""
        for layer in network.modules():
            if isinstance(layer, nn.Linear):
                layer.weight.data.mul_(self.gain)
        return network


class Family(NamedTuple):
    """A family of references.

    Parameters
    ----------
    refuses : callable
        From a bound Symmetry to the reason why the family cannot have it, None if it can.
    network : callable
        From a bound Symmetry to an nn.Module for equivariantly standardised columns. Both are
        asked for the symmetry without shifts: points are counted from their mean.
    fit : Fit
    fit_many : Fit, default=None
        Of ``MANY`` rows; of more the decay falls in proportion, and the steps rise with the square
        root. None: there is one fit for all tables.
    misses : callable
        From a bound Symmetry to the reason why the network is not exactly equivariant, None if it
        is. "auto" takes exact ones only.
    """

    refuses: Callable
    network: Callable
    fit: Fit = Fit()
    fit_many: Fit | None = None
    misses: Callable = lambda symmetry: None

    def fit_of(self, n_rows):
        """Return how the family is fitted to so many rows."""
        if self.fit_many is None or n_rows <= FEW:
            return self.fit
        ratio = max(1.0, n_rows / MANY)
        return self.fit_many._replace(
            steps=round(self.fit_many.steps * ratio**0.5),
            weight_decay=self.fit_many.weight_decay / ratio,
        )


#: So few rows a faster optimiser learns by heart.
FEW = 500
#: Rows for which the settings of a fit of many were chosen.
MANY = 1000

#: Families by name, in the order in which "auto" asks them.
FAMILIES = {
    "sets": Family(sets.refuses, sets.Sets, Fit(steps=1000)),
    "invariants": Family(
        invariants.refuses,
        invariants.Invariants,
        Fit(1200, 7e-3, weight_decay=0.2, label_smoothing=0.1, gain=1.5),
        Fit(1000, 1e-2, weight_decay=0.3, solver="soap", label_smoothing=0.1, gain=1.5),
    ),
    "average": Family(
        average.refuses,
        average.Average,
        Fit(300, weight_decay=1.0),
        misses=average.misses,
    ),
    "pointwise": Family(pointwise.refuses, pointwise.Pointwise, Fit(300, weight_decay=1.0)),
    "tensors": Family(tensors.refuses, tensors.Tensors, Fit(2500, 3e-3, weight_decay=0.01)),
}


def refusals(symmetry):
    """Return why "auto" passes each family by, None for those that it can take."""
    return dict(_asked(symmetry))


def _asked(symmetry):
    """Yield each family's name, and why "auto" passes it by or None."""
    linear = symmetry.without_shifts()
    for name, family in FAMILIES.items():
        yield name, family.refuses(linear) or family.misses(linear)


def choose_family(symmetry):
    """Return the name of the family that "auto" takes for a bound symmetry.

    Raises
    ------
    ValueError
        If no family can have the symmetry, with the reason of each.
    """
    refused = {}
    for name, refusal in _asked(symmetry):  # to find out what a family can have takes time
        if refusal is None:
            return name
        refused[name] = refusal
    reasons = "; ".join(f"{name!r}: {refusal}" for name, refusal in refused.items())
    raise ValueError(
        f"no reference family can have the symmetry '{symmetry}' ({reasons}). State fewer "
        "groups, or give as reference a callable that takes the symmetry and returns an nn.Module"
    )


def check_family(name, symmetry):
    """Raise a ValueError if the family called ``name`` cannot have a bound symmetry."""
    refusal = FAMILIES[name].refuses(symmetry.without_shifts())
    if refusal is not None:
        raise ValueError(f"reference={name!r} cannot have the symmetry '{symmetry}': {refusal}")
