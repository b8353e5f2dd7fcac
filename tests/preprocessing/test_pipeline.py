"""The transformers in front of the estimators: the symmetry outlives them."""

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from sklearn_symclone import SymmetryClonedRegressor, equivariance_error
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.preprocessing import EquivariantImputer, EquivariantScaler

SYMMETRY = "2*O(5)"


def test_a_scaler_leaves_the_fit_as_it_is():
    X, y = make_o5(140, random_state=0)
    X = 3 * X
    model = SymmetryClonedRegressor(
        symmetry=SYMMETRY,
        strength=1,
        hidden_layer_sizes=(64, 64),
        reference_steps=100,
        clone_steps=100,
        random_state=0,
    )
    raw = clone(model).fit(X[:100], y[:100])
    expected = raw.score(X[100:], y[100:])
    chain = make_pipeline(EquivariantImputer(SYMMETRY), EquivariantScaler(SYMMETRY), model)
    chain.fit(X[:100], y[:100])
    assert expected > 0.9
    assert abs(chain.score(X[100:], y[100:]) - expected) < 0.01
    errors = [equivariance_error(m, X, SYMMETRY, random_state=0) for m in (raw, chain)]
    np.testing.assert_allclose(errors[1], errors[0], rtol=0.2)
