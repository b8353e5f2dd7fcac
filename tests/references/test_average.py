"""Averages over all elements of a group, and by sampling over those of a larger one."""

import itertools
import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.references import FAMILIES, check_family, choose_family, refusals
from sklearn_symclone.references.average import MAX_ORDER, N_FRAMES, N_IN_STEP
from sklearn_symclone.symmetry import Symmetry

from ._helpers import (
    assert_equivariant,
    assert_refused,
    build,
    fit,
    normal,
    predict,
    rows,
    share_unexplained,
)

SAMPLED = ["3*O(3) -> O(3)", "3*O(3) -> 1", "C(3)*SO(2) + 2 -> SO(2)", "S(6)*2 -> S(6)"]


EVERY_SAMPLED = pytest.mark.parametrize("text", SAMPLED)


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


def test_the_average_learns_a_function_of_neighbours_on_a_cycle():
    """This function of neighbours is invariant under shifts and not under all permutations."""
    x = normal(800, 4)
    y = np.sum(x * np.roll(x, 1, axis=1), axis=1, keepdims=True)
    assert share_unexplained("average", "C(4) -> 1", x, y, 40) < 0.05


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("O(1,3) -> 1", "there is no average over what is not compact, here O(1,3)"),
        ("C(3)*O(3) + SL(2) -> 1", "there is no average over what is not compact, here SL(2)"),
    ],
)
def test_it_says_why_it_refuses(text, refusal):
    assert_refused("average", text, refusal)


def change(module, symmetry):
    """Return the size of the difference of moving inputs and moving outputs, and of the latter."""
    X = rows(symmetry.inputs, n=100, seed=3)
    elements = symmetry.sample(len(X), random_state=4)
    after = predict(module, symmetry.inputs.transform(elements, X))
    moved = symmetry.outputs.transform(elements, predict(module, X))
    return np.linalg.norm(after - moved), np.linalg.norm(moved)


# What is exact


@pytest.mark.parametrize(
    ("text", "order"),
    [("Signs(8) -> Signs(8)", 256), ("C(32)*O(1) -> C(32)", 64), ("S(5) -> S(5)", 120)],
)
def test_finite_groups_up_to_the_limit_are_exact(text, order):
    symmetry = Symmetry.parse(text)
    assert symmetry.order == order <= MAX_ORDER
    assert refusals(symmetry)["average"] is None
    module = build("average", symmetry)
    assert_equivariant(module, symmetry)
    X, during_training = rows(symmetry.inputs), predict(module, rows(symmetry.inputs))
    assert_array_equal(predict(module, X), during_training)
    assert_array_equal(predict(module.eval(), X), during_training)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("O(3) -> 1", "the group is infinite"),
        ("S(3)*SO(2) -> 1", "the group is infinite"),
        ("S(6) -> 1", "the group is of 720 elements"),
        ("C(257) -> 1", "the group is of 257 elements"),
        ("Signs(8)*O(1) -> 1", "the group is of 512 elements"),
    ],
)
def test_what_is_sampled_is_passed_by_unless_asked_for(text, reason):
    symmetry = Symmetry.parse(text)
    expected = f"{reason}, and an average over more than 256 is taken by sampling"
    assert refusals(symmetry)["average"] == expected
    assert choose_family(symmetry) != "average"
    check_family("average", symmetry)


@pytest.mark.parametrize(
    "family", sorted(FAMILIES.keys() - {"average", "additive", "quadratic", "linear"})
)
@pytest.mark.parametrize("text", ["S(6) -> S(6)", "3*O(3) -> O(3)", "C(300) -> 1"])
def test_other_families_miss_nothing(family, text):
    assert FAMILIES[family].misses(Symmetry.parse(text)) is None


@pytest.mark.parametrize("text", ["2*O(1,3) -> 1", "SL(2) -> SL(2)", "S(3)*GL(2) -> 1"])
def test_groups_that_are_not_compact_are_refused(text):
    symmetry = Symmetry.parse(text)
    reason = f"there is no average over what is not compact, here {symmetry.groups[-1]}"
    assert refusals(symmetry)["average"] == reason
    message = f"reference='average' cannot have the symmetry '{text}': {reason}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_family("average", symmetry)


def test_shifts_do_not_make_a_group_infinite_or_loose():
    """Points are counted from their mean: what is left to average over is compact, or trivial."""
    check_family("average", Symmetry.parse("3*E(3) -> E(3)"))
    assert refusals(Symmetry.parse("3*T(2) -> T(2)"))["average"] is None


# Random elements


@EVERY_SAMPLED
def test_the_average_is_nearly_equivariant(text):
    """The error of a network falls by the square root of 512, which is 23."""
    symmetry = Symmetry.parse(text)
    module = build("average", symmetry).eval()
    error, size = change(module, symmetry)
    assert 1e-6 * size < error < 0.1 * change(module.network, symmetry)[0]


@EVERY_SAMPLED
def test_training_takes_a_few_elements_in_turn(text):
    symmetry = Symmetry.parse(text)
    module, X = build("average", symmetry), rows(symmetry.inputs)
    n_runs = []
    module.network.register_forward_hook(lambda _, __, y: n_runs.append(y.shape[:-1].numel()))
    n_turns = N_FRAMES // N_IN_STEP
    turns = np.array([predict(module.train(), X) for _ in range(n_turns + 1)])
    assert n_runs == [N_IN_STEP * len(X)] * len(turns)
    assert len(np.unique(turns[:n_turns, 0, 0])) == n_turns
    assert_array_equal(turns[-1], turns[0])
    whole = predict(module.eval(), X)
    assert_allclose(whole, turns[:n_turns].mean(axis=0), rtol=1e-10, atol=1e-14)
    assert_array_equal(predict(module, X), whole)


def test_training_lowers_the_loss_and_a_state_restores_the_network():
    symmetry = Symmetry.parse("2*O(3) -> 1")
    X = rows(symmetry.inputs, n=200)
    Y = np.sum(X[:, :3] * X[:, 3:], axis=1, keepdims=True)
    module, other = build("average", symmetry, seed=0), build("average", symmetry, seed=1)
    fit(module, X, Y, max_iter=15)
    expected = predict(module.eval(), X)
    assert np.mean((expected - Y) ** 2) < 0.3 * np.var(Y)
    error, size = change(module, symmetry)
    assert 1e-6 * size < error < 0.1 * size
    other.load_state_dict(module.state_dict())
    assert_array_equal(predict(other.eval(), X), expected)


def test_the_elements_do_not_depend_on_the_seed_of_the_weights():
    symmetry = Symmetry.parse("3*O(3) -> O(3)")
    first, second = (build("average", symmetry, seed=seed) for seed in (0, 1))
    assert torch.equal(first.move.matrices, second.move.matrices)
    assert not torch.equal(first.network[0].weight, second.network[0].weight)
    assert len(first.move.matrices) == N_FRAMES
