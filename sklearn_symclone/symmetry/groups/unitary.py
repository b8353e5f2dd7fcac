"""Unitary groups, on real and imaginary parts."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.stats import unitary_group

from .actions import Matrices
from .sized import SizedGroup
from .small_tensors import linear_products


class U(SizedGroup):
    """Unitary group U(n), on 2n real columns: the real parts of n numbers, then the imaginary ones.

    U(1) is a common phase. Random elements are Haar distributed.

    Parameters
    ----------
    n : int or str
        Number of complex numbers, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    SU : Those of determinant 1.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import U, equivariant_maps
    >>> U(1).dimension
    2
    >>> equivariant_maps(U(1), U(1)).rank  # multiplication by a complex number
    2
    """

    name = "U"
    is_self_dual = True
    special = False

    @property
    def dimension(self) -> int:
        """Number of real columns, 2 n."""
        return 2 * super().dimension

    def sample(self, n_elements, random_state):
        return Matrices(as_real(draw_unitary(self.n, self.special, n_elements, random_state)))

    def roles(self):
        parts = itertools.product(("real", "imaginary"), range(1, self.n + 1))
        return (f"{part} part of number {number} under {self}" for part, number in parts)

    def invariant_products(self, signs, power):
        return _unitary_products(self.n, len(signs), None if self.special else 0)


class SU(U):
    """Special unitary group SU(n), on 2n real columns like U(n).

    Its elements are the unitary matrices of determinant 1.

    Parameters
    ----------
    n : int or str
        Number of complex numbers, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    U : All unitary matrices.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import SU
    >>> SU(2).dimension
    4
    """

    name = "SU"
    special = True


def draw_unitary(
    n: int, special: bool, n_elements: int, random_state: np.random.RandomState
) -> np.ndarray:
    """Draw Haar distributed unitary matrices.

    Parameters
    ----------
    n : int
        Number of rows.
    special : bool
        Whether the determinants are 1.
    n_elements : int
        How many matrices are drawn.
    random_state : numpy.random.RandomState
        Where randomness comes from.

    Returns
    -------
    ndarray of complex of shape (n_elements, n, n)
        The matrices.
    """
    if n == 1:
        angles = random_state.uniform(0, 2 * np.pi, size=(n_elements, 1, 1))
        drawn = np.exp(1j * angles)
    elif n_elements < 1:  # SciPy draws one
        drawn = np.empty((n_elements, n, n), dtype=complex)
    else:
        drawn = unitary_group.rvs(n, size=n_elements, random_state=random_state)
        drawn = np.reshape(drawn, (n_elements, n, n))
    if special:
        drawn[:, :, 0] /= np.linalg.det(drawn)[:, None]
    return drawn


def as_real(matrices: np.ndarray) -> np.ndarray:
    """Return complex matrices as they act on real parts, followed by imaginary parts.

    Parameters
    ----------
    matrices : ndarray of complex of shape (n_elements, n, n)
        Complex matrices.

    Returns
    -------
    ndarray of shape (n_elements, 2 n, 2 n)
        Real matrices.
    """
    return np.block([[matrices.real, -matrices.imag], [matrices.imag, matrices.real]])


def _unitary_products(n, n_axes, weight):
    """Yield the products for U(n), or for SU(n) with the weight None.

    Over the complex numbers an axis holds the vector z and its conjugate, and the conjugate is the
    dual: each choice of one for every axis has the invariants of GL(n) or SL(n). Real and imaginary
    parts of a product are two products.
    """
    for signs in itertools.product([1, -1], repeat=n_axes):
        if signs and signs[0] < 0:  # the conjugates of the others
            continue
        for pieces in linear_products(n, signs, weight):
            full = [_with_phases(piece, signs, n) for piece in pieces]
            yield full
            if full:
                axes, entries, values = full[0]
                yield [(axes, entries, -1j * values), *full[1:]]


def _with_phases(piece, signs, n):
    """Return a complex tensor on axes of real parts, followed by imaginary parts."""
    axes, entries, values = piece
    parts = np.array(list(itertools.product([0, 1], repeat=len(axes)))).T
    phases = np.where(parts, -1j * np.array([signs[a] for a in axes])[:, None], 1).prod(axis=0)
    spread = entries[:, :, None] + n * parts[:, None, :]
    return axes, spread.reshape(len(axes), -1), np.outer(values, phases).ravel()
