"""Searches in several processes and threads, for a limited time, and what they tell."""

import re
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklearn_symclone import SymmetryClonedRegressor, SymmetryClonedRegressorCV
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.fitting import jobs, pipeline
from sklearn_symclone.fitting import search as fitting_search

TINY = {
    "reference_steps": 5,
    "clone_steps": 5,
    "max_iter": 2,
    "hidden_layer_sizes": (16, 8),
    "random_state": 0,
    "cv": 2,
}
X, Y = make_o5(60, random_state=0)


def search(**parameters):
    settings = {"symmetries": ("2*O(5)", None), "strengths": (0.1, 0.5, 1), **TINY, **parameters}
    return SymmetryClonedRegressorCV(**settings).fit(X, Y)


def assert_same(model, other):
    for name, values in model.cv_results_.items():
        if "time" not in name:
            assert_array_equal(values, other.cv_results_[name])
    assert_array_equal(model.predict(X), other.predict(X))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"early_stopping": True, "n_restarts": 1},
        {"solver": "lbfgs", "max_fun": 3, "strengths": (0.5,)},
        {"cloning": "layers", "symmetries": "S(10)", "anchor": "orbit", "strengths": (0.5,)},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_results_do_not_depend_on_the_number_of_processes(settings):
    assert_same(search(**settings), search(**settings, n_jobs=2))


def test_a_parallel_config_decides_where_nothing_else_is_asked_for():
    before, alone = joblib.parallel.effective_n_jobs(None), search()
    with joblib.parallel_config("threading", n_jobs=2):
        assert_same(alone, search())
    assert joblib.parallel.effective_n_jobs(None) == before == 1


def test_only_a_search_asks_joblib(monkeypatch):
    monkeypatch.setattr(jobs, "Parallel", None)  # which cannot be called
    settings = {name: value for name, value in TINY.items() if name != "cv"}
    with joblib.parallel_config("threading", n_jobs=2):
        SymmetryClonedRegressor(symmetry="2*O(5)", strength="auto", **settings).fit(X, Y)
        search(n_jobs=1)
        with pytest.raises(TypeError, match="not callable"):
            search()


def test_processes_that_share_a_fit_run_no_other():
    pytest.importorskip("accelerate")
    with pytest.raises(ValueError, match="n_jobs=2 cannot be used with device='accelerate'"):
        search(n_jobs=2, device="accelerate")


# a limited time


@pytest.fixture
def clock(monkeypatch):
    """Let the search see a clock that advances by a second at each look."""
    times = iter(range(1000))
    monkeypatch.setattr(jobs, "time", SimpleNamespace(time=lambda: next(times)))


@pytest.mark.usefixtures("clock")
def test_what_the_time_does_not_suffice_for_is_left_out():
    # the references of both folds are fitted in two seconds, and no third one is
    message = r"time_limit=2 seconds were over: 2 of 4 candidates were left out, and are NaN"
    with pytest.warns(UserWarning, match=message) as caught:
        model = search(symmetries=("2*O(5)", "S(10)"), strengths=(0.1, 1), time_limit=2)
    assert caught[0].filename == __file__
    found, alone = model.cv_results_, search(symmetries="2*O(5)", strengths=(0.1, 1))
    for name in ("mean_test_score", "std_test_score", "split1_test_score"):
        assert_array_equal(found[name], [*alone.cv_results_[name], np.nan, np.nan])
    assert np.isnan(found["mean_fit_time"]).tolist() == [False, False, True, True]
    assert sorted(found["rank_test_score"]) == [1, 2, 3, 3]
    assert model.best_params_ == alone.best_params_


@pytest.mark.usefixtures("clock")
def test_one_symmetry_has_to_be_complete():
    message = "time_limit=1 seconds were over before the reference of one symmetry was fitted to "
    with pytest.raises(ValueError, match=message + "all 2 folds: give more seconds, or fewer"):
        search(time_limit=1)


def test_enough_time_changes_nothing():
    assert_same(search(), search(time_limit=1000))


# what is told


def test_a_line_for_each_clone_and_each_score(capsys):
    model = search(verbose=True, strengths=(0.1, 1))
    captured = capsys.readouterr()
    clones = re.findall(r"fold (\d) of 2, 2\*O\(5\) -> 1: reference and clone, .* s", captured.out)
    assert clones == ["1", "2"]
    candidates = [("2*O(5) -> 1", "0.1"), ("2*O(5) -> 1", "1"), ("no symmetry", "0")]
    scores = [f"{score:.4g}" for score in model.cv_results_["split1_test_score"]]
    assert re.findall(r"fold 2 of 2, (.*), strength (.*): score (.*), .* s", captured.out) == [
        (*candidate, score) for candidate, score in zip(candidates, scores, strict=True)
    ]
    # bars are of the last fit alone
    assert "held-out samples" not in captured.err
    assert "fold" not in captured.err


def test_times_are_those_of_all_that_a_candidate_takes(monkeypatch):
    seconds = iter(range(1000))
    clock = SimpleNamespace(perf_counter=lambda: next(seconds))
    monkeypatch.setattr(fitting_search, "time", clock)
    monkeypatch.setattr(pipeline, "time", clock)
    model = search(strengths=(0.1, 0.5, 1))
    found = model.cv_results_
    # a second for each clone, and one for the four fits that are trained as one
    assert_array_equal(found["mean_fit_time"], [1.25, 1.25, 1, 1.5])
    assert_array_equal(found["std_fit_time"], 0)
    assert_array_equal(found["mean_score_time"], 1)
    assert model.refit_time_ == 1
