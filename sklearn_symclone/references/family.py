"""What a family of references is: which symmetries it takes, its network, how it is fitted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from ..symmetry import Symmetry

#: Samples up to which ``fit`` is used, and not ``fit_many``: SOAP learns 100 samples by heart (the
#: particle's error is .09 to .4 with any decay, Adam's .006) and is better with 1000.
FEW = 500
#: Samples for which the settings of ``fit_many`` were chosen, on muon pairs, O5 and the inertia.
MANY = 1000


@dataclass(frozen=True)
class Fit:
    """How a reference is fitted to the task.

    Parameters
    ----------
    steps : int, default=700
        Number of gradient steps.
    learning_rate : float, default=0.01
        The largest learning rate; it falls to zero along a cosine. The columns are standardised.
    weight_decay : float, default=0.3
        Decoupled decay of all weights, as in AdamW: each step shrinks them by this share of the
        learning rate.
    solver : {"adam", "soap", "sgd"}, default="adam"
        The optimiser.
    label_smoothing : float, default=0.0
        In a classification, the share of the probability that the targets give to all classes
        alike, from 0 to 1. A reference that is sure of every training sample leaves its clone
        nothing to learn from the task.
    gain : float, default=1.0
        Size of the initial weights of dense layers, in units of torch's own.
    batch_size : int, default=200
        Number of samples of a gradient step.

    See Also
    --------
    Family : Holds one for small tables and one for large ones.

    Notes
    -----
    The defaults were chosen on the inertia, the particle and O5 with 30 and 100 samples, among
    decays of 0, 0.03, 0.3 and 1.

    Examples
    --------
    >>> from sklearn_symclone.references import Fit
    >>> Fit(steps=1000)
    Fit(steps=1000, learning_rate=0.01, weight_decay=0.3, solver='adam', label_smoothing=0.0, \
gain=1.0, batch_size=200)
    """

    steps: int = 700
    learning_rate: float = 1e-2
    weight_decay: float = 0.3
    solver: str = "adam"
    label_smoothing: float = 0.0
    gain: float = 1.0
    batch_size: int = 200

    def initialise(self, network: nn.Module) -> nn.Module:
        """Multiply the initial weights of a network that is to be fitted, and return it.

        Parameters
        ----------
        network : nn.Module
            Its dense layers change in place.

        Returns
        -------
        nn.Module
            The same network.

        See Also
        --------
        Family.fit_of : Returns the Fit whose gain it is.

        Examples
        --------
        >>> import torch
        >>> from sklearn_symclone.references import Fit
        >>> layer = torch.nn.Linear(2, 3)
        >>> before = layer.weight.detach().clone()
        >>> torch.equal(Fit(gain=1.5).initialise(layer).weight, 1.5 * before)
        True
        """
        for layer in network.modules():
            if isinstance(layer, nn.Linear):
                layer.weight.data.mul_(self.gain)
        return network


def _misses_nothing(symmetry: Symmetry) -> None:
    return None


@dataclass(frozen=True)
class Family:
    """A family of references: equivariant networks for all symmetries of some kind.

    Its functions are asked about symmetries that are bound to their columns and have no shifts:
    columns that hold points are counted from the mean of the points before a network sees them.

    Parameters
    ----------
    refuses : callable
        Takes a Symmetry. Returns why the family cannot have it, in a few words that go on from
        "cannot have the symmetry '...': ", or None if it can.
    network : callable
        Takes a Symmetry. Returns an nn.Module that maps standardised samples, a tensor of shape
        (n_samples, n_features), to one of shape (n_samples, n_outputs). One that holds many hidden
        states for a sample, such as one for each pair of items, says how many, of about 64 numbers
        each, by its attribute ``n_states``: fewer samples are then computed at a time.
    fit : Fit, default=Fit()
        How the network is fitted to a table of at most 500 samples, or to every table if there is
        no ``fit_many``.
    fit_many : Fit, default=None
        How it is fitted to 501 to 1000 samples. With more the steps grow with the square root of
        the number of samples, and the decay falls in proportion to it. None: as ``fit`` says.
    misses : callable, optional
        Takes a Symmetry. Returns why ``reference="auto"`` does not take the family, such as that
        the network is not exactly equivariant, or None if it does. By default it takes all.
    asks : tuple of str, default=()
        Names of families that know more than this one, but are slower. Where this family is the
        first that "auto" can take, held-out samples choose between it and those.

    See Also
    --------
    register : Makes a family that estimators accept by name.
    Fit : How a network is fitted.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import FAMILIES
    >>> sets = FAMILIES["sets"]
    >>> sets.refuses(Symmetry.parse("2*O(3) -> 1"))
    'it knows symmetric groups S(n) only, not O(3)'
    >>> sets.fit_of(n_samples=300).steps
    1000
    """

    refuses: Callable
    network: Callable
    fit: Fit = Fit()
    fit_many: Fit | None = None
    misses: Callable = _misses_nothing
    asks: tuple[str, ...] = ()

    def fit_of(self, n_samples: int) -> Fit:
        """Return how a network of the family is fitted to a table.

        Parameters
        ----------
        n_samples : int
            Number of samples of the table.

        Returns
        -------
        Fit
            With steps and decay for so many samples.

        See Also
        --------
        Fit : What it says.

        Examples
        --------
        >>> from sklearn_symclone.references import FAMILIES
        >>> small, large = map(FAMILIES["invariants"].fit_of, (100, 4000))
        >>> small.solver, small.steps, large.solver, large.steps
        ('adam', 1200, 'soap', 2000)
        """
        if self.fit_many is None or n_samples <= FEW:
            return self.fit
        ratio = max(1.0, n_samples / MANY)
        return dataclasses.replace(
            self.fit_many,
            steps=round(self.fit_many.steps * ratio**0.5),
            weight_decay=self.fit_many.weight_decay / ratio,
        )
