"""Start a network near a symmetry, so that it needs half the steps to learn it.

A square unit squares a linear map of the columns. The network starts with sets of them. The maps of
a set are the coordinates of one random mixture of the vectors of the table, and the next layer
weighs their squares so that it sees an invariant: the squared length of the mixture. A network
without square units starts with units that see two items each. All weights remain free.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from ..references.layers.scaling import Centring
from ..symmetry import S, Trivial, equivariant_maps
from . import activations

#: Entries of a form that are smaller than this share of the largest are rounding.
LEAST_SHARE = 1e-9
#: One unit in so many sees a single item where the others see pairs. Of two items there is one
#: pair only.
ONE_IN, FEWEST_ITEMS = 6, 3


def start_near(layers, activation, symmetry, scaling, generator):
    """Change the initial weights of the first two layers, in place.

    The bias of a set is 0, so that a mixture is one of columns less their means. Random elements of
    a compact group have moved the samples, so that the group keeps these means.

    A finite group changes nothing, nor does one whose invariant is no sum of squares of
    coordinates. Where activations can carry a linear law, units see pairs of items instead.

    Parameters
    ----------
    layers : list of nn.Linear
        Of a network for standardised columns.
    activation : str
        One of ``activations.names()``.
    symmetry : Symmetry
        Bound to the columns.
    scaling : ColumnScaling
        Standardises the columns.
    generator : torch.Generator
        Draws the mixtures.
    """
    if len(layers) < 2:
        return
    first, second = layers[:2]
    if activations.get(activation).carries_linear:
        start_in_pairs(first, symmetry, scaling, generator)
        return
    centring = Centring(symmetry)
    kinds = [kind for kind in _mixtures(symmetry) if kind[0].rank]
    squares = activations.get(activation).squares(0, len(first.weight))
    at, number = squares.start, 0
    while kinds:
        maps, signs = kinds[number % len(kinds)]
        units = slice(at, at + len(signs))
        if units.stop > squares.stop:
            return
        coefficients = torch.randn(maps.rank, generator=generator, dtype=torch.float64)
        mixture = centring.inward(maps.combine(coefficients.numpy())) * scaling.x_scale
        # the mixture has mean square 1 for standardised columns, as the other units have
        mixture /= math.sqrt(np.square(mixture).sum() / len(signs)) or 1.0
        with torch.no_grad():
            first.weight[units] = torch.as_tensor(mixture, dtype=first.weight.dtype)
            first.bias[units] = 0
            # one weight for all squares, as large as that of a unit alone
            weight = second.weight[:, units].mean(dim=1, keepdim=True) * math.sqrt(len(signs))
            second.weight[:, units] = weight * torch.as_tensor(signs, dtype=weight.dtype)
        at, number = units.stop, number + 1


def start_in_pairs(layer, symmetry, scaling, generator):
    """Let each unit of the first layer see two items alone, in place, if items have vectors.

    Where items are moved by each other, most of a law is a sum over pairs of items. A unit sees the
    difference of the vectors of the two, and their scalars one by one; a few units see one item.

    Parameters
    ----------
    layer : nn.Linear
        The first one of a network for standardised columns.
    symmetry : Symmetry
        Bound to the columns.
    scaling : ColumnScaling
        Standardises the columns.
    generator : torch.Generator
        Draws the pairs.
    """
    found = _columns_of_items(symmetry.without_shifts().inputs)
    if not found:
        return
    drawn = layer.weight.detach().double().numpy()
    raw, units = drawn / scaling.x_scale, np.arange(len(drawn))[:, None]
    started = raw.copy()
    for items, (vectors, scalars) in found.items():
        order = torch.rand(len(drawn), items.dimension, generator=generator).argsort(dim=1).numpy()
        first, second = order[:, 0], order[:, 1]
        is_pair = units[:, 0] % ONE_IN != 0
        started[:, np.concatenate([vectors.ravel(), scalars.ravel()])] = 0
        seen = raw[units, vectors[first]]
        started[units, vectors[second]] = -seen * is_pair[:, None]
        started[units, vectors[first]] = seen
        started[units, scalars[second]] = raw[units, scalars[second]] * is_pair[:, None]
        started[units, scalars[first]] = raw[units, scalars[first]]
    started *= scaling.x_scale
    sizes = [np.square(weight).sum(axis=1, keepdims=True) for weight in (drawn, started)]
    with torch.no_grad():
        layer.weight.copy_(torch.as_tensor(started * np.sqrt(sizes[0] / sizes[1])))


def _columns_of_items(representation):
    """Return for each S(n) whose items have vectors the columns of these, and of scalars."""
    found = {}
    for group in representation.groups:
        if not isinstance(group, S):
            continue
        vectors, scalars = [], []
        for block in representation.blocks():
            if block.factors.count(group) != 1:
                continue
            axis = block.factors.index(group)
            columns = np.moveaxis(block.columns, axis, 0).reshape(group.dimension, -1)
            is_scalar = all(f == group or isinstance(f, Trivial) for f in block.factors)
            (scalars if is_scalar else vectors).append(columns)
        if vectors and group.dimension >= FEWEST_ITEMS:
            none = [np.zeros((group.dimension, 0), dtype=int)]
            found[group] = np.hstack(vectors), np.hstack(scalars or none)
    return found


def _mixtures(symmetry):
    """Yield, by group, the maps from columns to one vector, and the signs of an invariant."""
    inputs = symmetry.without_shifts().inputs
    for group in inputs.groups:
        if group.capped_order < math.inf:
            continue
        forms = equivariant_maps(group, group.dual)
        form = forms.combine(np.ones(forms.rank))
        signs, largest = np.diag(form), np.abs(np.diag(form)).max()
        rest = np.abs((form + form.T) / 2 - np.diag(signs)).max()
        # in oblique coordinates the form has products of two of them, and what is 0 is rounding
        if largest > LEAST_SHARE * np.abs(form).max() and rest <= LEAST_SHARE * largest:
            yield equivariant_maps(inputs.restricted(group), group), signs / largest
