"""A student starts near a symmetry: the next layer sees invariants of sets of square units."""

import copy

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5, make_particle_interaction
from sklearn_symclone.students import ColumnScaling, Dense, linear_layers
from sklearn_symclone.symmetry import Symmetry

MINKOWSKI = (1, -1, -1, -1)

#: Symmetries, and the metric of the sets of each of their infinite groups in turn.
MOVED = [
    ("2*O(5) -> 1", [(1,) * 5]),
    ("3 + 2*SO(2) -> 1", [(1,) * 2]),
    ("4*O(1,3) -> 1", [MINKOWSKI]),
    ("2*O(1,3).dual + SO+(1,3) -> 1", [MINKOWSKI] * 2),
    ("S(5) + S(5)*O(3) -> O(3)**2", [(1,) * 3]),
    ("S(3)*O(3) + 2*O(2) -> 1", [(1,) * 3, (1,) * 2]),
    ("2*U(2) -> 1", [(1,) * 4]),
    ("S(4)*E(3) -> 1", [(1,) * 3]),
    ("S(4) + 4*SE(2) + S(4)*SE(2).vector -> 1", [(1,) * 2]),
]
EVERY_MOVED = pytest.mark.parametrize(("text", "metrics"), MOVED, ids=[text for text, _ in MOVED])


def scaling_of(dimension, shift=0.0):
    rng = np.random.RandomState(5)
    scale = rng.uniform(0.3, 3, size=dimension)
    return ColumnScaling(np.broadcast_to(shift, dimension), scale, np.zeros(1), np.ones(1))


def started(text, *, sizes=(60, 8), activation="silu_square", shift=0.0):
    """Return the layers of a network before and after, its scaling and its symmetry."""
    symmetry = Symmetry.parse(text)
    scaling, student = scaling_of(symmetry.inputs.dimension, shift), Dense(sizes, activation)
    generator = torch.Generator().manual_seed(0)
    network = student.build(symmetry.inputs.dimension, 1, generator)
    before = copy.deepcopy(linear_layers(network))
    student.start_near(network, symmetry, scaling, generator)
    return before, linear_layers(network), scaling, symmetry


def sets_of(metrics, first=6, last=60):
    """Return the units and the metric of each set that fits: six of sixty units are SiLU."""
    found, at = [], first
    while at + len(metrics[len(found) % len(metrics)]) <= last:
        metric = np.array(metrics[len(found) % len(metrics)])
        found.append((slice(at, at + len(metric)), metric))
        at += len(metric)
    return found


def units_of(layer, scaling, X):
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    return scaling.scale_inputs(X) @ weight.T + bias


def moved(symmetry, X):
    """Move each sample by its own element of the infinite groups."""
    elements = symmetry.sample(len(X), random_state=2)
    for group in symmetry.groups:
        if group.order == np.inf:
            X = symmetry.inputs.transform(elements.only(group), X)
    return X


@EVERY_MOVED
def test_the_squared_lengths_are_invariant(text, metrics):
    _, (first, *_), scaling, symmetry = started(text)
    X = np.random.RandomState(1).standard_normal((20, symmetry.inputs.dimension))
    before, after = (units_of(first, scaling, rows) for rows in (X, moved(symmetry, X)))
    for units, metric in sets_of(metrics):
        assert np.abs(after[:, units] - before[:, units]).max() > 0.3
        lengths = np.square(before[:, units]) @ metric
        assert lengths.std() > 0.1
        assert_allclose(np.square(after[:, units]) @ metric, lengths, rtol=1e-8, atol=1e-8)


@EVERY_MOVED
def test_the_next_layer_sees_them(text, metrics):
    """What it makes of all square units that are in sets is invariant."""
    before, (first, second, _), scaling, symmetry = started(text)
    X = np.random.RandomState(1).standard_normal((20, symmetry.inputs.dimension))
    last = sets_of(metrics)[-1][0].stop
    weights = second.weight.detach().numpy()[:, 6:last]
    seen = [
        np.square(units_of(first, scaling, rows)[:, 6:last]) @ weights.T
        for rows in (X, moved(symmetry, X))
    ]
    assert_allclose(seen[1], seen[0], rtol=1e-8, atol=1e-8)
    # a set weighs as much as the mean of its units did, were they independent
    for units, metric in sets_of(metrics):
        alone = before[1].weight[:, units].mean(dim=1, keepdim=True).detach().numpy()
        expected = alone * np.sqrt(len(metric)) * metric
        actual = second.weight.detach().numpy()[:, units]
        assert_allclose(np.abs(actual), np.abs(expected), rtol=1e-12)


@EVERY_MOVED
def test_all_else_stays_as_it_was_drawn(text, metrics):
    before, after, *_ = started(text)
    last = sets_of(metrics)[-1][0].stop
    rest = [*range(6), *range(last, 60)]
    for name in ("weight", "bias"):
        assert torch.equal(getattr(after[0], name)[rest], getattr(before[0], name)[rest])
        assert torch.equal(getattr(after[2], name), getattr(before[2], name))
    assert torch.equal(after[1].weight[:, rest], before[1].weight[:, rest])
    assert torch.equal(after[1].bias, before[1].bias)
    # as much variance as other units, for standardised columns
    weight = after[0].weight.detach().numpy()
    for units, metric in sets_of(metrics):
        assert_allclose(np.square(weight[units]).sum() / len(metric), 1, rtol=1e-12)
    assert not after[0].bias[6:last].any()


def test_a_set_holds_the_coordinates_of_one_mixture_of_the_vectors():
    _, (first, *_), scaling, _ = started("2*O(5) -> 1")
    for units, _ in sets_of([(1,) * 5]):
        in_units = first.weight.detach().numpy()[units] / scaling.x_scale
        coefficients = in_units[0, [0, 5]]
        assert_allclose(in_units, np.kron(coefficients, np.eye(5)), atol=1e-12)


def test_points_count_from_their_mean():
    _, (first, *_), scaling, _ = started("S(4)*E(3) -> 1")
    mixtures = (first.weight.detach().numpy()[6:] / scaling.x_scale).reshape(18, 3, 4, 3)
    coefficients = mixtures[:, 0, :, 0]
    assert_allclose(coefficients.sum(axis=1), 0, atol=1e-12)
    assert_allclose(mixtures, np.einsum("sp,ij->sipj", coefficients, np.eye(3)), atol=1e-12)


def test_columns_count_from_their_means():
    """It is the means that the group leaves alone if samples are moved before they are imitated."""
    common = np.tile([5.0, -1.0, 2.0], 4)
    _, (first, *_), scaling, symmetry = started("S(4)*E(3) -> 1", shift=common)
    X = np.random.RandomState(1).standard_normal((20, 12))
    before, after = (units_of(first, scaling, rows) for rows in (X, moved(symmetry, X)))
    for units, _ in sets_of([(1,) * 3]):
        expected = np.square(before[:, units]).sum(axis=1)
        assert_allclose(np.square(after[:, units]).sum(axis=1), expected, rtol=1e-8)


@pytest.mark.parametrize(
    "text",
    [
        *("S(6) -> 1", "C(5) -> 1", "3*O(1) -> 1", "2*Signs(3) -> 1"),
        *("2*Sp(4) -> 1", "3*SL(2) -> 1", "2*GL(2) + GL(2).dual -> 1", "6 -> 1", "O(3)**2 -> 1"),
        *("3*T(2) -> 1", "4*O(3).det -> 1"),
    ],
)
def test_other_groups_change_nothing(text):
    before, after, *_ = started(text)
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one.weight, other.weight)
        assert torch.equal(one.bias, other.bias)


@pytest.mark.parametrize("activation", ["silu", "relu", "tanh"])
def test_without_squares_nothing_changes(activation):
    before, after, *_ = started("2*O(5) -> 1", activation=activation)
    assert all(torch.equal(a.weight, b.weight) for a, b in zip(before, after, strict=True))


def test_a_basis_that_is_oblique_changes_nothing():
    """Rotations in oblique coordinates keep a form, but no sum of squares of coordinates."""
    before, after, *_ = started("3*MatrixGroup([],[[[1,-2],[1,-1]]]) -> 1")
    assert torch.equal(after[0].weight, before[0].weight)


@pytest.mark.parametrize("sizes", [(), (1,), (4,), (8,), (8, 8, 8)])
def test_networks_of_any_size(sizes):
    X, y = make_o5(60, random_state=0)
    settings = {"reference_steps": 5, "clone_steps": 5, "strength": 1, "random_state": 0}
    model = SymmetryClonedRegressor(symmetry="2*O(5)", hidden_layer_sizes=sizes, **settings)
    assert np.isfinite(model.set_params(activation="silu_square").fit(X, y).predict(X)).all()


def test_a_layer_that_has_room_for_one_set():
    before, (first, _), *_ = started("2*O(5) -> 1", sizes=(8,))
    changed = (first.weight != before[0].weight).any(dim=1)
    assert_array_equal(changed, [False] + [True] * 5 + [False] * 2)


class _Law(torch.nn.Module):
    """A law of inner products of four momenta, with a parameter, as a network has one."""

    def __init__(self, symmetry):
        super().__init__()
        self.factor = torch.nn.Parameter(torch.ones(()))

    def forward(self, x):
        p, metric = x.reshape(-1, 4, 4), torch.tensor(MINKOWSKI, dtype=x.dtype)
        g = torch.einsum("nai,i,nbi->nab", p, metric, p)
        y = g[:, 0, 2] * g[:, 1, 3] + g[:, 0, 3] * g[:, 1, 2] - g[:, 0, 1] - g[:, 2, 2]
        return self.factor * y[:, None]


def test_an_imitation_is_sooner_faithful(monkeypatch):
    table = make_particle_interaction(100, random_state=0)

    def errors():
        """Clones differ by factors from seed to seed."""
        settings = {
            "symmetry": "4*O(1,3)",
            "reference": _Law,
            "reference_fit": "random",
            "activation": "silu_square",
        }
        model = SymmetryClonedRegressor(strength=1, clone_steps=150, **settings)
        return [model.set_params(random_state=n).fit(*table).clone_error_ for n in range(3)]

    near = np.array(errors())
    monkeypatch.setattr(Dense, "start_near", lambda *arguments: None)
    assert np.median(near / errors()) < 0.5


def test_units_without_squares_see_pairs_of_items():
    text = "2 + S(4)*2 + S(4)*E(3) + S(4)*E(3).vector -> S(4)*E(3)"
    before, (first, *_), scaling, _ = started(text, activation="silu")
    weight = first.weight.detach().numpy() / scaling.x_scale
    assert (weight[:, :2] != 0).all()
    scalars, points, velocities = np.split(weight[:, 2:], [8, 20], axis=1)
    items = [part.reshape(60, 4, -1) for part in (scalars, points, velocities)]
    seen = [np.abs(part).sum(axis=2) > 0 for part in items]
    assert_array_equal(seen[0].sum(axis=1), np.where(np.arange(60) % 6, 2, 1))
    assert_array_equal(seen[0], seen[1])
    assert_array_equal(seen[0], seen[2])
    pairs = np.arange(60) % 6 != 0
    for vectors in items[1:]:
        assert_allclose(vectors[pairs].sum(axis=1), 0, atol=1e-12)
    assert len(np.unique(seen[0][pairs], axis=0)) == 6
    sizes = [layer.weight.square().sum(dim=1).detach().numpy() for layer in (before[0], first)]
    assert_allclose(*sizes)


def test_units_see_pairs_of_each_species():
    _, (first, *_), scaling, _ = started("S(3)*O(2) + S(4)*O(2) -> 1", activation="relu")
    weight = first.weight.detach().numpy() / scaling.x_scale
    for part, n_items in zip(np.split(weight, [6], axis=1), (3, 4), strict=True):
        seen = np.abs(part.reshape(60, n_items, 2)).sum(axis=2) > 0
        assert_array_equal(seen.sum(axis=1), np.where(np.arange(60) % 6, 2, 1))


@pytest.mark.parametrize("text", ["S(2)*O(3) -> 1", "S(4)*2 -> 1", "4*O(3) -> 1"])
def test_other_units_start_as_they_are_drawn(text):
    before, after, *_ = started(text, activation="silu")
    assert_array_equal(before[0].weight.detach(), after[0].weight.detach())
