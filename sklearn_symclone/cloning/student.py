"""The student: dense layers that learn on standardised columns and are deployed on raw ones."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import expit
from torch import nn

from ..references.layers.networks import SiLUAndSquares, n_bent

#: Activations of all units of a network, by name: those of ``MLPRegressor``, and "silu".
ACTIVATIONS = {
    "identity": nn.Identity,
    "logistic": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "silu": nn.SiLU,
}
#: SiLU, and in the first two hidden layers squares; in more of them, tails would be blown up to
#: their eighth power.
SILU_SQUARE, SQUARED_LAYERS = "silu_square", 2
#: Share of the units of these layers that are squares.
SQUARES = 0.9


def activation_module(activation, layer):
    """Return the activation of a hidden layer, the first of which is number 0."""
    if activation == SILU_SQUARE:
        return SiLUAndSquares(SQUARES) if layer < SQUARED_LAYERS else nn.SiLU()
    return ACTIVATIONS[activation]()


@dataclass(frozen=True, eq=False)
class ColumnScaling:
    """Column-by-column standardisation of the student's inputs and targets.

    Parameters
    ----------
    x_shift, x_scale : ndarray of shape (n_features,)
    y_shift, y_scale : ndarray of shape (n_outputs,)
    """

    x_shift: np.ndarray
    x_scale: np.ndarray
    y_shift: np.ndarray
    y_scale: np.ndarray

    @classmethod
    def of(cls, chunks, *, scale_targets):
        """Measure the columns of X, and of Y if its values are quantities and not classes.

        Parameters
        ----------
        chunks : callable
            Returns an iterable of the parts of a table: X, Y, and the rows' weights or None.
        scale_targets : bool
        """
        x_shift, x_scale = _moments(lambda: ((X, weights) for X, _, weights in chunks()))
        if scale_targets:
            y_shift, y_scale = _moments(lambda: ((Y, weights) for _, Y, weights in chunks()))
        else:
            n_outputs = next(iter(chunks()))[1].shape[1]
            y_shift, y_scale = np.zeros(n_outputs), np.ones(n_outputs)
        return cls(x_shift, x_scale, y_shift, y_scale)

    def scale_inputs(self, X):
        """Return standardised inputs."""
        return (X - self.x_shift) / self.x_scale

    def scale_targets(self, Y):
        """Return standardised targets."""
        return (Y - self.y_shift) / self.y_scale


def _moments(chunks):
    mean = _mean((np.asarray(X, dtype=float), weights) for X, weights in chunks())
    deviation = np.sqrt(_mean(((X - mean) ** 2, weights) for X, weights in chunks()))
    # the deviation of a constant column is rounding, and its scale does not matter
    return mean, np.where(deviation > 1e-7 * np.abs(mean), deviation, 1.0)


def _mean(chunks):
    """Return the weighted mean of the columns of all chunks; of one chunk, as NumPy rounds it."""
    mean, total = 0.0, 0.0
    for values, weights in chunks:
        weight = len(values) if weights is None else weights.sum()
        if weight > 0:
            total += weight
            difference = np.average(values, axis=0, weights=weights) - mean
            mean = mean + difference * (weight / total)
    return mean


def build_student(n_features, hidden_layer_sizes, n_outputs, activation, generator):
    """Return dense layers with random weights.

    Parameters
    ----------
    n_features, n_outputs : int
    hidden_layer_sizes : sequence of int
    activation : str
        A key of ``ACTIVATIONS``, or ``SILU_SQUARE``.
    generator : torch.Generator

    Returns
    -------
    nn.Sequential
        In float64: the random draws do not depend on the dtype of the fit.
    """
    sizes = [n_features, *hidden_layer_sizes, n_outputs]
    gain = 1.0 if activation == SILU_SQUARE else 1.5
    layers = []
    for depth, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        linear = nn.utils.skip_init(nn.Linear, fan_in, fan_out, dtype=torch.float64)
        nn.init.normal_(linear.weight, std=math.sqrt(gain / fan_in), generator=generator)
        nn.init.normal_(linear.bias, std=0.1, generator=generator)
        layers += [linear, activation_module(activation, depth)]
    # a small last layer starts near the mean of the targets
    nn.init.normal_(linear.weight, std=math.sqrt(0.3 / fan_in), generator=generator)
    nn.init.zeros_(linear.bias)
    return nn.Sequential(*layers[:-1])


def linear_layers(student):
    """Return the dense layers, first to last: those with a matrix and a bias."""
    return [layer for layer in student if hasattr(layer, "weight")]


def export_weights(student, scaling, dtype):
    """Fold the standardisation into the first and last layer.

    Parameters
    ----------
    student : nn.Sequential
    scaling : ColumnScaling
    dtype : numpy dtype

    Returns
    -------
    coefs, intercepts : lists of ndarray
        Of shapes (fan_in, fan_out) and (fan_out,), for columns in their own units.
    """
    layers = linear_layers(student)
    coefs = [layer.weight.detach().cpu().double().numpy().T for layer in layers]
    intercepts = [layer.bias.detach().cpu().double().numpy() for layer in layers]
    coefs[0] = coefs[0] / scaling.x_scale[:, None]
    intercepts[0] = intercepts[0] - scaling.x_shift @ coefs[0]
    coefs[-1] = coefs[-1] * scaling.y_scale
    intercepts[-1] = intercepts[-1] * scaling.y_scale + scaling.y_shift
    # C order, so that a prediction multiplies them without a copy
    return (
        [np.ascontiguousarray(coef, dtype=dtype) for coef in coefs],
        [np.ascontiguousarray(intercept, dtype=dtype) for intercept in intercepts],
    )


def import_weights(student, scaling, coefs, intercepts):
    """Write weights for raw columns into a student of standardised ones: the way back."""
    coefs = [np.array(coef, dtype=float) for coef in coefs]
    intercepts = [np.array(intercept, dtype=float) for intercept in intercepts]
    intercepts[0] = intercepts[0] + scaling.x_shift @ coefs[0]
    coefs[0] = coefs[0] * scaling.x_scale[:, None]
    intercepts[-1] = (intercepts[-1] - scaling.y_shift) / scaling.y_scale
    coefs[-1] = coefs[-1] / scaling.y_scale
    with torch.no_grad():
        for layer, coef, intercept in zip(linear_layers(student), coefs, intercepts, strict=True):
            layer.weight.copy_(torch.as_tensor(coef.T))
            layer.bias.copy_(torch.as_tensor(intercept))


def _tensor(array):
    """Return a tensor on an array's memory, or on a copy if that is read-only."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())


#: So many values numpy is done with before torch has started.
_FEW = 1000
#: Values that torch takes at once: of more, it gives each of its threads a share, and they and the
#: threads of numpy's products would wait for each other.
_PIECE = 32768
#: Of the squares, (z² - 1) / 4: a tensor that torch need not make anew for each piece.
_SHIFT = torch.tensor(-0.25)
#: Values of a layer that are computed together, block by block, to stay in the cache.
_BLOCK = 4 * _PIECE


def _pieces(values):
    return torch.from_numpy(values).split(max(1, _PIECE // values.shape[1]))


def _silu(values):
    if values.size <= _FEW:
        values *= expit(values)
        return
    for piece in _pieces(values):  # numpy's exponential takes several times longer
        nn.functional.silu(piece, inplace=True)


def _silu_square(values):
    bent = n_bent(values.shape[1], SQUARES)
    _silu(values[:, :bent])
    squares = values[:, bent:]
    if values.size <= _FEW:
        squares *= squares
        squares -= 1
        squares *= 0.25
        return
    for piece in _pieces(squares):  # one pass where numpy takes three
        torch.addcmul(_SHIFT, piece, piece, value=0.25, out=piece)


#: The activations again, overwriting an ndarray, for predictions.
_IN_PLACE = {
    "identity": lambda values: values,
    "logistic": lambda values: expit(values, out=values),
    "tanh": lambda values: np.tanh(values, out=values),
    "relu": lambda values: np.maximum(values, 0, out=values),
    "silu": _silu,
}


def _in_place(activation, layer):
    """Return what overwrites the values of a hidden layer with their activation."""
    if activation == SILU_SQUARE:
        return _silu_square if layer < SQUARED_LAYERS else _silu
    return _IN_PLACE[activation]


def forward(coefs, intercepts, activation, X):
    """Return the outputs of dense layers for rows of X, an ndarray that need not be in memory."""
    n_rows = max(1, _BLOCK // max(len(intercept) for intercept in intercepts))
    outputs = np.empty((len(X), len(intercepts[-1])), dtype=coefs[0].dtype)
    for start in range(0, len(X), n_rows):
        # the weights' width decides: a model does not change its precision by the row
        hidden = np.ascontiguousarray(X[start : start + n_rows], dtype=coefs[0].dtype)
        for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
            hidden = hidden @ coef
            hidden += intercept
            if layer < len(coefs) - 1:
                _in_place(activation, layer)(hidden)
        outputs[start : start + n_rows] = hidden
    return outputs


def to_module(coefs, intercepts, activation):
    """Return the dense layers as an nn.Sequential."""
    layers = []
    for depth, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        linear = nn.utils.skip_init(nn.Linear, *coef.shape, dtype=_tensor(coef).dtype)
        with torch.no_grad():
            linear.weight.copy_(_tensor(coef).T)
            linear.bias.copy_(_tensor(intercept))
        layers += [linear, activation_module(activation, depth)]
    return nn.Sequential(*layers[:-1])
