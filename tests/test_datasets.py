"""The tasks have the values, the symmetries and the symmetry breaking that they document."""

import gzip
import inspect
import os
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import expm
from scipy.stats import chisquare

from sklearn_symclone import datasets
from sklearn_symclone.datasets import (
    classify_poker_hands,
    encode_poker_hands,
    make_balance_scale,
    make_double_spring_pendulum,
    make_inertia,
    make_o5,
    make_particle_interaction,
    make_poker_hands,
    make_tic_tac_toe,
    make_windy_pendulum,
)
from sklearn_symclone.datasets._o5 import _o5_target
from sklearn_symclone.datasets._physics import _inertia_target, _particle_interaction_target

LINEARLY_BREAKABLE_TASKS = [make_o5, make_inertia, make_particle_interaction]
BREAKABLE_TASKS = [*LINEARLY_BREAKABLE_TASKS, make_windy_pendulum]
RANDOM_TASKS = [*BREAKABLE_TASKS, make_double_spring_pendulum, make_poker_hands]

needs_data = pytest.mark.skipif(
    "SYMCLONE_DATA" not in os.environ, reason="SYMCLONE_DATA does not name the folder of UCI tables"
)


def random_orthogonal(rng, dimension, *, reflect):
    """Return the exponential of a random antisymmetric matrix, or a reflection of it."""
    generator = rng.standard_normal((dimension, dimension))
    rotation = expm(generator - generator.T)
    if reflect:
        rotation[0] *= -1
    return rotation


def random_lorentz(rng, *, reversed_axis):
    """Return the exponential of a random boost and rotation, with one axis reversed or none."""
    metric = np.diag([1.0, -1.0, -1.0, -1.0])
    generator = rng.standard_normal((4, 4)) / 4
    transformation = expm(metric @ (generator - generator.T))
    assert_allclose(transformation.T @ metric @ transformation, metric, atol=1e-12)
    if reversed_axis is not None:
        transformation[reversed_axis] *= -1
    return transformation


def move_vectors(X, matrix):
    """Apply one matrix to all the vectors that a row holds one after the other."""
    return (X.reshape(len(X), -1, len(matrix)) @ matrix.T).reshape(X.shape)


# What the generators share


def test_all_public_names_are_listed():
    public = {name for name, value in vars(datasets).items() if inspect.isfunction(value)}
    assert public == set(datasets.__all__)


@pytest.mark.parametrize("make", RANDOM_TASKS)
def test_random_tasks_are_reproducible(make):
    X, y = make(20, random_state=3)
    assert X.dtype == np.float64
    for random_state in (3, np.random.RandomState(3)):
        X_again, y_again = make(n_samples=20, random_state=random_state)
        assert_array_equal(X_again, X)
        assert_array_equal(y_again, y)
    assert not np.array_equal(make(20, random_state=4)[0], X)


@pytest.mark.parametrize("make", RANDOM_TASKS)
def test_all_but_n_samples_is_keyword_only(make):
    kinds = [parameter.kind for parameter in inspect.signature(make).parameters.values()]
    assert kinds[0] is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert set(kinds[1:]) == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("make", LINEARLY_BREAKABLE_TASKS)
def test_breaking_moves_targets_in_proportion_and_leaves_inputs(make):
    (X, y), (X_weak, y_weak), (X_strong, y_strong) = (
        make(10, breaking=breaking, random_state=0) for breaking in (0, 0.5, 1)
    )
    assert_array_equal(X_weak, X)
    assert_array_equal(X_strong, X)
    assert_allclose(y_strong - y, 2 * (y_weak - y))
    assert np.all(np.any((y_strong != y).reshape(10, -1), axis=1))


@pytest.mark.parametrize("make", RANDOM_TASKS)
@pytest.mark.parametrize("n_samples", [0, -1, 2.5, None])
def test_bad_n_samples(make, n_samples):
    message = rf"'n_samples' parameter of {make.__name__} must be an int in the range \[1, inf\)"
    with pytest.raises(ValueError, match=message):
        make(n_samples)


@pytest.mark.parametrize("make", BREAKABLE_TASKS)
@pytest.mark.parametrize("breaking", [-0.1, np.inf, np.nan, "strong", None])
def test_bad_breaking(make, breaking):
    message = rf"'breaking' parameter of {make.__name__} must be a float in the range \[0.0, inf\)"
    with pytest.raises(ValueError, match=message):
        make(breaking=breaking)


@pytest.mark.parametrize("make", RANDOM_TASKS)
def test_bad_random_state(make):
    with pytest.raises(ValueError, match=f"'random_state' parameter of {make.__name__} must be"):
        make(random_state="seed")


# O(5)


def test_o5_values():
    X, y = make_o5(50, breaking=0.7, random_state=0)
    assert X.shape == (50, 10)
    assert y.shape == (50,)
    for row, target in zip(X, y, strict=True):
        x1, x2 = row[:5], row[5:]
        length1, length2 = np.sqrt(x1 @ x1), np.sqrt(x2 @ x2)
        expected = np.sin(length1) - length2**3 / 2 + x1 @ x2 / length1 / length2
        a, b, c, d, _ = np.abs(x1)
        e, f, g, h, _ = np.abs(x2)
        expected += 0.7 * (a + b + e + f) / (c + d + g + h + 1)
        assert_allclose(target, expected)


def test_o5_inputs_are_standard_normal():
    X, _ = make_o5(20_000, random_state=0)
    assert_allclose(X.mean(axis=0), 0, atol=0.04)
    assert_allclose(np.cov(X.T), np.eye(10), atol=0.05)


@pytest.mark.parametrize("reflect", [False, True])
def test_o5_is_invariant_until_broken(reflect):
    X, y = make_o5(50, random_state=0)
    X_moved = move_vectors(X, random_orthogonal(np.random.RandomState(1), 5, reflect=reflect))
    assert_allclose(_o5_target(X_moved, breaking=0), y)
    assert np.ptp(_o5_target(X_moved, breaking=1) - _o5_target(X, breaking=1)) > 0.1


# Inertia


@pytest.mark.parametrize("n_bodies", [1, 3, 5])
@pytest.mark.parametrize("breaking", [0, 0.3])
def test_inertia_values(n_bodies, breaking):
    X, Y = make_inertia(10, n_bodies=n_bodies, breaking=breaking, random_state=0)
    assert X.shape == (10, 4 * n_bodies)
    assert Y.shape == (10, 9)
    z = np.array([0.0, 0.0, 1.0])
    for row, target in zip(X, Y, strict=True):
        inertia = np.zeros((3, 3))
        for body in range(n_bodies):
            r = row[n_bodies + 3 * body : n_bodies + 3 * body + 3]
            inertia += row[body] * (r @ r * np.eye(3) - np.outer(r, r))
        expected = inertia + breaking * np.outer(inertia @ z, z)
        assert_allclose(target, expected.ravel(), atol=1e-12)


def test_inertia_inputs_are_softplus_masses_and_normal_positions():
    X, _ = make_inertia(20_000, random_state=0)
    assert np.all(X[:, :5] > 0)
    X[:, :5] = np.log(np.expm1(X[:, :5]))
    assert_allclose(X.mean(axis=0), 0, atol=0.04)
    assert_allclose(np.cov(X.T), np.eye(20), atol=0.05)


@pytest.mark.parametrize("reflect", [False, True])
def test_inertia_is_equivariant_until_broken(reflect):
    rng = np.random.RandomState(1)
    X, Y = make_inertia(50, random_state=0)
    R = random_orthogonal(rng, 3, reflect=reflect)
    order = rng.permutation(5)
    positions = X[:, 5:].reshape(50, 5, 3)[:, order] @ R.T
    X_moved = np.hstack([X[:, order], positions.reshape(50, 15)])

    def moved(Y):
        return (R @ Y.reshape(50, 3, 3) @ R.T).reshape(50, 9)

    assert_allclose(_inertia_target(X_moved, breaking=0), moved(Y), atol=1e-10)
    error = _inertia_target(X_moved, breaking=0.3) - moved(_inertia_target(X, breaking=0.3))
    assert np.all(np.abs(error).max(axis=1) > 1e-2)


def test_broken_inertia_keeps_rotations_about_z_and_the_order_of_bodies():
    X, Y = make_inertia(10, n_bodies=4, breaking=0.3, random_state=0)
    R = np.eye(3)
    R[:2, :2] = random_orthogonal(np.random.RandomState(1), 2, reflect=True)
    positions = X[:, 4:].reshape(10, 4, 3)[:, ::-1] @ R.T
    X_moved = np.hstack([X[:, 3::-1], positions.reshape(10, 12)])
    expected = (R @ Y.reshape(10, 3, 3) @ R.T).reshape(10, 9)
    assert_allclose(_inertia_target(X_moved, breaking=0.3), expected, atol=1e-10)


@pytest.mark.parametrize("n_bodies", [0, 2.0])
def test_bad_n_bodies(n_bodies):
    message = r"'n_bodies' parameter of make_inertia must be an int in the range \[1, inf\)"
    with pytest.raises(ValueError, match=message):
        make_inertia(n_bodies=n_bodies)


# Particle interaction


def test_particle_interaction_values():
    """Contract the electron and muon tensors whose product the closed form is."""
    X, y = make_particle_interaction(50, breaking=0.7, random_state=0)
    assert X.shape == (50, 16)
    assert y.shape == (50,)
    metric = np.diag([1.0, -1.0, -1.0, -1.0])
    for row, target in zip(X, y, strict=True):
        p1, p2, p3, p4 = row.reshape(4, 4)
        electron = np.outer(p1, p3) - (p1 @ metric @ p3 - p1 @ metric @ p1) * metric
        muon = np.outer(p2, p4) - (p2 @ metric @ p4 - p2 @ metric @ p2) * metric
        expected = 4 * np.sum(electron * (metric @ muon @ metric))
        for _, px, py, pz in (p1, p2, p3, p4):
            expected += 0.7 * px**2 / (py**2 + pz**2 + 1)
        assert_allclose(target, expected, atol=1e-12)


def test_particle_interaction_inputs_are_scaled_normal():
    X, _ = make_particle_interaction(20_000, random_state=0)
    assert_allclose(X.mean(axis=0), 0, atol=0.01)
    assert_allclose(np.cov(X.T), np.eye(16) / 16, atol=0.0025)


@pytest.mark.parametrize("reversed_axis", [None, 0, 2])
def test_particle_interaction_is_invariant_until_broken(reversed_axis):
    X, y = make_particle_interaction(50, random_state=0)
    g = random_lorentz(np.random.RandomState(1), reversed_axis=reversed_axis)
    X_moved = move_vectors(X, g)
    assert_allclose(_particle_interaction_target(X_moved, breaking=0), y, atol=1e-12)
    error = _particle_interaction_target(X_moved, breaking=1)
    error -= _particle_interaction_target(X, breaking=1)
    assert np.ptp(error) > 0.1


# Tic-tac-toe


def board_strings(X):
    return ["".join("xob"[channel] for channel in row.reshape(9, 3).argmax(axis=1)) for row in X]


def board_lines(board):
    rows = [board[0:3], board[3:6], board[6:9]]
    columns = [board[0::3], board[1::3], board[2::3]]
    return [*rows, *columns, board[0::4], board[2:7:2]]


def test_tic_tac_toe_table():
    X, y = make_tic_tac_toe()
    assert X.shape == (958, 27)
    assert X.dtype == np.float64
    assert set(np.unique(X)) == {0.0, 1.0}
    assert_array_equal(X.reshape(958, 9, 3).sum(axis=2), 1)
    assert len(np.unique(X, axis=0)) == 958
    classes, counts = np.unique(y, return_counts=True)
    assert classes.tolist() == ["negative", "positive"]
    assert counts.tolist() == [332, 626]


def test_tic_tac_toe_rows_are_exactly_the_final_boards():
    """A final board has the right number of stones, and its winner made the last move."""
    expected = {}
    for cells in product("xob", repeat=9):
        board = "".join(cells)
        lead = board.count("x") - board.count("o")
        x_wins, o_wins = "xxx" in board_lines(board), "ooo" in board_lines(board)
        if (
            (x_wins and not o_wins and lead == 1)
            or (o_wins and not x_wins and lead == 0)
            or (not x_wins and not o_wins and lead == 1 and "b" not in board)
        ):
            expected[board] = "positive" if x_wins else "negative"
    X, y = make_tic_tac_toe()
    assert dict(zip(board_strings(X), y.tolist(), strict=True)) == expected


def test_tic_tac_toe_has_the_symmetries_of_the_board():
    X, y = make_tic_tac_toe()
    class_of = {row.tobytes(): label for row, label in zip(X, y, strict=True)}
    boards = X.reshape(958, 3, 3, 3)
    for turned in (np.rot90(boards, k, axes=(1, 2)) for k in range(4)):
        for moved in (turned, turned[:, :, ::-1]):
            rows = moved.reshape(958, 27)
            assert [class_of[row.tobytes()] for row in rows] == y.tolist()


@needs_data
def test_tic_tac_toe_equals_the_uci_table():
    text = Path(os.environ["SYMCLONE_DATA"], "tic-tac-toe.arff").read_text()
    rows = [line.split(",") for line in text.partition("@data")[2].split()]
    X, y = make_tic_tac_toe()
    assert board_strings(X) == ["".join(row[:9]) for row in rows]
    assert y.tolist() == [row[9] for row in rows]


# Balance scale


def test_balance_scale_table():
    X, y = make_balance_scale()
    assert X.shape == (625, 4)
    assert X.dtype == np.float64
    assert X.tolist() == [
        [a, b, c, d]
        for a in range(1, 6)
        for b in range(1, 6)
        for c in range(1, 6)
        for d in range(1, 6)
    ]
    classes, counts = np.unique(y, return_counts=True)
    assert classes.tolist() == ["B", "L", "R"]
    assert counts.tolist() == [49, 288, 288]


@pytest.mark.parametrize(
    ("row", "label"), [([1, 5, 2, 2], "L"), ([1, 1, 1, 2], "R"), ([2, 3, 3, 2], "B")]
)
def test_balance_scale_rows(row, label):
    X, y = make_balance_scale()
    assert y[np.all(row == X, axis=1)].tolist() == [label]


def test_balance_scale_swapping_the_sides_swaps_the_classes():
    X, y = make_balance_scale()
    class_of = dict(zip(map(tuple, X), y, strict=True))
    swapped = [class_of[tuple(row)] for row in X[:, [2, 3, 0, 1]]]
    assert_array_equal(np.array(swapped), np.select([y == "L", y == "R"], ["R", "L"], default="B"))


# Poker hands


def hand(text):
    """Return the ordinal row of cards like "AS TH 9D": rank, then suit."""
    row = []
    for rank, suit in text.split():
        row += ["HSDC".index(suit) + 1, "A23456789TJQK".index(rank) + 1]
    return row


@pytest.mark.parametrize(
    ("cards", "label"),
    [
        ("AH KS 9D 5C 2H", 0),
        ("QH KS AD 2C 3H", 0),
        ("JH QS KD AC 2H", 0),
        ("7H 7S AD KC 2H", 1),
        ("AH AS KD KC 2H", 2),
        ("2H 2S 2D KC 9H", 3),
        ("5H 6S 7D 8C 9H", 4),
        ("AH 2S 3D 4C 5H", 4),
        ("TH JS QD KC AH", 4),
        ("2H 6H 9H JH KH", 5),
        ("JH QH KH AH 2H", 5),
        ("3H 3S 3D 4C 4H", 6),
        ("4H 4S 3D 3C 4D", 6),
        ("9H 9S 9D 9C AH", 7),
        ("AC 2C 3C 4C 5C", 8),
        ("9D TD JD QD KD", 8),
        ("TS JS QS KS AS", 9),
    ],
)
def test_poker_classes_in_every_order_of_the_cards(cards, label):
    hands = [hand(" ".join(order)) for order in permutations(cards.split())]
    assert_array_equal(classify_poker_hands(hands), np.full(120, label))


def test_poker_frequencies():
    """Compare with the known numbers of hands of every class among all 2,598,960."""
    numbers = [1_302_540, 1_098_240, 123_552, 54_912, 10_200, 5_108, 3_744, 624, 36, 4]
    n_samples = 100_000
    _, y = make_poker_hands(n_samples, encoding="ordinal", random_state=0)
    counts = np.bincount(y, minlength=10)
    expected = np.array(numbers) / sum(numbers) * n_samples
    # The chi-squared approximation needs cells that are not nearly empty.
    common = np.append(counts[:7], counts[7:].sum()), np.append(expected[:7], expected[7:].sum())
    assert chisquare(*common).pvalue > 0.01


def test_poker_deal_is_uniform_and_without_replacement():
    X, y = make_poker_hands(20_000, encoding="ordinal", random_state=0)
    assert X.shape == (20_000, 10)
    assert y.shape == (20_000,)
    cards = (13 * (X[:, 0::2] - 1) + X[:, 1::2] - 1).astype(int)
    assert np.all(np.diff(np.sort(cards, axis=1), axis=1) > 0)
    # The threshold allows for eight comparisons.
    for place in range(5):
        assert chisquare(np.bincount(cards[:, place], minlength=52)).pvalue > 1e-3
    for first, second in [(0, 1), (3, 4), (4, 0)]:
        distance = (cards[:, second] - cards[:, first]) % 52
        assert chisquare(np.bincount(distance, minlength=52)[1:]).pvalue > 1e-3


def test_poker_encodings_agree():
    ordinal, y = make_poker_hands(200, encoding="ordinal", random_state=0)
    onehot, y_onehot = make_poker_hands(200, random_state=0)
    assert onehot.shape == (200, 85)
    assert onehot.dtype == np.float64
    assert_array_equal(y_onehot, y)
    assert_array_equal(encode_poker_hands(ordinal), onehot)
    cards = onehot.reshape(200, 5, 17)
    assert_array_equal(cards.sum(axis=2), 2)
    assert_array_equal(cards[:, :, :4].argmax(axis=2) + 1, ordinal[:, 0::2])
    assert_array_equal(cards[:, :, 4:].argmax(axis=2) + 1, ordinal[:, 1::2])


def test_poker_onehot_layout():
    onehot = encode_poker_hands([hand("AH 2S 3D KC 5H")])
    expected = np.zeros((5, 17))
    for card, (suit, rank) in enumerate([(0, 0), (1, 1), (2, 2), (3, 12), (0, 4)]):
        expected[card, [suit, 4 + rank]] = 1
    assert_array_equal(onehot, expected.reshape(1, 85))


def test_poker_class_is_invariant_under_renaming_suits():
    X, y = make_poker_hands(5_000, encoding="ordinal", random_state=0)
    for suits in permutations([1, 2, 3, 4]):
        renamed = X.copy()
        renamed[:, 0::2] = np.array(suits)[X[:, 0::2].astype(int) - 1]
        assert_array_equal(classify_poker_hands(renamed), y)


@needs_data
def test_poker_classes_equal_the_uci_table():
    path = Path(os.environ["SYMCLONE_DATA"], "poker-hand-training-true.data.gz")
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",", skiprows=1)
    assert len(table) == 25_010
    assert_array_equal(classify_poker_hands(table[:, :10]), table[:, 10])


def test_bad_encoding():
    with pytest.raises(ValueError, match="'encoding' parameter of make_poker_hands must be a str"):
        make_poker_hands(encoding="binary")


@pytest.mark.parametrize("function", [encode_poker_hands, classify_poker_hands])
@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[1, 1, 1, 2]], "X has 4 columns, an ordinal poker hand has 10"),
        ([[1, 1, 1, 2, 1, 3, 1, 4, 5, 5]], "X has the suit 5 in row 0, suits are integers from 1"),
        ([[1, 1, 1, 2, 1, 3, 1, 4, 1, 0]], "X has the rank 0 in row 0, ranks are integers from 1"),
        ([[1, 1, 1, 2, 1, 3, 1, 4, 1, 4.5]], "X has the rank 4.5 in row 0, .* to 13"),
        ([[1, 1, 1, 2, 1, 3, 1, 4, 1, 4]], "X has the same card twice in row 0"),
        ([[1, 1, 1, 2, 1, 3, 1, 4, 1, np.nan]], "Input X contains NaN"),
        ("hand", "'X' parameter of .* must be an array-like"),
    ],
)
def test_bad_poker_hands(function, X, message):
    with pytest.raises(ValueError, match=message):
        function(X)
