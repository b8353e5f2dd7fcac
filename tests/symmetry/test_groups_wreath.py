"""Wreath products move whole boxes."""

import numpy as np
import pytest
from helpers.groups import draw

from sklearn_symclone.symmetry import C, D, S, Wreath


@pytest.mark.parametrize("group", [Wreath(S(3), S(4)), Wreath(C(3), D(4)), Wreath(S(2), S(2))])
def test_a_wreath_product_moves_whole_boxes(group):
    inner = set(map(tuple, group.inner.elements().indices.tolist()))
    outer = set(map(tuple, group.outer.elements().indices.tolist()))
    for elements in (draw(group, 200), group.generators()):
        boxes = elements.indices.reshape(len(elements), group.outer.dimension, -1)
        box, within = np.divmod(boxes, group.inner.dimension)
        assert np.all(box == box[:, :, :1])
        assert set(map(tuple, box[:, :, 0].tolist())) <= outer
        assert {tuple(w) for element in within.tolist() for w in element} <= inner
