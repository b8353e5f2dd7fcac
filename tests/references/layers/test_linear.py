"""Linear layers between hidden representations: all equivariant maps, and columns by kind."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.references.layers.kinds import as_product, columns_by_kind, kind_size
from sklearn_symclone.references.layers.linear import EquivariantLinear, Read, Write
from sklearn_symclone.symmetry import (
    SL,
    SO,
    SU,
    C,
    D,
    Grid,
    O,
    S,
    equivariant_maps,
    parse_representation,
)

PAIRS = [
    ((O(3), O(3)), (O(3), O(3))),
    ((O(1, 3),), (O(1, 3).dual,)),
    ((SO(3), SO(3)), (SO(3),)),
    ((SL(3).dual, SL(3).dual), (SL(3),)),
    ((SU(2),), (SU(2),)),
    ((S(3),), (S(3), O(3), O(3))),
    ((S(3), O(3)), (S(3), O(3))),
    ((), (O(3), O(3))),
    # the group of the items also changes signs
    ((S(4),), (S(4).alt2,)),
    ((S(4).alt2,), (S(4),)),
    ((S(3), O(2)), (S(3), O(2), S(3).det)),
    ((S(3).det,), (S(3), S(3).det)),
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


PERMUTED = [
    ((S(4),), (S(4),)),
    ((S(3), S(3)), (S(3), S(3))),
    ((C(4),), (C(4).regular,)),
    ((Grid(3, 3, "D4"),), (Grid(3, 3, "D4"),)),
    ((), (D(4),)),
    ((D(4),), ()),
]


@pytest.mark.parametrize(("source", "target"), PERMUTED)
@pytest.mark.parametrize("n_channels", [1, 16])
def test_layers_of_permuted_kinds_are_all_equivariant_maps(source, target, n_channels):
    """Few channels and many are computed in different ways."""
    layer = EquivariantLinear({source: n_channels}, {target: 2}).double()
    maps = equivariant_maps(as_product(source), as_product(target))
    n_weights = sum(
        weight.numel() for name, weight in layer.named_parameters() if "bias" not in name
    )
    assert n_weights == maps.rank * n_channels * 2
    unit = torch.eye(kind_size(source), dtype=torch.float64)[:, :, None]
    spanned = []
    with torch.no_grad():
        for weights in layer.parameters():
            for flat in range(weights.numel()):
                layer.apply(lambda m: [p.zero_() for p in m.parameters(recurse=False)])
                weights.view(-1)[flat] = 1
                y = layer([unit.expand(-1, -1, n_channels)])[0][:, :, 0].numpy()
                spanned.append(y.ravel())
    biases = equivariant_maps(1, as_product(target)).basis()[:, :, 0]
    constant = np.einsum("rt,s->rts", biases, np.ones(len(unit)))
    both = np.concatenate([maps.basis(), constant]).reshape(-1, maps.shape[0] * maps.shape[1])
    rank = np.linalg.matrix_rank(both)
    assert np.linalg.matrix_rank(np.array(spanned)) == rank
    assert np.linalg.matrix_rank(np.concatenate([spanned, both])) == rank


@pytest.mark.parametrize(
    "kinds",
    [
        {(): 40, (S(4),): 30, (S(4), S(4)): 30},
        {(): 40, (O(3),): 30, (O(3), O(3)): 20, (S(3), O(3)): 30},
    ],
    ids=str,
)
def test_linear_layers_keep_the_variance(kinds):
    torch.manual_seed(0)
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
