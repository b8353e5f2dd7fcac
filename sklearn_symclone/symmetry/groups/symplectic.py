"""The group of mechanics: linear maps of positions and momenta that keep their area."""

from __future__ import annotations

import itertools

import numpy as np

from .linear import STRETCH, stretched
from .sized import SizedGroup
from .small_tensors import diagonal, matchings
from .unitary import as_real, draw_unitary


class Sp(SizedGroup):
    """Symplectic group Sp(2n), on 2n columns: n positions, then their n momenta.

    It keeps the form q.p' - p.q'. Random elements are k a k' with k and k' Haar distributed in the
    maximal compact subgroup U(n), and a diagonal with e^t on q and e^-t on p, t from N(0, 0.5^2).

    Parameters
    ----------
    n : int or str
        Number of columns, which is even, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    OrthogonalGroup : Groups that keep a symmetric form.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Sp
    >>> Sp(2).form
    array([[ 0.,  1.],
           [-1.,  0.]])
    """

    name = "Sp"

    def __post_init__(self):
        super().__post_init__()
        if isinstance(self.n, int) and self.n % 2:
            raise ValueError(f"the number of columns of {self.name}(2n) must be even, got {self.n}")

    def sample(self, n_elements, random_state):
        half = self.dimension // 2
        t = STRETCH * random_state.standard_normal((n_elements, half))
        left, right = (as_real(draw_unitary(half, False, n_elements, random_state)) for _ in "lr")
        return stretched(left, np.hstack([t, -t]), right)

    @property
    def form(self):
        """The antisymmetric matrix that the group keeps."""
        half = self.dimension // 2
        return np.kron([[0.0, 1.0], [-1.0, 0.0]], np.eye(half))

    def roles(self):
        kinds = itertools.product(("position", "momentum"), range(1, self.dimension // 2 + 1))
        return (f"{kind} {number} under {self}" for kind, number in kinds)

    def invariant_products(self, signs, power):
        half = self.dimension // 2
        every = matchings(range(len(signs)))
        return ([_form(pair, signs, half) for pair in pairs] for pairs in every)


def _form(pair, signs, half):
    """Return the form on two axes, which is the identity between a vector and a dual one."""
    d = 2 * half
    if signs[pair[0]] != signs[pair[1]]:
        return diagonal(pair, np.ones(d))
    first = np.arange(d)
    return pair, np.stack([first, (first + half) % d]), np.where(first < half, 1.0, -1.0)
