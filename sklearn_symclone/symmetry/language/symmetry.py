"""The value that users state: how the inputs and the outputs of a table transform."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..groups import MAX_LISTED, GroupElements
from ..representations import (
    Representation,
    Trivial,
    as_representation,
    capped_product,
    describe_order,
    has_mask,
    point_columns,
)
from .binding import check_columns, solve
from .masking import Masking
from .parser import parse


@dataclass(frozen=True, repr=False)
class Symmetry:
    """How the columns of X and of y transform under a group.

    A value: hashable, picklable and comparable, without arrays inside.

    Parameters
    ----------
    inputs : Representation
        How the columns of X transform.
    outputs : Representation, optional
        How the columns of y transform, or the class scores in the order of ``classes_``.
        None, the default, stands for invariant outputs.

    See Also
    --------
    parse_representation : Parse one side of an expression.
    as_symmetry : Return a Symmetry from what users give.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Symmetry, S, O
    >>> symmetry = Symmetry.parse("S(5) + S(5)*O(3) -> O(3)**2")
    >>> symmetry == (S(5) + S(5) * O(3) >> O(3) ** 2)
    True
    >>> symmetry.inputs.dimension, symmetry.outputs.dimension
    (20, 9)
    """

    inputs: Representation
    outputs: Representation | None = None

    def __post_init__(self):
        for name in ("inputs", "outputs"):
            value = getattr(self, name)
            representation = as_representation(value)
            if representation is None and (name == "inputs" or value is not None):
                raise TypeError(f"{name} of a Symmetry must be a Representation, got {value!r}")
            object.__setattr__(self, name, representation)
        if len(self.unknowns) > 1:
            raise ValueError(
                f"symmetry '{self}' has the unknowns {', '.join(sorted(self.unknowns))}: "
                "only one can be solved from the number of columns"
            )

    @classmethod
    def parse(cls, text: str) -> Symmetry:
        """Build a symmetry from its expression.

        Parameters
        ----------
        text : str
            It reads ``inputs`` or ``inputs -> outputs``.

        Returns
        -------
        Symmetry
            What the text stands for.

        Raises
        ------
        ValueError
            If the text is no expression, with a caret under the first place that is wrong.
        """
        return cls(*parse(text))

    def __str__(self):
        return str(self.inputs) if self.outputs is None else f"{self.inputs} -> {self.outputs}"

    def __repr__(self):
        return f"Symmetry.parse({str(self)!r})"

    @property
    def groups(self) -> tuple:
        """The factors of the group, in order of appearance."""
        outputs = () if self.outputs is None else self.outputs.groups
        return tuple(dict.fromkeys(self.inputs.groups + outputs))

    @property
    def unknowns(self) -> frozenset[str]:
        """The names of the sizes that the data will tell."""
        outputs = frozenset() if self.outputs is None else self.outputs.unknowns
        return self.inputs.unknowns | outputs

    @property
    def order(self) -> float:
        """Number of group elements, ``math.inf`` for an infinite group."""
        orders = [group.order for group in self.groups]
        # multiplied with infinity, a very large whole number would overflow
        return math.inf if math.inf in orders else math.prod(orders)

    @property
    def capped_order(self) -> float:
        """Number of group elements, as ``Group.capped_order`` counts them."""
        return capped_product(group.capped_order for group in self.groups)

    def bind(self, n_features: int, n_outputs: int, *, target: str = "y") -> Symmetry:
        """Solve the unknown and check the columns.

        Parameters
        ----------
        n_features : int
            Number of columns of X.
        n_outputs : int
            Number of columns of y, or of classes.
        target : str, default="y"
            What an error about the outputs calls them.

        Returns
        -------
        Symmetry
            With both sides known.

        Raises
        ------
        ValueError
            If the columns do not fit, saying how many are needed and what to add.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import Symmetry
        >>> str(Symmetry.parse("S(n)*O(3)").bind(12, 1))
        'S(4)*O(3) -> 1'
        """
        inputs = self.inputs
        outputs = Trivial(n_outputs) if self.outputs is None else self.outputs
        for name in inputs.unknowns:
            value = solve(self, inputs, name, n_features, "X")
            inputs, outputs = inputs.substitute(name, value), outputs.substitute(name, value)
        for name in outputs.unknowns:
            outputs = outputs.substitute(name, solve(self, outputs, name, n_outputs, target))
        check_columns(self, inputs, n_features, "X")
        check_columns(self, outputs, n_outputs, target)
        bound = Symmetry(inputs, outputs)
        if has_mask(inputs) or has_mask(outputs):
            Masking(bound)  # says what a mask cannot be for
        return bound

    @property
    def masking(self) -> Masking | None:
        """What masks say of rows, None if there is no mask.

        The symmetry must be bound to its columns.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import Symmetry
        >>> Symmetry.parse("S(3).mask + S(3)*2").bind(9, 1).masking.masks
        {parse_representation('S(3)'): array([0, 1, 2])}
        """
        return Masking(self) if has_mask(self.inputs) else None

    def filled(self, X: np.ndarray) -> np.ndarray:
        """Return rows with the mean of present items in the columns of absent ones.

        A fitted network takes such rows; ``predict`` fills them by itself.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Rows of the inputs. Anything may stand in the columns of absent items, such as NaN.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            X itself if there is no mask.

        Raises
        ------
        ValueError
            If a column of presence is neither 0 nor 1, or if all points of a row are absent.
        """
        if not has_mask(self.inputs):
            return X
        masking = Masking(Symmetry(self.inputs).bind(X.shape[1], 1))
        masking.check(X)
        return masking.filled(X)

    def sample(
        self,
        n_elements: int,
        random_state: int | np.random.RandomState | None = None,
        X: np.ndarray | None = None,
    ) -> GroupElements:
        """Draw random group elements.

        Parameters
        ----------
        n_elements : int
            How many elements are drawn.
        random_state : int, RandomState or None, default=None
            Seed or source of randomness.
        X : ndarray of shape (n_samples, n_features), default=None
            Rows of the inputs. Where points are among their columns, elements turn about the mean
            of these points and shift by their spread, instead of about 0 and by 1.

        Returns
        -------
        GroupElements
            Haar distributed where the group is compact; each other group's class says how.
        """
        random_state = check_random_state(random_state)
        actions = {group: group.sample(n_elements, random_state) for group in self.groups}
        has_points = X is not None and self.inputs.is_affine
        for group, columns in self.points().items() if has_points else ():
            points = np.asarray(X, dtype=float)[:, columns].reshape(-1, group.dimension)
            centre = points.mean(axis=0)
            spread = np.sqrt(((points - centre) ** 2).mean())
            actions[group] = actions[group].about(centre, spread)
        return GroupElements(actions, n_elements)

    def generators(self) -> Any:
        """Return elements that generate the group, each of them of one factor.

        Returns
        -------
        GroupElements
            The generators of the first factor, followed by those of the second, and so on.
        """
        of_each = {group: group.generators() for group in self.groups}
        n_elements = sum(map(len, of_each.values()))
        actions, first = {}, 0
        for group, generators in of_each.items():
            chosen = np.full(n_elements, len(generators))
            chosen[first : first + len(generators)] = np.arange(len(generators))
            first += len(generators)
            actions[group] = generators.join(generators.identity(1))[chosen]
        return GroupElements(actions, n_elements)

    def points(self) -> dict:
        """Return the columns of the inputs that are coordinates of points.

        Returns
        -------
        dict of Group to ndarray of int of shape (n_points, n)
            For each group that shifts points, one row of columns for each point.
        """
        return point_columns(self.inputs)

    def without_shifts(self) -> Symmetry:
        """Return the symmetry of rows whose points are counted from the mean of all points.

        An equivariant function of points is one of vectors, their differences from the mean; the
        mean is added again where the outputs are points. The symmetry must be bound to its columns.

        Returns
        -------
        Symmetry
            With O(n) for E(n), SO(n) for SE(n), and invariant columns for T(n).

        Raises
        ------
        ValueError
            If points are among the outputs, but not among the inputs.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import E, S
        >>> (S(4) * E(3) + S(4) * E(3).vector >> S(4) * E(3).vector).without_shifts()
        Symmetry.parse('S(4)*O(3) + S(4)*O(3) -> S(4)*O(3)')
        """
        for group in point_columns(self.outputs):
            if group not in self.points():
                raise ValueError(
                    f"'{self}' has points of {group} among its outputs and none among its inputs, "
                    "which could tell where they are"
                )
        linear = self._linear_groups()
        if not linear:
            return self
        return Symmetry(self.inputs.without_shifts(linear), self.outputs.without_shifts(linear))

    def _linear_groups(self):
        """Return what each group that shifts points does to vectors."""
        linear, taken = {}, set(self.groups)
        for group in self.groups:
            if group.is_affine:
                linear[group] = group.linear
                while linear[group] in taken:  # another, independent group of that name
                    linear[group] = linear[group].prime
                taken |= set(linear[group].groups)
        return linear

    def elements(self) -> GroupElements:
        """Return all elements of a finite group, the identity first.

        Returns
        -------
        GroupElements
            Each combination of the elements of the factors.

        Raises
        ------
        ValueError
            If the group is infinite.
        """
        if MAX_LISTED < self.capped_order < math.inf:
            raise ValueError(
                f"the group of '{self}' is {describe_order(self.capped_order)}: {MAX_LISTED} at "
                "most are listed"
            )
        every = {group: group.elements() for group in self.groups}
        sizes = [len(action) for action in every.values()]
        order = math.prod(sizes)
        grid = np.indices(sizes).reshape(len(sizes), order)
        chosen = {g: action[i] for (g, action), i in zip(every.items(), grid, strict=True)}
        return GroupElements(chosen, order)


# which is how ``inputs >> outputs`` gets to know of symmetries
Representation.arrow = Symmetry


def as_symmetry(value: Symmetry | Representation | str) -> Symmetry:
    """Return a Symmetry from a Symmetry, a Representation, or the string of either.

    Functions that take a symmetry call it on what users give.

    Parameters
    ----------
    value : Symmetry, Representation or str
        A representation stands for inputs with invariant outputs.

    Returns
    -------
    Symmetry
        The same one if it is a symmetry already.

    Raises
    ------
    TypeError
        If it is none of these.

    See Also
    --------
    Symmetry.parse : Build a symmetry from its expression.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, as_symmetry
    >>> as_symmetry("S(5)*3") == as_symmetry(S(5) * 3)
    True
    """
    if isinstance(value, Symmetry):
        return value
    if isinstance(value, Representation):
        return Symmetry(value)
    if isinstance(value, str):
        return Symmetry.parse(value)
    raise TypeError(f"symmetry must be a Symmetry, its string or None, got {value!r}")
