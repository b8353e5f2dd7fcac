"""Equivariant standardisation: shifts and scales that every group element leaves alone."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ..symmetry.groups import PermutingGroup, Signs
from ..symmetry.representations import Trivial


def equivariant_scaling(representation, X, sample_weight=None):
    """Return a shift and a scale for each column that commute with the group.

    Parameters
    ----------
    representation : Representation
    X : ndarray of shape (n_samples, dimension)
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    shift : ndarray of shape (dimension,)
        The mean where only permutations act, over all columns that they exchange; 0 elsewhere.
    scale : ndarray of shape (dimension,)
        The root mean square about the shift, over all columns that the group mixes; 1 where
        that is 0.
    """
    X = np.asarray(X, dtype=float)
    mean = np.average(X, axis=0, weights=sample_weight)
    second = np.average((X - mean) ** 2, axis=0, weights=sample_weight)
    shift, scale = np.zeros_like(mean), np.ones_like(mean)
    for block in representation.blocks():
        kept = [isinstance(factor, Trivial) for factor in block.factors]
        permuted = [isinstance(factor, PermutingGroup) for factor in block.factors]
        signs = [isinstance(factor, Signs) for factor in block.factors]
        has_mean = all(k or p for k, p in zip(kept, permuted, strict=True))
        columns = block.columns
        mixed = tuple(axis for axis, k in enumerate(kept) if not k)
        if has_mean:
            shift[columns] = mean[columns].mean(axis=mixed, keepdims=True)
        spread = second[columns] + (mean[columns] - shift[columns]) ** 2
        # a change of sign leaves each column's own scale alone
        pooled = tuple(axis for axis in mixed if not signs[axis])
        root = np.sqrt(spread.mean(axis=pooled, keepdims=True))
        size = np.abs(mean[columns]).max(axis=pooled, keepdims=True)
        # the spread of a constant column is rounding, and its scale does not matter
        scale[columns] = np.where(root > 1e-7 * size, root, 1.0)
    return shift, scale


class Standardised(nn.Module):
    """A network between equivariant scalings of its inputs and outputs.

    Parameters
    ----------
    network : nn.Module
    inputs, outputs : tuple of (ndarray, ndarray)
        Shift and scale of each column.
    """

    def __init__(self, network, inputs, outputs):
        super().__init__()
        self.network = network
        for name, value in zip(
            ("input_shift", "input_scale", "output_shift", "output_scale"),
            (*inputs, *outputs),
            strict=True,
        ):
            self.register_buffer(name, torch.tensor(value))

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        y = self.network((x - self.input_shift) / self.input_scale)
        return y * self.output_scale + self.output_shift
