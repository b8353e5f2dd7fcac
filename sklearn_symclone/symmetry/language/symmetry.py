"""The value that users state: how the inputs and the outputs of a table transform."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..representations import Representation, Trivial, as_representation, has_mask, point_columns
from .binding import check_columns, solve
from .masking import Masked, Masking
from .named import Named
from .names import NAMED, checked_names, printed, split_names
from .parser import parse


@dataclass(frozen=True, repr=False)
class Symmetry(Masked, Named):
    """How the columns of X and of y transform under a group.

    A value: hashable, picklable and comparable, without arrays inside.

    Parameters
    ----------
    inputs : Representation
        How the columns of X transform.
    outputs : Representation, optional
        How the columns of y transform, or the class scores. None, the default, stands for invariant
        outputs.
    columns : list of str, optional
        The names of the columns of X, in the order in which the expression lists them. They can be
        numbers, or tuples as in a ``MultiIndex``. A data frame may have its columns in any order.
        None, the default: the order of the columns of X tells what they are.
    classes : list of str or of number, optional
        The labels of the classes, in the order in which the outputs list them. A class that y lacks
        can be among them if the group turns another class into it. None, the default: the classes
        are in the order of ``classes_``, which is sorted.

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
    >>> Symmetry(S(2) * 2, S(2) + 1, ["a1", "b1", "a2", "b2"], ["win", "loss", "draw"]).classes
    ('win', 'loss', 'draw')
    """

    inputs: Representation
    outputs: Representation | None = None
    columns: Any = None
    classes: Any = None

    def __post_init__(self):
        for name in ("inputs", "outputs"):
            value = getattr(self, name)
            representation = as_representation(value)
            if representation is None and (name == "inputs" or value is not None):
                raise TypeError(f"{name} of a Symmetry must be a Representation, got {value!r}")
            object.__setattr__(self, name, representation)
        for name in NAMED:
            object.__setattr__(self, name, checked_names(getattr(self, name), name))
        if len(self.unknowns) > 1:
            raise ValueError(
                f"symmetry '{self.expression}' has the unknowns "
                f"{', '.join(sorted(self.unknowns))}: only one can be solved from the number of "
                "columns"
            )
        self._check_names()

    def _check_names(self):
        """Raise a ValueError unless there are as many names as columns and classes."""
        inputs, outputs = self.inputs, self.outputs
        if self.columns is not None:
            inputs, outputs = self._solved(len(self.columns), "columns=[...]")
            check_columns(self.expression, inputs, len(self.columns), "columns=[...]")
        if self.classes is not None and outputs is not None and not outputs.unknowns:
            check_columns(self.expression, outputs, len(self.classes), "classes=[...]")

    def _solved(self, n_features, table):
        """Return both sides with an unknown of the inputs replaced."""
        inputs, outputs = self.inputs, self.outputs
        for name in inputs.unknowns:
            value = solve(self.expression, inputs, name, n_features, table)
            inputs = inputs.substitute(name, value)
            outputs = None if outputs is None else outputs.substitute(name, value)
        return inputs, outputs

    def _of_inputs(self, n_features):
        return Symmetry(self.inputs).bind(n_features, 1)

    @classmethod
    def parse(
        cls, text: str, *, columns: Iterable | None = None, classes: Iterable | None = None
    ) -> Symmetry:
        """Build a symmetry from its expression.

        Parameters
        ----------
        text : str
            It reads ``inputs`` or ``inputs -> outputs``. What is printed of a symmetry with names
            is read, too.
        columns, classes : list, default=None
            As of the class.

        Returns
        -------
        Symmetry
            What the text stands for.

        Raises
        ------
        ValueError
            If the text is no expression, with a caret under the first place that is wrong. Or if
            there are too many or too few names.

        Examples
        --------
        >>> from sklearn_symclone import Symmetry
        >>> print(Symmetry.parse("S(2) -> S(2)", columns=["home", "away"], classes=["H", "A"]))
        S(2) -> S(2) | columns=['home', 'away'], classes=['H', 'A']
        """
        expression, names = split_names(text)
        given = {"columns": columns, "classes": classes}
        for name in names:
            if given[name] is not None:
                raise ValueError(f"{name} stand in the text {text!r} and are given once more")
        return cls(*parse(expression), **{**given, **names})

    @property
    def expression(self) -> str:
        """The symmetry as text, without the names of columns and classes."""
        return str(self.inputs) if self.outputs is None else f"{self.inputs} -> {self.outputs}"

    @property
    def _names(self):
        return {name: getattr(self, name) for name in NAMED}

    def __str__(self):
        return " | ".join(filter(None, [self.expression, printed(self._names)]))

    def __repr__(self):
        arguments = ", ".join(filter(None, [repr(self.expression), printed(self._names)]))
        return f"Symmetry.parse({arguments})"

    def bind(
        self,
        n_features: int,
        n_outputs: int,
        *,
        target: str = "y",
        classes: Iterable | None = None,
    ) -> Symmetry:
        """Solve the unknown and check the columns.

        Parameters
        ----------
        n_features : int
            Number of columns of X.
        n_outputs : int
            Number of columns of y, or of classes.
        target : str, default="y"
            What an error about the outputs calls them.
        classes : array-like, default=None
            The labels of the classes that the outputs stand for, sorted; an error lists them.
            None: the outputs are no classes.

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
        inputs, outputs = self._solved(n_features, "X")
        outputs = Trivial(n_outputs) if outputs is None else outputs
        for name in outputs.unknowns:
            value = solve(self.expression, outputs, name, n_outputs, target)
            outputs = outputs.substitute(name, value)
        check_columns(self.expression, inputs, n_features, "X")
        labels = None if classes is None else np.asarray(classes).tolist()
        check_columns(self.expression, outputs, n_outputs, target, labels)
        bound = replace(self, inputs=inputs, outputs=outputs)
        if has_mask(inputs) or has_mask(outputs):
            Masking(bound)  # says what a mask cannot be for
        return bound

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
        inputs, outputs = (side.without_shifts(linear) for side in (self.inputs, self.outputs))
        return replace(self, inputs=inputs, outputs=outputs)

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
