"""Classical groups beside the orthogonal ones: Sp, SU, U, SL, GL, and changes of scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import unitary_group

from .elements import Matrices
from .groups import Group
from .orthogonal import draw_orthogonal
from .representations import Size, check_size

#: Standard deviation of the logarithms of the random factors by which SL, GL, Sp and Scaling
#: stretch; the typical factor is 1.6.
STRETCH = 0.5


@dataclass(frozen=True, repr=False)
class _SizedGroup(Group):
    n: Size
    step = 1

    def __post_init__(self):
        check_size(self.n, f"n of {self.name}(n)")
        if isinstance(self.n, int) and self.n % self.step:
            raise ValueError(f"the number of columns of {self.name}(2n) must be even, got {self.n}")


def _stretched(left, logarithms, right):
    """Return left @ diag(exp(logarithms)) @ right."""
    return Matrices(left * np.exp(logarithms)[:, None, :] @ right)


@dataclass(frozen=True, repr=False)
class GL(_SizedGroup):
    """General linear group GL(n): all invertible matrices.

    Random elements are k a k' with k and k' Haar distributed in O(n), and a diagonal with
    logarithms N(0, 0.5^2).
    """

    name = "GL"
    is_unimodular = False
    special = False

    def _reflections(self):
        mirror = np.diag([-1.0] + [1.0] * (self.dimension - 1))
        return super()._reflections() if self.special else mirror[None]

    def sample(self, n_elements, random_state):
        """Draw random elements; see the class for their distribution."""
        d = self.dimension
        logarithms = STRETCH * random_state.standard_normal((n_elements, d))
        if self.special:
            logarithms -= logarithms.mean(axis=1, keepdims=True)
        left, right = (draw_orthogonal(d, self.special, n_elements, random_state) for _ in "lr")
        return _stretched(left, logarithms, right)


@dataclass(frozen=True, repr=False)
class SL(GL):
    """Special linear group SL(n): matrices of determinant 1.

    Random elements are k a k' with k and k' Haar distributed in SO(n), and a diagonal with
    logarithms N(0, 0.5^2) about their mean.
    """

    name = "SL"
    is_unimodular = True
    special = True


@dataclass(frozen=True, repr=False)
class Scaling(_SizedGroup):
    """Changes of scale: n columns are multiplied by one positive number.

    Its logarithm is N(0, 0.5^2).
    """

    name = "Scaling"
    is_unimodular = False

    def sample(self, n_elements, random_state):
        """Draw random elements; see the class for their distribution."""
        factors = np.exp(STRETCH * random_state.standard_normal((n_elements, 1, 1)))
        return Matrices(factors * np.eye(self.dimension))


@dataclass(frozen=True, repr=False)
class U(_SizedGroup):
    """Unitary group U(n), on 2n real columns: the real parts of n numbers, then the imaginary ones.

    Random elements are Haar distributed.
    """

    name = "U"
    is_self_dual = True
    special = False

    @property
    def dimension(self):
        """Number of real columns, 2 n."""
        return 2 * super().dimension

    def sample(self, n_elements, random_state):
        """Draw random elements."""
        return Matrices(_real(draw_unitary(self.n, self.special, n_elements, random_state)))


@dataclass(frozen=True, repr=False)
class SU(U):
    """Special unitary group SU(n), on 2n real columns like U(n)."""

    name = "SU"
    special = True


def draw_unitary(n, special, n_elements, random_state):
    """Draw Haar distributed unitary matrices, of shape (n_elements, n, n)."""
    if n == 1:
        angles = random_state.uniform(0, 2 * np.pi, size=(n_elements, 1, 1))
        drawn = np.exp(1j * angles)
    else:
        drawn = unitary_group.rvs(n, size=n_elements, random_state=random_state)
        drawn = np.reshape(drawn, (n_elements, n, n))
    if special:
        drawn[:, :, 0] /= np.linalg.det(drawn)[:, None]
    return drawn


def _real(matrices):
    """Return complex matrices as they act on real parts, followed by imaginary parts."""
    return np.block([[matrices.real, -matrices.imag], [matrices.imag, matrices.real]])


@dataclass(frozen=True, repr=False)
class Sp(_SizedGroup):
    """Symplectic group Sp(2n), on 2n columns: n positions, then their n momenta.

    It keeps the form q.p' - p.q'. Random elements are k a k' with k and k' Haar distributed in the
    maximal compact subgroup U(n), and a diagonal with e^t on q and e^-t on p, t from N(0, 0.5^2).
    """

    name = "Sp"
    step = 2

    def sample(self, n_elements, random_state):
        """Draw random elements; see the class for their distribution."""
        half = self.dimension // 2
        t = STRETCH * random_state.standard_normal((n_elements, half))
        left, right = (_real(draw_unitary(half, False, n_elements, random_state)) for _ in "lr")
        return _stretched(left, np.hstack([t, -t]), right)

    @property
    def form(self):
        """The antisymmetric matrix that the group keeps."""
        half = self.dimension // 2
        return np.kron([[0.0, 1.0], [-1.0, 0.0]], np.eye(half))
