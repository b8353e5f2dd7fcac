"""The O(5) regression task: an invariant function of two 5-vectors."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "breaking": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_o5(
    n_samples: int = 100,
    *,
    breaking: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Generate the O(5)-invariant regression task of the EMLP paper.

    Two vectors :math:`x_1, x_2 \sim N(0, I_5)` give the target

    .. math:: y = \sin\|x_1\| - \tfrac12 \|x_2\|^3 + \frac{x_1 \cdot x_2}{\|x_1\| \|x_2\|},

    which rotations and reflections of both vectors together leave unchanged: the
    symmetry expression is ``"2*O(5)"``.

    Parameters
    ----------
    n_samples : int, default=100
        Number of samples.
    breaking : float, default=0.0
        Strength of the symmetry-breaking term, which singles out coordinate axes:
        ``breaking * (|x1_0| + |x1_1| + |x2_0| + |x2_1|)
        / (|x1_2| + |x1_3| + |x2_2| + |x2_3| + 1)`` is added to `y`.
    random_state : int, RandomState instance or None, default=None
        Source of the random vectors; pass an int for reproducible output.
        `X` does not depend on `breaking`.

    Returns
    -------
    X : ndarray of shape (n_samples, 10)
        `x1`, then `x2`.
    y : ndarray of shape (n_samples,)
        The target.

    See Also
    --------
    make_inertia : A task whose target turns along.
    make_particle_interaction : A task that is Lorentz invariant.

    References
    ----------
    .. [1] M. Finzi, M. Welling, A. G. Wilson, "A Practical Method for Constructing
           Equivariant Multilayer Perceptrons for Arbitrary Matrix Groups", ICML 2021,
           `arXiv:2104.09459 <https://arxiv.org/abs/2104.09459>`_.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_o5
    >>> X, y = make_o5(n_samples=200, random_state=0)
    >>> X.shape, y.shape
    ((200, 10), (200,))
    """
    X = check_random_state(random_state).standard_normal((n_samples, 10))
    return X, _o5_target(X, breaking)


def _o5_target(X, breaking):
    x1, x2 = X[:, :5], X[:, 5:]
    norm1, norm2 = np.linalg.norm(x1, axis=1), np.linalg.norm(x2, axis=1)
    cosine = np.sum(x1 * x2, axis=1) / (norm1 * norm2)

    size = np.abs(x1) + np.abs(x2)
    axis_ratio = (size[:, 0] + size[:, 1]) / (size[:, 2] + size[:, 3] + 1)
    return np.sin(norm1) - 0.5 * norm2**3 + cosine + breaking * axis_ratio
