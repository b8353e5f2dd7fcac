"""Searches on a Dask cluster: the same scores, also after the death of a worker."""

import itertools
import os
import signal
from pathlib import Path

import joblib
import numpy as np
import pytest
import torch
from distributed import Client, LocalCluster
from sklearn.model_selection import GridSearchCV, KFold
from skorch.callbacks import Callback

from sklearn_symclone import SymmetryClonedRegressor, SymmetryClonedRegressorCV
from sklearn_symclone.datasets import make_o5

GRID = {"strength": [0, 0.1]}
X, Y = make_o5(300, random_state=0)
FOLDS = list(KFold(2).split(X))
N_TASKS = len(GRID["strength"]) * len(FOLDS)
#: What every worker has a copy of: otherwise joblib leaves each array with one worker alone, and it
#: dies with it.
SHARED = [X, Y, *itertools.chain(*FOLDS)]


class Report(Callback):
    """Write a file for each task fit, with torch's number of threads; the first may be fatal."""

    def __init__(self, folder, fatal=False):
        self.folder, self.fatal = folder, fatal

    def on_train_begin(self, net, **kwargs):
        begun = len(list(Path(self.folder).iterdir()))
        name = f"{os.getpid()}-{begun}-{os.urandom(4).hex()}"
        (Path(self.folder) / name).write_text(str(torch.get_num_threads()))
        if self.fatal:
            try:
                (Path(self.folder).parent / "dead").touch(exist_ok=False)
            except FileExistsError:
                return
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def client():
    settings = {"processes": True, "threads_per_worker": 1, "dashboard_address": None}
    with (
        LocalCluster(n_workers=2, memory_limit=0, **settings) as cluster,
        Client(cluster) as client,
    ):
        yield client


def scores(n_jobs=None, **parameters):
    model = SymmetryClonedRegressor(
        symmetry="2*O(5)",
        hidden_layer_sizes=(16, 16),
        reference_steps=20,
        clone_steps=20,
        max_iter=2,
        random_state=0,
        **parameters,
    )
    search = GridSearchCV(model, GRID, cv=FOLDS, n_jobs=n_jobs, refit=False, error_score="raise")
    search.fit(X, Y)
    return np.stack([search.cv_results_[f"split{fold}_test_score"] for fold in range(len(FOLDS))])


@pytest.fixture(scope="module")
def alone():
    return scores()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "begun"
    folder.mkdir()
    return folder


def in_each_worker(client, function, *arguments):
    addresses = client.scheduler_info(n_workers=-1)["workers"]
    jobs = [client.submit(function, *arguments, workers=[a], pure=False) for a in addresses]
    return client.gather(jobs)


def test_a_search_scores_the_same_on_a_cluster(client, alone, tmp_path):
    with joblib.parallel_config("dask"):
        np.testing.assert_array_equal(scores(n_jobs=-1, memory=str(tmp_path)), alone)


def test_a_search_of_ours_runs_its_folds_on_a_cluster(client, folder):
    settings = {"hidden_layer_sizes": (16, 16), "max_iter": 2, "random_state": 0}
    settings |= {"reference_steps": 20, "clone_steps": 20, "symmetries": ("2*O(5)", None)}
    model = SymmetryClonedRegressorCV(strengths=(0.1, 1), cv=FOLDS, **settings)
    here = model.fit(X, Y).cv_results_["split1_test_score"]
    with joblib.parallel_config("dask"):
        np.testing.assert_array_equal(model.fit(X, Y).cv_results_["split1_test_score"], here)
        model.set_params(callbacks=[Report(str(folder))]).fit(X, Y)
    own = [file for file in folder.iterdir() if file.name.startswith(f"{os.getpid()}-")]
    assert len(own) == len(list(folder.iterdir())) - 4 <= 1  # the last fit alone is here


def test_each_task_computes_on_one_thread(client, folder):
    in_each_worker(client, torch.set_num_threads, 2)
    with joblib.parallel_config("dask"):
        scores(n_jobs=-1, callbacks=[Report(str(folder))])
    assert [file.read_text() for file in folder.iterdir()] == ["1"] * N_TASKS
    assert len({file.name.split("-")[0] for file in folder.iterdir()}) == 2
    assert in_each_worker(client, torch.get_num_threads) == [2, 2]


def test_the_death_of_a_worker_costs_its_tasks_alone(client, alone, folder):
    workers = set(in_each_worker(client, os.getpid))
    with joblib.parallel_config("dask", scatter=SHARED):
        found = scores(n_jobs=-1, callbacks=[Report(str(folder), fatal=True)])
    np.testing.assert_array_equal(found, alone)
    # what the dead worker had begun, or finished and not yet handed over, is begun again
    assert N_TASKS < len(list(folder.iterdir())) <= 2 * N_TASKS
    client.wait_for_workers(2)
    assert len(workers & set(in_each_worker(client, os.getpid))) == 1


def test_a_search_scores_the_same_on_ray(alone):
    ray = pytest.importorskip("ray", reason="Ray is large, and no part of the extra 'test'")
    from ray.util.joblib import register_ray

    register_ray()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        with joblib.parallel_config("ray"):
            np.testing.assert_array_equal(scores(n_jobs=2), alone)
    finally:
        ray.shutdown()
