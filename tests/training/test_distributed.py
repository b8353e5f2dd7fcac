"""Processes that share the rows of each step fit what one process fits alone."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from joblib import Memory
from numpy.testing import assert_allclose

from sklearn_symclone import SymmetryClonedRegressor, SymmetryClonedRegressorCV
from sklearn_symclone.datasets import make_o5

pytest.importorskip("accelerate")

SMALL = {"hidden_layer_sizes": (8, 8), "max_iter": 3, "random_state": 0, "batch_size": 40}
CLONED = {"symmetry": "2*O(5)", "reference_steps": 10, "clone_steps": 10}


def models(device):
    """Return models that are the same alone to rounding, and models whose phases amplify it."""
    settings = SMALL | {"device": device}
    exact = [
        SymmetryClonedRegressor(**settings),
        SymmetryClonedRegressor(**settings, early_stopping=True, n_restarts=2),
        SymmetryClonedRegressor(**settings, n_restarts=2),
        SymmetryClonedRegressor(**settings, solver="lbfgs"),
    ]
    return exact, [
        SymmetryClonedRegressor(**settings, **CLONED),
        SymmetryClonedRegressor(**settings | {"random_state": None}, **CLONED, anchor="orbit"),
        SymmetryClonedRegressorCV(
            **settings | {"max_iter": 2},
            symmetries="2*O(5)",
            strengths=(0, 0.1, 0.5),
            cv=2,
            reference_steps=2,
            clone_steps=2,
        ),
    ]


def fitted(device):
    X, y = make_o5(101, random_state=0)
    return [
        [(model.fit(X, y).coefs_, model.intercepts_, model.loss_curve_) for model in some]
        for some in models(device)
    ]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """What two processes have fitted together."""
    folder = tmp_path_factory.mktemp("shared")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc_per_node=2", __file__, str(folder)]
    environment = os.environ | {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return [pickle.loads((folder / str(rank)).read_bytes()) for rank in range(2)]


def assert_same(one, other, **tolerances):
    for (coefs, intercepts, curve), expected in zip(one, other, strict=True):
        assert_allclose(curve, expected[2], **tolerances)
        for array, wanted in zip(coefs + intercepts, expected[0] + expected[1], strict=True):
            assert_allclose(array, wanted, **tolerances)


def test_all_processes_have_the_same_weights(shared):
    for one, other in zip(*shared, strict=True):
        assert_same(one, other, rtol=0)


def test_they_are_those_of_a_fit_alone(shared):
    assert_same(shared[0][0], fitted("cpu")[0], rtol=1e-6, atol=1e-9)


def test_one_process_is_a_fit_alone():
    for one, other in zip(fitted("accelerate")[0], fitted("cpu")[0], strict=True):
        assert_same([one], [other], rtol=1e-12)


def test_a_cache_is_refused(tmp_path):
    model = SymmetryClonedRegressor(
        **SMALL, **CLONED, device="accelerate", memory=Memory(tmp_path, verbose=0)
    )
    with pytest.raises(ValueError, match='device="accelerate" has no cache'):
        model.fit(*make_o5(20, random_state=0))


if __name__ == "__main__":
    result = fitted("accelerate")
    with open(os.path.join(sys.argv[1], os.environ["RANK"]), "wb") as file:
        pickle.dump(result, file)
    assert np.isfinite(result[1][0][2]).all()
