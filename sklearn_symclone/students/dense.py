"""The plain network: dense layers that learn on standardised columns and predict from raw ones."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from . import activations
from .near import start_near

#: A prediction computes this many values of a layer at a time, so that they stay in the cache.
_BLOCK = 4 * activations.PIECE


class Weights(NamedTuple):
    """The matrices and biases of a plain network, for columns in their own units.

    Parameters
    ----------
    coefs : list of ndarray of shape (fan_in, fan_out)
        The matrix of each layer, first to last.
    intercepts : list of ndarray of shape (fan_out,)
        The bias of each layer.

    See Also
    --------
    Dense : The network that has such weights.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.students import Weights
    >>> weights = Weights([np.ones((3, 2)), np.ones((2, 1))], [np.zeros(2), np.zeros(1)])
    >>> weights.shapes
    [(3, 2), (2, 1)]
    """

    coefs: list[np.ndarray]
    intercepts: list[np.ndarray]

    @property
    def shapes(self):
        """The shapes of the matrices, first to last."""
        return [coef.shape for coef in self.coefs]

    def divided_by(self, number):
        """Return the weights of a network whose outputs are divided by a number.

        Parameters
        ----------
        number : float
            Not 0.

        Returns
        -------
        Weights
            These weights, with another last layer.
        """
        if number == 1:
            return self
        last = self.coefs[-1] / number, self.intercepts[-1] / number
        return Weights([*self.coefs[:-1], last[0]], [*self.intercepts[:-1], last[1]])

    def with_outputs(self, places):
        """Return the weights of a network with the same outputs in another order.

        Parameters
        ----------
        places : ndarray of int of shape (n_outputs,)
            The place where each output stands in this network.

        Returns
        -------
        Weights
            These weights, with another last layer.
        """
        if np.array_equal(places, np.arange(len(self.intercepts[-1]))):
            return self
        last = np.take(self.coefs[-1], places, axis=1), self.intercepts[-1][places]
        return Weights([*self.coefs[:-1], last[0]], [*self.intercepts[:-1], last[1]])

    def astype(self, dtype):
        """Return the weights in another precision.

        Parameters
        ----------
        dtype : dtype
            Of NumPy, such as ``np.float32``.

        Returns
        -------
        Weights
            Copies of all arrays.
        """
        return Weights(*([array.astype(dtype) for array in arrays] for arrays in self))


@dataclass(frozen=True)
class Dense:
    """The student, a multi-layer perceptron: how it is built, stored and evaluated.

    It is a value and holds no weights. Another kind of student has the same methods, and stores all
    that it has learned in ``Weights``.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int
        Number of units of each hidden layer.
    activation : str
        One of ``activations.names()``.

    See Also
    --------
    Weights : What it learns.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.students import Dense, Weights
    >>> weights = Weights([np.ones((3, 2)), np.ones((2, 1))], [np.zeros(2), np.zeros(1)])
    >>> Dense((2,), "relu").predict(weights, np.array([[1.0, 2.0, 3.0]]))
    array([[12.]])
    """

    hidden_layer_sizes: tuple[int, ...]
    activation: str

    @classmethod
    def of(cls, weights, activation):
        """Return the student that has these weights.

        Parameters
        ----------
        weights : Weights
            Their shapes tell the sizes of the hidden layers.
        activation : str
            One of ``activations.names()``.

        Returns
        -------
        Dense
            The student.
        """
        return cls(tuple(coef.shape[1] for coef in weights.coefs[:-1]), activation)

    def build(self, n_features, n_outputs, generator):
        """Return a network with random weights.

        Parameters
        ----------
        n_features, n_outputs : int
            Numbers of columns of X, and of outputs.
        generator : torch.Generator
            Draws the weights.

        Returns
        -------
        nn.Sequential
            Its weights are float64, so that the random draws do not depend on the dtype of the fit.
        """
        activation = activations.get(self.activation)
        sizes = [n_features, *self.hidden_layer_sizes, n_outputs]
        layers = []
        for depth, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
            linear = nn.utils.skip_init(nn.Linear, fan_in, fan_out, dtype=torch.float64)
            deviation = math.sqrt(activation.gain / fan_in)
            nn.init.normal_(linear.weight, std=deviation, generator=generator)
            nn.init.normal_(linear.bias, std=0.1, generator=generator)
            layers += [linear, activation.module(depth)]
        # a small last layer starts near the mean of the targets
        nn.init.normal_(linear.weight, std=math.sqrt(0.3 / fan_in), generator=generator)
        nn.init.zeros_(linear.bias)
        return nn.Sequential(*layers[:-1])

    def start_near(self, network, symmetry, scaling, generator):
        """Change the random weights of a network so that it starts near a symmetry, in place.

        Parameters
        ----------
        network : nn.Sequential
            As ``build`` returns it.
        symmetry : Symmetry
            Bound to the columns.
        scaling : ColumnScaling
            Standardises the columns.
        generator : torch.Generator
            Draws the weights.
        """
        start_near(linear_layers(network), self.activation, symmetry, scaling, generator)

    def load(self, network, scaling, weights):
        """Write weights for columns in their own units into a network for standardised columns.

        Parameters
        ----------
        network : nn.Sequential
            It changes in place.
        scaling : ColumnScaling
            Standardises the columns.
        weights : Weights
            For columns in their own units.
        """
        coefs = [np.array(coef, dtype=float) for coef in weights.coefs]
        intercepts = [np.array(intercept, dtype=float) for intercept in weights.intercepts]
        intercepts[0] = intercepts[0] + scaling.x_shift @ coefs[0]
        coefs[0] = coefs[0] * scaling.x_scale[:, None]
        intercepts[-1] = (intercepts[-1] - scaling.y_shift) / scaling.y_scale
        coefs[-1] = coefs[-1] / scaling.y_scale
        layers = zip(linear_layers(network), coefs, intercepts, strict=True)
        with torch.no_grad():
            for layer, coef, intercept in layers:
                layer.weight.copy_(torch.as_tensor(coef.T))
                layer.bias.copy_(torch.as_tensor(intercept))

    def export(self, network, scaling):
        """Return the weights of a network for columns in their own units; ``load`` is the inverse.

        Parameters
        ----------
        network : nn.Sequential
            Takes standardised columns. Each layer has a matrix and a bias.
        scaling : ColumnScaling
            Standardises the columns.

        Returns
        -------
        Weights
            In float64, for columns in their own units.
        """
        layers = linear_layers(network)
        coefs = [layer.weight.detach().cpu().double().numpy().T for layer in layers]
        intercepts = [layer.bias.detach().cpu().double().numpy() for layer in layers]
        coefs[0] = coefs[0] / scaling.x_scale[:, None]
        intercepts[0] = intercepts[0] - scaling.x_shift @ coefs[0]
        coefs[-1] = coefs[-1] * scaling.y_scale
        intercepts[-1] = intercepts[-1] * scaling.y_scale + scaling.y_shift
        # in C order a prediction multiplies them without a copy
        return Weights(
            [np.ascontiguousarray(coef, dtype=np.float64) for coef in coefs],
            [np.ascontiguousarray(intercept, dtype=np.float64) for intercept in intercepts],
        )

    def predict(self, weights, X):
        """Return the outputs for samples, which may be a file that is mapped into memory.

        Parameters
        ----------
        weights : Weights
            For columns in their own units.
        X : ndarray of shape (n_samples, n_features)
            In the units of the table.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            In the dtype of the weights, whatever that of X is.
        """
        coefs, intercepts = weights
        activation, last = activations.get(self.activation), len(coefs) - 1
        n_rows = max(1, _BLOCK // max(len(intercept) for intercept in intercepts))
        outputs = np.empty((len(X), len(intercepts[-1])), dtype=coefs[0].dtype)
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is not finite
            for start in range(0, len(X), n_rows):
                hidden = np.ascontiguousarray(X[start : start + n_rows], dtype=coefs[0].dtype)
                for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
                    hidden = hidden @ coef
                    hidden += intercept
                    if layer < last:
                        hidden = activation.apply(hidden, layer)
                outputs[start : start + n_rows] = hidden
        return outputs

    def to_module(self, weights):
        """Return the network as a torch module.

        Parameters
        ----------
        weights : Weights
            For columns in their own units.

        Returns
        -------
        nn.Sequential
            Takes columns in their own units, in the dtype of the weights.
        """
        activation = activations.get(self.activation)
        layers = []
        for depth, (coef, intercept) in enumerate(zip(*weights, strict=True)):
            linear = nn.utils.skip_init(nn.Linear, *coef.shape, dtype=_tensor(coef).dtype)
            with torch.no_grad():
                linear.weight.copy_(_tensor(coef).T)
                linear.bias.copy_(_tensor(intercept))
            layers += [linear, activation.exported(depth, coef.shape[1])]
        return nn.Sequential(*layers[:-1])


def linear_layers(network):
    """Return the layers that have a matrix and a bias, first to last.

    Parameters
    ----------
    network : nn.Sequential
        Layers and activations.

    Returns
    -------
    list of nn.Module
        The layers.

    See Also
    --------
    Dense.build : Builds such networks.

    Examples
    --------
    >>> from torch import nn
    >>> from sklearn_symclone.students import linear_layers
    >>> linear_layers(nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1)))
    [Linear(in_features=3, out_features=2, bias=True), \
Linear(in_features=2, out_features=1, bias=True)]
    """
    return [layer for layer in network if hasattr(layer, "weight")]


def _tensor(array):
    """Return a tensor that shares the memory of an array, or a copy if the array is read-only."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())
