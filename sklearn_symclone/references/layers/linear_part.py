"""The linear part of a law: what a linear map that has the symmetry says of the targets."""

from __future__ import annotations

import numpy as np

from ...defaults import LINEAR_SHARE
from ...symmetry import equivariant_maps

#: Entries of a map, and of all maps of a basis on the samples, up to which a linear part is sought.
MAX_ENTRIES, MAX_VALUES = 2**14, 2**26
#: Rounds of weighted least squares, and the deviation that counts as none, in units of the targets.
ROUNDS, SMALLEST = 30, 1e-4
#: Maps that differ by less than this share on the samples are one. The network learns what is left:
#: a map that tells apart smooth tracks by their last digits goes astray where these are noisy.
RANK = 1e-2


def linear_part(symmetry, X, unit, Y, sample_weight):
    """Return the equivariant linear map from X to Y, if little of Y is left beside it.

    A network that learns the rest need not learn, of motions, where a body was and how far it
    flew. Where a linear map tells little, as of a law of squares, a network that learns everything
    is at least as good.

    Points of the outputs that belong to points of the inputs, one to one, are counted from these.
    What remains is the map of least absolute deviations. Of bodies that seldom meet both together
    are the free flight, and the rest is 0 wherever bodies do not meet. The map of least squares
    leaves a rest everywhere, and students learn it four times worse.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    X : ndarray of shape (n_samples, n_features)
        Standardised, with points counted from their mean.
    unit : ndarray of shape (n_features,)
        By which the columns were divided.
    Y : ndarray of shape (n_samples, n_outputs)
        About their mean, and with points counted from the mean of those of the inputs.
    sample_weight : ndarray of shape (n_samples,)

    Returns
    -------
    ndarray of shape (n_outputs, n_features) or None
        None if more than the share ``LINEAR_SHARE`` of the squares of Y is left.
    """
    if X.shape[1] * Y.shape[1] > MAX_ENTRIES:
        return None
    vectors = symmetry.without_shifts()
    maps = equivariant_maps(vectors.inputs, vectors.outputs)
    if not 0 < maps.rank * Y.size <= MAX_VALUES:
        return None
    basis, law = maps.basis(), np.zeros((Y.shape[1], X.shape[1]))
    to, own = _own_points(symmetry)
    if len(own):
        law[to, own] = unit[own]
        basis[:, :, np.concatenate([c.ravel() for c in symmetry.points().values()])] = 0
    columns = np.stack([np.ravel(X @ one.T) for one in basis], axis=1)
    flown, weight = np.ravel(Y - X @ law.T), np.repeat(sample_weight, Y.shape[1])
    smallest = SMALLEST * np.sqrt(np.average(np.ravel(Y) ** 2, weights=weight))
    if smallest == 0:
        return None
    weights = weight
    for _ in range(ROUNDS):
        root = np.sqrt(weights)
        coefficients = np.linalg.lstsq(root[:, None] * columns, root * flown, rcond=RANK)[0]
        rest = flown - columns @ coefficients
        weights = weight / np.maximum(np.abs(rest), smallest)
    if not weight @ rest**2 <= LINEAR_SHARE * (weight @ np.ravel(Y) ** 2):
        return None
    return law + np.tensordot(coefficients, basis, axes=1)


def _own_points(symmetry):
    """Return the columns of points of the outputs, and those of the points that they belong to.

    They belong together where each side has one block of points, and the two are alike.
    """
    found = [
        [block for block in side.blocks() if any(factor.is_affine for factor in block.factors)]
        for side in (symmetry.outputs, symmetry.inputs)
    ]
    none = np.zeros(0, dtype=int)
    if any(len(blocks) != 1 for blocks in found):
        return none, none
    (to,), (own,) = found
    alike = to.factors == own.factors
    return (to.columns.ravel(), own.columns.ravel()) if alike else (none, none)
