"""Symmetries are values, and draw and list the elements of their group."""

import itertools
import math
import pickle
import re

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import Grid, O, S, Symmetry, Trivial, as_symmetry


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("S(5) + S(5)*O(3) -> O(3)**2", S(5) + S(5) * O(3) >> O(3) ** 2),
        ("5 + 5*O(3)->O(3)**2", 5 + 5 * O(3) >> O(3) ** 2),
        ("S(2)*2 -> 1 + S(2)", S(2) * 2 >> 1 + S(2)),
        ("S(5)*(S(4) + 13)", Symmetry(S(5) * (S(4) + 13))),
        ("3 -> n", Trivial(3) >> Trivial("n")),
        ("O(3) -> 1", O(3) >> 1),
        ("S(3)' -> Grid(2,2,\"C4\")'", S(3).prime >> Grid(2, 2, "C4").prime),
        ("O(1,3) -> O(1,3).dual", O(1, 3) >> O(1, 3).dual),
    ],
)
def test_a_symmetry_is_a_value(text, value):
    symmetry = Symmetry.parse(text)
    assert symmetry == value
    assert hash(symmetry) == hash(value)
    assert Symmetry.parse(str(symmetry)) == symmetry
    assert eval(repr(symmetry)) == symmetry
    assert pickle.loads(pickle.dumps(symmetry)) == symmetry
    assert joblib.hash(symmetry) == joblib.hash(Symmetry.parse(text))


def test_outputs_are_part_of_the_value():
    values = [Symmetry.parse(text) for text in ("3", "3 -> 1", "3 -> S(3)", "S(3) -> 3", "1 -> 3")]
    assert len(set(values)) == len(values)
    assert repr(values[1]) == "Symmetry.parse('3 -> 1')"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Symmetry("S(3)"), "inputs of a Symmetry must be a Representation, got 'S(3)'"),
        (lambda: Symmetry(None), "inputs of a Symmetry must be a Representation, got None"),
        (lambda: Symmetry(S(3), "1"), "outputs of a Symmetry must be a Representation, got '1'"),
        (lambda: Symmetry.parse(5), "a symmetry expression must be a string, got 5"),
        (lambda: as_symmetry(5.0), "symmetry must be a Symmetry, its string or None, got 5.0"),
    ],
)
def test_only_representations_make_a_symmetry(build, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        build()


def test_as_symmetry_takes_every_form():
    symmetry = Symmetry(S(3))
    assert as_symmetry(symmetry) is symmetry
    assert as_symmetry(S(3)) == as_symmetry("S(3)") == symmetry
    assert Symmetry(5, 2) == Symmetry.parse("5 -> 2")


def test_two_unknowns_are_refused():
    message = (
        "symmetry 'S(n)*m -> O(k)' has the unknowns k, m, n: only one can be solved from the "
        "number of columns"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse("S(n)*m -> O(k)")


@pytest.mark.parametrize(
    ("text", "groups", "order"),
    [
        ("5", [], 1),
        ("S(5)*O(3)", ["S(5)", "O(3)"], math.inf),
        ("S(3) + C(4)", ["S(3)", "C(4)"], 24),
        ("S(3) + S(3)*2 -> S(3)", ["S(3)"], 6),
        ("S(3)*S(3)' -> S(3)", ["S(3)", "S(3)'"], 36),
        ("3 -> S(3) + O(1)", ["S(3)", "O(1)"], 12),
        ('Grid(3,3,"D4")*3 -> Signs(2)', ['Grid(3,3,"D4")', "Signs(2)"], 32),
        ("O(1,3).dual -> SO(2)", ["O(1,3)", "SO(2)"], math.inf),
    ],
)
def test_the_group_is_the_product_of_the_groups_named(text, groups, order):
    symmetry = Symmetry.parse(text)
    assert list(map(str, symmetry.groups)) == groups
    assert symmetry.order == order


def test_elements_are_all_combinations_of_the_elements_of_the_groups():
    symmetry = Symmetry.parse("S(3) + C(2) -> O(1)*S(3)")
    elements = symmetry.elements()
    inputs, outputs = symmetry.inputs.matrix(elements), symmetry.outputs.matrix(elements)
    expected = set()
    for p, shift, sign in itertools.product(itertools.permutations(range(3)), (0, 1), (1.0, -1.0)):
        P, R = np.eye(3)[list(p)], np.roll(np.eye(2), shift, axis=0)
        corner = np.zeros((3, 2))
        moves = np.block([[P, corner], [corner.T, R]])
        expected.add((*moves.ravel(), *(sign * P).ravel()))
    found = [(*a.ravel(), *b.ravel()) for a, b in zip(inputs, outputs, strict=True)]
    assert len(elements) == len(found) == 24
    assert set(found) == expected
    assert_array_equal(inputs[0], np.eye(5))
    assert_array_equal(outputs[0], np.eye(3))


def test_the_product_of_no_groups_has_one_element():
    symmetry = Symmetry.parse("2 -> 3")
    assert len(symmetry.elements()) == 1
    assert_array_equal(symmetry.inputs.matrix(symmetry.elements()), [np.eye(2)])
    assert len(symmetry.sample(4, random_state=0)) == 4


def test_elements_of_an_infinite_group_cannot_be_listed():
    message = "O(3) is infinite: its elements cannot be listed"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse("S(3)*O(3)").elements()


def test_random_elements_are_determined_by_the_seed():
    symmetry = Symmetry.parse("S(3)*O(3) + Signs(2) -> SO+(1,3)")

    def draw(seed):
        elements = symmetry.sample(5, random_state=seed)
        return [side.matrix(elements) for side in (symmetry.inputs, symmetry.outputs)]

    for first, again, other in zip(draw(0), draw(np.random.RandomState(0)), draw(1), strict=True):
        assert_array_equal(first, again)
        assert np.all(np.any(first != other, axis=(1, 2)))


def test_one_group_moves_inputs_and_outputs_alike():
    symmetry = Symmetry.parse("2*O(3) -> O(3)")
    elements = symmetry.sample(6, random_state=0)
    X = np.random.RandomState(1).standard_normal((6, 6))
    moved = symmetry.inputs.transform(elements, X)
    difference = symmetry.outputs.transform(elements, X[:, :3] - X[:, 3:])
    assert_allclose(difference, moved[:, :3] - moved[:, 3:], atol=1e-12)


def test_random_elements_need_known_sizes():
    with pytest.raises(ValueError, match=r"the size 'n' in 'S\(n\)' is not known yet"):
        Symmetry.parse("S(n)").sample(3)


def test_the_order_of_a_product_of_large_groups_is_capped():
    assert Symmetry.parse("S(100) + S(100)'").capped_order == 10**30
    assert Symmetry.parse("S(100)*O(3)").capped_order == math.inf
    with pytest.raises(ValueError, match=r"is of more than 10\^24 elements: 1000000 at most are"):
        Symmetry.parse("S(172)*4").elements()


@pytest.mark.parametrize("text", ["S(3)*3 + S(4)'.det", "S(3)*O(3) + 2 -> O(3)**2"])
def test_no_elements_move_no_rows(text):
    symmetry = Symmetry.parse(text)
    elements = symmetry.sample(0, 0)
    for side in (symmetry.inputs, symmetry.outputs or Trivial(1)):
        assert side.transform(elements, np.empty((0, side.dimension))).shape == (0, side.dimension)


@pytest.mark.parametrize("number", [-1, 1.5, "3", None])
def test_elements_are_drawn_in_whole_numbers(number):
    message = f"n_elements must be a whole number of at least 0, got {number!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse("O(3)").sample(number)
