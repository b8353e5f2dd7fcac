"""Equivariant polynomials: combinations of products of columns."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

import numpy as np
import torch
from torch import nn

from ...symmetry import Symmetry
from ..family import Fit
from .networks import FirstBatch
from .products import basis_of

#: Largest eigenvalue of the features' second moments. A step of the fit is stable up to ten times
#: this.
LARGEST_EIGENVALUE = 4.0
#: Rows that the eigenvalue is measured on, at most.
N_MEASURED = 1000
#: A fit of few numbers.
FIT = Fit(540, 0.1, 0.0, solver="sgd")


class Polynomials(nn.Module):
    """A combination of all equivariant functions that are made of some products of columns.

    The basis is orthonormal for columns that are independent and normal, but for a factor that
    makes functions of higher degrees smaller.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    #: From a symmetry to a list of ``Products`` of two columns or more, of growing degrees.
    products: ClassVar[Callable]
    #: Size of the functions of a degree beside those of one degree less, from 1 on. Small ones are
    #: learned late.
    next_degree: ClassVar[float] = 1.0

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        basis = basis_of(symmetry, self.products)
        sizes = self.next_degree ** np.maximum(0, basis.degrees - 1)
        functions = torch.tensor(sizes[:, None, None] * basis.coefficients)
        self.register_buffer("basis", functions, persistent=False)
        self.factors = [f"factors_{i}" for i in range(len(basis.factors))]
        for name, columns in zip(self.factors, basis.factors, strict=True):
            self.register_buffer(name, torch.tensor(columns), persistent=False)
        self.scaling = _Bounded()
        self.coefficients = nn.Parameter(torch.zeros(len(functions)))

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        terms = torch.cat([x[:, getattr(self, name)].prod(2) for name in self.factors], 1)
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


def refuses(symmetry: Symmetry, products: Callable) -> str | None:
    """Return why there are no polynomials made of some products, None if there are."""
    basis = basis_of(symmetry, products)
    if basis is None:
        return "a basis of its linear maps would be too large"
    if not basis.coefficients[:, :, 1:].any():
        return "it would know constants alone"
    return None


def refuses_products(symmetry: Symmetry, products: Callable) -> str | None:
    """Return the same, also where products are asked for and there are none."""
    refusal = refuses(symmetry, products)
    if refusal is None:
        basis = basis_of(symmetry, products)
        if not basis.coefficients[:, :, 1 + symmetry.inputs.dimension :].any():
            return "products are too many, or none has the symmetry; 'linear' does without"
    return refusal
