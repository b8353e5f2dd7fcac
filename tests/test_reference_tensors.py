"""Networks of scalars, vectors and tensors: exactly equivariant, and able to learn products."""

import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from test_references import assert_equivariant, build, fit, predict, rows, share_unexplained

from sklearn_symclone.references import check_family, refusals
from sklearn_symclone.references.layers.kinds import as_product, columns_by_kind, kind_size
from sklearn_symclone.references.layers.linear import EquivariantLinear, Read, Write
from sklearn_symclone.symmetry import (
    SL,
    SO,
    SU,
    O,
    S,
    Symmetry,
    equivariant_maps,
    parse_representation,
)
from sklearn_symclone.training import one_thread

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
]
EVERY_CASE = pytest.mark.parametrize("text", CASES)


@pytest.fixture(autouse=True)
def _one_thread():
    with one_thread("cpu"):
        yield


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


# Linear layers

PAIRS = [
    ((O(3), O(3)), (O(3), O(3))),
    ((O(1, 3),), (O(1, 3).dual,)),
    ((SO(3), SO(3)), (SO(3),)),
    ((SL(3).dual, SL(3).dual), (SL(3),)),
    ((SU(2),), (SU(2),)),
    ((S(3),), (S(3), O(3), O(3))),
    ((S(3), O(3)), (S(3), O(3))),
    ((), (O(3), O(3))),
]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_linear_layers_span_all_equivariant_maps(source, target):
    layer = EquivariantLinear({source: 1}, {target: 1}).double()
    basis = equivariant_maps(as_product(source), as_product(target)).basis()
    unit = torch.eye(kind_size(source), dtype=torch.float64)[:, :, None]
    weights = [p for name, p in layer.named_parameters() if "bias" not in name]
    assert sum(weight.numel() for weight in weights) == len(basis)
    found = []
    with torch.no_grad():
        for k in range(len(basis)):
            weights[0][:] = torch.eye(len(basis), dtype=torch.float64)[:, [k]]
            found.append(layer([unit])[0][:, :, 0].numpy().ravel())
    found, expected = np.array(found), basis.reshape(len(basis), -1)
    assert_allclose(found @ found.T, kind_size(target) * np.eye(len(basis)), atol=1e-10)
    assert np.linalg.matrix_rank(np.concatenate([expected, found])) == len(basis)


def test_linear_layers_keep_the_variance():
    torch.manual_seed(0)
    kinds = {(): 40, (O(3),): 30, (O(3), O(3)): 20, (S(3), O(3)): 30}
    hidden = [torch.randn(kind_size(kind), 300, n) for kind, n in kinds.items()]
    with torch.no_grad():
        for y in EquivariantLinear(kinds, kinds).float()(hidden):
            assert 0.8 < y.std() < 1.2


def test_columns_are_sorted_by_kind_and_put_back():
    representation = parse_representation("O(3)*2*S(2) + 1 + S(2)*O(3) + 2*O(3)")
    columns = columns_by_kind(representation)
    assert {kind: of_kind.shape for kind, of_kind in columns.items()} == {
        (S(2), O(3)): (3, 6),
        (): (1, 1),
        (O(3),): (2, 3),
    }
    # O(3)*2*S(2): column 4i + 2c + s holds entry i of the vector of item s, channel c
    assert columns[S(2), O(3)][1].tolist() == [2, 6, 10, 3, 7, 11]
    x = torch.arange(2.0 * representation.dimension).reshape(2, -1)
    pieces = Read(columns)(x)
    assert [tuple(piece.shape) for piece in pieces] == [(6, 2, 3), (1, 2, 1), (3, 2, 2)]
    assert pieces[0][:, 0, 1].tolist() == [2, 6, 10, 3, 7, 11]
    assert torch.equal(Write(columns)(pieces), x)


# What they can learn


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("2*SO(3) -> SO(3)", lambda x: np.cross(x[:, :3], x[:, 3:])),
        ("2*O(1,1) -> 1", lambda x: x[:, [0]] * x[:, [2]] - x[:, [1]] * x[:, [3]]),
        (
            "S(3) + S(3)*O(2) -> O(2)",
            lambda x: np.einsum("ni,nij->nj", x[:, :3], x[:, 3:].reshape(-1, 3, 2)),
        ),
    ],
)
def test_tensors_learn_products(text, function):
    X = rows(Symmetry.parse(text).inputs, n=400)
    assert share_unexplained("tensors", text, X, function(X), 50) < 0.05


# Refusals


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            "4 -> O(3)",
            "no layer of it builds 'O(3)' from the inputs",
        ),
        (
            "O(3)**2 -> O(3) + 1",
            "no layer of it builds 'O(3)' from the inputs",
        ),
        ("O(5)**4 -> 1", "its blocks have 128 columns at most, 'O(5)*O(5)*O(5)*O(5)' has 625"),
    ],
)
def test_it_says_why_it_refuses(text, refusal):
    symmetry = Symmetry.parse(text)
    assert refusals(symmetry)["tensors"] == refusal
    with pytest.raises(ValueError, match=re.escape(refusal)):
        check_family("tensors", symmetry)
