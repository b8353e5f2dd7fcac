"""Representations are the Kronecker products and block sums of their groups' matrices."""

import copy
import pickle
import re

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import block_diag

from sklearn_symclone.symmetry import (
    SO,
    C,
    D,
    Grid,
    GroupElements,
    Matrices,
    O,
    Permutations,
    S,
    SignChanges,
    Signs,
    SOplus,
    Symmetry,
    Trivial,
    parse_representation,
)


def kron(*matrices):
    product = np.eye(1)
    for matrix in matrices:
        product = np.kron(product, matrix)
    return product


def dual(matrix):
    return np.linalg.inv(matrix).T


def one(n):
    return np.eye(n)


# What each expression is, written out with the matrices g of its groups by name.
MATRICES = {
    "3": lambda g: one(3),
    "2 + 1": lambda g: one(3),
    "S(4)": lambda g: g["S(4)"],
    "2*O(3)": lambda g: block_diag(g["O(3)"], g["O(3)"]),
    "O(3)*2": lambda g: kron(g["O(3)"], one(2)),
    "S(3)*4": lambda g: kron(g["S(3)"], one(4)),
    "S(2) + S(2)*O(3)": lambda g: block_diag(g["S(2)"], kron(g["S(2)"], g["O(3)"])),
    "2 + 2*O(3)": lambda g: block_diag(one(2), g["O(3)"], g["O(3)"]),
    "O(3)**2": lambda g: kron(g["O(3)"], g["O(3)"]),
    "O(2)**3": lambda g: kron(g["O(2)"], g["O(2)"], g["O(2)"]),
    "2*S(2)*3*O(2)": lambda g: kron(one(2), g["S(2)"], one(3), g["O(2)"]),
    "S(2)*(S(3) + 4)": lambda g: kron(g["S(2)"], block_diag(g["S(3)"], one(4))),
    "(S(3) + 4)*S(2)": lambda g: kron(block_diag(g["S(3)"], one(4)), g["S(2)"]),
    "(1 + O(2))*(C(3) + 2)": lambda g: kron(
        block_diag(1, g["O(2)"]), block_diag(g["C(3)"], one(2))
    ),
    "(2 + S(2))**2": lambda g: kron(*[block_diag(one(2), g["S(2)"])] * 2),
    "2*(O(2)*(1 + S(2)) + 3)": lambda g: kron(
        one(2), block_diag(kron(g["O(2)"], block_diag(1, g["S(2)"])), one(3))
    ),
    "S(3)*S(2)'": lambda g: kron(g["S(3)"], g["S(2)'"]),
    "S(3) + S(3)' + S(3)": lambda g: block_diag(g["S(3)"], g["S(3)'"], g["S(3)"]),
    "O(1,3)": lambda g: g["O(1,3)"],
    "O(1,3).dual": lambda g: dual(g["O(1,3)"]),
    "O(1,2)*O(1,2).dual": lambda g: kron(g["O(1,2)"], dual(g["O(1,2)"])),
    "(O(1,2).dual + 2)*S(2)": lambda g: kron(block_diag(dual(g["O(1,2)"]), one(2)), g["S(2)"]),
    "(O(1,2)*S(2) + 1).dual": lambda g: block_diag(kron(dual(g["O(1,2)"]), g["S(2)"]), 1),
    "SO(2,1).dual*2": lambda g: kron(dual(g["SO(2,1)"]), one(2)),
    "2*SO+(1,3)": lambda g: kron(one(2), g["SO+(1,3)"]),
    'Grid(2,2,"D4")*3': lambda g: kron(g['Grid(2,2,"D4")'], one(3)),
    "D(4) + Signs(2)": lambda g: block_diag(g["D(4)"], g["Signs(2)"]),
    "O(3)*Signs(2)": lambda g: kron(g["O(3)"], g["Signs(2)"]),
    "SO(3)*C(2)": lambda g: kron(g["SO(3)"], g["C(2)"]),
}


N_ELEMENTS = 4


ALL = pytest.mark.parametrize("text", MATRICES)


def dense(action):
    if isinstance(action, Permutations):
        return np.eye(action.indices.shape[1])[action.indices]
    if isinstance(action, SignChanges):
        return action.signs[:, None] * np.eye(action.signs.shape[1])
    return action.matrices


def sample(representation, seed=0):
    return Symmetry(representation).sample(N_ELEMENTS, random_state=seed)


def by_name(elements):
    """Return the matrices of each group in a batch, by the group's name."""
    return {str(group): dense(action) for group, action in elements.actions.items()}


def expected(text, matrices):
    write = MATRICES[text]
    return np.stack([write({k: g[i] for k, g in matrices.items()}) for i in range(N_ELEMENTS)])


def rows(representation, seed=1):
    size = (N_ELEMENTS, representation.dimension)
    return np.random.RandomState(seed).standard_normal(size)


@ALL
def test_matrices_are_kronecker_products_and_block_sums(text):
    representation = parse_representation(text)
    elements = sample(representation)
    matrix = representation.matrix(elements)
    assert matrix.shape == (N_ELEMENTS, representation.dimension, representation.dimension)
    assert_allclose(matrix, expected(text, by_name(elements)), rtol=1e-11, atol=1e-11)


@ALL
def test_a_table_is_moved_by_the_matrices(text):
    representation = parse_representation(text)
    elements, X = sample(representation), rows(representation)
    moved = np.einsum("nij,nj->ni", expected(text, by_name(elements)), X)
    assert_allclose(representation.transform(elements, X), moved, rtol=1e-10, atol=1e-10)


@ALL
def test_inverse_elements_move_a_table_back(text):
    representation = parse_representation(text)
    elements, X = sample(representation), rows(representation)
    there = representation.transform(elements, X)
    assert_allclose(representation.transform(elements.inverse(), there), X, atol=1e-9)


@ALL
def test_the_product_of_elements_has_the_product_of_the_matrices(text):
    representation = parse_representation(text)
    first, second = sample(representation, 0), sample(representation, 1)
    product = {
        group: Matrices(dense(first.actions[group]) @ dense(second.actions[group]))
        for group in representation.groups
    }
    matrix = representation.matrix(GroupElements(product, N_ELEMENTS))
    one_after_the_other = representation.matrix(first) @ representation.matrix(second)
    assert_allclose(matrix, one_after_the_other, rtol=1e-9, atol=1e-9)


@ALL
def test_moving_keeps_single_precision(text):
    representation = parse_representation(text)
    elements, X = sample(representation), rows(representation)
    moved = representation.transform(elements, X.astype(np.float32))
    assert moved.dtype == np.float32
    assert_allclose(moved, representation.transform(elements, X), rtol=1e-4, atol=1e-4)


@ALL
def test_the_dual_keeps_the_pairing(text):
    """The inner product of a vector with one of the dual space is invariant."""
    representation = parse_representation(text)
    elements = sample(representation)
    x, y = rows(representation, 1), rows(representation, 2)
    moved = representation.transform(elements, x) * representation.dual.transform(elements, y)
    assert_allclose(moved.sum(axis=1), (x * y).sum(axis=1), rtol=1e-9, atol=1e-9)


@ALL
def test_blocks_share_out_the_columns(text):
    representation = parse_representation(text)
    blocks = representation.blocks()
    columns = np.concatenate([block.columns.ravel() for block in blocks])
    assert sorted(columns.tolist()) == list(range(representation.dimension))
    for block in blocks:
        assert block.columns.shape == tuple(factor.dimension for factor in block.factors)


def test_a_lorentz_dual_lowers_the_index():
    elements = sample(O(1, 3))
    eta = np.diag([1.0, -1, -1, -1])
    g = elements.actions[O(1, 3)].matrices
    assert_allclose(O(1, 3).dual.matrix(elements), eta @ g @ eta, atol=1e-10)


def test_integers_are_moved_without_rounding():
    elements = sample(SO(3) + Signs(2))
    X = np.arange(N_ELEMENTS * 5).reshape(N_ELEMENTS, 5)
    moved = (SO(3) + Signs(2)).transform(elements, X)
    assert_allclose(moved, (SO(3) + Signs(2)).transform(elements, X.astype(float)))


def test_a_table_of_the_wrong_shape_is_refused():
    message = (
        "representation '2*O(3)' and 4 group elements move a table of shape (4, 6), got (4, 5)"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        (2 * O(3)).transform(sample(O(3)), np.zeros((4, 5)))
    with pytest.raises(ValueError, match=re.escape("shape (4, 6), got (3, 6)")):
        (2 * O(3)).transform(sample(O(3)), np.zeros((3, 6)))


EQUAL = [
    (2 * (3 * O(3)), "6*O(3)"),
    (O(3) * 2 * 3, "O(3)*6"),
    (2 * O(3) * 3, "2*O(3)*3"),
    (1 * O(3), "O(3)"),
    (O(3) * 1 * S(2) * 1, "O(3)*S(2)"),
    (Trivial(2) * 3, "6"),
    (Trivial(1) * 1, "1"),
    (2 + Trivial(3), "2 + 3"),
    (2 + O(3), "2 + O(3)"),
    (O(3) + 2, "O(3) + 2"),
    ((S(3) + 2) + (O(3) + 1), "S(3) + 2 + O(3) + 1"),
    (S(3) + (2 + (O(3) + 1)), "S(3) + 2 + O(3) + 1"),
    (O(3) * O(3), "O(3)**2"),
    (O(3) ** 1, "O(3)"),
    ((O(3) ** 2) ** 2, "O(3)**4"),
    (S(2) * O(3) * O(3) * S(2), "S(2)*O(3)**2*S(2)"),
    ((2 * O(3)) ** 2, "2*O(3)*2*O(3)"),
    ((2 + S(2)) ** 2, "(2 + S(2))**2"),
    ((2 + S(2)) * (2 + S(2)), "(2 + S(2))**2"),
    ((S(2) + 1) * 1, "S(2) + 1"),
    (Trivial(2) ** 3, "8"),
    (Trivial("n") ** 2 * 3, "n**2*3"),
    (O(3).dual, "O(3)"),
    ((S(3) * SO(3) + Signs(2) + 2).dual, "S(3)*SO(3) + Signs(2) + 2"),
    (O(1, 3).dual.dual, "O(1,3)"),
    ((O(1, 3) * S(2) + SOplus(1, 3)).dual, "O(1,3).dual*S(2) + SO+(1,3).dual"),
    (O(1, 3).dual ** 2, "O(1,3).dual**2"),
    (O(1, 3).prime.dual, "O(1,3)'.dual"),
    (S(3).prime.prime, "S(3)''"),
    (Grid(2, 3, "T(2)").prime * 2, 'Grid(2,3,"T(2)")\'*2'),
    (O(3, 0), "O(3)"),
]


@pytest.mark.parametrize(("built", "text"), EQUAL, ids=[text for _, text in EQUAL])
def test_expressions_have_one_normal_form(built, text):
    assert str(built) == text
    assert built == parse_representation(text)
    assert hash(built) == hash(parse_representation(text))
    assert repr(built) == f"parse_representation({text!r})"
    assert eval(repr(built)) == built


def test_different_expressions_are_different_values():
    values = [
        *(O(3), SO(3), S(3), C(3), D(3), Signs(3), Trivial(3), S(3).prime, O(1, 2), O(2, 1)),
        *(2 * O(3), O(3) * 2, O(3) + O(3), 2 + O(3), O(3) + 2, O(3) ** 2, O(3) ** 3),
        *(SO(1, 2), SOplus(1, 2), O(1, 2).dual, O(1, 2).prime.dual, Trivial("n"), S("n")),
        *(S(3) * (S(2) + 1), S(3) * S(2) + S(3), (S(2) + 1) * S(3), S(3) * (1 + S(2))),
        *(Grid(3, 3, "C4"), Grid(3, 3, "D4"), Grid(3, 3, "T(2)"), Trivial(2) + 1),
    ]
    assert len(set(values)) == len(values)
    assert sum(a == b for a in values for b in values) == len(values)


@ALL
@pytest.mark.parametrize("build", [parse_representation, lambda t: Symmetry.parse(f"{t} -> {t}")])
def test_copies_are_equal_and_keep_their_joblib_hash(text, build):
    value = build(text)
    for other in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value), copy.copy(value)):
        assert other == value
        assert hash(other) == hash(value)
        assert str(other) == str(value)
    assert joblib.hash(copy.deepcopy(value)) == joblib.hash(value) == joblib.hash(build(text))


def test_values_are_frozen():
    for value, name in [(S(3), "n"), (O(3) * 2, "parts"), (Trivial(2), "size")]:
        with pytest.raises(AttributeError):
            setattr(value, name, 5)


@pytest.mark.parametrize(
    "combine",
    [
        lambda r: r + 1.5,
        lambda r: 1.5 + r,
        lambda r: r + "S(3)",
        lambda r: r * "S(3)",
        lambda r: r * None,
        lambda r: [1] * r,
        lambda r: r + True,
        lambda r: r * True,
        lambda r: r >> "1",
        lambda r: r >> 0.5,
        lambda r: r >> Symmetry(O(3)),
    ],
)
def test_operators_take_representations_and_whole_numbers_only(combine):
    with pytest.raises(TypeError):
        combine(O(3))


@pytest.mark.parametrize(
    ("combine", "message"),
    [
        (lambda r: r**0, "a tensor power needs a whole exponent of at least 1, got 0"),
        (lambda r: r**1.5, "a tensor power needs a whole exponent of at least 1, got 1.5"),
        (
            lambda r: 0 * r,
            "the number of invariant columns must be a whole number of at least 1, or one "
            "lower-case unknown such as 'n'; got 0",
        ),
        (
            lambda r: r + -1,
            "the number of invariant columns must be a whole number of at least 1, or one "
            "lower-case unknown such as 'n'; got -1",
        ),
        (
            lambda r: (2 * S("n")).dimension,
            "the size 'n' in 'S(n)' is not known yet: bind it to data first, or write a number in "
            "its place",
        ),
        (
            lambda r: parse_representation("O(3) -> 1"),
            "symmetry 'O(3) -> 1': a representation has no arrow\n    O(3) -> 1\n         ^",
        ),
    ],
)
def test_errors_say_what_is_wrong(combine, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        combine(O(3))


@pytest.mark.parametrize(
    ("text", "dimension", "groups"),
    [
        ("7", 7, []),
        ("S(5) + S(5)*O(3)", 20, ["S(5)", "O(3)"]),
        ("O(3)**2 + S(2)*O(3) + S(2)", 17, ["O(3)", "S(2)"]),
        ("(2 + S(3))**2*O(1,3).dual", 100, ["S(3)", "O(1,3)"]),
        ("S(3)' + S(3)*S(3)'", 12, ["S(3)'", "S(3)"]),
        ('Grid(3,4,"T(2)")*3', 36, ['Grid(3,4,"T(2)")']),
    ],
)
def test_dimension_and_groups(text, dimension, groups):
    representation = parse_representation(text)
    assert representation.dimension == dimension
    assert list(map(str, representation.groups)) == groups
    assert representation.unknowns == frozenset()


@pytest.mark.parametrize(
    ("text", "value", "known"),
    [
        ("S(n)*O(3)", 4, "S(4)*O(3)"),
        ("n*O(3) + n", 1, "O(3) + 1"),
        ("2*n*3 + O(3)", 5, "30 + O(3)"),
        ("S(n)' + (n + O(n))**2", 2, "S(2)' + (2 + O(2))**2"),
        ("SO(n)*O(1,3).dual + Signs(n)", 3, "SO(3)*O(1,3).dual + Signs(3)"),
        ('C(n)*D(n) + Grid(2,2,"C4")', 3, 'C(3)*D(3) + Grid(2,2,"C4")'),
        ("S(n)*(n + 1)", 2, "S(2)*(2 + 1)"),
    ],
)
def test_an_unknown_is_replaced_everywhere(text, value, known):
    representation = parse_representation(text)
    assert representation.unknowns == {"n"}
    assert representation.substitute("m", 9) == representation
    assert representation.substitute("n", value) == parse_representation(known)


@pytest.mark.parametrize(
    ("text", "group", "expected"),
    [
        ("S(5) + S(5)*O(3)", O(3), "5 + 5*O(3)"),
        ("S(5) + S(5)*O(3)", S(5), "S(5) + S(5)*3"),
        ("2*O(3).sym2 + O(3).det*C(2)", O(3), None),
        ("2*SO+(1,3).dual*O(2) + SO+(1,3) + 1", SOplus(1, 3), None),
        ("2*SO+(1,3).dual*O(2) + SO+(1,3) + 1", O(2), None),
        ("S(3)*S(3)' + S(3)'", S(3).prime, None),
        ("(S(2) wr S(3)).top*O(2) + (S(2) wr S(3))", O(2), None),
        ("S(4).pairs*O(2) + D(4)", D(4), None),
        ("S(4)*O(2)", O(3), "4*2"),
    ],
)
def test_a_representation_of_one_factor_is_what_its_elements_do(text, group, expected):
    representation = parse_representation(text)
    restricted = representation.restricted(group)
    assert set(restricted.groups) <= {group}
    if expected is not None:
        assert str(restricted) == expected
    elements = (representation >> 1).sample(5, random_state=0)
    alone = representation.matrix(elements.only(group))
    if group in elements.actions:
        assert np.abs(alone - np.eye(representation.dimension)).max() > 0.1
    assert_allclose(restricted.matrix(elements), alone, rtol=0, atol=1e-12)
