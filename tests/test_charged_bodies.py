"""Charged bodies move by Newton's law, turn with the frame, and fall under gravity."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import solve_ivp

from sklearn_symclone.datasets import make_charged_bodies


def parts(X):
    n = X.shape[1] // 7
    charges, x, v = np.split(X, [n, 4 * n], axis=1)
    return charges, x.reshape(-1, n, 3), v.reshape(-1, n, 3)


def move(charges, x, v, gravity):
    """Return positions after a unit of time, by an adaptive integration of one system."""

    def slope(_, state):
        x, v = state.reshape(2, -1, 3)
        force = np.zeros_like(x)
        for i in range(len(x)):
            for j in range(len(x)):
                if i != j:
                    apart = x[i] - x[j]
                    force[i] += charges[i] * charges[j] * apart / np.linalg.norm(apart) ** 3
        force[:, 2] -= gravity
        return np.concatenate([v.ravel(), force.ravel()])

    start = np.concatenate([x.ravel(), v.ravel()])
    return solve_ivp(slope, (0, 1), start, rtol=1e-9, atol=1e-9).y[: x.size, -1]


@pytest.mark.parametrize("gravity", [0.0, 9.81])
def test_targets_follow_newtons_law(gravity):
    X, Y = make_charged_bodies(6, n_bodies=3, gravity=gravity, random_state=0)
    for row, target in zip(X, Y, strict=True):
        (charges,), (x,), (v,) = parts(row[None])
        assert_allclose(target, move(charges, x, v, gravity), atol=0.02)


def test_the_start_is_as_published():
    X, Y = make_charged_bodies(2000, random_state=0)
    charges, x, v = parts(X)
    assert set(np.unique(charges)) == {-1.0, 1.0}
    # momentum is conserved, but where a force was clipped
    drift = Y.reshape(-1, 5, 3).mean(axis=1) - (x + v).mean(axis=1)
    assert np.quantile(np.abs(drift), 0.8) < 1e-9
    assert 0.08 < np.mean((Y - (x + v).reshape(2000, 15)) ** 2) < 0.13


def test_gravity_moves_all_bodies_alike():
    free, later = make_charged_bodies(5, random_state=0)
    X, Y = make_charged_bodies(5, gravity=9.81, random_state=0)
    fall, steps = 9.81 * 1e-3**2, np.array([3100, 4100])
    given, then = fall * steps * (steps + 1) / 2
    assert_allclose(parts(X)[1], parts(free)[1] - [0, 0, given], atol=1e-6)
    assert_allclose(Y.reshape(5, 5, 3), later.reshape(5, 5, 3) - [0, 0, then], atol=1e-6)


def test_the_same_seed_gives_the_same_systems_whatever_is_integrated_at_a_time(monkeypatch):
    expected = make_charged_bodies(5, random_state=0)
    monkeypatch.setattr("sklearn_symclone.datasets._charged_bodies._CHUNK", 2)
    for found, array in zip(make_charged_bodies(5, random_state=0), expected, strict=True):
        assert_allclose(found, array)


@pytest.mark.parametrize(
    ("name", "value"), [("n_samples", 0), ("n_bodies", 1), ("gravity", np.inf), ("gravity", "1")]
)
def test_bad_input_is_named(name, value):
    with pytest.raises(ValueError, match=f"'{name}' parameter of make_charged_bodies must be"):
        make_charged_bodies(**{"n_samples": 2, name: value})
