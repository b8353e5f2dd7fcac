"""Dynamics of two masses on springs, in still air and in a wind."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
from scipy.integrate import solve_ivp
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

#: Stiffness of both springs; masses, lengths of the springs at rest and gravity are 1.
STIFFNESS = 4.0
#: Time from the given state to the target state.
DURATION = 2.0
#: Deviation of the initial positions about rest, and of the initial momenta.
SPREAD = 0.5
#: Relative and absolute error of the integration.
TOLERANCE = 1e-9

_CONSTRAINTS = {
    "n_samples": [Interval(Integral, 1, None, closed="left")],
    "random_state": ["random_state"],
}


@validate_params(_CONSTRAINTS, prefer_skip_nested_validation=True)
def make_double_spring_pendulum(
    n_samples: int = 100, *, random_state: int | np.random.RandomState | None = None
) -> tuple[np.ndarray, np.ndarray]:
    r"""Generate the dynamics of a double spring pendulum, a task of the EMLP paper.

    A mass hangs on a spring from the origin, and a second mass on a spring from the first. With
    unit masses, gravity along :math:`-z`, springs of length 1 at rest and stiffness
    :math:`k = 4`, the energy is

    .. math::
        H = \tfrac12 \|p_1\|^2 + \tfrac12 \|p_2\|^2 + \tfrac{k}{2} (\|q_1\| - 1)^2
        + \tfrac{k}{2} (\|q_2 - q_1\| - 1)^2 + z_1 + z_2 .

    The target is the state after the time 2, by Hamilton's equations. Rotations about the
    vertical and reflections at planes through it move the answer along with the state: the symmetry
    expression is ``"4*(O(2) + 1) -> 4*(O(2) + 1)"``.

    Parameters
    ----------
    n_samples : int, default=100
        Number of samples.
    random_state : int, RandomState instance or None, default=None
        Source of the initial states; pass an int for reproducible output. Positions are normal
        about the state at rest, momenta about 0, both with a standard deviation of 0.5.

    Returns
    -------
    X : ndarray of shape (n_samples, 12)
        Columns x, y, z of the positions :math:`q_1, q_2` and of the momenta :math:`p_1, p_2`.
    Y : ndarray of shape (n_samples, 12)
        The same after the time 2, to a relative error of about 1e-8.

    See Also
    --------
    make_windy_pendulum : The same with a wind that breaks the symmetry.

    References
    ----------
    .. [1] M. Finzi, M. Welling, A. G. Wilson, "A Practical Method for Constructing
           Equivariant Multilayer Perceptrons for Arbitrary Matrix Groups", ICML 2021,
           `arXiv:2104.09459 <https://arxiv.org/abs/2104.09459>`_. It learns the energy from
           trajectories, with other constants.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_double_spring_pendulum
    >>> X, Y = make_double_spring_pendulum(n_samples=200, random_state=0)
    >>> X.shape, Y.shape
    ((200, 12), (200, 12))
    """
    X = _initial_states(n_samples, random_state)
    return X, _pendulum_target(X, wind=0.0)


@validate_params(
    {**_CONSTRAINTS, "breaking": [Interval(Real, 0, None, closed="left")]},
    prefer_skip_nested_validation=True,
)
def make_windy_pendulum(
    n_samples: int = 100,
    *,
    breaking: float = 0.5,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Generate the dynamics of a double spring pendulum in a wind, which breaks the symmetry.

    As in :func:`make_double_spring_pendulum`, but a steady wind along x pushes both masses. Its
    energy :math:`-breaking\,(x_1 + x_2)` is added to :math:`H`. The idea is from [1]_.

    Parameters
    ----------
    n_samples : int, default=100
        Number of samples.
    breaking : float, default=0.5
        Force of the wind on each mass, in units of its weight. The wind singles out the x axis, so
        that only the reflection :math:`y \to -y` remains a symmetry. 0 is still air.
    random_state : int, RandomState instance or None, default=None
        Source of the initial states; pass an int for reproducible output.
        `X` does not depend on `breaking`.

    Returns
    -------
    X : ndarray of shape (n_samples, 12)
        Columns x, y, z of the positions :math:`q_1, q_2` and of the momenta :math:`p_1, p_2`.
    Y : ndarray of shape (n_samples, 12)
        The same after the time 2.

    See Also
    --------
    make_double_spring_pendulum : The same in still air.

    References
    ----------
    .. [1] M. Finzi, G. Benton, A. G. Wilson, "Residual Pathway Priors for Soft
           Equivariance Constraints", NeurIPS 2021,
           `arXiv:2112.01388 <https://arxiv.org/abs/2112.01388>`_.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_windy_pendulum
    >>> X, Y = make_windy_pendulum(n_samples=200, breaking=0.5, random_state=0)
    >>> X.shape, Y.shape
    ((200, 12), (200, 12))
    """
    X = _initial_states(n_samples, random_state)
    return X, _pendulum_target(X, wind=breaking)


def _initial_states(n_samples, random_state):
    X = SPREAD * check_random_state(random_state).standard_normal((n_samples, 12))
    # at rest the first spring carries both masses, the second one of them
    X[:, 2] -= 1 + 2 / STIFFNESS
    X[:, 5] -= 2 + 3 / STIFFNESS
    return X


def _pendulum_target(X, wind):
    weight = np.array([wind, 0.0, -1.0])

    def velocity(time, flat):
        q1, q2, p1, p2 = np.moveaxis(flat.reshape(-1, 4, 3), 1, 0)
        upper, lower = _tension(q1), _tension(q2 - q1)
        return np.stack([p1, p2, weight - upper + lower, weight - lower], axis=1).ravel()

    # all samples are one system of equations
    solution = solve_ivp(
        velocity,
        (0, DURATION),
        X.ravel(),
        method="DOP853",
        t_eval=[DURATION],
        rtol=TOLERANCE,
        atol=TOLERANCE,
    )
    return solution.y[:, -1].reshape(X.shape)


def _tension(stretched):
    """Return the force with which a spring pulls the ends together."""
    length = np.linalg.norm(stretched, axis=1, keepdims=True)
    return STIFFNESS * (length - 1) * stretched / length
