"""Equivariant standardisation: shifts and scales that every group element leaves alone."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ...symmetry import equivariant_maps, mask_columns, mixed_columns, point_columns
from .presence import FilledOutputs
from .sizes import n_states


def equivariant_scaling(representation, X, sample_weight=None):
    """Return a shift and a scale for each column that commute with the group.

    Parameters
    ----------
    representation : Representation
        Without points.
    X : ndarray of shape (n_samples, dimension)
    sample_weight : ndarray of shape (n_samples,) or (n_samples, dimension), default=None
        How much each sample counts, or each of its columns.

    Returns
    -------
    shift : ndarray of shape (dimension,)
        The invariant vector nearest to the mean: the mean of all columns that are exchanged, the
        isotropic part of a tensor, 0 for vectors.
    scale : ndarray of shape (dimension,)
        The root mean square about the shift, over all columns that the group mixes; 1 where
        that is 0. Columns of presence stay as they are.
    """
    X = np.asarray(X, dtype=float)
    mean = np.average(X, axis=0, weights=sample_weight)
    second = np.average((X - mean) ** 2, axis=0, weights=sample_weight)
    shift = equivariant_maps(1, representation).project(mean[:, None])[:, 0]
    mixed = mixed_columns(representation)
    counts = np.bincount(mixed)
    spread = np.bincount(mixed, second + (mean - shift) ** 2) / counts
    size = np.zeros(len(counts))
    np.maximum.at(size, mixed, np.abs(mean))
    # the spread of a constant column is rounding, and its scale does not matter
    scale = np.where(np.sqrt(spread) > 1e-7 * size, np.sqrt(spread), 1.0)
    scale = scale[mixed]
    for columns in mask_columns(representation).values():
        shift[columns], scale[columns] = 0, 1
    return shift, scale


class Standardised(nn.Module):
    """A network between equivariant scalings of its inputs and outputs, and without shifts.

    Parameters
    ----------
    network : nn.Module
        For rows whose points are counted from their mean.
    symmetry : Symmetry
        Bound to the columns.
    inputs, outputs : tuple of (ndarray, ndarray)
        Shift and scale of each column.
    linear : ndarray of shape (n_outputs, n_features) or None, default=None
        A map of standardised inputs, which is added to what the network says in the units of the
        outputs.
    """

    def __init__(self, network, symmetry, inputs, outputs, linear=None):
        super().__init__()
        self.network, self.n_states = network, n_states(network)
        self.centring = Centring(symmetry)
        masking = symmetry.masking
        fills = masking is not None and masking.outputs.are_masked
        self.filled = FilledOutputs(masking) if fills else None
        self.register_buffer("linear", None if linear is None else torch.tensor(linear))
        for name, value in zip(
            ("input_shift", "input_scale", "output_shift", "output_scale"),
            (*inputs, *outputs),
            strict=True,
        ):
            self.register_buffer(name, torch.tensor(value))

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        z = (self.centring.inward(x) - self.input_shift) / self.input_scale
        y = self.network(z) * self.output_scale + self.output_shift
        if self.linear is not None:
            y = y + z @ self.linear.T
        y = self.centring.outward(x, y)
        return y if self.filled is None else self.filled(x, y)

    def linear_law(self):
        """Return the linear part of the answers, as a map of columns in their own units.

        Returns
        -------
        ndarray of shape (n_outputs, n_features) or None
            With the mean of points that answers are counted from. None if there is no such part.
            What is constant is left out.
        """
        if self.linear is None and not self.centring.places:
            return None
        x = torch.diag(torch.ones_like(self.input_scale))
        y = x.new_zeros(len(x), len(self.output_scale))
        if self.linear is not None:
            y = self.centring.inward(x) / self.input_scale @ self.linear.T
        return self.centring.outward(x, y).T.cpu().double().numpy()


class Centring(nn.Module):
    """Count the points of rows from their mean, and move points of the outputs back.

    Rows are arrays, or tensors on the device of this module.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    """

    def __init__(self, symmetry):
        super().__init__()
        inputs, outputs = point_columns(symmetry.inputs), point_columns(symmetry.outputs)
        groups = list(inputs)
        #: For each species of points of the outputs, which one of the inputs it belongs to.
        self.places = [groups.index(group) for group in outputs]
        self.n_inputs = len(groups)
        for side, found in (("input", inputs), ("output", outputs)):
            for place, columns in enumerate(found.values()):
                # buffers: to index a tensor on a GPU by an array would copy it there every time
                self.register_buffer(f"{side}{place}", torch.as_tensor(columns), persistent=False)

    def inward(self, x):
        """Return rows with their points counted from the mean of them."""
        columns = [self._columns("input", place, x) for place in range(self.n_inputs)]
        return _moved(x, [(of_group, x[:, of_group].mean(1)) for of_group in columns], -1)

    def outward(self, x, y, sign=1):
        """Return outputs for rows x with the mean of the points of x added, or taken off."""
        means = [
            (self._columns("output", k, y), x[:, self._columns("input", place, x)].mean(1))
            for k, place in enumerate(self.places)
        ]
        return _moved(y, means, sign)

    def _columns(self, side, place, x):
        columns = getattr(self, f"{side}{place}")
        return columns if isinstance(x, torch.Tensor) else columns.numpy()


def _moved(x, means, sign):
    if not means:
        return x
    x = x.clone() if isinstance(x, torch.Tensor) else x.copy()
    for columns, mean in means:
        x[:, columns] = x[:, columns] + sign * mean[:, None]
    return x
