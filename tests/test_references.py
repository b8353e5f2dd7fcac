"""References are exactly equivariant, before and after training, and learn what they should."""

import itertools
import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.references import (
    FAMILIES,
    check_family,
    choose_family,
    refusals,
)
from sklearn_symclone.references.layers.scaling import Standardised, equivariant_scaling
from sklearn_symclone.symmetry import Symmetry, parse_representation
from sklearn_symclone.training import (
    HalfSquaredError,
    ShuffledBatches,
    TrainingPlan,
    one_thread,
    train,
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


@pytest.fixture(autouse=True)
def _one_thread():
    with one_thread("cpu"):
        yield


def rows(representation, n=12, seed=0):
    return np.random.RandomState(seed).standard_normal((n, representation.dimension))


def build(family, symmetry, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return FAMILIES[family].network(symmetry).double()


def predict(module, X):
    with torch.no_grad():
        return module(torch.tensor(X)).numpy()


def fit(module, X, Y, max_iter, batch_size=100, learning_rate=0.01):
    """Train on a table as every phase of a fit does."""
    x, y = torch.tensor(X), torch.tensor(Y)
    weights = torch.ones(len(x), dtype=x.dtype)
    table = ShuffledBatches(x, y, weights, batch_size, torch.Generator().manual_seed(0))
    predict(module, X)
    plan = TrainingPlan(phase="test", learning_rate_init=learning_rate, max_iter=max_iter)
    train(module, table, HalfSquaredError, plan)


def assert_equivariant(module, symmetry):
    X = rows(symmetry.inputs, n=40, seed=3)
    elements = symmetry.sample(len(X), random_state=4)
    before = predict(module, X)
    # the library's matrices, which are checked against Kronecker products where they are defined
    after = predict(module, np.einsum("nij,nj->ni", symmetry.inputs.matrix(elements), X))
    moved = np.einsum("nij,nj->ni", symmetry.outputs.matrix(elements), before)
    assert before.shape == (40, symmetry.outputs.dimension)
    assert np.all(np.std(before, axis=0) > 1e-6)
    assert_allclose(after, moved, rtol=1e-10, atol=1e-10 * np.abs(moved).max())


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
    symmetries = map(Symmetry.parse, ["S(3) -> 1", "2*O(3) -> 1", "C(3) -> 1"])
    symmetry = next(s for s in symmetries if refusals(s)[family] is None)
    x = torch.zeros(2, symmetry.inputs.dimension)
    assert FAMILIES[family].network(symmetry).float()(x).dtype == torch.float32


# Which family


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("S(5) -> 1", "sets"),
        ("S(200) -> 1", "sets"),
        ("S(200)*O(3) -> 1", "invariants"),
        ("S(100)*4 -> 3", "sets"),
        ("S(3)*S(3)' -> S(3)", "sets"),
        ("S(5)*(S(4) + 13) -> 10", "sets"),
        ("S(2)*2 -> 1 + S(2)", "sets"),
        ("2*O(5) -> 1", "invariants"),
        ("5 + 5*O(3) -> O(3)**2", "invariants"),
        ("S(5) + S(5)*O(3) -> O(3)**2", "invariants"),
        ("4*SO+(1,3) -> 1", "invariants"),
        ("SO(3) + O(1,3) -> 1", "tensors"),
        ("2*O(1) -> 1", "invariants"),
        ("O(1)**2 -> 1", "average"),
        ('Grid(3,3,"D4")*3 -> 2', "average"),
        ('Grid(16,16,"T(2)") -> 10', "average"),
        ('Grid(16,17,"T(2)") -> 10', "pointwise"),
        ("C(5) -> 1", "average"),
        ("S(3) + Signs(2) -> 1", "average"),
        ("Signs(8) -> 1", "average"),
        ("Signs(9) -> 1", "tensors"),
        ("S(5)**2 -> 1", "average"),
        ("S(6)**2 -> 1", "pointwise"),
        ("S(3) -> S(3)**2", "average"),
        ("S(3) + 4 -> O(1)", "average"),
        ("O(3)**2 -> 1", "tensors"),
        ("O(3) -> O(3)**3", "tensors"),
        ("C(3)*O(3) -> 1", "tensors"),
        ("S(2)*S(3)*O(3) -> 1", "tensors"),
        ("S(4)**2*O(3) -> 1", "tensors"),
        ("S(2)*O(3) + S(3) -> 1", "invariants"),
        ("A(6)**2 -> A(6)", "pointwise"),
        ("GL(2) + GL(2).dual -> 1", "tensors"),
        ("O(3) -> O(3)**5", None),
        ("C(3)*O(3)**4 -> 1", None),
        ("S(20)**2*O(3) -> 1", None),
        ("C(3) + O(1,3)**4 -> 1", None),
        ("4 -> O(3)", None),
        ("4 -> SL(3)", None),
        ("4 -> 1", "average"),
    ],
)
def test_auto_takes_the_first_family_that_can(text, family):
    symmetry = Symmetry.parse(text)
    able = [name for name, refusal in refusals(symmetry).items() if refusal is None]
    assert able[:1] == ([family] if family else [])
    if family:
        assert choose_family(symmetry) == family
        check_family(family, symmetry)
    else:
        with pytest.raises(ValueError, match="no reference family can have the symmetry"):
            choose_family(symmetry)


@pytest.mark.parametrize(
    ("family", "text", "refusal"),
    [
        ("sets", "S(3)*O(3) + C(2) -> 1", "it knows symmetric groups S(n) only, not O(3), C(2)"),
        ("sets", "4 -> 1", "there is no symmetric group S(n) in it"),
        (
            "sets",
            "S(3) -> S(3)**2",
            "a power such as S(3)**2 is more than one index over the same items",
        ),
        (
            "invariants",
            "O(3) + C(2) + Signs(2) -> 1",
            "it knows O, SO, SO+, Sp and S(n), not C(2), Signs(2)",
        ),
        ("invariants", "S(3) -> 1", "it takes one group of vectors such as O(3), here are 0"),
        (
            "invariants",
            "O(3) + O(3)' -> 1",
            "it takes one group of vectors such as O(3), here are 2",
        ),
        (
            "invariants",
            "S(2)*S(3)*O(3) -> 1",
            "an item is of one S(n), 'S(2)*S(3)*O(3)' has two",
        ),
        ("invariants", "4 -> O(3)", "no column of the inputs belongs to a vector of O(3)"),
        (
            "invariants",
            "O(3) + 2*O(3)**2 -> 1",
            "its inputs are scalars and vectors, not '2*O(3)*O(3)'",
        ),
        (
            "invariants",
            "O(3) -> O(3)**3",
            "its outputs are scalars, vectors and tensors of rank 2, not 'O(3)*O(3)*O(3)'",
        ),
        (
            "invariants",
            "S(2)*O(3) -> S(2)**2",
            "a power such as S(2)**2 is more than one index over the same items",
        ),
        ("average", "O(1,3) -> 1", "there is no average over what is not compact, here O(1,3)"),
        (
            "average",
            "C(3)*O(3) + SL(2) -> 1",
            "there is no average over what is not compact, here SL(2)",
        ),
        ("pointwise", "S(3)*O(3) -> 1", "it needs columns that are permuted, 'O(3)' are not"),
        ("tensors", "S(20)**2 -> 1", "its blocks have 128 columns at most, 'S(20)*S(20)' has 400"),
        ("tensors", "4 -> O(3)", "no layer of it builds 'O(3)' from the inputs"),
    ],
)
def test_a_family_says_why_it_refuses(family, text, refusal):
    symmetry = Symmetry.parse(text)
    assert refusals(symmetry)[family] == refusal
    message = f"reference={family!r} cannot have the symmetry '{text}': {refusal}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_family(family, symmetry)


@pytest.mark.parametrize(
    ("text", "unknown", "average", "tensors"),
    [
        (
            "C(3)*O(3)**4 -> 1",
            "C(3), O(3)",
            "the group is infinite, and an average over more than 256 is taken by sampling",
            "its blocks have 128 columns at most, 'C(3)*O(3)*O(3)*O(3)*O(3)' has 243",
        ),
        (
            "C(3) -> O(3)",
            "C(3), O(3)",
            "the group is infinite, and an average over more than 256 is taken by sampling",
            "no layer of it builds 'O(3)' from the inputs",
        ),
        (
            "C(3) + O(1,3)**4 -> 1",
            "C(3), O(1,3)",
            "there is no average over what is not compact, here O(1,3)",
            "its blocks have 128 columns at most, 'O(1,3)*O(1,3)*O(1,3)*O(1,3)' has 256",
        ),
    ],
)
def test_without_a_family_the_reasons_of_all_are_given(text, unknown, average, tensors):
    vector = unknown.split(", ")[1]
    message = (
        f"no reference family can have the symmetry '{text}' ('sets': it knows symmetric groups "
        f"S(n) only, not {unknown}; 'invariants': it knows O, SO, SO+, Sp and S(n), not C(3); "
        f"'average': {average}; 'pointwise': it needs columns that are permuted, '{vector}' are "
        f"not; 'tensors': {tensors}). State fewer groups, or give as reference a callable that "
        "takes the symmetry and returns an nn.Module"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        choose_family(Symmetry.parse(text))


# The average


def permutations_of(n):
    return [np.eye(n)[list(p)] for p in itertools.permutations(range(n))]


def shifts_of(n):
    return [np.roll(np.eye(n), k, axis=0) for k in range(n)]


def signs_of(n):
    return [np.diag(signs) for signs in itertools.product([1.0, -1.0], repeat=n)]


def moves_of_a_board(n):
    cells = np.eye(n * n).reshape(n, n, n * n)
    boards = [
        side[::a, ::b] for side in (cells, cells.swapaxes(0, 1)) for a in (1, -1) for b in (1, -1)
    ]
    return [board.reshape(n * n, n * n) for board in boards]


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("C(3)*2 -> C(3)", [(np.kron(P, np.eye(2)), P) for P in shifts_of(3)]),
        ("S(3)**2 -> S(3)", [(np.kron(P, P), P) for P in permutations_of(3)]),
        ("Signs(2) -> Signs(2)*2", [(E, np.kron(E, np.eye(2))) for E in signs_of(2)]),
        (
            "O(1)*C(3) -> O(1)",
            [(s * P, s * np.eye(1)) for s in (1, -1) for P in shifts_of(3)],
        ),
        ('Grid(3,3,"D4") -> 2', [(P, np.eye(2)) for P in moves_of_a_board(3)]),
        ('Grid(3,3,"D4") -> Grid(3,3,"D4")', [(P, P) for P in moves_of_a_board(3)]),
        ("2 -> 1", [(np.eye(2), np.eye(1))]),
    ],
)
def test_the_average_runs_over_all_elements(text, elements):
    symmetry = Symmetry.parse(text)
    module = build("average", symmetry)
    X = rows(symmetry.inputs)
    terms = [
        predict(module.network, X @ rho_in.T) @ np.linalg.inv(rho_out).T
        for rho_in, rho_out in elements
    ]
    assert symmetry.order == len(elements)
    assert_allclose(predict(module, X), np.mean(terms, axis=0), atol=1e-12)


# What the networks can learn


def share_unexplained(family, text, X, Y, max_iter):
    """Fit three quarters of the rows; return the squared error on the rest over its variance."""
    symmetry = Symmetry.parse(text)
    n = 3 * len(X) // 4
    shift, scale = equivariant_scaling(symmetry.outputs, Y[:n])
    module = build(family, symmetry).float()
    z = ((Y - shift) / scale).astype(np.float32)
    learning_rate = FAMILIES[family].fit.learning_rate
    fit(module, X[:n].astype(np.float32), z[:n], max_iter, learning_rate=learning_rate)
    return np.mean((predict(module, X[n:].astype(np.float32)) - z[n:]) ** 2) / np.var(z[n:])


def normal(*shape):
    return np.random.RandomState(0).standard_normal(shape)


def test_invariants_learn_an_inner_product():
    x = normal(800, 2, 3)
    y = np.sum(x[:, 0] * x[:, 1], axis=1, keepdims=True)
    assert share_unexplained("invariants", "2*O(3) -> 1", x.reshape(800, 6), y, 40) < 0.01


def test_invariants_learn_a_force_between_pairs():
    """A sum of functions of the single lengths cannot know the distances."""
    r = normal(800, 4, 3)
    distance = np.linalg.norm(r[:, :, None] - r[:, None], axis=-1)
    energy = np.exp(-(distance**2)).sum(axis=(1, 2))[:, None]
    lengths = np.linalg.norm(r, axis=-1)
    one_body = np.column_stack([np.sum(lengths**k, axis=1) for k in range(5)])
    fitted = one_body @ np.linalg.lstsq(one_body, energy, rcond=None)[0]
    error = share_unexplained("invariants", "S(4)*O(3) -> 1", r.reshape(800, 12), energy, 40)
    assert error < 0.2 * np.mean((energy - fitted) ** 2) / np.var(energy)


def test_invariants_learn_a_vector_for_each_item():
    r = normal(600, 3, 2)
    apart = r[:, :, None] - r[:, None]
    force = (apart / (1 + np.sum(apart**2, axis=-1, keepdims=True))).sum(axis=2)
    X, Y = r.reshape(600, 6), force.reshape(600, 6)
    assert share_unexplained("invariants", "S(3)*O(2) -> S(3)*O(2)", X, Y, 40) < 0.02


def test_invariants_learn_a_lorentz_contraction():
    p, q = normal(600, 4), np.random.RandomState(1).standard_normal((600, 4))
    covector = np.sum(p * q, axis=1, keepdims=True)  # of p with q of the dual
    text = "O(1,3) + O(1,3).dual -> 1"
    assert share_unexplained("invariants", text, np.hstack([p, q]), covector, 40) < 0.01


def test_sets_learn_products_of_row_and_column_means():
    x = normal(600, 3, 2)
    y = (x + x.mean(axis=1, keepdims=True) * x.mean(axis=2, keepdims=True)).reshape(600, 6)
    text = "S(3)*S(2)' -> S(3)*S(2)'"
    assert share_unexplained("sets", text, x.reshape(600, 6), y, 40) < 0.02


def test_the_average_learns_a_function_of_neighbours_on_a_cycle():
    """This function of neighbours is invariant under shifts and not under all permutations."""
    x = normal(800, 4)
    y = np.sum(x * np.roll(x, 1, axis=1), axis=1, keepdims=True)
    assert share_unexplained("average", "C(4) -> 1", x, y, 40) < 0.05


# Scaling


@pytest.mark.parametrize(
    ("text", "X", "shift", "scale"),
    [
        ("2", [[1, 10], [3, 10]], [2, 10], [1, 1]),
        ("S(2)", [[1, 2], [3, 6]], [3, 3], [np.sqrt(3.5)] * 2),
        ("S(2)*2", [[1, 5, 3, 9]], [2, 7, 2, 7], [1, 2, 1, 2]),
        ("2*S(2)", [[1, 3, 5, 9]], [2, 2, 7, 7], [1, 1, 2, 2]),
        ("C(2) + 1", [[1, 3, 4], [1, 3, 6]], [2, 2, 5], [1, 1, 1]),
        ("O(2)", [[3, 4], [0, 0]], [0, 0], [2.5, 2.5]),
        ("2*O(2)", [[3, 4, 0, 2]], [0] * 4, [np.sqrt(12.5)] * 2 + [np.sqrt(2)] * 2),
        ("S(2)*O(2)", [[3, 4, 0, 2]], [0] * 4, [np.sqrt(29 / 4)] * 4),
        ("O(2)*2", [[3, 1, 4, 2]], [0] * 4, [np.sqrt(12.5), np.sqrt(2.5)] * 2),
        ("O(1,3)", [[2, 0, 0, 0]], [0] * 4, [1] * 4),
        ("O(1,1).dual", [[1, 7]], [0] * 2, [5] * 2),
        ("Signs(2)", [[3, 2], [-3, 4]], [0, 0], [3, np.sqrt(10)]),
        ("Signs(2)*S(2)", [[3, 1, 2, 0]], [0] * 4, [np.sqrt(5)] * 2 + [np.sqrt(2)] * 2),
        ("O(1)", [[5], [1]], [0], [np.sqrt(13)]),
        ("S(2)**2", [[1, 3, 5, 7]], [4] * 4, [3, 1, 1, 3]),
        ("S(2)*S(2)'", [[1, 3, 5, 7]], [4] * 4, [np.sqrt(5)] * 4),
        ("O(2) + 1", [[0, 0, 0.1], [0, 0, 0.1]], [0, 0, 0.1], [1, 1, 1]),
    ],
)
def test_scaling_of_small_tables(text, X, shift, scale):
    found = equivariant_scaling(parse_representation(text), np.array(X, dtype=float))
    assert_allclose(found, (shift, scale), rtol=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "S(3) + S(3)*O(3) + 2",
        "S(2)*(S(3) + 4)",
        "O(1,3).dual*2 + O(1,3)",
        'Grid(3,3,"D4")*2',
        "Signs(3)*S(2) + Signs(3)",
        "C(3)*O(1) + D(4)**2",
        "S(3)*S(2)'",
    ],
)
def test_scaling_commutes_with_the_group(text):
    representation = parse_representation(text)
    X = 3 + rows(representation, n=50) * np.arange(1, representation.dimension + 1)
    shift, scale = equivariant_scaling(representation, X)
    elements = Symmetry(representation).sample(len(X), random_state=1)
    move_then_scale = (representation.transform(elements, X) - shift) / scale
    scale_then_move = representation.transform(elements, (X - shift) / scale)
    assert_allclose(move_then_scale, scale_then_move, atol=1e-10)
    assert np.all(scale > 0)


@pytest.mark.parametrize("text", ["3", "S(3)", "C(3)"])
@pytest.mark.parametrize("value", [0.0, 0.1, -7e12, 1e-30])
def test_constant_columns_are_not_blown_up(text, value):
    shift, scale = equivariant_scaling(parse_representation(text), np.full((7, 3), value))
    assert_array_equal(scale, 1)
    assert_allclose(shift, value, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "X", "scale"),
    [
        ("2", [[1e30, 1e11], [3e30, 3e11]], [1e30, 1e11]),
        ("S(2)*2", [[1e30, 1e11, 3e30, 3e11]], [1e30, 1e11] * 2),
        ("2*O(1)", [[2e20, 2.0], [2e20, 2.0]], [2e20, 2.0]),
    ],
)
def test_columns_of_other_units_do_not_hide_a_scale(text, X, scale):
    found = equivariant_scaling(parse_representation(text), np.array(X))[1]
    assert_allclose(found, scale, rtol=1e-12)


def test_sample_weights_are_repetitions():
    representation = parse_representation("S(2) + O(2) + Signs(1) + 1")
    X, weights = 1 + rows(representation, n=6), np.array([1, 2, 0, 3, 1, 1])
    weighted = equivariant_scaling(representation, X, weights)
    assert_allclose(weighted, equivariant_scaling(representation, np.repeat(X, weights, axis=0)))
    assert_allclose(weighted, equivariant_scaling(representation, X, 10.0 * weights))


def test_a_standardised_network_stays_equivariant():
    symmetry = Symmetry.parse("S(3) + S(3)*O(2) -> O(2) + S(3)")
    X, Y = 5 + rows(symmetry.inputs), 7 * rows(symmetry.outputs, seed=1)
    scalings = [
        equivariant_scaling(side, table)
        for side, table in ((symmetry.inputs, X), (symmetry.outputs, Y))
    ]
    module = Standardised(build("invariants", symmetry), symmetry, *scalings)
    (shift, scale), (output_shift, output_scale) = scalings
    expected = predict(module.network, (X - shift) / scale) * output_scale + output_shift
    assert_allclose(predict(module, X), expected, rtol=1e-12)
    assert_equivariant(module, symmetry)


@pytest.mark.parametrize(
    ("family", "symmetry"),
    [
        ("invariants", "S(5) + S(5)*O(3) -> O(3)**2"),
        ("invariants", "4*SO(3) -> SO(3)"),
        ("sets", "S(4)*3"),
        ("average", 'Grid(3,3,"D4")*3'),
        ("pointwise", 'Grid(3,3,"D4")*3'),
        ("tensors", "2*O(5)"),
    ],
)
def test_mixed_precision_is_close(family, symmetry):
    # processes of Accelerate may ask for it
    parsed = Symmetry.parse(symmetry)
    bound = parsed.bind(parsed.inputs.dimension, getattr(parsed.outputs, "dimension", 2))
    torch.manual_seed(0)
    module = FAMILIES[family].network(bound).float().eval()
    x = torch.randn(64, bound.inputs.dimension)
    with torch.no_grad():
        module(x)  # fixes what is measured on the first batch
    expected = module(x)
    with torch.autocast("cpu", torch.bfloat16):
        actual = module(x)
    actual.float().square().mean().backward()
    scale = expected.square().mean().sqrt()
    assert (actual.float() - expected).square().mean().sqrt() < 0.05 * scale
