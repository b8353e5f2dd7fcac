"""The value that users state: how the inputs and the outputs of a table transform."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_random_state

from ._permutations import MAX_LISTED
from .elements import GroupElements
from .parser import parse
from .representations import Representation, Trivial, as_representation, describe_order


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
    def parse(cls, text):
        """Build a symmetry from its expression.

        Parameters
        ----------
        text : str

        Returns
        -------
        Symmetry

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
    def groups(self):
        """The factors of the group, in order of appearance."""
        outputs = () if self.outputs is None else self.outputs.groups
        return tuple(dict.fromkeys(self.inputs.groups + outputs))

    @property
    def unknowns(self):
        """The names of the sizes that the data will tell."""
        outputs = frozenset() if self.outputs is None else self.outputs.unknowns
        return self.inputs.unknowns | outputs

    @property
    def order(self):
        """Number of group elements, ``math.inf`` for an infinite group."""
        orders = [group.order for group in self.groups]
        # multiplied with infinity, a very large whole number would overflow
        return math.inf if math.inf in orders else math.prod(orders)

    def bind(self, n_features, n_outputs, *, target="y"):
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
            value = _solve(self, inputs, name, n_features, "X")
            inputs, outputs = inputs.substitute(name, value), outputs.substitute(name, value)
        for name in outputs.unknowns:
            outputs = outputs.substitute(name, _solve(self, outputs, name, n_outputs, target))
        _check_columns(self, inputs, n_features, "X")
        _check_columns(self, outputs, n_outputs, target)
        return Symmetry(inputs, outputs)

    def sample(self, n_elements, random_state=None, X=None):
        """Draw random group elements.

        Parameters
        ----------
        n_elements : int
        random_state : int, RandomState or None, default=None
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

    def generators(self):
        """Return elements that generate the group, each of them of one factor.

        Returns
        -------
        GroupElements
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

    def without_shifts(self):
        """Return the symmetry of rows whose points are counted from the mean of all points.

        Returns
        -------
        Symmetry
            With O(n) for E(n), SO(n) for SE(n), and invariant columns for T(n).
        """
        from .shifts import without_shifts

        return without_shifts(self)

    def points(self):
        """Return the columns of the inputs that are coordinates of points.

        Returns
        -------
        dict of Group to ndarray of int of shape (n_points, n)
        """
        return point_columns(self.inputs)

    def elements(self):
        """Return all elements of a finite group, the identity first.

        Returns
        -------
        GroupElements

        Raises
        ------
        ValueError
            If the group is infinite.
        """
        if MAX_LISTED < self.order < math.inf:
            raise ValueError(
                f"the group of '{self}' is {describe_order(self.order)}: {MAX_LISTED} at most are "
                "listed"
            )
        every = {group: group.elements() for group in self.groups}
        sizes = [len(action) for action in every.values()]
        order = math.prod(sizes)
        grid = np.indices(sizes).reshape(len(sizes), order)
        chosen = {g: action[i] for (g, action), i in zip(every.items(), grid, strict=True)}
        return GroupElements(chosen, order)


def point_columns(representation):
    """Return the columns that are coordinates of points, one array (n_points, n) for each group."""
    found = {}
    for block in representation.blocks():
        for axis, factor in enumerate(block.factors):
            if factor.is_affine:
                columns = np.moveaxis(block.columns, axis, -1).reshape(-1, factor.dimension)
                found.setdefault(factor, []).append(columns)
    return {group: np.concatenate(columns) for group, columns in found.items()}


def as_symmetry(value):
    """Return a Symmetry from a Symmetry, a Representation, or the string of either.

    Parameters
    ----------
    value : Symmetry, Representation or str

    Returns
    -------
    Symmetry
    """
    if isinstance(value, Symmetry):
        return value
    if isinstance(value, Representation):
        return Symmetry(value)
    if isinstance(value, str):
        return Symmetry.parse(value)
    raise TypeError(f"symmetry must be a Symmetry, its string or None, got {value!r}")


def _solve(symmetry, side, name, columns, table):
    """Return the value of the unknown for which a side of the symmetry has so many columns."""
    sizes = {}
    for value in range(1, max(columns, 1) + 1):
        try:
            sizes[value] = side.substitute(name, value).dimension
        except ValueError:  # no group has this size, such as Sp(2n) an odd one
            continue
        if sizes[value] >= columns:
            break
    if sizes and sizes[max(sizes)] == columns:
        return max(sizes)
    near = " and ".join(f"{sizes[v]} for {name}={v}" for v in sorted(sizes)[-2:])
    raise ValueError(
        f"symmetry '{symmetry}': no {name} fits, {table} has {columns} columns where '{side}' "
        f"needs {near}"
    )


def _check_columns(symmetry, side, columns, table):
    missing = columns - side.dimension
    if missing > 0:
        advice = f"add '+ {missing}' for {_count(missing, 'invariant column')}"
    else:
        advice = f"remove {_count(-missing, 'column')} from '{side}' or add them to {table}"
    if missing:
        raise ValueError(
            f"symmetry '{symmetry}' needs {_count(side.dimension, 'column')} in {table}, "
            f"{table} has {columns}: {advice}"
        )


def _count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
