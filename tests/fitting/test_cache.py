"""The cache of references and clones: what finds an entry, what makes it anew, who may write."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from joblib import Parallel, delayed
from sklearn.model_selection import GridSearchCV

import sklearn_symclone.fitting.cache as cache
from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.fitting.cache import identity
from sklearn_symclone.imitation import fitted, network
from sklearn_symclone.references import FAMILIES, Pointwise, registry
from sklearn_symclone.references.invariants import Invariants
from sklearn_symclone.references.tensors import Tensors


def model(**parameters):
    settings = {
        "symmetry": "2*O(5)",
        "hidden_layer_sizes": (16, 16),
        "reference_steps": 20,
        "strength": 0.1,
        "clone_steps": 20,
        "max_iter": 2,
        "random_state": 0,
    }
    return SymmetryClonedRegressor(**{**settings, **parameters})


@pytest.fixture(scope="module")
def o5():
    return make_o5(80, random_state=0)


@pytest.fixture
def fits(monkeypatch):
    """Count the references that are fitted and the students that imitate them."""
    counts = {"fit_reference": 0, "imitate": 0}

    def counting(user, name):
        function = getattr(user, name)

        def call(*args, **kwargs):
            counts[name] += 1
            return function(*args, **kwargs)

        # joblib tells functions apart by their names
        call.__module__, call.__qualname__ = function.__module__, function.__qualname__
        call.__name__ = function.__name__
        return call

    for user, name in [(fitted, "fit_reference"), (network, "imitate")]:
        counted = counting(user, name)
        monkeypatch.setattr(user, name, counted)
        monkeypatch.setattr(f"{counted.__module__}.{name}", counted)
    return counts


def test_an_entry_is_found_again(o5, fits, tmp_path):
    for strength in (0.1, 0.5, 1):
        model(memory=str(tmp_path), strength=strength, verbose=strength == 1).fit(*o5)
    assert fits == {"fit_reference": 1, "imitate": 1}


def test_a_new_version_of_the_library_makes_its_own_entries(o5, fits, tmp_path, monkeypatch):
    for version in ("1", "1", "2"):
        monkeypatch.setattr(cache, "__version__", version)
        model(memory=str(tmp_path)).fit(*o5)
    assert fits == {"fit_reference": 2, "imitate": 2}


def test_so_do_other_settings_of_a_family(o5, fits, tmp_path, monkeypatch):
    family = FAMILIES["invariants"]
    for rate in (1e-2, 1e-2, 2e-2):
        changed = replace(family, fit=replace(family.fit, learning_rate=rate))
        monkeypatch.setitem(registry._families, "invariants", changed)
        model(memory=str(tmp_path)).fit(*o5)
    assert fits["fit_reference"] == 2


def test_callables_are_told_apart_by_what_they_do(o5, fits, tmp_path):
    for family in (Invariants, Invariants, Tensors):
        model(memory=str(tmp_path), reference=lambda s, family=family: family(s)).fit(*o5)
    assert fits == {"fit_reference": 2, "imitate": 2}
    assert identity("sets") == "sets"
    assert "class Pointwise" in identity(Pointwise)[1]


@pytest.mark.parametrize("content", [b"", b"\x80\x04garbage", b"not a pickle", None])
def test_a_damaged_entry_is_made_again_without_a_word(o5, fits, tmp_path, content):
    X, y = o5
    answers = model(memory=str(tmp_path)).fit(X, y).predict(X)
    entries = list(tmp_path.rglob("output.pkl"))
    assert len(entries) == 2
    for entry in entries:
        entry.write_bytes(entry.read_bytes()[:-30] if content is None else content)
        entry.with_name("metadata.json").write_bytes(b"\xff")
    for _ in range(2):
        again = model(memory=str(tmp_path)).fit(X, y)
        np.testing.assert_array_equal(again.predict(X), answers)
    assert fits == {"fit_reference": 2, "imitate": 2}


def test_two_processes_may_fit_the_same_into_one_folder(o5, tmp_path):
    X, y = o5
    jobs = [delayed(model(memory=str(tmp_path)).fit)(X, y) for _ in range(2)]
    expected = model().fit(X, y).predict(X)
    for found in Parallel(n_jobs=2)(jobs):
        np.testing.assert_array_equal(found.predict(X), expected)
    assert len(list(tmp_path.rglob("output.pkl"))) == 2


def test_a_memory_of_another_kind_needs_a_method_cache_alone(o5):
    class Nothing:
        def cache(self, function, ignore=()):
            return function

    X, y = o5
    answers = [model(memory=memory).fit(X, y).predict(X) for memory in (None, Nothing())]
    np.testing.assert_array_equal(*answers)


def test_a_search_scores_the_same_in_one_process_and_in_two(o5, tmp_path):
    X, y = o5
    grid = {"strength": [0, 0.1, 1]}
    threads = torch.get_num_threads()
    scores = []
    try:
        torch.set_num_threads(2)
        for n_jobs in (1, 2):
            for memory in (None, str(tmp_path / str(n_jobs))):
                search = GridSearchCV(model(memory=memory), grid, cv=2, n_jobs=n_jobs)
                search.fit(X, y)
                names = [f"split{k}_test_score" for k in range(2)]
                scores.append(np.stack([search.cv_results_[name] for name in names]))
    finally:
        torch.set_num_threads(threads)
    for other in scores[1:]:
        np.testing.assert_array_equal(other, scores[0])


@pytest.mark.parametrize("kind", ["a file", "a file in the folder", "no such folder", "read-only"])
def test_a_folder_that_cannot_be_used_gives_the_same_model_and_one_warning(
    o5, tmp_path, kind, monkeypatch
):
    X, y = o5
    folder = tmp_path / "folder"
    if kind == "a file":
        folder.write_text("foreign")
    elif kind == "a file in the folder":
        folder.mkdir()
        (folder / "joblib").write_text("foreign")
    elif kind == "no such folder":
        folder = "/proc/nothing"
    else:  # which is no hindrance for root, who runs these tests in a container

        def refuse(*arguments, **settings):
            raise PermissionError("Permission denied")

        monkeypatch.setattr("joblib.memory.Memory.cache", refuse)
    expected = model().fit(X, y).predict(X)
    with pytest.warns(UserWarning, match=r"memory=.* cannot be used .* or memory=None") as caught:
        found = model(memory=str(folder)).fit(X, y)
    np.testing.assert_array_equal(found.predict(X), expected)
    assert len(caught) == 1
