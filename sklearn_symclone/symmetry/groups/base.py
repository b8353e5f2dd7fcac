"""Groups as values: the base of all groups, a user's own included."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from ..representations import Det, Factor, Pairs, Part, Regular, Sets, capped_product
from .actions import Matrices
from .elements import GroupElements
from .registry import announce, announce_late


@dataclass(frozen=True, repr=False)
class Group(Factor):
    """Base of all groups, and of yours.

    A group stands for its defining representation. A subclass enters the expression language by
    being defined, under its class attribute ``name``. Its fields are its arguments there, in their
    order. It must have a ``dimension`` and draw random elements by ``sample``. All else has a
    default: the group is taken to be an infinite one of matrices of determinant 1 or -1, with one
    connected part, and equivariant maps are found numerically.

    Parameters
    ----------
    primes : int, default=0
        Tells different factors of one name apart: ``S(3)`` and ``S(3)'`` move independently.

    See Also
    --------
    PermutingGroup : Base of the groups that permute columns.
    SizedGroup : Base of the groups whose only argument is a size, which can be unknown.
    MatrixGroup : A group of your own without a class, from matrices.

    Notes
    -----
    Class attributes that say more about a group, all of them optional:

    - ``other_names``: more names in the language;
    - ``attributes``: names of its properties that can follow a dot in the language;
    - ``is_self_dual``: whether all its matrices are orthogonal;
    - ``is_unimodular``: whether all determinants are 1 or -1.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import Group, Matrices, Symmetry, equivariant_maps
    >>> @dataclass(frozen=True, repr=False)
    ... class Squeeze(Group):
    ...     '''Area-preserving squeezes of the plane, (x, y) to (c x, y / c).'''
    ...
    ...     strength: float
    ...     name = "Squeeze"
    ...     dimension = 2
    ...
    ...     def sample(self, n_elements, random_state):
    ...         c = np.exp(self.strength * random_state.standard_normal(n_elements))
    ...         return Matrices(np.stack([c, 1 / c], axis=1)[:, :, None] * np.eye(2))
    >>> symmetry = Symmetry.parse("3*Squeeze(0.5) -> Squeeze(0.5).dual")
    >>> symmetry.inputs == 3 * Squeeze(0.5)
    True
    >>> equivariant_maps(Squeeze(0.5) ** 2, 1).rank  # xy and yx
    2
    """

    primes: int = field(default=0, kw_only=True)
    is_unimodular = True
    tensor_indices = (1,), 0

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        announce(cls)

    def __setstate__(self, state):
        announce_late(type(self))
        self.__dict__.update(state)

    def __str__(self):
        arguments = ",".join(map(format_argument, self.arguments()))
        return f"{self.name}({arguments})" + "'" * self.primes

    def arguments(self) -> tuple:
        """Return what stands between the parentheses of the expression.

        Returns
        -------
        tuple
            Numbers, strings, or tuples of such, as the class takes them.
        """
        return tuple(getattr(self, f.name) for f in fields(self) if f.init and f.name != "primes")

    @property
    def group(self):
        """The group itself."""
        return self

    @property
    def unknowns(self):
        return frozenset()

    def substitute(self, name, value):
        return self

    @property
    def prime(self):
        """The same group as one more, independent factor.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import S
        >>> str(S(3) + S(3).prime)
        "S(3) + S(3)'"
        """
        return replace(self, primes=self.primes + 1)

    @property
    def det(self):
        """One column multiplied by the determinant: a pseudo-scalar, the sign of a permutation.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import O
        >>> str(O(3).det), str(O(3).pseudo)
        ('O(3).det', 'O(3).det*O(3)')
        """
        return Det(self)

    @property
    def pseudo(self):
        """Pseudo-vectors, such as cross products: vectors times the determinant."""
        return Det(self) * (self.vector if self.is_affine else self)

    @property
    def regular(self):
        """One column for each element, which are multiplied from the left; for finite groups."""
        return Regular(self)

    @property
    def pairs(self):
        """One column for each pair of different points; for groups that permute."""
        return Pairs(self)

    def sets(self, *sets: Any) -> Sets:
        """Return one column for each of some sets of points; for groups that permute.

        Parameters
        ----------
        *sets : sequences of int
            Points counted from 0. The group must permute the sets among themselves.

        Returns
        -------
        Sets
            The representation on these columns.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import C
        >>> C(4).sets([0, 2], [1, 3]).dimension
        2
        """
        try:
            listed = tuple(tuple(sorted(map(operator.index, points))) for points in sets)
        except TypeError:
            raise ValueError(
                f"{self}.sets(...) takes lists of points such as [0, 1], got {sets}"
            ) from None
        return Sets(self, listed)

    def part(self, *columns: Any) -> Part:
        """Return some columns of the defining representation, which are mixed with no others.

        Parameters
        ----------
        *columns : int
            Counted from 0.

        Returns
        -------
        Part
            The representation on these columns.
        """
        try:
            return Part(self, tuple(map(operator.index, columns)))
        except TypeError:
            given = ",".join(map(format_argument, columns))
            raise ValueError(f"{self}.part(...) takes whole numbers, got {given}") from None

    def act(self, elements, x):
        return elements.actions[self].act(x)

    def act_dual(self, elements, x):
        return elements.actions[self].dual().act(x)

    @property
    def order(self) -> float:
        """Number of elements, ``math.inf`` for an infinite group."""
        return math.inf

    @property
    def capped_order(self) -> float:
        """Number of elements, ``math.inf`` for an infinite group; a finite one has 10^30 at most.

        Where a finite group has more elements, this is 10^30. Unlike the order it fits a float, and
        it is found at once.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import S, O
        >>> S(4).capped_order, S(10**6).capped_order == 10**30, O(3).capped_order
        (24, True, inf)
        """
        return capped_product([self.order])

    @property
    def is_compact(self) -> bool:
        """Whether there is an average over the group: it is finite, or keeps lengths."""
        return self.is_self_dual or self.capped_order < math.inf

    def sample(self, n_elements: int, random_state: np.random.RandomState) -> Any:
        """Draw random elements.

        They are Haar distributed, that is uniform, where the group is compact. Each class of other
        groups says how its elements are distributed.

        Parameters
        ----------
        n_elements : int
            How many elements are drawn.
        random_state : numpy.random.RandomState
            Where randomness comes from.

        Returns
        -------
        Permutations, SignChanges, Matrices or AffineMaps
            A batch of elements.
        """
        raise NotImplementedError

    def elements(self) -> Any:
        """Return all elements of a finite group, the identity first.

        Returns
        -------
        Permutations, SignChanges or Matrices
            A batch of elements.

        Raises
        ------
        ValueError
            If the group is infinite or too large.
        """
        raise ValueError(f"{self} is infinite: its elements cannot be listed")

    def generators(self) -> Any:
        """Return elements that generate the group.

        For a Lie group they are generic elements of it, and a reflection for each of its parts:
        what is linear and is left alone by them is left alone by the whole group.

        Returns
        -------
        Permutations, SignChanges, Matrices or AffineMaps
            A batch of elements.
        """
        generic = self.sample(4, np.random.RandomState(0))
        reflections = self.reflections()
        return generic.join(Matrices(reflections)) if len(reflections) else generic

    def reflections(self) -> np.ndarray:
        """Return elements that lead from one connected part of a Lie group to the others.

        Returns
        -------
        ndarray of shape (n_reflections, dimension, dimension)
            Their matrices; none for a group of one part.
        """
        return np.empty((0, 0, 0))

    def generating_elements(self) -> GroupElements:
        """Return the generators as elements that every representation of the group can act by.

        Returns
        -------
        GroupElements
            A batch of elements.
        """
        generators = self.generators()
        return GroupElements({self: generators}, len(generators))

    def invariant_products(self, signs: tuple, power: int) -> Iterable | None:
        """Return a closed form of the invariant tensors: products of small tensors that span them.

        Without a closed form, which is the default, invariants are found numerically. A group of
        matrices that has one overrides this method.

        Parameters
        ----------
        signs : tuple of {1, -1}
            For each axis of the tensors, 1 if it is a vector's and -1 if it is a dual vector's.
        power : int
            The power of the determinant that the tensors are multiplied by.

        Returns
        -------
        iterable of list of (axes, entries, values), or None
            For each product a list of tensors on disjoint axes, which together are all axes. Such a
            tensor has ``values[k]`` at ``entries[:, k]``, one index for each of its ``axes``, and 0
            elsewhere.
        """
        return None


def format_argument(value: Any) -> str:
    """Print an argument of a group as the language reads it.

    Parameters
    ----------
    value : int, float, str or tuple
        A number, an unknown, a kind, or a nested list.

    Returns
    -------
    str
        A kind stands in quotation marks, an unknown does not.
    """
    if isinstance(value, tuple):
        return f"[{','.join(map(format_argument, value))}]"
    if isinstance(value, str) and not (len(value) == 1 and value.islower()):
        return f'"{value}"'
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value)
