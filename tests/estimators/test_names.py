"""Estimators find columns and classes by the names that a symmetry has for them."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score

from sklearn_symclone import (
    Symmetry,
    SymmetryClonedClassifier,
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
    equivariance_error,
    make_orbit_scorer,
)

COLUMNS = ["a1", "b1", "a2", "b2"]
SHUFFLED = ["b2", "a1", "b1", "a2"]
FRAME = pd.DataFrame(np.random.RandomState(0).standard_normal((60, 4)), columns=COLUMNS)
MARGIN = (FRAME.a1 - FRAME.a2 + 0.5 * (FRAME.b2 - FRAME.b1)).to_numpy()
#: First wins, second wins, neither.
OUTCOME = np.select([MARGIN > 0.4, MARGIN < -0.4], [0, 1], default=2)
SUM = (FRAME.a1 * FRAME.b1 + FRAME.a2 * FRAME.b2).to_numpy()
TEXT = "S(2)*2 -> S(2) + 1"
SHORT = {
    "reference": "sets",
    "reference_steps": 5,
    "clone_steps": 5,
    "max_iter": 2,
    "strength": 0.5,
    "activation": "silu",
    "hidden_layer_sizes": (32, 32),
    "random_state": 0,
}
TEAMS = Symmetry.parse("S(2)*2", columns=COLUMNS)


def classifier(symmetry=TEXT, **changed):
    return SymmetryClonedClassifier(symmetry=symmetry, **{**SHORT, **changed})


def regressor(symmetry=TEAMS, **changed):
    return SymmetryClonedRegressor(symmetry=symmetry, **{**SHORT, **changed})


def assert_same_network(first, second):
    for name in ("coefs_", "intercepts_"):
        for one, other in zip(getattr(first, name), getattr(second, name), strict=True):
            assert_array_equal(one, other)


def test_a_frame_with_shuffled_columns_gives_the_same_model():
    model = regressor().fit(FRAME, SUM)
    shuffled = regressor().fit(FRAME[SHUFFLED], SUM)
    of_array = regressor("S(2)*2").fit(FRAME.to_numpy(), SUM)
    assert_same_network(model, shuffled)
    assert_same_network(model, of_array)
    expected = model.predict(FRAME)
    for frame in (FRAME, FRAME[SHUFFLED]):
        assert_array_equal(model.predict(frame), expected)
        assert_array_equal(shuffled.predict(frame), expected)
    assert model.feature_names_in_.tolist() == shuffled.feature_names_in_.tolist() == COLUMNS
    assert model.symmetry_ == TEAMS.bind(4, 1)
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict(FRAME[SHUFFLED]), expected)


def test_without_names_the_order_matters():
    model = regressor("S(2)*2").fit(FRAME, SUM)
    assert not np.array_equal(
        model.coefs_[0], regressor("S(2)*2").fit(FRAME[SHUFFLED], SUM).coefs_[0]
    )


def test_an_array_is_in_the_order_of_the_names():
    named = regressor().fit(FRAME.to_numpy(), SUM)
    assert_same_network(named, regressor("S(2)*2").fit(FRAME.to_numpy(), SUM))


@pytest.mark.parametrize("package", ["polars", "pyarrow"])
def test_other_frames_are_found_by_name(package):
    module = pytest.importorskip(package)
    build = module.DataFrame if package == "polars" else module.table
    frame = build({name: FRAME[name].to_numpy() for name in SHUFFLED})
    model = regressor().fit(frame, SUM)
    assert_same_network(model, regressor().fit(FRAME, SUM))
    assert_array_equal(model.predict(frame), model.predict(FRAME))
    error = equivariance_error(model, frame, TEAMS, random_state=0)
    assert error == equivariance_error(model, FRAME, TEAMS, random_state=0)


def test_tuples_are_names():
    names = [("first", "a"), ("first", "b"), ("second", "a"), ("second", "b")]
    frame = FRAME.set_axis(pd.MultiIndex.from_tuples(names), axis=1)
    symmetry = Symmetry.parse("S(2)*2", columns=names)
    model = regressor(symmetry).fit(frame[names[::-1]], SUM)
    assert_same_network(model, regressor().fit(FRAME, SUM))
    assert_array_equal(model.predict(frame), model.predict(frame[names[::-1]]))


def test_validation_samples_are_found_by_name():
    first, last = FRAME[:40], FRAME[40:]
    model = regressor(early_stopping=True)
    in_order = clone(model).fit(first, SUM[:40], X_val=last, y_val=SUM[40:])
    shuffled = clone(model).fit(first, SUM[:40], X_val=last[SHUFFLED], y_val=SUM[40:])
    assert_same_network(in_order, shuffled)


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        (FRAME[["a1", "b1", "a2"]], "X lacks b2"),
        (FRAME.assign(id=range(60)), "X also has id, which the symmetry does not name"),
        (
            FRAME.rename(columns={"b2": "b_2"}),
            "X lacks b2 (did you mean 'b_2'?); X also has b_2, which the symmetry does not name",
        ),
    ],
)
def test_columns_that_differ_are_named(frame, problem):
    message = re.escape(f"': {problem}") + "$"
    fitted = regressor().fit(FRAME, SUM)
    with pytest.raises(ValueError, match=r"^the columns of symmetry 'S\(2\)\*2" + message):
        regressor().fit(frame, SUM)
    with pytest.raises(ValueError, match=message):
        fitted.predict(frame)
    with pytest.raises(ValueError, match=message):
        equivariance_error(fitted, frame, TEAMS)


@pytest.mark.parametrize(
    "labels",
    [["win", "loss", "draw"], [-1, 1, 0], [2.0, 0.0, 1.0], [True, False, 3]],
    ids=str,
)
def test_labels_are_matched_in_any_order(labels):
    # in their own order these classes are sorted, so the plain expression is right for them
    plain = classifier().fit(FRAME, OUTCOME)
    y = np.array(labels)[OUTCOME]
    named = classifier(Symmetry.parse(TEXT, classes=labels)).fit(FRAME, y)
    assert_array_equal(named.classes_, np.unique(y))
    places = [named.classes_.tolist().index(label) for label in np.array(labels).tolist()]
    assert_allclose(named.predict_proba(FRAME)[:, places], plain.predict_proba(FRAME), rtol=1e-12)
    assert_array_equal(named.predict(FRAME), np.array(labels)[plain.predict(FRAME)])
    assert_array_equal(named.coefs_[-1][:, places], plain.coefs_[-1])
    module = named.to_module()
    assert module is not None
    assert named.equivariance_error_ == plain.equivariance_error_


def test_matched_labels_keep_the_symmetry_and_sorted_ones_do_not():
    labels = np.array(["win", "loss", "draw"])
    symmetry = Symmetry.parse(TEXT, columns=COLUMNS, classes=labels)
    model = classifier(symmetry, strength=1, reference_steps=50, clone_steps=100)
    model.fit(FRAME, labels[OUTCOME])
    error = equivariance_error(model, FRAME[SHUFFLED], symmetry, random_state=0)
    assert error < 0.03
    # sorted, draw and loss would be exchanged
    assert equivariance_error(model, FRAME, TEXT, random_state=0) > 5 * error


def test_a_class_without_samples_is_learned_from_moved_samples():
    labels = np.array(["win", "loss", "draw"])
    symmetry = Symmetry.parse(TEXT, classes=labels)
    y = labels[OUTCOME]
    seen = y != "loss"
    model = classifier(symmetry, strength=1, reference_steps=60, clone_steps=100)
    model.fit(FRAME[seen], y[seen])
    assert model.classes_.tolist() == ["draw", "loss", "win"]
    exchanged = FRAME[["a2", "b2", "a1", "b1"]].set_axis(COLUMNS, axis=1)
    assert set(model.predict(exchanged[y == "win"])) <= {"loss", "draw"}
    assert (model.predict(exchanged[y == "win"]) == "loss").mean() > 0.8


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({2: 0}, "no sample is of class draw, and the group turns no other class into it: leave"),
        ({2: 3}, "y lacks draw (did you mean 'drawn'?); y also has drawn, which the symmetry does"),
    ],
)
def test_classes_that_differ_are_refused(changed, problem):
    labels = np.array(["win", "loss", "draw", "drawn"])
    y = labels[[changed.get(code, code) for code in OUTCOME]]
    message = f"the classes of symmetry '{TEXT}': {problem}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        classifier(Symmetry.parse(TEXT, classes=labels[:3])).fit(FRAME, y)


def test_a_regressor_has_no_classes():
    symmetry = Symmetry.parse("S(2)*2 -> S(2)", classes=["a", "b"])
    message = "symmetry 'S(2)*2 -> S(2)' names classes, and a regressor has none: leave classes="
    with pytest.raises(ValueError, match=re.escape(message)):
        regressor(symmetry).fit(FRAME, FRAME[["a1", "a2"]])


def test_chunks_and_warm_starts_keep_the_order():
    labels = np.array(["win", "loss", "draw"])
    symmetry = Symmetry.parse(TEXT, columns=COLUMNS, classes=labels)
    plain, named = classifier(), classifier(symmetry)
    for rows in (slice(0, 30), slice(30, 60)):
        plain.partial_fit(FRAME[rows], OUTCOME[rows], classes=[0, 1, 2])
        named.partial_fit(FRAME[SHUFFLED][rows], labels[OUTCOME[rows]], classes=labels)
    places = [2, 1, 0]
    assert_allclose(named.coefs_[-1][:, places], plain.coefs_[-1], rtol=1e-12)
    warm = {"warm_start": True, "strength": 0.0}
    plain, named = classifier(**warm), classifier(symmetry, **warm)
    for _ in range(2):
        plain.fit(FRAME, OUTCOME)
        named.fit(FRAME[SHUFFLED], labels[OUTCOME])
    assert_allclose(named.coefs_[-1][:, places], plain.coefs_[-1], rtol=1e-12)


def test_a_chunk_with_other_classes_is_refused():
    symmetry = Symmetry.parse(TEXT, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="y also has 3, which the symmetry does not name"):
        classifier(symmetry).partial_fit(FRAME, OUTCOME, classes=[0, 1, 2, 3])


def test_candidates_may_list_columns_and_classes_in_their_own_order():
    labels = np.array(["win", "loss", "draw"])
    teams = Symmetry.parse(TEXT, columns=COLUMNS, classes=labels)
    features = Symmetry.parse(
        "2*S(2) -> 1 + S(2)", columns=["a1", "a2", "b1", "b2"], classes=["draw", "loss", "win"]
    )
    search = SymmetryClonedClassifierCV(
        symmetries=[features, None, teams],
        strengths=[0.5],
        cv=2,
        **{name: value for name, value in SHORT.items() if name != "strength"},
    )
    y = labels[OUTCOME]
    search.fit(FRAME, y)
    shuffled = clone(search).fit(FRAME[SHUFFLED], y)
    assert_same_network(search, shuffled)
    assert_array_equal(search.predict(FRAME[SHUFFLED]), search.predict(FRAME))
    scores = search.cv_results_["mean_test_score"]
    assert_array_equal(scores, shuffled.cv_results_["mean_test_score"])
    # the chosen one is fitted as on its own
    for number, symmetry in ((1, None), (2, teams)):
        one = SymmetryClonedClassifierCV(
            **{**search.get_params(), "symmetries": [symmetry], "strengths": [0.5]}
        )
        given = FRAME[list(features.columns)] if symmetry is None else FRAME
        one.fit(given, y)
        assert one.best_score_ == scores[number]
        alone = classifier(symmetry, strength=one.strength_).fit(given, y)
        assert_same_network(one, alone)
        assert one.feature_names_in_.tolist() == alone.feature_names_in_.tolist()
        assert_array_equal(one.predict_proba(given), alone.predict_proba(given))


def test_the_best_candidate_is_fitted_in_its_own_order():
    labels = np.array(["win", "loss", "draw"])
    teams = Symmetry.parse(TEXT, columns=COLUMNS, classes=labels)
    first = Symmetry.parse("2*S(2)", columns=["a1", "a2", "b1", "b2"])
    settings = {name: value for name, value in SHORT.items() if name != "strength"}

    def prefers_teams(model, X, y):  # a scorer gets columns in the order of the candidate
        return float(np.isin(X[:, 1], FRAME.b1).all())

    search = SymmetryClonedClassifierCV(
        symmetries=[first, teams], strengths=[0.5], cv=2, scoring=prefers_teams, **settings
    )
    search.fit(FRAME[SHUFFLED], labels[OUTCOME])
    assert search.symmetry_ == teams
    assert search.cv_results_["mean_test_score"].tolist() == [0, 1]
    assert_same_network(search, classifier(teams).fit(FRAME, labels[OUTCOME]))
    assert search.feature_names_in_.tolist() == COLUMNS
    assert_array_equal(search.predict(FRAME[SHUFFLED]), search.predict(FRAME))


def test_candidates_must_agree_on_what_has_names():
    other = Symmetry.parse("S(2)*2", columns=SHUFFLED)
    settings = {name: value for name, value in SHORT.items() if name != "strength"}

    def fit(*symmetries, X=FRAME):
        SymmetryClonedRegressorCV(symmetries=symmetries, cv=2, **settings).fit(X, SUM)

    with pytest.raises(ValueError, match=r"'4' names no columns, and 'S\(2\)\*2' does"):
        fit(TEAMS, "4")
    with pytest.raises(ValueError, match="list their columns in different orders, and the columns"):
        fit(TEAMS, other, X=FRAME.to_numpy())
    with pytest.raises(ValueError, match="X also has a1, b1, a2, b2"):
        fit(TEAMS, Symmetry.parse("S(2)*2", columns=["p", "q", "r", "s"]))


def test_scikit_learns_tools_take_named_symmetries():
    symmetry = str(Symmetry.parse(TEXT, columns=COLUMNS, classes=[0, 1, 2]))
    scorer = make_orbit_scorer(symmetry)
    search = GridSearchCV(classifier(symmetry), {"strength": [0.5, 1.0]}, scoring=scorer, cv=2)
    search.fit(FRAME[SHUFFLED], OUTCOME)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    in_order = cross_val_score(classifier(symmetry), FRAME, OUTCOME, scoring=scorer, cv=2)
    shuffled = cross_val_score(classifier(symmetry), FRAME[SHUFFLED], OUTCOME, scoring=scorer, cv=2)
    assert_array_equal(in_order, shuffled)
