"""The scaler commutes with the group, and shares what the symmetry asks it to share."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from sklearn_symclone import Symmetry
from sklearn_symclone.preprocessing import EquivariantScaler
from sklearn_symclone.symmetry import Trivial, parse_representation

LINEAR = [
    "S(4)*3 + 2",
    "2*O(3) + O(3)**2",
    "S(3) + S(3)*SO(2)",
    "2*SO+(1,3)",
    "3*SL(2)",
    "Scaling(3) + Scaling(3).dual",
    "S(2)*3 + S(2).det",
    "S(4)**2",
    "4*Polygon(6)",
    'Grid(3,3,"D4")*2',
    "Signs(3)",
    "2*U(2)",
    "Sp(4)",
]
AFFINE = ["S(4)*E(3)", "S(3)*SE(2) + S(2)*SE(2) + S(3)*SE(2).vector", "4*T(1)", "S(3)*T(2) + 1"]


def table(symmetry, n_samples=50):
    random_state = np.random.RandomState(0)
    n_columns = Symmetry.parse(symmetry).inputs.dimension
    spread = random_state.uniform(0.5, 5, n_columns)
    return spread * random_state.standard_normal((n_samples, n_columns)) + 3


@pytest.mark.parametrize("text", LINEAR)
def test_it_commutes_with_the_group(text):
    X, symmetry = table(text), Symmetry.parse(text).bind(table(text).shape[1], 1)
    scaler = EquivariantScaler(text).fit(X)
    elements = symmetry.sample(len(X), 1)
    moved = scaler.transform(symmetry.inputs.transform(elements, X))
    expected = symmetry.inputs.transform(elements, scaler.transform(X))
    np.testing.assert_allclose(moved, expected, atol=1e-9)


@pytest.mark.parametrize("text", AFFINE)
def test_a_moved_row_with_points_is_a_moved_row_after_scaling(text):
    """The group elements differ: they turn alike, and shift by another distance."""
    X = table(text)
    symmetry = Symmetry.parse(text).bind(X.shape[1], 1)
    scaler = EquivariantScaler(text).fit(X)
    elements = symmetry.sample(len(X), 1, X)
    turned = symmetry.without_shifts().inputs

    def about_their_mean(Z):
        Z = Z.copy()
        for columns in symmetry.points().values():
            Z[:, columns] -= Z[:, columns].mean(axis=1, keepdims=True)
        return Z

    moved = about_their_mean(scaler.transform(symmetry.inputs.transform(elements, X)))
    rest = about_their_mean(scaler.transform(X))
    # what turns a vector of the group turns the differences of its points
    matrices = symmetry.inputs.matrix(elements)
    np.testing.assert_allclose(moved, (matrices @ rest[:, :, None])[:, :, 0], atol=1e-9)
    assert turned.dimension == X.shape[1]
    for columns in symmetry.points().values():
        assert len(np.unique(scaler.scale_[columns])) == 1
        Z = scaler.transform(X)[:, columns]
        np.testing.assert_allclose([Z.mean(), (Z**2).mean()], [0, 1], atol=1e-9)


def test_columns_of_an_orbit_share_mean_and_deviation():
    X = table("S(4)*2")
    scaler = EquivariantScaler("S(4)*2").fit(X)
    items = X.reshape(-1, 2)  # every item of every row is one draw
    expected = StandardScaler().fit(items)
    np.testing.assert_allclose(scaler.mean_, np.tile(expected.mean_, 4))
    np.testing.assert_allclose(scaler.scale_, np.tile(expected.scale_, 4))


def test_a_vector_is_scaled_by_its_length_and_not_shifted():
    X = table("2*O(3) + 1")
    scaler = EquivariantScaler("2*O(3) + 1").fit(X)
    lengths = [np.sqrt((X[:, part] ** 2).mean()) for part in (slice(3), slice(3, 6))]
    np.testing.assert_allclose(scaler.scale_[:6], np.repeat(lengths, 3))
    np.testing.assert_array_equal(scaler.mean_[:6], 0)
    np.testing.assert_allclose([scaler.mean_[6], scaler.scale_[6]], [X[:, 6].mean(), X[:, 6].std()])


@pytest.mark.parametrize("symmetry", [None, "3"])
def test_without_a_group_it_is_the_standard_scaler(symmetry):
    X, weights = table("3"), np.arange(50.0)
    ours = EquivariantScaler(symmetry).fit(X, sample_weight=weights)
    theirs = StandardScaler().fit(X, sample_weight=weights)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X))
    assert ours.symmetry_ == Trivial(3)


@pytest.mark.parametrize("with_mean", [True, False])
@pytest.mark.parametrize("with_std", [True, False])
def test_the_inverse_gives_the_table_back(with_mean, with_std):
    X = table("S(3) + S(3)*O(2)")
    scaler = EquivariantScaler("S(3) + S(3)*O(2)", with_mean=with_mean, with_std=with_std).fit(X)
    Z = scaler.transform(X)
    np.testing.assert_allclose(scaler.inverse_transform(Z), X)
    assert (scaler.mean_ is None, scaler.scale_ is None) == (not with_mean, not with_std)
    assert np.array_equal(Z, X) is (not with_mean and not with_std)


def test_constant_columns_are_not_divided_by_rounding():
    X = np.full((10, 6), 0.1)
    for symmetry in ("S(3)*2", "S(3)*E(2)"):
        np.testing.assert_array_equal(EquivariantScaler(symmetry).fit(X).scale_, 1)


def test_an_unknown_size_is_solved_and_outputs_do_not_matter():
    scaler = EquivariantScaler("S(n)*3 -> S(n)*O(2)").fit(table("12"))
    assert scaler.symmetry_ == parse_representation("S(4)*3")


def test_the_precision_of_x_is_kept():
    X = table("2*O(3)").astype(np.float32)
    scaler = EquivariantScaler("2*O(3)").fit(X)
    assert scaler.transform(X).dtype == scaler.inverse_transform(X).dtype == np.float32


def test_points_on_both_sides_are_refused():
    X = table("6")
    scaler = EquivariantScaler("S(2)*E(3) -> S(2)*E(3)")
    with pytest.raises(ValueError, match=r"no shift or scale of X alone .* written '\.vector'"):
        scaler.fit(X)
    np.testing.assert_array_equal(
        scaler.set_params(with_mean=False, with_std=False).fit_transform(X), X
    )
    EquivariantScaler("S(2)*E(3) -> S(2)*E(3).vector").fit(X)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="needs 6 columns in X, X has 7"):
        EquivariantScaler("2*O(3)").fit(table("7"))
    with pytest.raises(ValueError, match="zero"):
        EquivariantScaler().fit(table("2"), sample_weight=np.zeros(50))
    with pytest.raises(ValueError, match="X has 5 features, but EquivariantScaler is expecting 6"):
        EquivariantScaler("2*O(3)").fit(table("6")).transform(table("5"))
