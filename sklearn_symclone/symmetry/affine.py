"""Groups that move points of space: E, SE and T. Their vectors are differences of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .elements import AffineMaps
from .factors import Vector
from .groups import Group
from .orthogonal import SO, O
from .representations import Size, Trivial, check_size


@dataclass(frozen=True, repr=False)
class AffineGroup(Group):
    """Base of the groups of isometries of the points of n-dimensional space.

    Turns are Haar distributed about the origin, shifts are N(0, 1) in each coordinate. Where rows
    are at hand, ``Symmetry.sample`` takes the mean of their points for the origin and the spread of
    their points for the unit.
    """

    n: Size
    is_affine = True

    def __post_init__(self):
        check_size(self.n, f"n of {self.name}(n)")

    @property
    def is_self_dual(self):
        """Points have no dual."""
        return False

    @property
    def vector(self):
        """Differences of points, velocities, forces: turned, but not shifted.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import E, S
        >>> str(S(4) * E(3) >> S(4) * E(3).vector)
        'S(4)*E(3) -> S(4)*E(3).vector'
        """
        return Vector(self)

    @property
    def linear(self):
        """The group without its shifts, a representation of vectors; a number for T(n)."""
        raise NotImplementedError

    def sample(self, n_elements, random_state):
        """Draw random elements; see the class for their distribution."""
        matrices = self._turns(n_elements, random_state)
        shifts = random_state.standard_normal((n_elements, self.dimension))
        return AffineMaps(matrices, shifts)

    def _turns(self, n_elements, random_state):
        return self.linear.sample(n_elements, random_state).matrices

    def generators(self):
        """Return turns that generate all turns, and generic shifts."""
        turns = self.linear.generators().matrices
        shifts = np.random.RandomState(0).standard_normal((len(turns), self.dimension))
        return AffineMaps(turns, shifts)


@dataclass(frozen=True, repr=False)
class E(AffineGroup):
    """Euclidean group E(n): shifts, rotations and reflections of points."""

    name = "E"

    @property
    def linear(self):
        """Rotations and reflections, O(n)."""
        return O(self.n, primes=self.primes)


@dataclass(frozen=True, repr=False)
class SE(AffineGroup):
    """Special Euclidean group SE(n): shifts and rotations of points."""

    name = "SE"

    @property
    def linear(self):
        """Rotations, SO(n)."""
        return SO(self.n, primes=self.primes)


@dataclass(frozen=True, repr=False)
class T(AffineGroup):
    """Translations T(n) of points of n-dimensional space."""

    name = "T"

    @property
    def linear(self):
        """Vectors that nothing moves."""
        return Trivial(self.n)

    def _turns(self, n_elements, random_state):
        return np.broadcast_to(np.eye(self.dimension), (n_elements,) + (self.dimension,) * 2)

    def generators(self):
        """Return generic shifts."""
        return self.sample(self.dimension, np.random.RandomState(0))
