"""Networks of inner products: several species, handedness, Sp, squares, and what they learn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_symclone.references.invariants import refuses
from sklearn_symclone.symmetry import O, Symmetry

from ._helpers import (
    assert_refused,
    build,
    fit,
    normal,
    predict,
    rows,
    share_unexplained,
)

CASES = [
    "S(3)*O(3) + S(4)*O(3) + S(3) -> S(3)*O(3) + S(4)*O(3)",
    "S(2)*O(3)*2 + S(3) + O(3) + 2 -> S(3)*O(3) + S(2)*O(3)**2 + S(2) + O(3) + 1",
    "S(2)*O(1,2) + S(3)*O(1,2).dual -> S(2)*O(1,2).dual + S(3)*O(1,2) + 1",
    "S(2)*SO(3) + S(3)*SO(3) -> S(2)*SO(3) + S(3) + SO(3)",
    "2*SO(2) -> 1 + SO(2) + SO(2)**2",
    "S(3)*SO(2) -> S(3)*SO(2) + 1",
    "3*SO(3) -> 1 + SO(3) + SO(3).alt2",
    "SO(3) + 2 -> SO(3).alt2 + SO(3).sym2",
    "S(4)*SO(3) + S(4) -> S(4)*SO(3) + SO(3)**2 + 1",
    "4*SO+(1,3) -> 1 + SO+(1,3) + SO+(1,3)**2",
    "S(3)*SO+(1,3) -> S(3)*SO+(1,3).dual + 1",
    "2*SO(2,1) + SO(2,1).dual -> SO(2,1).dual*SO(2,1) + 1",
    "5*SO(5) -> 1 + SO(5)",
    "14*SO(3) -> 1 + SO(3)",
    "2*SO(1) + 1 -> SO(1)",
    "3*Sp(4) -> 1 + Sp(4) + Sp(4)**2",
    "2*Sp(2) + Sp(2).dual -> Sp(2).dual + Sp(2)*Sp(2).dual + Sp(2).sym2",
    "S(3)*Sp(4) + S(2)*Sp(4)*2 + S(3) -> S(3)*Sp(4) + S(2) + Sp(4).alt2",
    "Sp(4) + 2 -> Sp(4)",
    "3*O(3) -> O(3).sym2 + O(3).alt2",
    "S(3)*O(1,3) + S(3) -> S(3)*(O(1,3).dual).sym2 + O(1,3).alt2*2",
]


EVERY_CASE = pytest.mark.parametrize("text", CASES)


def equivariance_error(module, symmetry):
    """Return the largest difference of moving inputs and moving outputs, over their size."""
    X = rows(symmetry.inputs, 50, seed=3)
    elements = symmetry.sample(len(X), random_state=4)
    after = predict(module, symmetry.inputs.transform(elements, X))
    moved = symmetry.outputs.transform(elements, predict(module, X))
    return np.abs(after - moved).max() / np.abs(moved).max()


@EVERY_CASE
def test_networks_are_equivariant_before_and_after_training(text):
    symmetry = Symmetry.parse(text)
    module, X = build("invariants", symmetry), rows(symmetry.inputs, 200)
    predict(module, X)
    assert equivariance_error(module, symmetry) < 1e-8
    start = predict(module, X)
    fit(module, X, rows(symmetry.outputs, 200, seed=1), max_iter=3, weight_decay=0.3)
    assert np.abs(predict(module, X) - start).max() > 0.01
    assert equivariance_error(module, symmetry) < 1e-8


def changes_under_a_reflection(text, flip):
    """Return how much outputs change, of their size, when the columns ``flip`` change signs."""
    symmetry = Symmetry.parse(text)
    module, X = build("invariants", symmetry), rows(symmetry.inputs, 200)
    start = predict(module, X)
    X[:, flip] *= -1
    return np.abs(predict(module, X) - start).max() / np.abs(start).max()


@pytest.mark.parametrize(
    ("group", "n_vectors", "d", "tells"),
    [
        ("O(2)", 2, 2, False),
        ("SO(2)", 2, 2, True),
        ("O(3)", 3, 3, False),
        ("SO(3)", 3, 3, True),
        ("SO(3)", 2, 3, False),  # a reflection in their plane changes nothing
        ("SO(4)", 4, 4, True),
        ("O(1,3)", 4, 4, False),
        ("SO+(1,3)", 4, 4, True),
        ("SO(1,3)", 4, 4, True),
    ],
)
def test_who_tells_a_configuration_from_its_mirror_image(group, n_vectors, d, tells):
    last = np.arange(d - 1, n_vectors * d, d)
    change = changes_under_a_reflection(f"{n_vectors}*{group} -> 1", last)
    assert change > 0.01 if tells else change < 1e-10


@pytest.mark.parametrize(("n_items", "tells"), [(2, False), (3, True)])
def test_items_tell_their_mirror_image_if_they_span_the_space(n_items, tells):
    last = np.arange(2, 3 * n_items, 3)
    change = changes_under_a_reflection(f"S({n_items})*SO(3) -> 1", last)
    assert change > 1e-3 if tells else change < 1e-6


def test_species_are_told_apart():
    """Swapping an item of one species with one of another changes what they are."""
    symmetry = Symmetry.parse("S(2)*O(3) + S(3)*O(3) -> 1")
    module, X = build("invariants", symmetry), rows(symmetry.inputs, 100)
    start = predict(module, X)
    within, between = X.copy(), X.copy()
    within[:, :6] = np.roll(X[:, :6], 3, axis=1)
    between[:, 3:9] = np.roll(X[:, 3:9], 3, axis=1)
    assert_allclose(predict(module, within), start, atol=1e-12)
    assert np.abs(predict(module, between) - start).max() > 0.5 * start.std()


# What the networks can learn


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


def unexplained(text, X, Y, max_iter=40):
    """Fit three quarters of the rows; return the squared error on the rest over its variance."""
    Y = (Y / Y.std()).astype(np.float32)
    X, n = X.astype(np.float32), 3 * len(X) // 4
    module = build("invariants", Symmetry.parse(text)).float()
    fit(module, X[:n], Y[:n], max_iter, weight_decay=0.3)
    return np.mean((predict(module, X[n:]) - Y[n:]) ** 2) / np.var(Y[n:])


def test_two_species_learn_their_forces():
    r, charge = normal(600, 4, 3), np.array([1.0, 1.0, -2.0, -2.0])
    apart = r[:, :, None] - r[:, None]
    strength = charge[:, None] * charge / (1 + np.sum(apart**2, axis=-1)) ** 1.5
    force = np.sum(strength[..., None] * apart, axis=2)
    text = "S(2)*O(3) + S(2)'*O(3) -> S(2)*O(3) + S(2)'*O(3)"
    assert unexplained(text, r.reshape(600, 12), force.reshape(600, 12), 60) < 0.1


def test_a_determinant_and_a_cross_product_are_learnt():
    v = normal(600, 3, 3)
    Y = np.column_stack([np.linalg.det(v), np.cross(v[:, 0], v[:, 1])])
    assert unexplained("3*SO(3) -> 1 + SO(3)", v.reshape(600, 9), Y) < 0.05
    # orthogonal projections of both on what O(3) allows are 0
    assert unexplained("3*O(3) -> 1 + O(3)", v.reshape(600, 9), Y, 5) > 0.9


def test_a_dual_tensor_of_a_single_vector_is_learnt():
    v = normal(400, 3)
    dual = np.column_stack([v[:, 2], -v[:, 1], v[:, 0]])  # the entries xy, xz, yz
    assert unexplained("SO(3) -> SO(3).alt2", v, dual, 20) < 0.01


def test_the_symplectic_form_is_learnt():
    v = normal(600, 2, 4)
    area = np.sum(v[:, 0, :2] * v[:, 1, 2:] - v[:, 0, 2:] * v[:, 1, :2], axis=1)[:, None]
    Y = np.column_stack([area, area * v[:, 0]])
    assert unexplained("2*Sp(4) -> 1 + Sp(4)", v.reshape(600, 8), Y) < 0.03


def test_entries_of_squares_are_those_of_the_tensor():
    v = normal(600, 2, 3)
    tensor = v[:, 0, :, None] * v[:, 1, None, :]
    flipped = np.swapaxes(tensor, 1, 2)
    i, j = np.triu_indices(3)
    a, b = np.triu_indices(3, 1)
    Y = np.column_stack([(tensor + flipped)[:, i, j], (tensor - flipped)[:, a, b]])
    assert unexplained("2*O(3) -> O(3).sym2 + O(3).alt2", v.reshape(600, 6), Y) < 0.02


@pytest.mark.parametrize("text", CASES)
def test_it_takes(text):
    assert refuses(Symmetry.parse(text)) is None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("O(3) + C(2) + Signs(2) -> 1", "it knows O, SO, SO+, Sp and S(n), not C(2), Signs(2)"),
        ("S(3) -> 1", "it takes one group of vectors such as O(3), here are 0"),
        ("O(3) + O(3)' -> 1", "it takes one group of vectors such as O(3), here are 2"),
        ("S(2)*S(3)*O(3) -> 1", "an item is of one S(n), 'S(2)*S(3)*O(3)' has two"),
        ("4 -> O(3)", "no column of the inputs belongs to a vector of O(3)"),
        ("O(3) + 2*O(3)**2 -> 1", "its inputs are scalars and vectors, not '2*O(3)*O(3)'"),
        (
            "O(3) -> O(3)**3",
            "its outputs are scalars, vectors and tensors of rank 2, not 'O(3)*O(3)*O(3)'",
        ),
        (
            "S(2)*O(3) -> S(2)**2",
            "a power such as S(2)**2 is more than one index over the same items",
        ),
        ("S(3)*O(3) + SL(3) -> 1", "it knows O, SO, SO+, Sp and S(n), not SL(3)"),
        ("O(3) + Sp(4) -> 1", "it takes one group of vectors such as O(3), here are 2"),
        ("4 + S(2) -> O(3)", "no column of the inputs belongs to a vector of O(3)"),
        (
            "O(3) + O(3).det -> 1",
            "it has no columns that are multiplied by a determinant, as 'O(3).det' is",
        ),
        (
            "O(3) -> O(3).pseudo",
            "it has no columns that are multiplied by a determinant, as 'O(3).det' is",
        ),
        (
            "S(3)*O(3) -> S(3).det",
            "it has no columns that are multiplied by a determinant, as 'S(3).det' is",
        ),
        (
            "S(3)*O(3) -> S(3).pairs",
            "its columns are scalars, vectors and their squares, 'S(3).pairs' is none",
        ),
        (
            "S(3)*O(3) + S(3).regular -> 1",
            "its columns are scalars, vectors and their squares, 'S(3).regular' is none",
        ),
        (
            "S(3)*O(3) -> S(3).sym2",
            "its columns are scalars, vectors and their squares, 'S(3).sym2' is none",
        ),
        (
            "O(3) -> O(3).sym2.alt2",
            "its columns are scalars, vectors and their squares, 'O(3).sym2.alt2' is none",
        ),
        ("O(3) + O(3).sym2 -> 1", "its inputs are scalars and vectors, not 'O(3).sym2'"),
        (
            "O(3) -> O(3)*O(3).sym2",
            "its outputs are scalars, vectors and tensors of rank 2, not 'O(3)*O(3).sym2'",
        ),
    ],
)
def test_it_says_why_it_refuses(text, refusal):
    assert_refused("invariants", text, refusal)


def test_groups_of_one_name_with_primes_are_different_vectors():
    symmetry = Symmetry(O(3) + O(3).prime)
    assert refuses(symmetry.bind(6, 1)).endswith("here are 2")
