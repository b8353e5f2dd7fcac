"""Parts are rows and columns of the matrices."""

from helpers.groups import CYLINDER, dense
from numpy.testing import assert_allclose

from sklearn_symclone.symmetry import Symmetry, parse_representation

N_ELEMENTS = 5


def sample(representation, seed=0):
    return Symmetry(representation).sample(N_ELEMENTS, random_state=seed)


def action_of(representation, group):
    elements = sample(representation)
    return elements, elements.actions[group]


def test_a_part_is_some_rows_and_columns_of_the_matrices():
    group = parse_representation(CYLINDER)
    elements, action = action_of(group, group)
    for points in [(0, 1), (1, 0), (2,), (2, 0, 1)]:
        expected = dense(action)[:, points][:, :, points]
        assert_allclose(group.part(*points).matrix(elements), expected, atol=1e-12)
