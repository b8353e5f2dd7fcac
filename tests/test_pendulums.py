"""The pendulums follow Hamilton's equations, turn with the frame, and are blown off in a wind."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.datasets import make_double_spring_pendulum, make_windy_pendulum
from sklearn_symclone.datasets._pendulums import _pendulum_target


def energy(state, wind=0.0):
    """Return the energy of one state, as the docstring of the generator has it."""
    x1, y1, z1, x2, y2, z2, *momenta = state
    upper = (x1**2 + y1**2 + z1**2) ** 0.5 - 1
    lower = ((x2 - x1) ** 2 + (y2 - y1) ** 2 + (z2 - z1) ** 2) ** 0.5 - 1
    kinetic = sum(p**2 for p in momenta) / 2
    return kinetic + 2 * upper**2 + 2 * lower**2 + z1 + z2 - wind * (x1 + x2)


def evolve(state, wind, n_steps=400, duration=2.0):
    """Return a state after a time, by Runge-Kutta steps with a numerical gradient of the energy."""
    moves, half = 1e-5 * np.eye(12), duration / n_steps / 2

    def velocity(state):
        gradient = [(energy(state + m, wind) - energy(state - m, wind)) / 2e-5 for m in moves]
        return np.concatenate([gradient[6:], -np.array(gradient[:6])])

    for _ in range(n_steps):
        a = velocity(state)
        b = velocity(state + half * a)
        c = velocity(state + half * b)
        d = velocity(state + 2 * half * c)
        state = state + half / 3 * (a + 2 * b + 2 * c + d)
    return state


def turned(states, angle, *, reflect=False):
    """Turn the horizontal components of states about the vertical, after y -> -y."""
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    vectors = states.reshape(-1, 4, 3).copy()
    if reflect:
        vectors[:, :, 1] *= -1
    vectors[:, :, :2] = vectors[:, :, :2] @ rotation.T
    return vectors.reshape(states.shape)


@pytest.mark.parametrize("wind", [0.0, 0.5])
def test_target_solves_hamiltons_equations(wind):
    X, Y = make_windy_pendulum(2, breaking=wind, random_state=0)
    for before, after in zip(X, Y, strict=True):
        assert_allclose(after, evolve(before, wind), atol=1e-6)


@pytest.mark.parametrize("wind", [0.0, 0.5])
def test_energy_is_conserved(wind):
    X, Y = make_windy_pendulum(200, breaking=wind, random_state=0)
    before = np.array([energy(state, wind) for state in X])
    assert before.std() > 0.5
    assert_allclose([energy(state, wind) for state in Y], before, atol=1e-6)


def test_angular_momentum_about_the_vertical_is_conserved_in_still_air_alone():
    def angular_momentum(states):
        vectors = states.reshape(-1, 4, 3)
        return sum(np.cross(vectors[:, i], vectors[:, i + 2])[:, 2] for i in (0, 1))

    X, Y = make_double_spring_pendulum(200, random_state=0)
    assert_allclose(angular_momentum(Y), angular_momentum(X), atol=1e-6)
    X, Y = make_windy_pendulum(200, random_state=0)
    assert np.abs(angular_momentum(Y) - angular_momentum(X)).mean() > 0.1


@pytest.mark.parametrize("reflect", [False, True])
def test_rotations_about_the_vertical_move_the_answer_along_until_wind_blows(reflect):
    X, Y = make_double_spring_pendulum(50, random_state=0)
    X_turned = turned(X, 0.7, reflect=reflect)
    assert_allclose(_pendulum_target(X_turned, wind=0), turned(Y, 0.7, reflect=reflect), atol=1e-6)
    error = _pendulum_target(X_turned, wind=0.5) - turned(
        _pendulum_target(X, wind=0.5), 0.7, reflect=reflect
    )
    assert np.all(np.abs(error).max(axis=1) > 0.1)


def test_wind_keeps_the_reflection_across_itself():
    X, Y = make_windy_pendulum(50, random_state=0)
    mirrored = turned(X, 0, reflect=True)
    assert_allclose(_pendulum_target(mirrored, wind=0.5), turned(Y, 0, reflect=True), atol=1e-6)


def test_no_wind_is_still_air():
    X, Y = make_double_spring_pendulum(20, random_state=0)
    X_windless, Y_windless = make_windy_pendulum(20, breaking=0, random_state=0)
    assert_array_equal(X_windless, X)
    assert_array_equal(Y_windless, Y)
    X_windy, Y_windy = make_windy_pendulum(20, breaking=0.1, random_state=0)
    assert_array_equal(X_windy, X)
    assert np.all(np.any(Y_windy != Y, axis=1))


def test_initial_states_scatter_about_rest():
    X, _ = make_double_spring_pendulum(5000, random_state=0)
    at_rest = np.array([0, 0, -1.5, 0, 0, -2.75, 0, 0, 0, 0, 0, 0])
    assert_allclose(_pendulum_target(at_rest[None], wind=0)[0], at_rest, atol=1e-8)
    assert_allclose(X.mean(axis=0), at_rest, atol=0.04)
    assert_allclose(np.cov(X.T), 0.25 * np.eye(12), atol=0.03)
