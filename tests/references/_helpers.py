"""What the tests of references share: tables, small fits, and a check of equivariance."""

import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.references import FAMILIES, check_family, refusals
from sklearn_symclone.references.layers.scaling import equivariant_scaling
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training import HalfSquaredError, ShuffledBatches, TrainingPlan, train


def rows(representation, n=12, seed=0):
    return np.random.RandomState(seed).standard_normal((n, representation.dimension))


def normal(*shape):
    return np.random.RandomState(0).standard_normal(shape)


def build(family, symmetry, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return FAMILIES[family].network(symmetry).double()


def predict(module, X):
    with torch.no_grad():
        return module(torch.tensor(X)).numpy()


def basis_functions(module, X):
    """Return the values of a module for each coefficient alone, one array after the other."""
    found = []
    for one in torch.eye(len(module.coefficients), dtype=torch.float64):
        with torch.no_grad():
            module.coefficients.copy_(one)
        found.append(predict(module, X))
    return np.array(found)


def fit(module, X, Y, max_iter, batch_size=100, learning_rate=0.01, weight_decay=0.0):
    """Train on a table as every phase of a fit does."""
    x, y = torch.tensor(X), torch.tensor(Y)
    weights = torch.ones(len(x), dtype=x.dtype)
    table = ShuffledBatches(x, y, weights, batch_size, torch.Generator().manual_seed(0))
    predict(module, X)
    plan = TrainingPlan(
        phase="test",
        learning_rate_init=learning_rate,
        max_iter=max_iter,
        weight_decay=weight_decay,
    )
    train(module, table, HalfSquaredError, plan)


def assert_equivariant(module, symmetry):
    X = rows(symmetry.inputs, n=40, seed=3)
    elements = symmetry.sample(len(X), random_state=4)
    before = predict(module, X)
    # the library's matrices, which are checked against Kronecker products where they are defined
    after = predict(module, np.einsum("nij,nj->ni", symmetry.inputs.matrix(elements), X))
    moved = np.einsum("nij,nj->ni", symmetry.outputs.matrix(elements), before)
    assert before.shape == (40, symmetry.outputs.dimension)
    assert np.all(np.std(before, axis=0) > 1e-6)
    assert_allclose(after, moved, rtol=1e-10, atol=1e-10 * np.abs(moved).max())


def share_unexplained(family, text, X, Y, max_iter):
    """Fit three quarters of the rows; return the squared error on the rest over its variance."""
    symmetry = Symmetry.parse(text)
    n = 3 * len(X) // 4
    shift, scale = equivariant_scaling(symmetry.outputs, Y[:n])
    module = build(family, symmetry).float()
    z = ((Y - shift) / scale).astype(np.float32)
    learning_rate = FAMILIES[family].fit.learning_rate
    fit(module, X[:n].astype(np.float32), z[:n], max_iter, learning_rate=learning_rate)
    return np.mean((predict(module, X[n:].astype(np.float32)) - z[n:]) ** 2) / np.var(z[n:])


def assert_refused(family, text, refusal):
    """Assert what a family says of a symmetry that it cannot have, and the error about it."""
    symmetry = Symmetry.parse(text)
    assert refusals(symmetry)[family] == refusal
    message = f"reference={family!r} cannot have the symmetry '{symmetry}': {refusal}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_family(family, symmetry)
