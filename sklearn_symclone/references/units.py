"""Quantities with units: a product of powers that has the unit of the answer, times a function.

By the theorem of Buckingham ("On physically similar systems", 1914) a law that holds in all units
is a product of powers with the unit of the answer, times a function of numbers without units.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ..symmetry import Scaling, Symmetry, Trivial, product_name
from .family import Family, Fit
from .layers.networks import FirstBatchScaling, mlp
from .registry import register

#: Units of the hidden layers.
WIDTH = 64
#: Size of standardised quantities below which they count as this large, for they have a logarithm.
SMALLEST = 1e-6


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    others = [str(group) for group in symmetry.groups if not isinstance(group, Scaling)]
    if others:
        return f"it knows changes of scale Scaling(n) only, not {', '.join(others)}"
    if not symmetry.groups:
        return "there is no change of scale Scaling(n) in it"
    for block in symmetry.inputs.blocks() + symmetry.outputs.blocks():
        for factor in block.factors:
            if not isinstance(factor, Trivial) and factor.tensor_indices is None:
                return f"its columns are products of powers of units, '{factor}' is none"
    given, asked = (powers(s, symmetry.groups) for s in (symmetry.inputs, symmetry.outputs))
    for block in symmetry.outputs.blocks():
        both = np.vstack([given, asked[block.columns.ravel()[0]]])
        if np.linalg.matrix_rank(both) > np.linalg.matrix_rank(given):
            unit = product_name(block.factors)
            return f"no product of powers of its inputs has the unit of '{unit}'"
    return None


def powers(representation, groups):
    """Return the powers of units in each column, of shape (n_columns, n_groups)."""
    found = np.zeros((representation.dimension, len(groups)), dtype=int)
    for block in representation.blocks():
        for factor in block.factors:
            if not isinstance(factor, Trivial):
                signs, power = factor.tensor_indices
                power = sum(signs) + factor.group.dimension * power
                found[block.columns, groups.index(factor.group)] += power
    return found


class Units(nn.Module):
    """A network that measures each row in units that are taken from the row itself.

    Columns of one unit have a size, their root mean square. The sizes of all units of a row tell
    the size of each basic unit, by least squares of their logarithms.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, with groups Scaling(n) alone.
    """

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        given, asked = (
            powers(side, symmetry.groups) for side in (symmetry.inputs, symmetry.outputs)
        )
        units, of_column = np.unique(given, axis=0, return_inverse=True)
        members = of_column.reshape(-1) == np.arange(len(units))[:, None]
        inverse = np.linalg.pinv(units)
        for name, value in [
            ("mean", members / members.sum(1, keepdims=True)),
            # from the logarithms of the sizes of units to those of the unit of each column
            ("given", given @ inverse),
            ("asked", asked @ inverse),
        ]:
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32), persistent=False)
        n_features = 2 * len(given)
        self.scaling = FirstBatchScaling(n_features)
        self.network = mlp(n_features, WIDTH, WIDTH, len(asked))

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        squares = x.square() @ self.mean.T
        sizes = squares.clamp(min=SMALLEST**2).log() / 2
        pure = x * (-sizes @ self.given.T).exp()
        features = torch.cat([torch.asinh(pure), pure.abs().clamp(min=SMALLEST).log()], 1)
        return self.network(self.scaling(features)) * (sizes @ self.asked.T).exp()


register("units", Family(refuses, Units, Fit(1200, 7e-3, weight_decay=0.1)))
