"""Sets of different size in the tables of users."""

import pickle
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)

QUICK = {
    "reference_steps": 2,
    "clone_steps": 2,
    "max_iter": 1,
    "hidden_layer_sizes": 16,
    "random_state": 0,
}
CHARGED = "S(4).mask + S(4) + S(4)*E(2)"


def charged(n=40, seed=0):
    """Return charged points, one to four in a row, which is absent, and targets."""
    random_state = np.random.RandomState(seed)
    present = np.arange(4) < random_state.randint(1, 5, size=(n, 1))
    X = np.hstack([present, random_state.standard_normal((n, 12))])
    absent = np.hstack([np.zeros((n, 4), bool), ~present, np.repeat(~present, 2, axis=1)])
    return X, absent, np.where(present, X[:, 4:8], 0).sum(axis=1)


@pytest.mark.parametrize(
    "settings",
    [
        {"strength": 0.5},
        {"strength": 0.0},
        {"strength": 0.5, "clone_inputs": "gaussian"},
    ],
)
def test_what_absent_items_hold_changes_nothing(settings):
    X, absent, y = charged()
    first = None
    for value in (-99.0, np.nan, np.inf):
        rows = np.where(absent, value, X)
        model = SymmetryClonedRegressor(symmetry=CHARGED, **settings, **QUICK).fit(rows, y)
        first = model.predict(rows) if first is None else first
        assert_array_equal(model.predict(rows), first)
        assert_array_equal(model.predict(X), first)
    assert np.isfinite(first).all()


def test_a_fitted_network_takes_filled_rows():
    X, absent, y = charged()
    X[absent] = np.nan
    model = SymmetryClonedRegressor(symmetry=CHARGED, strength=0.5, **QUICK).fit(X, y)
    hidden = model.symmetry_.filled(X) @ model.coefs_[0] + model.intercepts_[0]
    assert np.isfinite(hidden).all()
    again = pickle.loads(pickle.dumps(model)).set_params(symmetry=None)
    assert_array_equal(again.predict(X), model.predict(X))


def test_missing_values_of_present_items_are_refused():
    X, absent, y = charged()
    X[0, 4] = np.nan
    model = SymmetryClonedRegressor(symmetry=CHARGED, strength=0.5, **QUICK)
    with pytest.raises(ValueError, match="Input X contains NaN"):
        model.fit(X, y)
    model.fit(np.where(absent, np.nan, charged()[0]), y)
    with pytest.raises(ValueError, match="Input X contains NaN"):
        model.predict(X)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (0, 0.5, r"column 0 of X is one of 'S\(4\).mask' and must be 1 for items that are present"),
        (3, np.nan, "and 0 for absent ones, got nan in row 2"),
        (slice(4), 0.0, r"row 2 of X has no point of E\(2\) that is present: leave such rows out"),
    ],
)
def test_rows_that_do_not_say_what_is_present_are_refused(column, value, message):
    X, _, y = charged()
    model = SymmetryClonedRegressor(symmetry=CHARGED, strength=0.5, **QUICK).fit(X, y)
    X[2, column] = value
    with pytest.raises(ValueError, match=message):
        model.fit(X, y)
    with pytest.raises(ValueError, match=message):
        model.predict(X)


@pytest.mark.parametrize("outputs", ["S(4)*E(2)", "S(4)*E(2).vector", "S(4)*2"])
def test_answers_of_absent_items_are_not_asked_for(outputs):
    X, absent, _ = charged()
    Y, absent = X[:, 8:], absent[:, 8:]
    model = SymmetryClonedRegressor(symmetry=f"{CHARGED} -> {outputs}", strength=0.5, **QUICK)
    first = model.fit(X, Y).predict(X)
    assert_array_equal(first[absent], 0)
    assert (first[~absent] != 0).all()
    assert_array_equal(model.fit(X, np.where(absent, 1e6, Y)).predict(X), first)


def test_answers_can_be_whole_numbers_or_one_for_each_row():
    X = charged()[0]
    Y = (10 * X[:, 4:8]).round()
    model = SymmetryClonedRegressor(symmetry=f"{CHARGED} -> S(4)", strength=0.5, **QUICK)
    first = model.fit(X, Y).predict(X)
    assert_array_equal(model.fit(X, Y.astype(int)).predict(X), first)
    X = np.array([[1.0, 3.0], [0.0, 9.0], [1.0, 2.0], [1.0, 4.0]])
    model.set_params(symmetry="S(1).mask + S(1) -> S(1)", reference="tensors")
    assert model.fit(X, X[:, 1]).predict(X)[1] == 0


def test_chunks_and_searches_know_masks():
    X, absent, y = charged()
    X[absent] = np.nan
    model = SymmetryClonedRegressor(symmetry=CHARGED, strength=0.5, **QUICK)
    model.partial_fit(X, y).partial_fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    search = SymmetryClonedRegressorCV(symmetries=[None, CHARGED], strengths=[0.5], cv=2, **QUICK)
    assert np.isfinite(search.fit(X, y).predict(X)).all()
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_classes_can_be_of_sets():
    X, absent, y = charged()
    X[absent] = np.nan
    model = SymmetryClonedClassifier(symmetry=CHARGED, strength=0.5, **QUICK).fit(X, y > 0)
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    model.set_params(symmetry=f"{CHARGED} -> S(4)")
    with pytest.raises(ValueError, match="the classes are items, some of which can be absent"):
        model.fit(X, np.arange(40) % 4)


def test_layers_and_weights_are_cloned_with_masks():
    X, absent, _ = charged()
    X, absent = np.delete(X, np.s_[8:], axis=1), absent[:, :8]
    y = np.where(absent, 0, X)[:, 4:].max(axis=1)
    for cloning in ("layers", "weights"):
        model = SymmetryClonedRegressor(
            symmetry="S(4).mask + S(4)", cloning=cloning, anchor="weights", strength=1.0, **QUICK
        )
        model.fit(np.where(absent, np.nan, X), y)
        swapped = X[:, [1, 0, 2, 3, 5, 4, 6, 7]]
        assert_allclose(model.predict(swapped), model.predict(X), rtol=1e-6)


def padded(n=30, n_columns=3):
    random_state = np.random.RandomState(0)
    present = np.arange(5) < random_state.randint(2, 6, size=(n, 1))
    items = np.where(present[..., None], random_state.standard_normal((n, 5, n_columns)), 0)
    return items.reshape(n, -1), present, items.sum(axis=(1, 2))


@pytest.mark.parametrize("text", ["S(5)*E(3)", "S(5)*T(3)", "S(5)*3", "S(5)*O(3)"])
def test_padding_without_a_mask_is_warned_about(text):
    X, present, y = padded()
    model = SymmetryClonedRegressor(symmetry=text, strength=0.5, **QUICK)
    message = r"the last items of S\(5\) are 0 in all of their columns, in 70% of the rows: .*"
    with pytest.warns(UserWarning, match=message + r"and 'S\(5\).mask' to the symmetry") as caught:
        model.fit(X, y)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.set_params(symmetry=f"S(5).mask + {text}").fit(np.hstack([present, X]), y)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("S(5)*3", lambda X: X[:, ::-1]),  # the first items are 0
        ("S(15)", lambda X: X),  # one column each, where 0 is an ordinary value
        ("15", lambda X: X),
        ("S(5)*3", lambda X: X * (np.arange(15) < 6)),  # always the same items
    ],
)
def test_zeros_that_need_not_be_padding_are_not_warned_about(text, changed):
    X, _, y = padded()
    SymmetryClonedRegressor(symmetry=text, strength=0.0, **QUICK).fit(changed(X), y)
