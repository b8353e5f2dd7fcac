"""Which columns a group mixes, beside what random elements do to them."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from sklearn_symclone.symmetry import Symmetry, mixed_columns, parse_representation


@pytest.mark.parametrize(
    "text",
    [
        "S(3) + S(3)*O(3) + 2",
        "S(2)*(S(3) + 4)",
        "2*O(2) + O(2).alt2",
        'Grid(3,3,"D4")*2',
        "Signs(3)*S(2)",
        "A(2)*C(3) + S(4)**2",
        "3*E(2)",
        "C(4).sets([0,2],[1,3])",
    ],
)
def test_columns_are_together_if_some_element_mixes_them(text):
    representation = parse_representation(text)
    matrices = representation.matrix(Symmetry(representation).sample(60, random_state=0))
    touched = abs(matrices).max(axis=0) > 1e-9
    _, expected = connected_components(touched, directed=False)
    found = mixed_columns(representation)
    np.testing.assert_array_equal(found[:, None] == found, expected[:, None] == expected)
