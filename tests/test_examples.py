"""The examples, with few rows and steps: two symmetries end to end through the estimators."""

import importlib.util
from pathlib import Path

from numpy.testing import assert_allclose

from sklearn_symclone import assert_equivariant

EXAMPLES = Path(__file__).parent.parent / "examples"


def load(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_clone_learns_the_balance_from_fewer_rows():
    scores = load("balance_scale").main(n=60, reference_steps=150, clone_steps=100)
    none, sides, all_of_it = scores.values()
    assert all_of_it > sides > none - 0.02
    assert all_of_it > 0.93 > none


def test_a_clone_learns_forces_from_fewer_rows():
    scores = load("forces").main(n=200, reference_steps=200, clone_steps=300)
    assert scores["no symmetry"] < 0.3
    assert scores["cloned"] > 0.5


def test_the_forces_have_the_symmetry_that_is_stated():
    example = load("forces")
    X, Y = example.make_forces(20, 0)
    assert_allclose(Y.reshape(20, 7, 3).sum(axis=1), 0, atol=1e-12)  # actions and reactions
    assert_equivariant(example.forces, X, example.SYMMETRY)
