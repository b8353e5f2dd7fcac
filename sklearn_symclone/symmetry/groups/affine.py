"""Groups that move points of space: E, SE and T. Their vectors are differences of points."""

from __future__ import annotations

import numpy as np

from ..representations import Trivial, Vector
from .actions import AffineMaps
from .orthogonal import SO, O
from .sized import SizedGroup
from .small_tensors import single_entries


class AffineGroup(SizedGroup):
    """Base of the groups that turn and shift the points of n-dimensional space.

    A subclass says by ``linear`` how it turns vectors; the shifts are here. Turns are drawn about
    the origin, as the linear group draws them. Shifts are N(0, 1) in each coordinate. Where rows
    are at hand, ``Symmetry.sample`` takes the mean of their points for the origin and the spread
    of their points for the unit.

    Parameters
    ----------
    n : int or str
        Number of coordinates of a point, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    E : Rotations, mirrors and shifts.
    SE : Rotations and shifts.
    T : Shifts alone.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import AffineGroup, SL, Symmetry, equivariant_maps
    >>> class Shears(AffineGroup):
    ...     '''Shifts, and linear maps that keep volumes.'''
    ...
    ...     name = "Shears"
    ...     is_self_dual = False
    ...
    ...     @property
    ...     def linear(self):
    ...         return SL(self.n, primes=self.primes)
    >>> symmetry = Symmetry.parse("4*Shears(2) -> Shears(2).vector")
    >>> symmetry.without_shifts()
    Symmetry.parse('4*SL(2) -> SL(2)')
    >>> equivariant_maps("3*Shears(2).vector", "Shears(2).vector").rank
    3
    """

    is_affine = True

    @property
    def is_self_dual(self) -> bool:
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

    def roles(self):
        return (f"coordinate {number} under {self}" for number in range(1, self.dimension + 1))

    def on_vectors(self, vectors):
        return vectors

    def sample(self, n_elements, random_state):
        matrices = self.turns(n_elements, random_state)
        shifts = random_state.standard_normal((n_elements, self.dimension))
        return AffineMaps(matrices, shifts)

    def turns(self, n_elements: int, random_state: np.random.RandomState) -> np.ndarray:
        """Draw what elements do to vectors.

        Parameters
        ----------
        n_elements : int
            How many elements are drawn.
        random_state : numpy.random.RandomState
            Where randomness comes from.

        Returns
        -------
        ndarray of shape (n_elements, n, n)
            Their matrices.
        """
        return self.linear.sample(n_elements, random_state).matrices

    def generators(self):
        # turns that generate all turns, and generic shifts
        turns = self.linear.generators().matrices
        shifts = np.random.RandomState(0).standard_normal((len(turns), self.dimension))
        return AffineMaps(turns, shifts)

    def invariant_products(self, signs, power):
        return self.linear.invariant_products(signs, power)


class E(AffineGroup):
    """Euclidean group E(n): shifts, rotations and mirrors of points.

    Turns are Haar distributed about the origin, shifts are N(0, 1) in each coordinate.

    Parameters
    ----------
    n : int or str
        Number of coordinates of a point, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    O : The same group without its shifts.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import E
    >>> E(3).linear
    parse_representation('O(3)')
    """

    name = "E"

    @property
    def linear(self):
        """Rotations and reflections, O(n)."""
        return O(self.n, primes=self.primes)


class SE(AffineGroup):
    """Special Euclidean group SE(n): shifts and rotations of points.

    Turns are Haar distributed about the origin, shifts are N(0, 1) in each coordinate.

    Parameters
    ----------
    n : int or str
        Number of coordinates of a point, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    SO : The same group without its shifts.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import SE
    >>> SE(3).linear
    parse_representation('SO(3)')
    """

    name = "SE"

    @property
    def linear(self):
        """Rotations, SO(n)."""
        return SO(self.n, primes=self.primes)


class T(AffineGroup):
    """Translations T(n): shifts of points of n-dimensional space.

    T(1) suits times and potentials of which only differences count.

    Parameters
    ----------
    n : int or str
        Number of coordinates of a point, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    SE : Shifts and rotations.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import T
    >>> T(2).linear
    parse_representation('2')
    """

    name = "T"

    @property
    def linear(self):
        """Vectors that nothing moves."""
        return Trivial(self.n)

    def turns(self, n_elements, random_state):
        return np.broadcast_to(np.eye(self.dimension), (n_elements,) + (self.dimension,) * 2)

    def generators(self):
        # generic shifts
        return self.sample(self.dimension, np.random.RandomState(0))

    def invariant_products(self, signs, power):
        return single_entries(self.dimension, range(len(signs)))
