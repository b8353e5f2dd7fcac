"""Regression tasks from physics: a moment of inertia and a particle interaction."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "n_bodies": [Interval(Integral, 1, None, closed="left")],
        "breaking": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_inertia(
    n_samples: int = 100,
    *,
    n_bodies: int = 5,
    breaking: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Generate the moment-of-inertia regression task of the EMLP paper.

    Point masses :math:`m_i = \mathrm{softplus}(z_i), z_i \sim N(0, 1)` at
    :math:`r_i \sim N(0, I_3)` have the inertia tensor

    .. math:: I = \sum_i m_i \left(\|r_i\|^2 \mathbb{1} - r_i r_i^T\right),

    which turns with the bodies and does not depend on their order. With five bodies
    the symmetry expression is ``"S(5) + S(5)*O(3) -> O(3)**2"``.

    Parameters
    ----------
    n_samples : int, default=100
        Number of samples.
    n_bodies : int, default=5
        Number of point masses.
    breaking : float, default=0.0
        Strength of the symmetry breaking. The target is :math:`I + breaking\,(I z) z^T`
        with :math:`z` the unit vector of the third axis. Only the rotations and reflections that
        keep or flip :math:`z` remain. The ModifiedInertia task of [2]_ has 0.3.
    random_state : int, RandomState instance or None, default=None
        Source of the random bodies; pass an int for reproducible output.
        `X` does not depend on `breaking`.

    Returns
    -------
    X : ndarray of shape (n_samples, 4 * n_bodies)
        The masses, then x, y, z of the first body, of the second body, and so on.
    Y : ndarray of shape (n_samples, 9)
        The 3 x 3 target tensor, row by row.

    See Also
    --------
    make_particle_interaction : A task that is Lorentz invariant.
    make_o5 : A task that is invariant under rotations in five dimensions.

    References
    ----------
    .. [1] M. Finzi, M. Welling, A. G. Wilson, "A Practical Method for Constructing
           Equivariant Multilayer Perceptrons for Arbitrary Matrix Groups", ICML 2021,
           `arXiv:2104.09459 <https://arxiv.org/abs/2104.09459>`_.
    .. [2] M. Finzi, G. Benton, A. G. Wilson, "Residual Pathway Priors for Soft
           Equivariance Constraints", NeurIPS 2021,
           `arXiv:2112.01388 <https://arxiv.org/abs/2112.01388>`_.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_inertia
    >>> X, Y = make_inertia(n_samples=200, breaking=0.3, random_state=0)
    >>> X.shape, Y.shape
    ((200, 20), (200, 9))
    """
    X = check_random_state(random_state).standard_normal((n_samples, 4 * n_bodies))
    X[:, :n_bodies] = np.logaddexp(0, X[:, :n_bodies])
    return X, _inertia_target(X, breaking)


def _inertia_target(X, breaking):
    n_bodies = X.shape[1] // 4
    masses, positions = X[:, :n_bodies], X[:, n_bodies:].reshape(len(X), n_bodies, 3)
    second_moment = np.einsum("sb,sbi,sbj->sij", masses, positions, positions)
    trace = np.trace(second_moment, axis1=1, axis2=2)
    tensor = trace[:, np.newaxis, np.newaxis] * np.eye(3) - second_moment
    # (I z) z^T is the third column of I in its place, and zero elsewhere.
    tensor[:, :, 2] *= 1 + breaking
    return tensor.reshape(len(X), 9)


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "breaking": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_particle_interaction(
    n_samples: int = 100,
    *,
    breaking: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Generate the Lorentz-invariant regression task of the EMLP paper.

    The matrix element of electron-muon scattering, up to constants, for four-momenta
    :math:`p_1, \dots, p_4 \sim N(0, I_4) / 4`:

    .. math::
        y = 4 \left[(p_1 \cdot p_2)(p_3 \cdot p_4) - b\,(p_1 \cdot p_3)
        - a\,(p_2 \cdot p_4) + 4 a b\right],

    with :math:`a = p_1 \cdot p_3 - p_1 \cdot p_1`,
    :math:`b = p_2 \cdot p_4 - p_2 \cdot p_2` and the products taken in the metric
    :math:`(+, -, -, -)`. Lorentz transformations of all four momenta together leave it
    unchanged: the symmetry expression is ``"4*O(1,3)"``.

    Parameters
    ----------
    n_samples : int, default=100
        Number of samples.
    breaking : float, default=0.0
        Strength of the symmetry-breaking term, which singles out the x axis:
        ``breaking * sum(px**2 / (py**2 + pz**2 + 1))``, summed over the four
        particles, is added to `y`.
    random_state : int, RandomState instance or None, default=None
        Source of the random momenta; pass an int for reproducible output.
        `X` does not depend on `breaking`.

    Returns
    -------
    X : ndarray of shape (n_samples, 16)
        E, px, py, pz of the first particle, of the second particle, and so on.
    y : ndarray of shape (n_samples,)
        The target.

    See Also
    --------
    make_inertia : A task with rotations and exchangeable bodies.
    make_o5 : A task that is invariant under rotations in five dimensions.

    References
    ----------
    .. [1] M. Finzi, M. Welling, A. G. Wilson, "A Practical Method for Constructing
           Equivariant Multilayer Perceptrons for Arbitrary Matrix Groups", ICML 2021,
           `arXiv:2104.09459 <https://arxiv.org/abs/2104.09459>`_.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_particle_interaction
    >>> X, y = make_particle_interaction(n_samples=200, random_state=0)
    >>> X.shape, y.shape
    ((200, 16), (200,))
    """
    X = check_random_state(random_state).standard_normal((n_samples, 16)) / 4
    return X, _particle_interaction_target(X, breaking)


def _particle_interaction_target(X, breaking):
    momenta = X.reshape(len(X), 4, 4)
    metric = np.array([1.0, -1.0, -1.0, -1.0])
    # dot[i, j] holds the Minkowski product of particles i + 1 and j + 1 in every row.
    dot = np.einsum("sik,k,sjk->ijs", momenta, metric, momenta)
    a = dot[0, 2] - dot[0, 0]
    b = dot[1, 3] - dot[1, 1]
    invariant = 4 * (dot[0, 1] * dot[2, 3] - b * dot[0, 2] - a * dot[1, 3] + 4 * a * b)

    px, py, pz = np.moveaxis(momenta[:, :, 1:], 2, 0)
    return invariant + breaking * np.sum(px**2 / (py**2 + pz**2 + 1), axis=1)
