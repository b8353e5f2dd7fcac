"""The imputer commutes with the group, and fills by what the symmetry shares."""

import numpy as np
import pytest
from sklearn.impute import SimpleImputer

from sklearn_symclone import Symmetry
from sklearn_symclone.preprocessing import EquivariantImputer
from sklearn_symclone.symmetry import Block


def table(text, share=0.2, n_samples=40, seed=0):
    """Return a table in which vectors, points and other columns are missing as a whole."""
    random_state = np.random.RandomState(seed)
    inputs = Symmetry.parse(text).inputs
    X = random_state.standard_normal((n_samples, inputs.dimension)) + np.arange(inputs.dimension)
    for block in inputs.blocks():
        for columns in _vectors(block):
            X[np.ix_(random_state.uniform(size=n_samples) < share, columns)] = np.nan
    return X


def _vectors(block: Block):
    bent = [axis for axis, factor in enumerate(block.factors) if not factor.is_monomial]
    flat = np.moveaxis(block.columns, bent, range(-len(bent), 0))
    size = int(np.prod([block.columns.shape[axis] for axis in bent], dtype=int))
    return flat.reshape(-1, size)


LINEAR = [
    "S(4)*3 + 2",
    "2*O(3) + O(3)**2 + 1",
    "S(3) + S(3)*SO(2)",
    "2*SO+(1,3)",
    "S(2)*3 + S(2).det",
    "S(4)**2",
    "C(4)*2",
    'Grid(3,3,"D4")',
]


@pytest.mark.parametrize("text", [*LINEAR, "S(4)*E(3)", "S(3)*SE(2) + S(3)*SE(2).vector + 1"])
def test_it_commutes_with_the_group(text):
    X = table(text)
    symmetry = Symmetry.parse(text).bind(X.shape[1], 1)
    imputer = EquivariantImputer(text).fit(X)
    # a row without any point tells nothing of where it is
    for columns in symmetry.points().values():
        X = X[~np.isnan(X[:, columns]).all(axis=(1, 2))]
    elements = symmetry.sample(len(X), 1)
    gaps = np.isnan(symmetry.inputs.transform(elements, X))
    moved = imputer.transform(symmetry.inputs.transform(elements, X))
    expected = symmetry.inputs.transform(elements, imputer.transform(X))
    np.testing.assert_allclose(moved, expected, atol=1e-9)
    assert gaps.any()
    assert not np.isnan(moved).any()


def test_an_orbit_is_filled_by_the_mean_of_all_that_is_present():
    X = table("S(4)*3")
    imputer = EquivariantImputer("S(4)*3").fit(X)
    expected = np.nanmean(X.reshape(-1, 3), axis=0)
    np.testing.assert_allclose(imputer.statistics_, np.tile(expected, 4))
    filled = imputer.transform(X)
    np.testing.assert_array_equal(filled[~np.isnan(X)], X[~np.isnan(X)])
    np.testing.assert_allclose(filled[np.isnan(X)], np.tile(expected, 4)[np.where(np.isnan(X))[1]])


def test_a_vector_is_filled_by_zeros_and_a_tensor_by_its_isotropic_part():
    X = table("O(3) + O(3)**2")
    imputer = EquivariantImputer("O(3) + O(3)**2").fit(X)
    np.testing.assert_allclose(imputer.statistics_[:3], 0, atol=1e-12)
    trace = np.nanmean(X[:, [3, 7, 11]])
    np.testing.assert_allclose(imputer.statistics_[3:].reshape(3, 3), trace * np.eye(3), atol=1e-12)


def test_a_point_is_filled_by_the_mean_of_those_of_its_row():
    X = np.arange(12.0).reshape(2, 6)
    X[0, :2] = np.nan
    X[1] = np.nan
    filled = EquivariantImputer("S(3)*E(2)").fit_transform(X)
    np.testing.assert_allclose(filled[0, :2], [3, 4])
    np.testing.assert_allclose(filled[1], [3, 4, 3, 4, 3, 4])  # the mean of the table


@pytest.mark.parametrize("symmetry", [None, "3"])
def test_without_a_group_it_is_the_simple_imputer(symmetry):
    X = table("3")
    ours = EquivariantImputer(symmetry).fit_transform(X)
    np.testing.assert_allclose(ours, SimpleImputer().fit_transform(X))


@pytest.mark.parametrize("symmetry", [None, "S(3)"])
def test_columns_without_a_value_are_filled_by_zeros(symmetry):
    X = np.full((5, 3), np.nan)
    np.testing.assert_array_equal(EquivariantImputer(symmetry).fit_transform(X), 0)


def test_a_column_without_a_value_gets_the_mean_of_its_orbit():
    X = np.array([[np.nan, 1.0, 3.0], [np.nan, np.nan, 5.0]])
    np.testing.assert_allclose(EquivariantImputer("S(3)").fit_transform(X)[:, 0], 3)


def test_the_precision_of_x_is_kept():
    X = table("S(2)*E(2)").astype(np.float32)
    assert EquivariantImputer("S(2)*E(2)").fit_transform(X).dtype == np.float32


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="needs 6 columns in X, X has 7"):
        EquivariantImputer("2*O(3)").fit(table("7"))
    with pytest.raises(ValueError, match="infinity"):
        EquivariantImputer().fit([[np.inf]])
