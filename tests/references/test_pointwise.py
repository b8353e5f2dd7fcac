"""Weight-tied networks: exact, of good size, and what they learn."""

import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.references import Pointwise
from sklearn_symclone.references.layers.tied import BlockLinear
from sklearn_symclone.symmetry import S, Symmetry, equivariant_maps, parse_representation

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
    "S(4) -> 1",
    "S(4)*3 + 2 -> S(4) + 1",
    "S(4)**2 -> S(4)",
    "S(4).pairs -> S(4)**2",
    "S(4).sets([0,1,2],[0,1,3],[0,2,3],[1,2,3]) -> S(4)*2",
    "A(4) -> A(4)",
    "C(5) -> C(5)",
    "C(3) + 2 -> C(3).regular",
    "D(4)*2 + 1 -> D(4)**2",
    'Grid(3,3,"D4")*3 -> 2',
    'Grid(2,3,"T(2)")*2 -> Grid(2,3,"T(2)")',
    "S(3)*S(2)' -> S(3)*S(2)'",
    "S(2)'*2*S(3) + S(2)' -> S(3)*S(2)' + 2 + S(2)'",
    "S(2)*2 -> 1 + S(2)",
    "S(3)*(S(4) + 2) -> 2",
    "S(3) wr S(2) -> S(3) wr S(2)",
    "S(3)*C(4) -> C(4) + S(3)",
    # signs that change
    "S(2)*5 -> S(2).det",
    "S(2).det + S(2)*5 -> S(2).det",
    "Signs(3)*2 -> Signs(3)",
    "Signs(7) -> Signs(7) + 1",
    "S(6)*2 -> S(6).alt2",
    "S(3)*2 -> S(3).pseudo*2",
    "S(4).alt2*S(2)'.det -> S(4)",
    "Signs(2)*S(3) + 1 -> Signs(2)*S(3).alt2",
    "S(3)*2 -> S(3).alt2.sym2",
    "4 -> 2",
]


EVERY_CASE = pytest.mark.parametrize("text", CASES)


@EVERY_CASE
def test_networks_are_equivariant_before_and_after_training(text):
    symmetry = Symmetry.parse(text)
    module = build("pointwise", symmetry)
    assert_equivariant(module, symmetry)
    used = [parameter for parameter in module.parameters() if parameter.numel()]
    before = [parameter.detach().clone() for parameter in used]
    fit(module, rows(symmetry.inputs), rows(symmetry.outputs, seed=1), max_iter=4, batch_size=6)
    moved = [not torch.equal(a, b) for a, b in zip(before, used, strict=True)]
    # the invariant units of the last hidden layer reach no output that changes its sign
    assert np.mean(moved) > 0.5 if not symmetry.outputs.permutes else all(moved)
    assert_equivariant(module, symmetry)


@EVERY_CASE
def test_untrained_outputs_have_the_size_of_standard_columns(text):
    symmetry = Symmetry.parse(text)
    y = predict(build("pointwise", symmetry), rows(symmetry.inputs, n=300))
    for block in symmetry.outputs.blocks():
        assert 0.1 < np.std(y[:, block.columns.ravel()]) < 3


def test_a_prediction_depends_on_its_row_alone():
    symmetry = Symmetry.parse('Grid(3,3,"D4")*3 -> 2')
    module, X = build("pointwise", symmetry), rows(symmetry.inputs)
    assert_allclose(predict(module, X[3:5]), predict(module, X)[3:5], rtol=1e-10)


def test_a_group_convolution_tells_a_pattern_from_its_mirror_image():
    """The pooled entries of a cycle alone do not know its direction, C(5) does."""
    x = np.random.RandomState(0).standard_normal((400, 5))
    y = np.sum(x**2 * (np.roll(x, 1, axis=1) - np.roll(x, -1, axis=1)), axis=1, keepdims=True)
    assert share_unexplained("pointwise", "C(5) -> 1", x, y, 60) < 0.3
    assert share_unexplained("pointwise", "D(5) -> 1", x, y, 10) > 0.9


def test_pairs_learn_sums_along_rows():
    a = np.random.RandomState(0).standard_normal((400, 3, 3))
    y = np.repeat((a**2).sum(axis=2), 3, axis=1)
    X, Y = a.reshape(400, 9), y.reshape(400, 9)
    assert share_unexplained("pointwise", "S(3)**2 -> S(3)**2", X, Y, 30) < 0.1


def test_layers_between_signed_columns_are_all_equivariant_maps():
    source, target = parse_representation("S(3)*2 + S(3).alt2"), parse_representation("S(3).alt2")
    layer = BlockLinear(source, target).double()
    maps = equivariant_maps(source, target)
    blocks = [block for block in layer.blocks[0] if block.weight.numel()]
    assert sum(block.weight.numel() for block in blocks) == maps.rank
    W = layer.weight.detach().numpy()
    assert_allclose(maps.project(W), W, atol=1e-12)
    spread = np.random.RandomState(0).standard_normal(W.shape)
    parts = list(layer.split(torch.as_tensor(spread), torch.zeros(3, dtype=torch.float64)))
    # the nearest matrix that the blocks can have is the projection
    nearest = sum(block.project(entries).square().sum() for block, entries in parts)
    assert nearest.item() == pytest.approx(np.sum(maps.project(spread) ** 2))


def test_hidden_units_are_permuted_without_signs():
    message = "hidden must hold representations that permute units, got 'S(2).det*4'"
    with pytest.raises(ValueError, match=re.escape(message)):
        Pointwise(S(2) * 3 >> S(2).det, [S(2).det * 4])
    doubled = S(2).det.doubled * 4
    assert Pointwise(S(2) * 3 >> S(2).det, [doubled]).layers[0].weight.shape == (8, 6)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("S(3)*O(3) -> 1", "it needs columns that are permuted, up to signs, 'O(3)' are not"),
        ("S(10)*2 -> S(10).det", "its outputs 'S(10).det' would be 0 for all inputs"),
        (
            "S(30)**2 -> 1",
            "its hidden layers would have 7448 units, whose dense weights are 5.5e+07 numbers: "
            "4096 units are allowed",
        ),
    ],
)
def test_it_says_why_it_refuses(text, refusal):
    assert_refused("pointwise", text, refusal)
