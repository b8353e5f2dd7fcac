"""Equivariant polynomials: a cheap model of a table that has a symmetry exactly."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from ..symmetry import Trivial, equivariant_maps, point_columns

#: Entries of the largest matrix from products of columns to outputs, and numbers of a basis.
MAX_ENTRIES, MAX_NUMBERS = 400_000, 8_000_000
#: Functions of the largest model that is tried.
MAX_FUNCTIONS = 600
#: Directions of less than this share of the largest squared length are rounding.
TOLERANCE = 1e-10
#: A model has at most this many functions for each number in y: of more, residuals tell little.
MOST_OF_ROWS = 0.25
#: Largest degrees of the polynomials, and of invariants that multiply them.
DEGREES, POWERS = (1, 2, 3, 4), (1, 2, 3, 4)


def centred(symmetry, X, Y):
    """Return the rows with points counted from their mean, and the symmetry that is left."""
    inputs, outputs = point_columns(symmetry.inputs), point_columns(symmetry.outputs)
    if not inputs:
        return symmetry, X, Y
    linear = symmetry.without_shifts()
    X, Y = X.copy(), Y.copy()
    for group, columns in inputs.items():
        mean = X[:, columns].mean(axis=1)
        X[:, columns] -= mean[:, None]
        if group in outputs:
            Y[:, outputs[group]] -= mean[:, None]
    return linear, X, Y


def models(symmetry, X):
    """Yield orthonormal columns that span models of growing degree.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns, without points.
    X : ndarray of shape (n_samples, n_features)

    Yields
    ------
    ndarray of shape (n_samples * n_outputs, n_functions)
        None is yielded of more than ``MAX_FUNCTIONS``.
    """
    inputs, outputs = symmetry.inputs, symmetry.outputs
    polynomials = {degree: _polynomials(inputs, outputs, X, degree) for degree in DEGREES}
    for functions in polynomials.values():
        yield from _spanned(functions)
    invariants = _scaled(_polynomials(inputs, Trivial(1), X, 2)[:, 0])
    for degree, power in itertools.product((1, 2), POWERS):
        functions, products = polynomials[degree], _products(invariants, power)
        if products.shape[1] * functions.shape[2] > MAX_FUNCTIONS:
            continue
        yield from _spanned(np.einsum("nop,nq->nopq", functions, products))


def residuals(symmetry, X, Y):
    """Fit the model that generalised cross-validation prefers.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns, without points.
    X : ndarray of shape (n_samples, n_features)
    Y : ndarray of shape (n_samples, n_outputs)

    Returns
    -------
    span : ndarray of shape (n_samples, n_outputs, n_functions)
        Orthonormal columns that span the model; None if all models are too large for the rows.
    left : ndarray of shape (n_samples, n_outputs)
        What the model leaves of Y.
    """
    best, y = (np.inf, None, Y), Y.ravel()
    for span in models(symmetry, X):
        if span.shape[1] > MOST_OF_ROWS * len(y):
            continue
        left = y - span @ (span.T @ y)
        error = left @ left / (1 - span.shape[1] / len(y)) ** 2
        if error < best[0]:
            best = error, span.reshape(*Y.shape, -1), left.reshape(Y.shape)
    return best[1:]


def smallest_model(symmetry, X):
    """Return how many functions the smallest model has."""
    return min((span.shape[1] for span in models(symmetry, X)), default=0)


def _polynomials(inputs, outputs, X, degree):
    """Return equivariant polynomials up to a degree, of shape (n_samples, n_outputs, n)."""
    parts = [_homogeneous(inputs, outputs, k) for k in range(degree + 1)]
    found = [np.zeros((len(X), outputs.dimension, 0))]
    for basis, columns in filter(None, parts):
        monomials = np.prod(X[:, columns], axis=1)
        found.append(np.einsum("nm,rom->nor", monomials, basis, optimize=True))
    return np.concatenate(found, axis=2)


@functools.lru_cache(maxsize=64)
def _homogeneous(inputs, outputs, degree):
    """Return coefficients of monomials and the columns of each, None if they are too many."""
    d = inputs.dimension
    if d**degree * outputs.dimension > MAX_ENTRIES:
        return None
    maps = equivariant_maps(inputs**degree if degree else Trivial(1), outputs)
    if maps.rank == 0 or maps.rank * d**degree * outputs.dimension > MAX_NUMBERS:
        return None
    places = np.indices((d,) * degree).reshape(degree, d**degree)
    places = np.sort(places, axis=0)
    columns, number = np.unique(places, axis=1, return_inverse=True)
    basis = np.zeros((maps.rank, outputs.dimension, columns.shape[1]))
    np.add.at(basis.transpose(2, 0, 1), number.ravel(), maps.basis().transpose(2, 0, 1))
    return basis, columns


def _scaled(invariants):
    """Return independent invariants of mean 0 and variance 1."""
    centred = invariants - invariants.mean(axis=0)
    spanned = list(_spanned(centred[:, None]))
    return spanned[0] * np.sqrt(len(centred)) if spanned else centred[:, :0]


def _products(columns, power):
    """Return 1 and the products of columns up to a power."""
    places = range(columns.shape[1])
    chosen = itertools.chain.from_iterable(
        itertools.combinations_with_replacement(places, k) for k in range(power + 1)
    )
    chosen = list(itertools.islice(chosen, MAX_FUNCTIONS + 1))
    return np.stack([np.prod(columns[:, list(which)], axis=1) for which in chosen], axis=1)


def _spanned(functions):
    """Yield orthonormal columns with the span of functions, if there are some and not too many."""
    columns = functions.reshape(functions.shape[0] * functions.shape[1], -1)
    sizes = np.linalg.norm(columns, axis=0)
    columns = columns[:, sizes > TOLERANCE * sizes.max(initial=1e-300)]
    if not 0 < columns.shape[1] <= MAX_FUNCTIONS:
        return
    columns = columns / np.linalg.norm(columns, axis=0)
    squares, directions = np.linalg.eigh(columns.T @ columns)
    kept = squares > TOLERANCE * squares.max()
    yield columns @ (directions[:, kept] / np.sqrt(squares[kept]))
