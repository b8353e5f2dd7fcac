"""The activations of hidden layers: torch modules to train, NumPy functions to predict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import expit
from torch import nn

from ..defaults import SQUARED_LAYERS, SQUARES
from ..references.layers.networks import SiLUAndSquares, n_bent

#: Below this many values NumPy is faster than torch's start-up.
_FEW = 1000
#: At most this many values go to torch at once. With more, torch starts several threads, which
#: would wait for the threads of NumPy's products.
PIECE = 32768
#: The constant term of (z² - 1) / 4, kept as a tensor so that torch need not create it each time.
_SHIFT = torch.tensor(-0.25)
#: The two forms of an activation are compared at these values, and may differ by this much.
_PROBES, _TOLERANCE = np.linspace(-3, 3, 13), 1e-6


@dataclass(frozen=True)
class Activation:
    """An activation of hidden layers in two forms, a torch module and a NumPy function.

    Parameters
    ----------
    module_class : callable
        Called without arguments, it returns the nn.Module that is trained.
    function : callable
        Takes an ndarray of shape (n_samples, n_units), which it may overwrite, and returns the
        same values as the module.
    gain : float, default=1.5
        Initial weights have the variance ``gain / fan_in``.
    treats_units_alike : bool, default=True
        Whether all units of a layer have the same activation. A symmetry may then exchange them.

    See Also
    --------
    register : Makes an activation that estimators accept by name.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.students import activations
    >>> relu = activations.get("relu")
    >>> relu.apply(np.array([[-1.0, 2.0]]), layer=0)
    array([[0., 2.]])
    >>> relu.module(layer=0)
    ReLU()
    """

    module_class: Callable[[], nn.Module]
    function: Callable[[np.ndarray], np.ndarray]
    gain: float = 1.5
    treats_units_alike: bool = True

    def module(self, layer: int) -> nn.Module:
        """Return the torch module of a hidden layer.

        Parameters
        ----------
        layer : int
            Number of the hidden layer, from 0.

        Returns
        -------
        nn.Module
            A new module.
        """
        return self.module_class()

    def exported(self, layer: int, n_units: int) -> nn.Module:
        """Return a torch module for a fitted network, which ``torch.jit.script`` takes.

        Parameters
        ----------
        layer : int
            Number of the hidden layer, from 0.
        n_units : int
            Number of its units.

        Returns
        -------
        nn.Module
            A new module.
        """
        return self.module(layer)

    @property
    def carries_linear(self) -> bool:
        """Whether the difference of the values of z and -z is z, as of SiLU and ReLU."""
        if not self.treats_units_alike:
            return False
        probes = _PROBES[:, None]
        difference = self.function(probes.copy()) - self.function(-probes)
        return bool(np.allclose(difference, probes, atol=_TOLERANCE))

    def squares(self, layer: int, n_units: int) -> slice:
        """Return the units of a hidden layer that square their values.

        Parameters
        ----------
        layer : int
            Number of the hidden layer, from 0.
        n_units : int
            Number of its units.

        Returns
        -------
        slice
            Of the units. It is empty for most activations.
        """
        return slice(0, 0)

    def apply(self, values: np.ndarray, layer: int) -> np.ndarray:
        """Return the activated values of a hidden layer.

        Parameters
        ----------
        values : ndarray of shape (n_samples, n_units)
            It may be overwritten.
        layer : int
            Number of the hidden layer, from 0.

        Returns
        -------
        ndarray of shape (n_samples, n_units)
            The values that the module returns.
        """
        return self.function(values)


@dataclass(frozen=True)
class _SiLUSquare(Activation):
    """Squares beside SiLU in the first hidden layers, SiLU in the others.

    Squares in three layers would raise long tails to their eighth power.
    """

    squared_layers: int = SQUARED_LAYERS

    def module(self, layer):
        return SiLUAndSquares(SQUARES) if layer < self.squared_layers else nn.SiLU()

    def exported(self, layer, n_units):
        if layer >= self.squared_layers:
            return self.module(layer)
        return _SiLUBesideSquares(n_bent(n_units, SQUARES))

    def squares(self, layer, n_units):
        return slice(n_bent(n_units, SQUARES), n_units if layer < self.squared_layers else 0)

    def apply(self, values, layer):
        return _silu_and_squares(values) if layer < self.squared_layers else _silu(values)


class _SiLUBesideSquares(nn.Module):
    """``SiLUAndSquares`` in operations that other formats have; those are quicker in training."""

    def __init__(self, n_bent):
        super().__init__()
        self.n_bent = n_bent

    def forward(self, z):
        bent, squared = z[..., : self.n_bent], z[..., self.n_bent :]
        return torch.cat([nn.functional.silu(bent), (squared * squared - 1) * 0.25], dim=-1)


def _pieces(values):
    return torch.from_numpy(values).split(max(1, PIECE // max(1, values.shape[1])))


def _silu(values):
    if values.size <= _FEW:
        values *= expit(values)
        return values
    for piece in _pieces(values):  # NumPy's exponential takes several times longer
        nn.functional.silu(piece, inplace=True)
    return values


def _silu_and_squares(values):
    bent = n_bent(values.shape[1], SQUARES)
    _silu(values[:, :bent])
    squares = values[:, bent:]
    if values.size <= _FEW:
        squares *= squares
        squares -= 1
        squares *= 0.25
        return values
    for piece in _pieces(squares):  # one pass where NumPy takes three
        torch.addcmul(_SHIFT, piece, piece, value=0.25, out=piece)
    return values


#: "square_silu" has squares in the first hidden layer alone.
SILU, SILU_SQUARE, SQUARE_SILU = "silu", "silu_square", "square_silu"

_ACTIVATIONS = {
    "identity": Activation(nn.Identity, lambda values: values),
    "logistic": Activation(nn.Sigmoid, lambda values: expit(values, out=values)),
    "tanh": Activation(nn.Tanh, lambda values: np.tanh(values, out=values)),
    "relu": Activation(nn.ReLU, lambda values: np.maximum(values, 0, out=values)),
    SILU: Activation(nn.SiLU, _silu),
    SILU_SQUARE: _SiLUSquare(nn.SiLU, _silu, gain=1.0, treats_units_alike=False),
    SQUARE_SILU: _SiLUSquare(nn.SiLU, _silu, gain=1.0, treats_units_alike=False, squared_layers=1),
}


def names() -> list[str]:
    """Return the names of all activations.

    Returns
    -------
    list of str
        The activations of this library, then those of users.

    See Also
    --------
    get : Returns the activation of a name.
    register : Adds one.

    Examples
    --------
    >>> from sklearn_symclone.students import activations
    >>> activations.names()[:7]
    ['identity', 'logistic', 'tanh', 'relu', 'silu', 'silu_square', 'square_silu']
    """
    return list(_ACTIVATIONS)


def get(name: str) -> Activation:
    """Return the activation of a name.

    Parameters
    ----------
    name : str
        One of ``names()``.

    Returns
    -------
    Activation
        The registered one.

    Raises
    ------
    ValueError
        If no activation has the name.

    See Also
    --------
    names : All names.

    Examples
    --------
    >>> from sklearn_symclone.students import activations
    >>> activations.get("silu_square").treats_units_alike
    False
    """
    if name not in _ACTIVATIONS:
        raise ValueError(f"no activation is called {name!r}; there are {', '.join(_ACTIVATIONS)}")
    return _ACTIVATIONS[name]


def register(name: str, torch_module_class: Callable, numpy_function: Callable) -> None:
    """Make an activation known by a name, which estimators then accept as ``activation``.

    A name is known in the process that registered it. Put ``register`` into a module that the
    workers of a search import too, as does a process that predicts with a pickled model.

    Parameters
    ----------
    name : str
        A name that no activation has yet.
    torch_module_class : callable
        Called without arguments, it returns the nn.Module that is trained. The module acts on each
        value alone. It has no parameters, because a fitted model keeps ``coefs_`` and
        ``intercepts_`` only.
    numpy_function : callable
        Takes an ndarray of shape (n_samples, n_units), which it may overwrite, and returns the same
        values as the module.

    Raises
    ------
    TypeError
        If one of the two forms is missing.
    ValueError
        If an activation of this name exists, or if the two forms do not agree.

    See Also
    --------
    sklearn_symclone.anchors.register : The same for anchors.
    sklearn_symclone.references.register : The same for reference families.
    sklearn_symclone.training.optimizers.register : The same for optimisers.

    Examples
    --------
    >>> import numpy as np
    >>> from torch import nn
    >>> from sklearn_symclone import SymmetryClonedRegressor
    >>> from sklearn_symclone.students import activations
    >>> activations.register("softsign", nn.Softsign, lambda z: z / (1 + np.abs(z)))
    >>> SymmetryClonedRegressor(activation="softsign").activation
    'softsign'
    """
    if name in _ACTIVATIONS or name == "auto":
        raise ValueError(f"there is an activation {name!r} already: choose another name")
    if not callable(numpy_function):
        raise TypeError(
            f"the activation {name!r} needs numpy_function, a function from an ndarray to an "
            f"ndarray that predictions use, got {numpy_function!r}"
        )
    # an instance of nn.Module is callable, too
    is_class = callable(torch_module_class) and not isinstance(torch_module_class, nn.Module)
    module = torch_module_class() if is_class else None
    if not isinstance(module, nn.Module):
        raise TypeError(
            f"the activation {name!r} needs torch_module_class, which returns an nn.Module when "
            f"called without arguments, got {torch_module_class!r}"
        )
    if list(module.parameters()):
        raise ValueError(
            f"the activation {name!r} has parameters, which coefs_ and intercepts_ do not keep: "
            "give a module without parameters"
        )
    probes = _PROBES[:, None]
    with torch.no_grad():
        trained = module(torch.tensor(probes)).numpy()
    predicted = numpy_function(probes.copy())
    if not np.allclose(trained, predicted, rtol=_TOLERANCE, atol=_TOLERANCE):
        worst = int(np.argmax(np.abs(trained - predicted)))
        raise ValueError(
            f"the two forms of the activation {name!r} differ: at {_PROBES[worst]} "
            f"torch_module_class has {trained[worst, 0]:.6g}, numpy_function "
            f"{np.ravel(predicted)[worst]:.6g}"
        )
    _ACTIVATIONS[name] = Activation(torch_module_class, numpy_function)
