"""The examples, with few rows and steps: two symmetries end to end through the estimators."""

import importlib.util
import sys
from pathlib import Path

from numpy.testing import assert_allclose
from sklearn.datasets import load_digits

from sklearn_symclone import assert_equivariant

EXAMPLES = Path(__file__).parent.parent / "examples"


def load(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # its functions are pickled when a fit is cached
    spec.loader.exec_module(module)
    return module


def test_a_clone_learns_the_balance_from_fewer_rows():
    scores = load("balance_scale").main(n=60, reference_steps=150, clone_steps=100)
    none, sides, all_of_it = scores.values()
    assert all_of_it > sides > none - 0.02
    assert all_of_it > 0.93 > none


def test_a_clone_learns_forces_from_fewer_rows():
    settings = {"reference_steps": 200, "clone_steps": 150, "strength": 0.1}
    scores = load("forces").main(n=200, **settings)
    assert scores["no symmetry"] < 0.3
    assert scores["cloned"] > 0.5


def test_the_forces_have_the_symmetry_that_is_stated():
    example = load("forces")
    X, Y = example.make_forces(20, 0)
    assert_allclose(Y.reshape(20, 7, 3).sum(axis=1), 0, atol=1e-12)  # actions and reactions
    assert_equivariant(example.forces, X, example.SYMMETRY)


def test_digits_keep_a_symmetry_and_break_it():
    example = load("digits_rotation")
    scores = example.main(n=400, reference_steps=200)
    kept, broken = example.tasks(400)
    assert scores[kept, 1] > scores[kept, 0] + 0.3
    assert max(scores[broken, 0.1], scores[broken, 0.2]) > scores[broken, 1]
    assert scores[broken, 1] > scores[broken, 0]


def test_the_four_tasks_on_digits_of_another_size():
    digits = load_digits()
    images, y = (digits.images / 16).astype("float32"), digits.target
    settings = {"strengths": (0.1, 1), "reference_steps": 60, "max_iter": 5}
    scores = load("mnist_four_tasks").main(
        images[:300], y[:300], images[300:500], y[300:500], **settings
    )
    assert scores["turns, symmetric", 1] > scores["turns, symmetric", 0] + 0.2
    assert scores["turns, breaking", 0.1] > scores["turns, breaking", 1]
