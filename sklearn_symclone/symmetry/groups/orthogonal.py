"""The groups that keep a metric: O, SO and SO+, with p time-like and q space-like columns."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.stats import ortho_group, special_ortho_group

from ..representations import check_size, known_size
from .actions import Matrices
from .sized import SizedGroup
from .small_tensors import diagonal, levi_civita, matchings

#: Standard deviation of the random rapidities of O(p,q), SO(p,q) and SO+(p,q). A boost of rapidity
#: 0.5 multiplies an energy by up to 1.6: far enough to show the symmetry, near enough to the data.
RAPIDITY_SPREAD = 0.5


@dataclass(frozen=True, repr=False)
class OrthogonalGroup(SizedGroup):
    """Base of the groups of linear maps that keep the metric of ``n`` plus and ``q`` minus signs.

    The columns with the plus sign (time-like) come first. With q = 0 the group is compact and
    its random elements are Haar distributed; otherwise they are k a k', where k and k' are Haar
    distributed in the maximal compact subgroup and a is a boost in each of the first min(n, q)
    pairs of a time-like and a space-like axis, of rapidity N(0, 0.5^2).

    Parameters
    ----------
    n : int or str
        Number of time-like columns, which come first. If q is 0, it can be an unknown.
    q : int, default=0
        Number of space-like columns.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    O : All maps that keep the metric.
    SO : Those of determinant 1.
    SOplus : Those connected to the identity.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import OrthogonalGroup, SO, Sp
    >>> isinstance(SO(3), OrthogonalGroup), isinstance(Sp(2), OrthogonalGroup)
    (True, False)
    """

    q: int = 0
    #: Numbers of Levi-Civita tensors in a product that can be invariant, for an even and for an odd
    #: power of the determinant. A pair of them is a sum of products of metrics, so one is enough.
    n_epsilons: ClassVar[tuple] = ((0, 1), (0, 1))

    def __post_init__(self):
        check_size(self.n, f"the first number of {self.name}(p,q)")
        if not isinstance(self.q, int) or self.q < 0:
            raise ValueError(
                f"the second number of {self.name}(p,q) must be a whole number of at least 0, "
                f"got {self.q!r}"
            )
        if self.q and isinstance(self.n, str):
            raise ValueError(f"{self} mixes an unknown size with a signature: give both numbers")

    def arguments(self):
        return (self.n, self.q) if self.q else (self.n,)

    @property
    def is_self_dual(self) -> bool:
        """Whether the dual is the representation itself: for the compact groups."""
        return self.q == 0

    @property
    def dimension(self) -> int:
        """Number of columns, p + q."""
        return known_size(self.n, str(self)) + self.q

    @property
    def metric(self) -> np.ndarray:
        """The diagonal of the metric that the group keeps, of shape (p + q,)."""
        return np.repeat([1.0, -1.0], [self.dimension - self.q, self.q])

    def sample(self, n_elements, random_state):
        d = self.dimension
        if self.q == 0:
            return Matrices(self._compact(n_elements, random_state))
        pairs = min(self.n, self.q)
        rapidity = RAPIDITY_SPREAD * random_state.standard_normal((n_elements, pairs))
        boost = np.broadcast_to(np.eye(d), (n_elements, d, d)).copy()
        time, space = np.arange(pairs), self.n + np.arange(pairs)
        boost[:, time, time] = boost[:, space, space] = np.cosh(rapidity)
        boost[:, time, space] = boost[:, space, time] = np.sinh(rapidity)
        left, right = (self._compact(n_elements, random_state) for _ in range(2))
        return Matrices(left @ boost @ right)

    def roles(self):
        if self.q == 0:
            return super().roles()
        kinds = ["time-like" if sign > 0 else "space-like" for sign in self.metric]
        return (f"{kind} component {k} under {self}" for k, kind in enumerate(kinds, 1))

    def invariant_products(self, signs, power):
        return _metric_products(self.metric, signs, self.n_epsilons[power % 2])

    def _mirrors(self, *columns):
        """Return reflections, each of the sum of some columns, as matrices."""
        signs = np.ones((len(columns), self.dimension))
        for row, mirrored in zip(signs, columns, strict=True):
            row[mirrored] = -1
        return signs[:, :, None] * np.eye(self.dimension)

    def _compact(self, n_elements, random_state):
        """Draw from the maximal compact subgroup, as matrices of shape (n_elements, d, d)."""
        raise NotImplementedError


def draw_orthogonal(
    d: int, special: bool, n_elements: int, random_state: np.random.RandomState
) -> np.ndarray:
    """Draw Haar distributed orthogonal matrices.

    Parameters
    ----------
    d : int
        Number of rows.
    special : bool
        Whether the determinants are 1.
    n_elements : int
        How many matrices are drawn.
    random_state : numpy.random.RandomState
        Where randomness comes from.

    Returns
    -------
    ndarray of shape (n_elements, d, d)
        The matrices.
    """
    if d == 1:  # SciPy knows d > 1 alone
        signs = random_state.choice([1.0, -1.0], size=(n_elements, 1, 1))
        return np.abs(signs) if special else signs
    if n_elements < 1:  # SciPy draws one
        return np.empty((n_elements, d, d))
    distribution = special_ortho_group if special else ortho_group
    drawn = distribution.rvs(d, size=n_elements, random_state=random_state)
    return np.reshape(drawn, (n_elements, d, d))  # SciPy drops the axis of a single element


def _metric_products(metric, signs, n_epsilons):
    """Yield products of metrics, with one Levi-Civita tensor or with none."""
    axes = range(len(signs))
    for some in itertools.combinations(axes, len(metric)) if 1 in n_epsilons else ():
        rest = [axis for axis in axes if axis not in some]
        epsilon = _lowered(levi_civita(len(metric)), [signs[a] for a in some], metric)
        for pairs in matchings(rest):
            yield [(some, *epsilon), *(_metric(pair, signs, metric) for pair in pairs)]
    if 0 in n_epsilons:
        for pairs in matchings(axes):
            yield [_metric(pair, signs, metric) for pair in pairs]


def _metric(pair, signs, metric):
    """Return the metric on two axes, which is the identity between a vector and a dual one."""
    same = signs[pair[0]] == signs[pair[1]]
    return diagonal(pair, metric if same else np.ones(len(metric)))


def _lowered(epsilon, signs, metric):
    """Return the Levi-Civita tensor with the indices of dual vectors lowered by the metric."""
    entries, values = epsilon
    for index, sign in zip(entries, signs, strict=True):
        values = values * (metric[index] if sign < 0 else 1.0)
    return entries, values


def _direct_sum(time_like, space_like):
    n_elements, p, q = len(time_like), time_like.shape[1], space_like.shape[1]
    joined = np.zeros((n_elements, p + q, p + q))
    joined[:, :p, :p], joined[:, p:, p:] = time_like, space_like
    return joined


@dataclass(frozen=True, repr=False)
class O(OrthogonalGroup):  # noqa: E742 - the group's name
    """Rotations and mirrors: the orthogonal group O(n), or O(p,q).

    O(p,q) is the group of all linear maps that keep the metric of p plus and q minus signs.

    Parameters
    ----------
    n : int or str
        Number of columns, or of time-like columns with q. Without q it can be an unknown.
    q : int, default=0
        Number of space-like columns, which come after the time-like ones.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    SO : Rotations alone.
    E : Rotations, mirrors and shifts of points.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import O
    >>> O(1, 3).metric
    array([ 1., -1., -1., -1.])
    """

    name = "O"
    n_epsilons = ((0,), (1,))

    @property
    def order(self) -> float:
        """Infinite, but for O(1), which changes a sign."""
        return 2 if self.dimension == 1 else math.inf

    def elements(self):
        return Matrices(np.array([[[1.0]], [[-1.0]]])) if self.order == 2 else super().elements()

    def reflections(self):
        return self._mirrors([0], [-1]) if self.q else self._mirrors([0])

    def _compact(self, n_elements, random_state):
        time_like = draw_orthogonal(self.n, False, n_elements, random_state)
        if self.q == 0:
            return time_like
        return _direct_sum(time_like, draw_orthogonal(self.q, False, n_elements, random_state))


@dataclass(frozen=True, repr=False)
class SO(OrthogonalGroup):
    """Rotations: the special orthogonal group SO(n), or SO(p,q).

    Its elements are those of O(n) or O(p,q) of determinant 1.

    Parameters
    ----------
    n : int or str
        Number of columns, or of time-like columns with q. Without q it can be an unknown.
    q : int, default=0
        Number of space-like columns, which come after the time-like ones.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    O : Rotations and mirrors.
    SE : Rotations and shifts of points.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import SO
    >>> elements = SO(3).sample(2, np.random.RandomState(0))
    >>> elements.determinant().round(6)
    array([1., 1.])
    """

    name = "SO"

    def reflections(self):
        return self._mirrors([0, -1]) if self.q else super().reflections()

    def _compact(self, n_elements, random_state):
        if self.q == 0:
            return draw_orthogonal(self.n, True, n_elements, random_state)
        joined = O(self.n, self.q)._compact(n_elements, random_state)
        joined[:, :, 0] *= np.linalg.det(joined)[:, None]
        return joined


@dataclass(frozen=True, repr=False)
class SOplus(OrthogonalGroup):
    """SO+(p,q): the part of SO(p,q) that is connected to the identity.

    SO+(1,3) is the proper Lorentz group: rotations and boosts of four-vectors.

    Parameters
    ----------
    n : int
        Number of time-like columns.
    q : int
        Number of space-like columns, which come after the time-like ones.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    SO : The elements of O(p,q) of determinant 1.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import SOplus
    >>> str(SOplus(1, 3)), SOplus(1, 3).dimension
    ('SO+(1,3)', 4)
    """

    name = "SO+"

    def __post_init__(self):
        super().__post_init__()
        if self.q == 0:
            raise ValueError(f"SO+(p,q) needs two numbers; for a compact group use SO({self.n})")

    def _compact(self, n_elements, random_state):
        time_like = draw_orthogonal(self.n, True, n_elements, random_state)
        return _direct_sum(time_like, draw_orthogonal(self.q, True, n_elements, random_state))
