"""Generators belong to their group and reach all of it."""

import itertools

import numpy as np
import pytest
from helpers.groups import AFFINE, LINEAR, closure, dense, draw, keys

from sklearn_symclone.symmetry import GL, E, O, S, Signs, Symmetry, parse_representation


@pytest.mark.parametrize(
    "group",
    [
        *(kind(n) for kind in (O, GL, E) for n in range(1, 7)),
        *(O(p, q) for p in range(1, 4) for q in range(1, 4)),
    ],
    ids=str,
)
def test_generators_of_a_lie_group_reach_all_its_components(group):
    g, q = dense(group.generators()), getattr(group, "q", 0)
    p = group.dimension - q
    corners = [g[:, :p, :p], *([g[:, p:, p:]] if q else [])]
    flips = np.stack([np.linalg.det(corner) < 0 for corner in corners], axis=1)
    words = [
        np.bitwise_xor.reduce(flips[list(chosen)], axis=0)
        for k in range(1, len(g) + 1)
        for chosen in itertools.combinations(range(len(g)), k)
    ]
    assert len({tuple(word) for word in words} | {(False,) * len(corners)}) == 2 ** len(corners)


@pytest.mark.parametrize("text", [*LINEAR, *AFFINE])
def test_generators_belong_to_the_group(text):
    group = parse_representation(text)
    generators, drawn = dense(group.generators()), dense(draw(group, 200))
    signs = set(np.sign(np.linalg.det(drawn)))
    assert set(np.sign(np.linalg.det(generators))) <= signs
    assert generators.shape[1:] == drawn.shape[1:]


@pytest.mark.parametrize(
    "text",
    [
        "S(3) + C(4)",
        "S(3)*S(3)' -> D(4).pairs",
        "Signs(2) + O(1)",
        'Polygon(3,"D")*C(2)',
        "5",
        "(S(2) wr S(2)) + Cube()",
    ],
)
def test_generators_of_a_product_are_each_of_one_factor_and_generate(text):
    symmetry = Symmetry.parse(text)
    generators = symmetry.generators()
    moved = [
        np.abs(dense(a) - np.eye(dense(a).shape[1])).max(axis=(1, 2)) > 1e-9
        for a in generators.actions.values()
    ]
    assert np.all(np.sum(moved, axis=0) <= 1)
    assert len(generators) == sum(len(g.generators()) for g in symmetry.groups)

    def together(elements):
        sides = [sum(symmetry.groups[1:], start=symmetry.groups[0])] if symmetry.groups else []
        return sides[0].matrix(elements) if sides else np.ones((len(elements), 1, 1))

    generated = closure(together(generators))
    assert len(generated) == symmetry.order
    assert set(keys(generated)) == set(keys(together(symmetry.elements())))


def test_generators_of_points_and_vectors_have_shifts():
    symmetry = S(2) * E(2) + Signs(2) >> O(3)
    generators = symmetry.generators()
    shifted = np.abs(generators.actions[E(2)].shifts).max(axis=1) > 0
    swapped = (generators.actions[S(2)].indices != [0, 1]).any(axis=1)
    assert shifted.any()
    assert not np.any(shifted & swapped)
    assert {len(action) for action in generators.actions.values()} == {len(generators)}
