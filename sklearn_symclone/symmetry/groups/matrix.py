"""Groups of matrices of a user's own, from generators and a Lie algebra."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from .actions import Matrices
from .base import Group

#: A group without a Lie algebra and with more elements than this counts as infinite.
MAX_FINITE = 2000
#: Letters of a random word in the generators of an infinite group.
WORD = 16
#: Standard deviation of the coefficients of random elements of a Lie algebra.
SPREAD = 0.7
#: exp(ANGLE * A) generates a dense part of all exp(t * A), as any irrational number would do.
ANGLE = 0.739085
TOLERANCE = 1e-8


@dataclass(frozen=True, repr=False)
class MatrixGroup(Group):
    """The group that some matrices and the exponentials of a Lie algebra generate.

    It needs no class of its own: the matrices stand in the expression. The elements of a finite
    group (no Lie algebra, at most 2000 elements) are listed, and drawn uniformly. Random elements
    of another group are products of up to 16 random generators or inverses of these, times the
    exponential of a random element of the Lie algebra, with coefficients N(0, 0.7^2).

    Parameters
    ----------
    generators : sequence of (d, d) array-like
        Invertible matrices.
    lie_algebra : sequence of (d, d) array-like, default=()
        A basis, closed under commutators and under conjugation by the generators.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    Group : Base of groups with a name.
    PermutationGroup : The group that some permutations generate.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import MatrixGroup
    >>> MatrixGroup([[[0, -1], [1, 0]]]).order  # quarter turns of the plane
    4
    >>> helix = MatrixGroup([], [[[0, -1, 0], [1, 0, 0], [0, 0, 0]]])  # rotations about z
    >>> helix.order
    inf
    """

    matrices: tuple
    lie_algebra: tuple
    name = "MatrixGroup"

    def __init__(
        self, generators: Sequence, lie_algebra: Sequence = (), *, primes: int = 0
    ) -> None:
        given = {"generators": generators, "lie_algebra": lie_algebra}
        arrays = {name: _square_matrices(value, name) for name, value in given.items()}
        shapes = {array.shape[1:] for array in arrays.values() if len(array)}
        if len(shapes) != 1:
            raise ValueError(
                "MatrixGroup needs matrices of one size in generators or lie_algebra, got "
                f"{', '.join(map(str, sorted(shapes))) or 'none'}"
            )
        object.__setattr__(self, "matrices", _nested(arrays["generators"]))
        object.__setattr__(self, "lie_algebra", _nested(arrays["lie_algebra"]))
        object.__setattr__(self, "primes", primes)
        self._check()

    def _check(self):
        for k, matrix in enumerate(self._discrete):
            if np.linalg.cond(matrix) > 1 / TOLERANCE:
                raise ValueError(f"generator {k} of the MatrixGroup is singular, it has no inverse")
        if self.lie_algebra:
            _check_lie_algebra(self._algebra)
            _check_conjugates(self._discrete, self._algebra)

    def arguments(self):
        return (self.matrices, self.lie_algebra) if self.lie_algebra else (self.matrices,)

    @property
    def prime(self):
        return MatrixGroup(self.matrices, self.lie_algebra, primes=self.primes + 1)

    @property
    def _discrete(self):
        return np.array(self.matrices, dtype=float).reshape(-1, self.dimension, self.dimension)

    @property
    def _algebra(self):
        return np.array(self.lie_algebra, dtype=float).reshape(-1, self.dimension, self.dimension)

    @property
    def dimension(self):
        return len((self.matrices or self.lie_algebra)[0])

    @property
    def is_self_dual(self) -> bool:
        """Whether all elements are orthogonal."""
        return _is_orthogonal(self)

    @property
    def is_unimodular(self):
        """Whether all determinants are 1 or -1."""
        discrete = np.abs(np.abs(np.linalg.det(self._discrete)) - 1)
        continuous = np.abs(np.trace(self._algebra, axis1=1, axis2=2))
        return bool(np.all(discrete < TOLERANCE) and np.all(continuous < TOLERANCE))

    @property
    def order(self) -> float:
        """Number of elements; infinite with a Lie algebra, or beyond 2000."""
        listed = _listed(self)
        return math.inf if listed is None else len(listed)

    def elements(self):
        listed = _listed(self)
        return super().elements() if listed is None else Matrices(listed)

    def sample(self, n_elements, random_state):
        listed = _listed(self)
        if listed is not None:
            return Matrices(listed[random_state.randint(len(listed), size=n_elements)])
        product = np.tile(np.eye(self.dimension), (n_elements, 1, 1))
        if len(self._algebra):
            coefficients = SPREAD * random_state.standard_normal((n_elements, len(self._algebra)))
            product = expm(np.tensordot(coefficients, self._algebra, axes=1))
        if len(self._discrete):
            # with the identity: words of one length would miss what takes an odd number of letters
            letters = [np.eye(self.dimension)[None], self._discrete, np.linalg.inv(self._discrete)]
            letters = np.concatenate(letters)
            for _ in range(WORD):
                product = letters[random_state.randint(len(letters), size=n_elements)] @ product
        return Matrices(product)

    def generators(self):
        # the given ones, and an element of each one-parameter group
        return Matrices(np.concatenate([self._discrete, expm(ANGLE * self._algebra)]))


def _check_lie_algebra(algebra):
    """Raise a ValueError unless matrices are independent and closed under commutators."""
    flat = algebra.reshape(len(algebra), -1)
    if np.linalg.matrix_rank(flat) < len(flat):
        raise ValueError("the matrices of lie_algebra must be linearly independent")
    a, b = algebra[:, None], algebra[None]
    brackets = (a @ b - b @ a).reshape(len(algebra) ** 2, -1)
    missed = _distance(brackets, flat)
    if missed.max() > TOLERANCE:
        i, j = divmod(int(missed.argmax()), len(algebra))
        raise ValueError(
            f"lie_algebra is not closed: the commutator of its matrices {i} and {j} is no "
            "combination of them; add it to the list"
        )


def _check_conjugates(discrete, algebra):
    """Raise a ValueError unless generators map a Lie algebra to itself."""
    flat = algebra.reshape(len(algebra), -1)
    for k, matrix in enumerate(discrete):
        turned = (matrix @ algebra @ np.linalg.inv(matrix)).reshape(len(algebra), -1)
        missed = _distance(turned, flat)
        if missed.max() > TOLERANCE:
            raise ValueError(
                f"lie_algebra is not that of a group with generator {k}: conjugated by it, "
                f"matrix {missed.argmax()} is no combination of the others; add what is missing"
            )


def _square_matrices(value, name):
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} of a MatrixGroup must be matrices of one size, got {value!r}"
        ) from None
    if array.size == 0:
        return np.empty((0, 1, 1))
    if array.ndim != 3 or array.shape[1] != array.shape[2] or not np.isfinite(array).all():
        raise ValueError(
            f"{name} of a MatrixGroup must be a list of square matrices of finite numbers, got an "
            f"array of shape {array.shape}"
        )
    return array


def _nested(array):
    return tuple(tuple(map(tuple, matrix)) for matrix in array.tolist())


def _distance(rows, span):
    """Return how far rows are from the span of others, relative to the largest row."""
    basis = np.linalg.qr(span.T)[0]
    missed = rows - rows @ basis @ basis.T
    return np.linalg.norm(missed, axis=1) / max(1.0, np.linalg.norm(rows, axis=1).max())


@functools.lru_cache(maxsize=64)
def _is_orthogonal(group):
    matrices, algebra = group._discrete, group._algebra
    products = matrices @ matrices.transpose(0, 2, 1) - np.eye(group.dimension)
    sums = algebra + algebra.transpose(0, 2, 1)
    return bool(max(np.abs(a).max(initial=0) for a in (products, sums)) < TOLERANCE)


@functools.lru_cache(maxsize=64)
def _listed(group):
    """Return all elements of a finite group, None for one with more than MAX_FINITE."""
    # the powers of a matrix with another eigenvalue grow or shrink without end
    eigenvalues = np.linalg.eigvals(group._discrete)
    if group.lie_algebra or np.abs(np.abs(eigenvalues) - 1).max() > TOLERANCE:
        return None
    known = [np.eye(group.dimension)]
    for element in known:  # which grows on the way
        for product in group._discrete @ element:
            if len(known) > MAX_FINITE:
                return None
            if np.abs(np.array(known) - product).max(axis=(1, 2)).min() > TOLERANCE:
                known.append(product)
    return np.array(known)
