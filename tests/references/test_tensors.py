"""Networks of tensors: exact, of good size, and what they learn."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.symmetry import Symmetry

from ._helpers import (
    assert_equivariant,
    assert_refused,
    build,
    fit,
    predict,
    rows,
    share_unexplained,
)

CASES = [
    "2*O(5) -> 1",
    "SO(3) + 2*SO(3) -> SO(3) + 1",
    "2*O(3) -> O(3).det*O(3)",
    "O(3).sym2 -> 1 + O(3).sym2",
    "O(3)**2 -> 1",
    "O(3) -> O(3)**3",
    "O(3) + O(2)' -> O(3)*O(2)'",
    "O(1,3)*3 -> O(1,3) + 1",
    "2*SO+(1,3) -> SO+(1,3)**2",
    "O(1,3) + O(1,3).dual -> O(1,3).dual*O(1,3)",
    "2*Sp(4) -> Sp(4) + 1",
    "3*SU(2) -> SU(2) + 2",
    "2*U(2) -> U(2) + 1",
    "3*SL(3) -> 1 + SL(3).dual",
    "GL(2) + GL(2).dual -> 1 + GL(2)",
    "2*Polygon(5) -> Polygon(5)",
    "2*MatrixGroup([[[0,-1],[1,0]]]) -> MatrixGroup([[[0,-1],[1,0]]])",
    "Signs(3) + 1 -> Signs(3)",
    "Signs(2)*S(3) + 1 -> S(3)",
    "S(4) + S(4)*O(3) -> O(3)**2",
    "SO(3)*S(3) -> SO(3)",
    "S(3)*O(2)*2 -> S(3)*O(2) + S(3)",
    "S(3)**2*O(2) -> S(3)",
    "C(3)*O(3) -> 1",
    "S(3)*2 -> S(3) + 1",
    # one group that permutes some columns, and changes signs of others
    "S(6)*2 -> S(6).alt2",
    "S(4)*O(3) -> S(4).alt2*O(3)",
    "S(3)*SO(2) -> S(3).det",
    "S(2)*3 + S(2).det -> S(2).det + S(2)",
    "S(4)*2 -> S(4).det",
    "S(3).alt2*O(2) + S(3).pseudo -> S(3)*O(2) + S(3).pseudo",
    "S(3)**2 -> S(3).alt2.sym2",
    "C(4).sym2 -> C(4).alt2.dual",
    "D(3)*2 + S(2)'.det -> D(3).alt2*S(2)'.det",
    "(S(2) wr S(2))*O(2) -> (S(2) wr S(2)).alt2",
    "S(3)*SL(2) -> S(3).alt2 + S(3)*SL(2)",
]


EVERY_CASE = pytest.mark.parametrize("text", CASES)


@EVERY_CASE
def test_networks_are_equivariant_before_and_after_training(text):
    symmetry = Symmetry.parse(text)
    module = build("tensors", symmetry)
    predict(module, rows(symmetry.inputs, n=100))
    assert_equivariant(module, symmetry)
    before = [parameter.detach().clone() for parameter in module.parameters()]
    fit(module, rows(symmetry.inputs), rows(symmetry.outputs, seed=1), max_iter=4, batch_size=6)
    moved = [not torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True)]
    assert np.mean(moved) > 0.5
    assert_equivariant(module, symmetry)


@EVERY_CASE
def test_untrained_outputs_have_the_size_of_standard_columns(text):
    symmetry = Symmetry.parse(text)
    y = predict(build("tensors", symmetry), rows(symmetry.inputs, n=500))
    for block in symmetry.outputs.blocks():
        assert 0.3 < np.std(y[:, block.columns.ravel()]) < 3


def test_a_prediction_depends_on_its_row_alone():
    symmetry = Symmetry.parse("S(3) + S(3)*O(3) -> O(3)**2")
    module, X = build("tensors", symmetry), rows(symmetry.inputs)
    together = predict(module, X)
    among_others = predict(module, np.concatenate([100 * X, X[3:5]]))[-2:]
    assert_allclose(among_others, together[3:5], rtol=1e-9)


@pytest.mark.parametrize("text", ["4*SL(2)", "2*SU(2)"])
def test_answers_far_away_stay_bounded(text):
    symmetry = Symmetry.parse(text).bind(8, 1)
    module, X = build("tensors", symmetry), rows(symmetry.inputs, n=500)
    assert np.abs(predict(module, X)).max() > 1
    sizes = [np.abs(predict(module, scale * X)).max() for scale in (10, 1000)]
    assert sizes[0] < 25  # the polynomials alone have 4e4 and more,
    assert sizes[1] < 50  # and 4e12


def test_a_state_restores_the_network():
    symmetry = Symmetry.parse("2*O(1,3) -> O(1,3) + 1")
    module, other = (build("tensors", symmetry, seed=seed) for seed in (0, 1))
    X = rows(symmetry.inputs)
    expected = predict(module, 5 * X)
    other.load_state_dict(module.state_dict())
    assert_allclose(predict(other, 5 * X), expected, rtol=1e-12)
    # the bases follow from the symmetry: a state is no larger than the weights
    n_weights = sum(parameter.numel() for parameter in module.parameters())
    assert sum(value.numel() for value in module.state_dict().values()) < n_weights + 50


def test_products_that_vanish_are_not_blown_up():
    """A triple product of multiples of one vector is 0, and computed as rounding."""
    symmetry = Symmetry.parse("SO(3) -> SO(3)")
    module, X = build("tensors", symmetry), rows(symmetry.inputs, n=100)
    predict(module, X)
    y = predict(module, X)
    assert_allclose(np.cross(y, X), 0, atol=1e-10)
    assert np.std(y) > 0.3


def differences(items):
    """Return for each pair of items a number that changes sign when they are exchanged."""
    i, j = np.triu_indices(items.shape[1], 1)
    return np.tanh(items[:, i, 0] - items[:, j, 0]) * (items[:, i, 1] + items[:, j, 1])


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("2*SO(3) -> SO(3)", lambda x: np.cross(x[:, :3], x[:, 3:])),
        ("2*O(1,1) -> 1", lambda x: x[:, [0]] * x[:, [2]] - x[:, [1]] * x[:, [3]]),
        (
            "S(3) + S(3)*O(2) -> O(2)",
            lambda x: np.einsum("ni,nij->nj", x[:, :3], x[:, 3:].reshape(-1, 3, 2)),
        ),
        ("S(3)*2 -> S(3).alt2", lambda x: differences(x.reshape(-1, 3, 2))),
    ],
)
def test_tensors_learn_products(text, function):
    X = rows(Symmetry.parse(text).inputs, n=400)
    assert share_unexplained("tensors", text, X, function(X), 50) < 0.05


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("S(20)**2 -> 1", "its blocks have 128 columns at most, 'S(20)*S(20)' has 400"),
        ("S(5)*2 -> S(5).det", "its outputs 'S(5).det' would be 0 for all inputs"),
        ("4 -> S(4).alt2", "its outputs 'S(4).alt2' would be 0 for all inputs"),
        ("4 -> O(3)", "no layer of it builds 'O(3)' from the inputs"),
        ("O(3)**2 -> O(3) + 1", "no layer of it builds 'O(3)' from the inputs"),
        # Scaling(4)**2 has 256 pairs of columns, and each of them is one more equivariant map
        (
            "Scaling(4)**2 + Signs(4)*S(3) -> 1",
            "a layer of it would be too large: it takes 5.4e+07 multiplications for one sample, "
            "3.0e+07 at most",
        ),
        ("O(5)**4 -> 1", "its blocks have 128 columns at most, 'O(5)*O(5)*O(5)*O(5)' has 625"),
    ],
)
def test_it_says_why_it_refuses(text, refusal):
    assert_refused("tensors", text, refusal)
