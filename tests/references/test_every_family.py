"""References are exactly equivariant, before and after training, and depend on a row alone."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from sklearn_symclone.references import FAMILIES
from sklearn_symclone.symmetry import Symmetry

from ._helpers import (
    assert_equivariant,
    build,
    fit,
    predict,
    rows,
)

CASES = [
    ("sets", "S(4) -> 1"),
    ("sets", "S(4)*3 -> S(4)"),
    ("sets", "S(3) + 2 + 2*S(3) -> 1 + S(3)*2"),
    ("sets", "S(3)*S(2)' -> S(3)*S(2)'"),
    ("sets", "S(2)'*2*S(3) + S(2)' -> S(3)*S(2)' + 2 + S(2)'"),
    ("sets", "S(3)*S(2) + S(4) -> S(4)*S(2) + S(3)"),
    ("sets", "S(2)*2 -> 1 + S(2)"),
    ("sets", "S(2)*(S(3) + 2) -> 2"),
    ("sets", "3 -> S(2) + 1"),
    ("pairs", "S(4)**2 -> 1"),
    ("pairs", "S(4).pairs -> S(4).pairs + S(4)"),
    ("pairs", "2 + S(3)*2 + 2*S(3)**2 + S(3).sym2 -> S(3)**2*2 + S(3).sym2 + S(3)*2 + 2"),
    ("pairs", "S(3) -> S(3)**2"),
    ("pairs", "2 -> S(2) + 1"),
    ("invariants", "2*O(5) -> 1"),
    ("invariants", "S(4) + S(4)*O(3) -> O(3)**2"),
    ("invariants", "S(3)*O(3)*2 + 4 + O(3) -> S(3)*O(3) + O(3)*2 + S(3) + 1"),
    ("invariants", "S(3)*O(2) -> S(3)*O(2)**2*2"),
    ("invariants", "O(2)*S(3) + S(3)*(O(2) + 1) -> 2*O(2)*S(3) + O(2)*S(3)*O(2)"),
    ("invariants", "O(3) + 1 -> S(3)*O(3)"),
    ("invariants", "3*SO(3) -> SO(3)**2 + 3"),
    ("invariants", "4*SO+(1,3) -> SO+(1,3) + 1"),
    ("invariants", "2*O(1,3) + O(1,3).dual -> O(1,3).dual*O(1,3) + O(1,3)*O(1,3).dual"),
    ("invariants", "S(2)*SO(2,1).dual -> S(2)*SO(2,1) + SO(2,1).dual"),
    ("invariants", "O(1) + 2 -> O(1) + 1"),
    ("egnn", "S(4) + S(4)*O(3) -> S(4)*O(3)"),
    ("egnn", "S(3)*2*O(2) + 2 -> 2*S(3)*O(2)"),
    ("egnn", "S(2)*O(1) + S(2)*3 -> S(2)*O(1)"),
    ("pooled", "S(3) + S(3)*O(2) -> S(3)*O(2) + O(2)**2"),
    ("pooled", "S(3)*SO(3)*2 + S(2)'*SO(3) + 1 -> S(2)'*SO(3) + 1"),
    ("pooled", "S(3)*O(1,2) -> O(1,2).dual"),
    ("units", "Scaling(3) + Scaling(1)*Scaling(3).dual -> Scaling(1) + 2"),
    ("units", "2*Scaling(1) + Scaling(1)' + 1 -> Scaling(1)**2*(Scaling(1)'.dual)**2"),
    ("average", 'Grid(3,3,"D4")*3 -> 2'),
    ("average", 'Grid(2,3,"T(2)")*2 -> Grid(2,3,"T(2)")'),
    ("average", "C(5) -> C(5)"),
    ("average", "D(4)*2 + 1 -> D(4)**2"),
    ("average", "Signs(3) + 2 -> Signs(3) + 1"),
    ("average", "S(3)**2 -> S(3)**2"),
    ("average", "S(3) + C(2)*O(1) -> C(2) + O(1)*S(3)"),
    ("average", "3 -> 2"),
]


EVERY_CASE = pytest.mark.parametrize(("family", "text"), CASES)


@EVERY_CASE
def test_random_networks_are_equivariant(family, text):
    symmetry = Symmetry.parse(text)
    module = build(family, symmetry)
    predict(module, rows(symmetry.inputs, n=100))
    assert_equivariant(module, symmetry)


@EVERY_CASE
def test_trained_networks_are_equivariant(family, text):
    symmetry = Symmetry.parse(text)
    module = build(family, symmetry)
    start = [parameter.detach().clone() for parameter in module.parameters()]
    fit(module, rows(symmetry.inputs), rows(symmetry.outputs, seed=1), max_iter=4, batch_size=6)
    moved = [not torch.equal(a, b) for a, b in zip(start, module.parameters(), strict=True)]
    assert np.mean(moved) > 0.5
    assert_equivariant(module, symmetry)


@EVERY_CASE
def test_a_prediction_depends_on_its_row_alone(family, text):
    symmetry = Symmetry.parse(text)
    module = build(family, symmetry)
    X = rows(symmetry.inputs)
    together = predict(module, X)
    one_by_one = np.concatenate([predict(module, X[[i]]) for i in range(len(X))])
    assert_allclose(one_by_one, together, rtol=1e-10, atol=1e-12)
    among_others = predict(module, np.concatenate([100 * X, X]))[len(X) :]
    assert_allclose(among_others, together, rtol=1e-10, atol=1e-12)


@EVERY_CASE
def test_a_state_restores_the_network(family, text):
    symmetry = Symmetry.parse(text)
    module, other = build(family, symmetry, seed=0), build(family, symmetry, seed=1)
    X = rows(symmetry.inputs)
    expected = predict(module, X)
    other.load_state_dict(module.state_dict())
    assert_array_equal(predict(other, X[:5]), predict(module, X[:5]))
    assert_array_equal(predict(other, X), expected)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_network_takes_single_precision(family):
    symmetries = map(
        Symmetry.parse,
        ["S(3) -> 1", "2*O(3) -> 1", "C(3) -> 1", "S(3)*O(3) -> S(3)*O(3)", "Scaling(2) -> 1"],
    )
    symmetry = next(s for s in symmetries if FAMILIES[family].refuses(s) is None)
    x = torch.zeros(2, symmetry.inputs.dimension)
    assert FAMILIES[family].network(symmetry).float()(x).dtype == torch.float32


@pytest.mark.parametrize(
    ("family", "symmetry"),
    [
        ("invariants", "S(5) + S(5)*O(3) -> O(3)**2"),
        ("invariants", "4*SO(3) -> SO(3)"),
        ("sets", "S(4)*3"),
        ("egnn", "S(4) + S(4)*O(3) -> S(4)*O(3)"),
        ("pairs", "S(4)**2 + S(4)"),
        ("average", 'Grid(3,3,"D4")*3'),
        ("pointwise", 'Grid(3,3,"D4")*3'),
        ("tensors", "2*O(5)"),
        ("additive", "S(5) + S(5)*O(3) -> O(3)**2"),
        ("quadratic", "S(5) + S(5)*O(3) -> O(3)**2"),
    ],
)
def test_mixed_precision_is_close(family, symmetry):
    # processes of Accelerate may ask for it
    parsed = Symmetry.parse(symmetry)
    bound = parsed.bind(parsed.inputs.dimension, getattr(parsed.outputs, "dimension", 2))
    torch.manual_seed(0)
    module = FAMILIES[family].network(bound).float().eval()
    for parameter in module.parameters():
        if not parameter.any():  # a combination that has learned nothing answers 0
            nn.init.normal_(parameter)
    x = torch.randn(64, bound.inputs.dimension)
    with torch.no_grad():
        module(x)  # fixes what is measured on the first batch
    expected = module(x)
    with torch.autocast("cpu", torch.bfloat16):
        actual = module(x)
    actual.float().square().mean().backward()
    scale = expected.square().mean().sqrt()
    assert (actual.float() - expected).square().mean().sqrt() < 0.05 * scale
