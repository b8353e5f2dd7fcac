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

#: Values of a layer that are computed together, block by block, to stay in the cache.
_BLOCK = 4 * activations.PIECE


class Weights(NamedTuple):
    """What is deployed: the layers of a plain network, for columns in their own units.

    Parameters
    ----------
    coefs : list of ndarray of shape (fan_in, fan_out)
    intercepts : list of ndarray of shape (fan_out,)
    """

    coefs: list[np.ndarray]
    intercepts: list[np.ndarray]

    @property
    def shapes(self):
        """The shapes of the matrices, first to last."""
        return [coef.shape for coef in self.coefs]

    def divided_by(self, number):
        """Return the weights of a network whose outputs are divided by a number."""
        if number == 1:
            return self
        last = self.coefs[-1] / number, self.intercepts[-1] / number
        return Weights([*self.coefs[:-1], last[0]], [*self.intercepts[:-1], last[1]])

    def astype(self, dtype):
        """Return the weights in another precision."""
        return Weights(*([array.astype(dtype) for array in arrays] for arrays in self))


@dataclass(frozen=True)
class Dense:
    """A multi-layer perceptron, as a value: how it is built, kept and evaluated.

    Another kind of student has the same methods, and ``Weights`` that hold all that it has learned.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int
    activation : str
        One of ``activations.names()``.
    """

    hidden_layer_sizes: tuple[int, ...]
    activation: str

    @classmethod
    def of(cls, weights, activation):
        """Return the student that has these weights."""
        return cls(tuple(coef.shape[1] for coef in weights.coefs[:-1]), activation)

    def build(self, n_features, n_outputs, generator):
        """Return a network with random weights.

        Parameters
        ----------
        n_features, n_outputs : int
        generator : torch.Generator

        Returns
        -------
        nn.Sequential
            In float64: the random draws do not depend on the dtype of the fit.
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

    def load(self, network, scaling, weights):
        """Write weights for raw columns into a network for standardised ones.

        Parameters
        ----------
        network : nn.Sequential
        scaling : ColumnScaling
        weights : Weights
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
        """Return the weights of a network for raw columns: the way back from ``load``.

        Parameters
        ----------
        network : nn.Sequential
            For standardised columns. Each layer has a matrix and a bias.
        scaling : ColumnScaling

        Returns
        -------
        Weights
            In float64.
        """
        layers = linear_layers(network)
        coefs = [layer.weight.detach().cpu().double().numpy().T for layer in layers]
        intercepts = [layer.bias.detach().cpu().double().numpy() for layer in layers]
        coefs[0] = coefs[0] / scaling.x_scale[:, None]
        intercepts[0] = intercepts[0] - scaling.x_shift @ coefs[0]
        coefs[-1] = coefs[-1] * scaling.y_scale
        intercepts[-1] = intercepts[-1] * scaling.y_scale + scaling.y_shift
        # C order, so that a prediction multiplies them without a copy
        return Weights(
            [np.ascontiguousarray(coef, dtype=np.float64) for coef in coefs],
            [np.ascontiguousarray(intercept, dtype=np.float64) for intercept in intercepts],
        )

    def predict(self, weights, X):
        """Return the outputs for rows of X, an ndarray that need not be in memory.

        Parameters
        ----------
        weights : Weights
        X : ndarray of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            In the dtype of the weights: a model does not change its precision by the row.
        """
        coefs, intercepts = weights
        activation, last = activations.get(self.activation), len(coefs) - 1
        n_rows = max(1, _BLOCK // max(len(intercept) for intercept in intercepts))
        outputs = np.empty((len(X), len(intercepts[-1])), dtype=coefs[0].dtype)
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
        """Return the network as an nn.Sequential for raw columns, of the dtype of the weights."""
        activation = activations.get(self.activation)
        layers = []
        for depth, (coef, intercept) in enumerate(zip(*weights, strict=True)):
            linear = nn.utils.skip_init(nn.Linear, *coef.shape, dtype=_tensor(coef).dtype)
            with torch.no_grad():
                linear.weight.copy_(_tensor(coef).T)
                linear.bias.copy_(_tensor(intercept))
            layers += [linear, activation.module(depth)]
        return nn.Sequential(*layers[:-1])


def linear_layers(network):
    """Return the dense layers, first to last: those with a matrix and a bias."""
    return [layer for layer in network if hasattr(layer, "weight")]


def _tensor(array):
    """Return a tensor on an array's memory, or on a copy if that is read-only."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())
