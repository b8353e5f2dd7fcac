"""What a search chooses, that it chooses as GridSearchCV does, and that it fits nothing twice."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline

import sklearn_symclone.fitting.search as search
import sklearn_symclone.imitation.fitted as fits
from sklearn_symclone import (
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
    make_orbit_scorer,
)
from sklearn_symclone.datasets import make_o5, make_tic_tac_toe
from sklearn_symclone.fitting import choose
from sklearn_symclone.preprocessing import EquivariantScaler
from sklearn_symclone.symmetry import O

QUICK = {
    "reference_steps": 100,
    "clone_steps": 20,
    "max_iter": 8,
    "hidden_layer_sizes": (32, 16),
    "random_state": 0,
}
BOARD = 'Grid(3,3,"D4")*3'


def o5_search(**parameters):
    return SymmetryClonedRegressorCV(**{"symmetries": "2*O(5)", "cv": 2, **QUICK, **parameters})


@pytest.fixture(scope="module")
def o5():
    return make_o5(90, random_state=0)


@pytest.fixture(scope="module")
def boards():
    X, y = make_tic_tac_toe()
    rows = np.random.RandomState(0).permutation(len(X))[:80]
    return X[rows], y[rows]


# what is chosen


def test_strength_is_high_on_symmetric_and_low_on_broken_data(o5):
    X, y = o5
    assert o5_search(strengths=(0, 1)).fit(X, y).strength_ == 1
    assert o5_search(strengths=(0, 1), max_iter=100).fit(X, X[:, 0]).strength_ == 0


def test_the_true_symmetry_is_preferred(o5):
    # after 20 steps a clone under O(5) is as far from it as one under S(10)
    search = o5_search(symmetries=[None, "S(10)", 2 * O(5)], strengths=(0.1, 1), clone_steps=60)
    model = search.fit(*o5)
    assert str(model.symmetry_) == "2*O(5) -> 1"
    chosen = model.cv_results_["params"][np.argmax(model.cv_results_["mean_test_score"])]
    assert chosen == {"symmetry": 2 * O(5), "strength": model.strength_}
    assert model.best_score_ == model.cv_results_["mean_test_score"].max()


def test_of_equal_scores_the_larger_strength_wins():
    assert choose((0, 0.5, 1, 0.1), np.array([[3, 3], [2, 4], [2, 3], [4, 2]])) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"anchor": "weights"},
        {"anchor": "orbit"},
        {"early_stopping": True, "max_iter": 20},
        {"cloning": "layers", "symmetry": "S(10)"},
        {"cloning": "weights", "symmetry": "S(10)", "anchor": "orbit"},
    ],
    ids=str,
)
def test_scores_and_choice_are_those_of_a_grid_search(o5, settings):
    X, y = o5
    settings = {"symmetry": "2*O(5)", **QUICK, **settings}
    symmetry = settings.pop("symmetry")
    strengths, cv = [0, 0.01, 0.5, 1], KFold(2)
    grid = [
        {"symmetry": [None], "strength": [0]},
        {"symmetry": [symmetry], "strength": strengths},
    ]
    searched = GridSearchCV(SymmetryClonedRegressor(**settings), grid, cv=cv).fit(X, y)
    model = SymmetryClonedRegressorCV(
        symmetries=[None, symmetry], strengths=strengths, cv=cv, **settings
    ).fit(X, y)
    assert model.cv_results_["params"] == searched.cv_results_["params"]
    for name in ("split0_test_score", "mean_test_score", "std_test_score", "rank_test_score"):
        assert_allclose(model.cv_results_[name], searched.cv_results_[name], rtol=1e-6)
    assert model.strength_ == searched.best_params_["strength"]
    assert_array_equal(model.predict(X), searched.predict(X))
    assert_array_equal(model.loss_curve_, searched.best_estimator_.loss_curve_)


def test_classes_are_scored_by_their_brier_score(boards):
    X, y = boards[0], (boards[1] == "positive").astype(int)  # as scikit-learn's scorer needs them
    grid = {"symmetry": [BOARD], "strength": [0, 1]}
    cv = StratifiedKFold(2)
    plain = SymmetryClonedClassifier(**QUICK)
    searched = GridSearchCV(plain, grid, cv=cv, scoring="neg_brier_score").fit(X, y)
    model = SymmetryClonedClassifierCV(symmetries=BOARD, strengths=(0, 1), cv=cv, **QUICK)
    model.fit(X, y)
    scores = model.cv_results_["mean_test_score"]
    assert_allclose(scores, searched.cv_results_["mean_test_score"], rtol=1e-6)
    assert_array_equal(model.predict_proba(X), searched.predict_proba(X))


def test_a_scorer_of_your_own(o5):
    X, y = o5
    weights = np.ones(len(X))
    scoring = make_orbit_scorer("2*O(5)")
    model = o5_search(scoring=scoring, strengths=(0, 1)).fit(X, y, weights)
    part = SymmetryClonedRegressor(symmetry="2*O(5)", strength=1, **QUICK).fit(X[45:], y[45:])
    assert_allclose(model.cv_results_["split0_test_score"][1], scoring(part, X[:45], y[:45]))


# what an estimator does with strength="auto"


def test_auto_is_a_fit_of_the_strength_that_it_chooses(o5):
    X, y = o5
    settings = {"symmetry": "2*O(5)", **QUICK}
    model = SymmetryClonedRegressor(strength="auto", **settings).fit(X, y)
    same = SymmetryClonedRegressor(strength=model.strength_, **settings).fit(X, y)
    assert model.strength_ > 0
    assert_array_equal(model.predict(X), same.predict(X))


def test_auto_without_a_symmetry_is_the_ordinary_network(o5):
    model, plain = (SymmetryClonedRegressor(strength=s, **QUICK).fit(*o5) for s in ("auto", 0))
    assert model.strength_ == 0
    assert_array_equal(model.predict(o5[0]), plain.predict(o5[0]))


@pytest.mark.parametrize("n_samples", [60, 600])
def test_classes_of_one_row(n_samples):
    X = np.random.RandomState(0).normal(size=(n_samples, 4))
    y = np.where(X.sum(axis=1) > 0, "many", "some")
    y[0], y[1] = "one", "other"
    settings = {**QUICK, "reference_steps": 5, "clone_steps": 5, "max_iter": 2}
    model = SymmetryClonedClassifier(symmetry="S(4)", strength="auto", **settings).fit(X, y)
    assert model.predict_proba(X).shape == (n_samples, 4)


# what is shared, and passed on


@pytest.mark.parametrize("cloning", ["network", "weights"])
def test_references_are_fitted_once_for_all_strengths(o5, monkeypatch, cloning):
    fitted = []
    fit_reference = fits.fit_reference

    def counted(*arguments, plan):
        fitted.append(str(plan.symmetry))
        return fit_reference(*arguments, plan)

    monkeypatch.setattr(fits, "fit_reference", counted)
    symmetries = ("S(10)", "2*S(5)")
    o5_search(symmetries=symmetries, strengths=(0.1, 0.5, 1), cloning=cloning).fit(*o5)
    # in both parts of the rows, and for the best of them on all rows
    assert fitted[:4] == ["S(10) -> 1"] * 2 + ["2*S(5) -> 1"] * 2
    assert len(fitted) == 5


def test_rows_of_weight_zero_count_in_no_part(o5):
    X, y = o5
    weights = np.arange(len(X)) % 3 > 0
    spoiled = np.where(weights, y, 1e3)
    scores = [
        o5_search(strengths=(0, 0.1)).fit(X, targets, weights).cv_results_["mean_test_score"]
        for targets in (y, spoiled)
    ]
    assert_allclose(*scores, rtol=1e-9)


def test_a_search_is_an_estimator_in_a_pipeline(o5):
    X, y = o5
    pipeline = make_pipeline(EquivariantScaler("2*O(5)"), o5_search(strengths=(0, 1))).fit(X, y)
    model = pipeline[-1]
    assert isinstance(model, SymmetryClonedRegressor)
    assert len(model.coefs_) == 3
    module = model.to_module()
    assert module[0].in_features == 10
    assert_array_equal(pipeline.predict(X), model.predict(pipeline[0].transform(X)))


def test_the_reference_of_each_symmetry_is_told_once(o5, capsys):
    symmetries = ("2*O(5)", None, "S(10)")
    settings = {**QUICK, "reference_steps": 2, "clone_steps": 2, "verbose": True}
    o5_search(symmetries=symmetries, strengths=(0, 0.1, 0.5), **settings).fit(*o5)
    told = [line.split(" (")[0] for line in capsys.readouterr().out.split("\n")]
    told = [line for line in told if line.startswith("reference '")]
    assert told == ["reference 'invariants' for '2*O(5) -> 1'", "reference 'sets' for 'S(10) -> 1'"]


def test_a_search_does_not_go_on_with_another_chunk(o5):
    with pytest.raises(AttributeError) as error:
        o5_search().partial_fit(*o5)
    assert "a search holds out samples of the whole table" in str(error.value.__cause__)


def test_folds_share_the_arrays_of_the_table(o5, monkeypatch):
    X, y = o5
    shared = []
    make_clone = search._clone

    def watched(settings, part, *others):
        shared.append(np.shares_memory(part.X, X))
        return make_clone(settings, part, *others)

    monkeypatch.setattr(search, "_clone", watched)
    o5_search(strengths=(0,), early_stopping=True).fit(X, y)
    assert shared == [True, True]


# what bad input gets


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"strengths": ()}, r'strengths must be "auto" or numbers from 0 to 1, got \(\)'),
        ({"strengths": (0, 2)}, r'strengths must be "auto" or numbers from 0 to 1, got \(0, 2\)'),
        ({"strengths": "all"}, r'strengths must be "auto" or numbers from 0 to 1, got \'all\''),
        ({"strengths": 0.5}, r"The 'strengths' parameter"),
        ({"symmetries": ()}, r"symmetries must hold at least one symmetry or None, got \(\)"),
        ({"symmetries": ("2*O(5",)}, r"in symmetries: symmetry '2\*O\(5': the expression ends"),
        ({"symmetries": (None, "3*O(3)")}, r"symmetry '3\*O\(3\)' needs 9 columns in X, X has 10"),
        ({"cv": None}, r"n_samples=5 is too few to hold rows out, 6 are needed"),
        ({"cv": 5}, r"fold 1 of 5 of cv holds out fewer than 2 samples, which R² needs"),
        ({"cv": 5, "scoring": "r2"}, r"fold 1 of 5 of cv holds out fewer than 2 samples"),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_bad_parameters(o5, parameters, message):
    model = o5_search(**parameters)
    with pytest.raises(ValueError, match=message):
        model.fit(o5[0][:5], o5[1][:5])
    assert not hasattr(model, "coefs_")


def test_early_stopping_asks_each_fold_for_samples(o5):
    X, y = o5[0][:8], np.array(["few", "many", "many", "many"] * 2)
    model = SymmetryClonedClassifierCV(early_stopping=True, cv=KFold(2), **QUICK)
    with pytest.raises(ValueError, match=r"in fold 1 of 2 of cv: early_stopping cannot hold") as e:
        model.set_params(validation_fraction=0.5).fit(X, y)
    assert "set early_stopping=False" in str(e.value)
    with pytest.raises(ValueError, match=r"^The validation set is too small"):
        model.fit(X[:2], y[:2])


def test_other_bad_parameters(o5):
    with pytest.raises(TypeError, match="unexpected keyword argument 'strenths'"):
        SymmetryClonedRegressorCV(strenths="auto")
    with pytest.raises(TypeError, match="in symmetries: symmetry must be a Symmetry, its string"):
        o5_search(symmetries=(3,)).fit(*o5)
    with pytest.raises(ValueError, match="part of the rows in which all sample_weight are zero"):
        o5_search(cv=KFold(2)).fit(*o5, np.arange(90) < 45)
    with pytest.raises(ValueError, match=r"scoring=.* is not finite on all held-out samples"):
        o5_search(cv=2, scoring=lambda model, X, y: np.nan).fit(*o5)


@pytest.mark.parametrize(
    ("cv", "message"),
    [
        (
            [([0, 1], [2, 99])],
            "split 1 of cv must hold at least one place of a row in each part, whole numbers from "
            "0 to 89, got [2, 99]",
        ),
        ([([0, 1], [2]), ([-99], [3])], "split 2 of cv must hold at least one place of a row in"),
        ([([0.0, 1.0], [2])], "whole numbers from 0 to 89, got [0.0, 1.0]"),
        ([([0, 1], [])], "whole numbers from 0 to 89, got []"),
        ([([[0, 1]], [2])], "whole numbers from 0 to 89, got [[0, 1]]"),
        ([([True] * 5, [2])], "whole numbers from 0 to 89, got [True, True, True, True, True]"),
        ([1, 2], "split 1 of cv must be a pair of the places of rows, (train, test), got 1"),
        ([([0], [1], [2])], "(train, test), got ([0], [1], [2])"),
    ],
)
def test_splits_that_are_none_are_refused_before_training(o5, monkeypatch, cv, message):
    monkeypatch.setattr(fits, "fit_reference", None)
    with pytest.raises(ValueError, match=re.escape(message)):
        o5_search(cv=cv).fit(*o5)


def test_splits_may_be_masks_and_count_from_the_end(o5):
    scores = [
        o5_search(strengths=(0.5,), cv=[split], clone_steps=5, reference_steps=5).fit(*o5)
        for split in (
            (np.arange(60), np.arange(60, 90)),
            (np.arange(90) < 60, np.arange(90) >= 60),
            (list(range(60)), list(range(-30, 0))),
        )
    ]
    assert scores[0].best_score_ == scores[1].best_score_ == scores[2].best_score_


@pytest.mark.parametrize("returned", ["good", None, [1.0], {"r2": 1.0}, 1j, np.ones(2)])
def test_a_scorer_that_returns_no_number_is_named(o5, returned):
    quick = {"clone_steps": 5, "reference_steps": 5}
    model = o5_search(strengths=(0.5,), scoring=lambda *_: returned, **quick)
    with pytest.raises(ValueError, match=r"^scoring=<function .* must return a number, it ret"):
        model.fit(*o5)


def test_a_score_that_there_is_not_is_refused_before_training(o5, monkeypatch):
    monkeypatch.setattr(fits, "fit_reference", None)
    with pytest.raises(ValueError, match="'nope' is not a valid scoring value"):
        o5_search(scoring="nope").fit(*o5)
