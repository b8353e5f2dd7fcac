"""Whether residuals depend on the columns: statistics of residuals and of their sign flips."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold, cross_val_predict

#: Products of two columns that are looked at, at most; of more, so many are drawn.
MAX_PRODUCTS = 500
#: Flips that are computed at once.
BLOCK = 50
#: A row whose residual was fitted by the model itself is not blown up by more than this.
LEAST_FREEDOM = 0.05
#: Penalties of the ridge regression that measures the size of the effect.
PENALTIES = np.logspace(-1, 5, 7)


def features(X, random_state):
    """Return sets of functions of the raw columns, in which a broken symmetry can show.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    random_state : numpy.random.RandomState

    Returns
    -------
    list of ndarray of shape (n_samples, n_functions)
        Constants and functions of each column alone, then of pairs of columns.
    """
    Z = (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1)
    first, second = np.triu_indices(Z.shape[1])
    if len(first) > MAX_PRODUCTS:
        drawn = random_state.choice(len(first), MAX_PRODUCTS, replace=False)
        first, second = first[drawn], second[drawn]
    alone = np.concatenate([Z, Z**2, np.abs(Z), np.tanh(Z)], axis=1)
    pairs = np.concatenate([Z, Z[:, first] * Z[:, second]], axis=1)
    # a constant shows, too, where the outputs turn
    one = np.ones((len(X), 1))
    return [np.hstack([one, found - found.mean(axis=0)]) for found in (alone, pairs)]


def p_value(sets, span, left, n_permutations, random_state):
    """Return the share of sign flips after which residuals depend on the columns as much.

    Parameters
    ----------
    sets : list of ndarray of shape (n_samples, n_functions)
    span : ndarray of shape (n_samples, n_outputs, n_in_model)
        Orthonormal columns of the model that left the residuals.
    left : ndarray of shape (n_samples, n_outputs)
        The residuals.
    n_permutations : int
    random_state : numpy.random.RandomState

    Returns
    -------
    float
        Between ``1 / (n_permutations + 1)`` and 1.
    """
    flat = span.reshape(left.size, -1)
    leverage = (span**2).sum(axis=2).mean(axis=1, keepdims=True)
    # residuals are smaller than noise where the model could follow the noise
    noise = left / np.sqrt(np.clip(1 - leverage, LEAST_FREEDOM, None))
    signs = random_state.choice([-1.0, 1.0], (n_permutations, len(left)))
    logs = []
    for functions in sets:
        weights = _weights(functions, span)
        found = [_statistics(functions, left[None], weights)]
        for block in np.array_split(signs, max(1, n_permutations // BLOCK)):
            flipped = (block[:, :, None] * noise).reshape(len(block), -1)
            flipped -= flipped @ flat @ flat.T
            found.append(_statistics(functions, flipped.reshape(-1, *left.shape), weights))
        logs.append(np.log(np.concatenate(found)))
    logs = np.array(logs)
    spread = np.maximum(logs.std(axis=1, keepdims=True), 1e-12)
    largest = ((logs - logs.mean(axis=1, keepdims=True)) / spread).max(axis=0)
    return float(np.mean(largest >= largest[0]))


def effect(functions, left, total):
    """Return the share of a sum of squares that the columns predict of residuals, held out."""
    folds = KFold(5, shuffle=True, random_state=0)
    found = cross_val_predict(RidgeCV(PENALTIES), functions, left, cv=folds).reshape(left.shape)
    gained = (left**2).sum() - ((left - found) ** 2).sum()
    return float(max(0.0, gained / total))


def _statistics(functions, residuals, weights):
    """Return how far residuals depend on functions, relative to what independent ones would."""
    products = np.einsum("nq,bno->bqo", functions, residuals, optimize=True)
    expected = (residuals**2 * weights).sum(axis=(1, 2))
    return (products**2).sum(axis=(1, 2)) / expected


def _weights(functions, span):
    """Return the squared lengths of functions beside the model, of each row and output."""
    shared = np.einsum("nq,nop->qop", functions, span, optimize=True)
    lengths = (functions**2).sum(axis=1)[:, None]
    mixed = np.einsum("nq,qop,nop->no", functions, shared, span, optimize=True)
    gram = np.einsum("qop,qor->pr", shared, shared, optimize=True)
    return lengths - 2 * mixed + np.einsum("nop,pr,nor->no", span, gram, span, optimize=True)
