"""Shifts are left out where points are counted from their mean, and drawn where the points are."""

import math
import re

import numpy as np
import pytest
from helpers.groups import dense
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.metrics import equivariance_error
from sklearn_symclone.symmetry import SE, C, E, O, S, Signs, Symmetry, T


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S(4)*E(3) -> 1", "S(4)*O(3) -> 1"),
        ("S(4)*E(3) + S(4)*E(3).vector -> S(4)*E(3)", "S(4)*O(3) + S(4)*O(3) -> S(4)*O(3)"),
        ("5*SE(2) + 2 -> SE(2).vector**2", "5*SO(2) + 2 -> SO(2)**2"),
        ("T(3)*4 -> T(3).vector", "12 -> 3"),
        ("S(2)*T(3) -> S(2)*T(3)", "S(2)*3 -> S(2)*3"),
        ("T(2)*3 -> T(2).det + T(2).vector.sym2", "6 -> 1 + 3"),
        ("2*E(3) -> E(3).pseudo + E(3).vector.alt2", "2*O(3) -> O(3).det*O(3) + O(3).alt2"),
        ("2*E(3) -> E(3).vector.sym2.dual", "2*O(3) -> O(3).sym2.dual"),
        ("2*(E(3) + 1)*3 -> E(3).det", "2*(O(3) + 1)*3 -> O(3).det"),
        ("E(3) + O(3) -> 1", "O(3)' + O(3) -> 1"),
        ("E(3) + E(3)' -> E(3)'", "O(3) + O(3)' -> O(3)'"),
        ("E(3) + E(3)' + O(3)' -> 1", "O(3) + O(3)'' + O(3)' -> 1"),
        ("E(3)' + SE(3) -> 1", "O(3)' + SO(3) -> 1"),
        ("2*E(2) -> O(2)*E(2).vector", "2*O(2)' -> O(2)*O(2)'"),
        ("S(3)*O(1,3).dual -> GL(2).sym2", "S(3)*O(1,3).dual -> GL(2).sym2"),
        ("C(3).pairs + (S(2) wr S(2)).top -> 1", "C(3).pairs + (S(2) wr S(2)).top -> 1"),
        ("E(3) + C(3).regular + Signs(2).det -> 1", "O(3) + C(3).regular + Signs(2).det -> 1"),
    ],
)
def test_what_is_left_of_a_symmetry(text, expected):
    left = Symmetry.parse(text).without_shifts()
    assert left == Symmetry.parse(expected)
    assert str(left) == expected
    assert left.points() == {}


def test_a_symmetry_without_points_stays_as_it_is():
    symmetry = S(3) * O(3) >> O(3)
    assert symmetry.without_shifts() is symmetry


@pytest.mark.parametrize("text", ["3 -> E(3)", "E(3).vector -> E(3)", "E(3)' -> E(3)"])
def test_points_of_no_place(text):
    message = (
        f"'{text}' has points of E(3) among its outputs and none among its inputs, which could "
        "tell where they are"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse(text).without_shifts()


@pytest.mark.parametrize("text", ["S(4)*E(3)", "S(3)*SE(2)*2", "T(2)*5"])
def test_centred_points_are_moved_by_what_is_left(text):
    symmetry = Symmetry.parse(f"{text} -> 1")
    group = next(iter(symmetry.points()))
    columns = symmetry.points()[group]
    X = np.random.RandomState(0).standard_normal((20, symmetry.inputs.dimension)) + 7
    elements = symmetry.sample(20, 0)

    def centred(X):
        X = X.copy()
        X[:, columns] -= X[:, columns].mean(axis=1, keepdims=True)
        return X

    moved = centred(symmetry.inputs.transform(elements, X))
    linear = symmetry.inputs.transform(elements, centred(X)) - symmetry.inputs.shift(elements)
    assert_allclose(moved, linear, atol=1e-12)
    assert_allclose(moved, np.einsum("nij,nj->ni", symmetry.inputs.matrix(elements), centred(X)))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("E(3)", [[0, 1, 2]]),
        ("1 + S(2)*E(2)", [[1, 2], [3, 4]]),
        ("E(2)*2 + 1", [[0, 2], [1, 3]]),
        ("E(2).vector + E(2)", [[2, 3]]),
        ("2*(1 + E(2))", [[1, 2], [4, 5]]),
    ],
)
def test_columns_of_points(text, columns):
    (found,) = Symmetry.parse(text).points().values()
    assert_array_equal(found, columns)


def test_points_of_two_groups():
    found = (E(2) + T(1) * 2 + 3 * E(2) >> SE(2)).points()
    assert list(map(str, found)) == ["E(2)", "T(1)"]
    assert_array_equal(found[E(2)], [[0, 1], [4, 5], [6, 7], [8, 9]])
    assert_array_equal(found[T(1)], [[2], [3]])


@pytest.mark.parametrize("group", [E(3), SE(3), T(3)], ids=str)
@pytest.mark.parametrize("unit", [0.01, 100])
def test_elements_turn_about_the_mean_of_the_points_and_shift_by_their_spread(group, unit):
    centre = np.array([1000.0, -2000, 500])
    symmetry = S(4) * group + 2 >> 1
    X = np.random.RandomState(0).standard_normal((50, 14))
    X[:, :12] = (unit * X[:, :12].reshape(50, 4, 3) + centre).reshape(50, 12)
    points = X[:, :12].reshape(-1, 3)
    mean, spread = points.mean(axis=0), points.std(axis=0)
    elements = symmetry.sample(4000, 1, X)
    # the mean goes to itself, but for the shift
    images = elements.actions[group].act(np.tile(mean, (4000, 1))[:, :, None])[:, :, 0]
    root = math.sqrt(np.mean(spread**2))
    assert_allclose(images.mean(axis=0), mean, atol=0.1 * root)
    assert_allclose(images.std(axis=0), root, rtol=0.1)
    # the very elements drawn about 0, told by their turns
    plain = symmetry.sample(4000, 1).actions[group]
    assert_array_equal(elements.actions[group].matrices, plain.matrices)
    assert_allclose(images, mean + root * plain.shifts, atol=1e-9)


def test_a_table_without_points_changes_no_elements():
    symmetry = S(3) * O(3) >> 1
    with_rows = symmetry.sample(5, 0, np.ones((4, 9)) * 1000)
    for group, action in symmetry.sample(5, 0).actions.items():
        assert_array_equal(dense(with_rows.actions[group]), dense(action))


def test_a_single_point_is_turned_about_itself():
    elements = (E(2) >> 1).sample(10, 0, np.array([[30, -40]]))
    moved = E(2).transform(elements, np.tile([30.0, -40.0], (10, 1)))
    assert_allclose(moved, np.tile([30.0, -40.0], (10, 1)), atol=1e-12)


def distances(X):
    points = X.reshape(len(X), 4, 3)
    return np.linalg.norm(points[:, :, None] - points[:, None], axis=-1).reshape(len(X), -1)


@pytest.mark.parametrize("far", [0, 1000])
@pytest.mark.parametrize("group", ["E(3)", "SE(3)", "T(3)"])
def test_the_error_of_functions_of_points_does_not_depend_on_where_they_are(group, far):
    X = np.random.RandomState(0).standard_normal((40, 12)) + far

    def error(function, outputs):
        symmetry = f"S(4)*{group} -> {outputs}"
        return equivariance_error(function, X, symmetry, n_elements=3, random_state=0)

    assert error(distances, "S(4)**2") < 1e-10
    assert error(lambda X: X, f"S(4)*{group}") < 1e-10
    assert error(lambda X: X.reshape(-1, 4, 3).mean(axis=1), group) < 1e-10
    assert (
        error(lambda X: X - np.tile(X.reshape(-1, 4, 3).mean(axis=1), 4), f"S(4)*{group}.vector")
        < 1e-10
    )
    # a coordinate counted from where the cloud is, taken for an invariant
    assert error(lambda X: X[:, :1] - far, "1") > 0.1


def test_error_of_a_function_that_mixes_points_up():
    X = np.random.RandomState(0).standard_normal((40, 6))
    error = equivariance_error(lambda X: X[:, :3], X, C(2) * E(3) >> E(3), random_state=0)
    assert error > 0.1
    assert equivariance_error(lambda X: X[:, 3:] - X[:, :3], X, 2 * T(3) >> 3) < 1e-12
    assert equivariance_error(lambda X: X[:, :1], X, Signs(2) * 3 >> 1) > 0.1
