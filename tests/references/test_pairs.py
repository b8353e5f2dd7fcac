"""Tables of pairs of items: exact, of a size that does not grow, and what they learn."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.references import pairs
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training.tasks import REGRESSION

from ._helpers import assert_refused, build, normal, predict


def moved_pairs(columns, order):
    """Return columns of unordered pairs after items have been reordered, one by one."""
    places = list(itertools.combinations(range(len(order)), 2))
    found = [places.index(tuple(sorted((order[i], order[j])))) for i, j in places]
    return columns[:, found]


def test_rows_and_columns_are_reordered_together():
    """Invariants stay, items move, and matrices move their rows and columns."""
    n, order = 5, [3, 0, 4, 1, 2]
    text = "S(5)**2 + S(5).pairs + S(5)*2 + 1 -> 1 + S(5) + S(5)**2 + S(5).pairs"
    matrices, distances, items, one = (normal(9, k) for k in (n * n, 10, n * 2, 1))
    module = build("pairs", Symmetry.parse(text))
    before = predict(module, np.hstack([matrices, distances, items, one]))
    reordered = [
        matrices.reshape(9, n, n)[:, order][:, :, order].reshape(9, -1),
        moved_pairs(distances, order),
        items.reshape(9, n, 2)[:, order].reshape(9, -1),
        one,
    ]
    after = predict(module, np.hstack(reordered))
    total, of_items, of_matrix, of_pairs = np.split(before, [1, 1 + n, 1 + n + n * n], axis=1)
    expected = [
        total,
        of_items[:, order],
        of_matrix.reshape(9, n, n)[:, order][:, :, order].reshape(9, -1),
        moved_pairs(of_pairs, order),
    ]
    assert_allclose(after, np.hstack(expected), rtol=1e-12, atol=1e-13)


def test_squares_hold_the_symmetric_part():
    both = build("pairs", Symmetry.parse("S(4)**2 -> S(4)**2"))
    half = build("pairs", Symmetry.parse("S(4)**2 -> S(4).sym2"))
    half.load_state_dict(both.state_dict())
    X = normal(3, 16)
    y = predict(both, X).reshape(3, 4, 4)
    i, j = np.triu_indices(4)
    assert_allclose(predict(half, X), ((y + y.swapaxes(1, 2)) / 2)[:, i, j], atol=1e-14)
    assert np.abs(y - y.swapaxes(1, 2)).max() > 1e-3


@pytest.mark.parametrize("text", ["S({})**2 -> S({})", "S({}).pairs + S({})*2 -> 1"])
def test_the_number_of_weights_does_not_depend_on_the_items(text):
    counts = []
    for n in (2, 7, 40):
        module = build("pairs", Symmetry.parse(text.replace("{}", str(n))))
        counts.append(sum(parameter.numel() for parameter in module.parameters()))
    assert len(set(counts)) == 1


def test_it_answers_in_pieces_what_it_answers_at_once(monkeypatch):
    module, X = build("pairs", Symmetry.parse("S(3)**2 -> S(3)")), normal(7, 9)
    at_once = predict(module, X)
    monkeypatch.setattr(pairs, "PIECE", 2 * 9)
    assert_allclose(predict(module, X), at_once, rtol=1e-12)
    assert predict(module, X[:0]).shape == (0, 3)
    assert_allclose(module(torch.tensor(X)).detach().numpy(), at_once, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("S(3)**2*O(3) -> 1", "it knows a symmetric group S(n) only, not O(3)"),
        ("4 -> 1", "there is no symmetric group S(n) in it"),
        ("S(3)**2 + S(4) -> 1", "it knows one kind of items, not S(3) and S(4)"),
        (
            "S(3)**2 -> S(3).alt2",
            "its columns belong to items or to pairs of them, 'S(3).alt2' are others",
        ),
        (
            "S(3)**3 -> 1",
            "its columns have two indices over the items at most, some have 3",
        ),
        (
            "S(3).pairs*S(3) -> 1",
            "its columns have two indices over the items at most, some have 3",
        ),
        (
            "S(65)**2 -> 1",
            "it keeps all pairs of items and takes 64 items at most, not 65",
        ),
    ],
)
def test_it_says_why_it_refuses(text, refusal):
    assert_refused("pairs", text, refusal)


def score(text, X, Y, n, steps):
    """Return R² on all rows but the first n, of a reference that was fitted to these."""
    plan = ReferencePlan(Symmetry.parse(text), "pairs", REGRESSION, steps=steps)
    state, _ = fit_reference(X[:n], Y[:n], np.ones(n), plan)
    module = restore_reference(
        state, symmetry=plan.symmetry, reference="pairs", device="cpu", dtype=torch.float32
    )
    answers = predict(module, X[n:].astype(np.float32))
    return 1 - np.mean((answers - Y[n:]) ** 2) / np.var(Y[n:])


def graphs(n_rows, n_nodes):
    upper = np.triu(np.random.RandomState(0).uniform(size=(n_rows, n_nodes, n_nodes)) < 0.5, 1)
    return (upper + upper.swapaxes(1, 2)).astype(float)


def test_it_counts_triangles():
    A = graphs(600, 6)
    triangles = np.trace(A @ A @ A, axis1=1, axis2=2)[:, None] / 6
    assert score("S(6)**2 -> 1", A.reshape(600, -1), triangles, 300, 200) > 0.98


def test_it_learns_products_of_matrices():
    A = graphs(400, 4)
    X, Y = A.reshape(400, -1), (A @ A).reshape(400, -1)
    assert score("S(4)**2 -> S(4)**2", X, Y, 300, 200) > 0.98


def test_a_zero_row_and_column_is_seen():
    """An atom that is absent has a row and a column of zeros: their number is learned."""
    rng = np.random.RandomState(0)
    present = rng.uniform(size=(400, 5)) < 0.7
    A = np.exp(rng.standard_normal((400, 5, 5))) * present[:, :, None] * present[:, None]
    assert score("S(5)**2 -> 1", A.reshape(400, -1), present.sum(1)[:, None], 300, 200) > 0.95


def test_an_untrained_network_is_a_function_of_the_graph_alone():
    """Two numberings of one graph have one answer, two different graphs have two."""
    A = graphs(2, 6)
    order = [5, 2, 0, 4, 1, 3]
    same = A[:1][:, order][:, :, order]
    answers = predict(
        build("pairs", Symmetry.parse("S(6)**2 -> 1")), np.concatenate([A, same]).reshape(3, -1)
    )
    assert_allclose(answers[2], answers[0], rtol=1e-12)
    assert abs(answers[1] - answers[0]) > 1e-6
    assert_array_equal(answers.shape, (3, 1))
