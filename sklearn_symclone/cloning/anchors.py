"""What keeps the task fit near the clone: penalties that are added to the loss.

The anchor "function" is no penalty: the reference's answers are rows beside the task's own.
"""

from __future__ import annotations

import numpy as np
import torch

from .student import linear_layers

#: How much more the anchor of a layer weighs than that of the next.
EARLIER = 10.0


class WeightAnchor:
    r"""Distance from the clone's weights, :math:`\lambda\|\theta - \theta_\mathrm{clone}\|^2`.

    The Kullback-Leibler divergence between Gaussians about both, as in arXiv 2410.03989.

    Parameters
    ----------
    parameters : iterable of Parameter
        θ.
    factor : float
    clone : iterable of Parameter, default=None
        The clone's values of θ. None: those that θ has.
    """

    def __init__(self, parameters, factor, clone=None):
        self.factor = factor
        self.parameters = list(parameters)
        values = self.parameters if clone is None else clone
        self.clone = [parameter.detach().clone() for parameter in values]

    def __call__(self, student):
        """Return the penalty of the student whose parameters these are."""
        pairs = zip(self.parameters, self.clone, strict=True)
        return self.factor * sum((now - then).square().sum() for now, then in pairs)


class SubspaceAnchor:
    r"""Distance of matrices from equivariant ones, :math:`\sum_l\lambda_l\|W_l-PW_l\|^2`.

    :math:`\|W-PW\|^2`, biases included, is the squared difference that Gaussian inputs of variance
    1 make between a layer and the equivariant one nearest to it. The anchor of a layer weighs ten
    times that of the next: where data break the symmetry, the last layers should, on features that
    keep it.

    Parameters
    ----------
    layers : nn.Sequential
        A weight-tied network: it says how entries are shared along orbits.
    factor : float
        Of the last layer.
    """

    def __init__(self, layers, factor):
        self.layers = linear_layers(layers)
        self.factors = _by_depth(factor, self.layers)

    def __call__(self, student):
        """Return the penalty of a student."""
        penalty = 0.0
        layers = zip(self.factors, self.layers, linear_layers(student), strict=True)
        for factor, tied, dense in layers:
            parts = tied.split(dense.weight, dense.bias)
            penalty = penalty + factor * sum(_off_orbits(*part) for part in parts)
        return penalty


def _off_orbits(block, entries):
    with torch.no_grad():  # the projection is orthogonal: it adds nothing to the gradient
        nearest = block.project(entries)
    return (entries - nearest).square().sum()


class DifferenceAnchor:
    r"""Size of what freed layers add to tied matrices, :math:`\sum_l\lambda_l\|\delta_l\|^2`.

    Its least value over the tied matrices is the distance that ``SubspaceAnchor`` takes; it needs
    no projection in every step.

    Parameters
    ----------
    layers : list of Freed
        The layers of the student.
    factor : float
        Of the last layer.
    """

    def __init__(self, layers, factor):
        self.layers, self.factors = layers, _by_depth(factor, layers)

    def __call__(self, student):
        """Return the penalty of the student whose layers these are."""
        sizes = (sum(d @ d for d in layer.differences) for layer in self.layers)
        return sum(factor * size for factor, size in zip(self.factors, sizes, strict=True))


def _by_depth(factor, layers):
    return [factor * EARLIER**depth for depth in reversed(range(len(layers)))]


class OrbitAnchor:
    r"""Mean squared inconsistency on orbits, :math:`\lambda\,E\|f(gx) - \rho(g)f(x)\|^2`.

    Parameters
    ----------
    inputs : OrbitInputs or GaussianInputs
    symmetry : Symmetry
    scaling : ColumnScaling
    factor : float
    batch_size : int
    """

    def __init__(self, inputs, symmetry, scaling, factor, batch_size):
        self.inputs, self.symmetry, self.scaling = inputs, symmetry, scaling
        self.factor, self.batch_size = factor, batch_size

    def __call__(self, student):
        """Return the penalty of a student, on fresh rows and group elements."""
        rows = self.inputs.draw(self.batch_size)
        elements = self.symmetry.sample(self.batch_size, self.inputs.random_state, rows)
        moved_rows = self.symmetry.inputs.transform(elements, rows)
        both = self.scaling.scale_inputs(np.concatenate([rows, moved_rows]))

        like = next(student.parameters())
        shift, scale = like.new_tensor(self.scaling.y_shift), like.new_tensor(self.scaling.y_scale)
        matrices = like.new_tensor(self.symmetry.outputs.matrix(elements))
        before, after = student(like.new_tensor(both)).chunk(2)
        moved = torch.einsum("nij,nj->ni", matrices, before * scale + shift)
        if self.symmetry.outputs.is_affine:
            moved = moved + like.new_tensor(self.symmetry.outputs.shift(elements))
        return self.factor * (after - (moved - shift) / scale).square().mean()
