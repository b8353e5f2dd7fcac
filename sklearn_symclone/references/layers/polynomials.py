"""Equivariant polynomials of degree 1 or 2."""

from __future__ import annotations

import functools
import math
from typing import ClassVar

import numpy as np
import torch
from torch import nn

from ...symmetry import Symmetry, Trivial, equivariant_maps
from ..family import Fit
from .networks import FirstBatch

#: Entries of the largest matrix from products of columns to outputs.
MAX_ENTRIES = 20_000
#: Numbers that a basis may have, written out.
MAX_NUMBERS = 4_000_000
#: Basis functions of which a combination of less than this variance is left out.
LEAST_VARIANCE = 1e-9
#: Size of the functions of degree 2 beside those of degree 1, which are therefore learned first.
DEGREE_2 = 0.25
#: Largest eigenvalue of the features' second moments. A step of the fit is stable up to ten times
#: this.
LARGEST_EIGENVALUE = 4.0
#: Rows that the eigenvalue is measured on, at most.
N_MEASURED = 1000
#: A fit of few numbers.
FIT = Fit(540, 0.1, 0.0, solver="sgd")


def refuses(symmetry: Symmetry, degree: int) -> str | None:
    """Return why there are no polynomials of a degree, None if there are."""
    basis = _basis(symmetry, degree)
    if basis is None:
        return "a basis of its linear maps would be too large"
    if not basis[:, :, 1:].any():
        return "it would know constants alone"
    if degree == 2 and not basis[:, :, 1 + symmetry.inputs.dimension :].any():
        return "products are too many, or none has the symmetry; 'linear' does without"
    return None


class Polynomials(nn.Module):
    """A combination of all equivariant polynomials up to a degree.

    The basis is orthonormal for columns that are independent and normal.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    #: The highest degree, 1 or 2.
    degree: ClassVar[int]

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        basis = torch.tensor(_basis(symmetry, self.degree), dtype=torch.float64)
        self.register_buffer("basis", basis, persistent=False)
        self.scaling = _Bounded()
        self.coefficients = nn.Parameter(torch.zeros(len(basis)))

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        terms = _monomials(x, self.degree)
        basis = self.basis.to(self.coefficients.dtype)
        scale = self.scaling(terms, basis)
        return terms @ torch.tensordot(scale * self.coefficients, basis, 1).mT


class _Bounded(FirstBatch):
    """Make features smaller where a step of the fit would be too large for them."""

    def __init__(self):
        super().__init__()
        self.register_buffer("scale", torch.ones(()))

    def forward(self, terms, basis):
        """Return the factor of all features."""
        if not self.ready:
            some = terms[:: math.ceil(len(terms) / N_MEASURED)]
            self.observe(torch.einsum("nd,rod->nor", some, basis).flatten(0, 1))
        return self.scale

    def _measure(self, features):
        # the mean over rows and outputs: the basis is orthonormal in the same sense
        largest = torch.linalg.matrix_norm(features, 2).square() / max(1, len(features))
        self.scale.copy_((LARGEST_EIGENVALUE / largest.clamp(min=LARGEST_EIGENVALUE)).sqrt())


def _monomials(x, degree):
    """Return 1, the columns, and their products of two for degree 2."""
    terms = [torch.ones_like(x[:, :1]), x]
    if degree == 2:
        first, second = torch.triu_indices(x.shape[1], x.shape[1], device=x.device)
        terms.append(x[:, first] * x[:, second])
    return torch.cat(terms, 1)


@functools.lru_cache(maxsize=64)
def _basis(symmetry, degree):
    """Return coefficients of monomials, of shape (n_functions, n_outputs, n_monomials), or None.

    The functions are orthonormal for independent normal columns, but for a factor that makes those
    of degree 2 smaller. There are none of degree 2 if they are too many. None if the linear ones
    are too many.
    """
    inputs, outputs = symmetry.inputs, symmetry.outputs
    linear = _maps(Trivial(1) + inputs, outputs)
    if linear is None:
        return None
    products = _maps(inputs * inputs, outputs) if degree == 2 else None
    if products is None:
        return _orthonormal(linear, _moments(inputs.dimension, 1))
    products = _symmetric(products, inputs.dimension)
    moments = _moments(inputs.dimension, 2)
    linear = np.pad(linear, [(0, 0), (0, 0), (0, products.shape[2])])
    products = np.pad(products, [(0, 0), (0, 0), (1 + inputs.dimension, 0)])
    linear = _orthonormal(linear, moments)
    products -= np.einsum("rs,sod->rod", _inner_products(products, linear, moments), linear)
    return np.concatenate([linear, DEGREE_2 * _orthonormal(products, moments)])


def _maps(source, target):
    """Return a basis of equivariant maps, None if it would be too large."""
    if source.dimension * target.dimension > MAX_ENTRIES:
        return None
    try:
        maps = equivariant_maps(source, target)
    except ValueError:  # the tensors of some factor are too large
        return None
    return maps.basis() if maps.rank * math.prod(maps.shape) <= MAX_NUMBERS else None


def _symmetric(maps, d):
    """Return maps from products of two of d columns as maps from those of an ordered pair."""
    first, second = np.triu_indices(d)
    maps = maps.reshape(*maps.shape[:2], d, d)
    maps = (maps + maps.swapaxes(2, 3))[:, :, first, second]
    return np.where(first == second, maps / 2, maps)


def _inner_products(maps, others, moments):
    """Return the inner products of functions: means over normal columns and over outputs."""
    found = np.einsum("rod,de,soe->rs", maps, moments, others, optimize=True)
    return found / max(1, maps.shape[1])


def _orthonormal(maps, moments):
    """Return orthonormal combinations of functions."""
    variances, directions = np.linalg.eigh(_inner_products(maps, maps, moments))
    kept = variances > LEAST_VARIANCE * variances.max(initial=0)
    return np.einsum("rs,rod->sod", directions[:, kept] / np.sqrt(variances[kept]), maps)


def _moments(d, degree):
    """Return the mean products of monomials of d independent normal columns."""
    if degree == 1:
        return np.eye(1 + d)
    first, second = np.triu_indices(d)
    squares = first == second
    of_products = np.eye(len(first)) + np.diag(squares) + np.outer(squares, squares)
    moments = np.zeros((1 + d + len(first), 1 + d + len(first)))
    moments[: 1 + d, : 1 + d] = np.eye(1 + d)
    moments[0, 1 + d :] = moments[1 + d :, 0] = squares
    moments[1 + d :, 1 + d :] = of_products
    return moments
