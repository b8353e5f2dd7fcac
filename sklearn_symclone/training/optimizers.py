"""The optimisers that ``solver`` can name, with what each of them needs and can do."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import torch


@dataclass(frozen=True, eq=False)
class Solver:
    """A registered optimiser.

    Parameters
    ----------
    name : str
        The value of ``solver`` that stands for it.
    where : type or str
        The optimiser's class, or ``"package:Class"``, which is imported when it is first used.
    needs_all_rows : bool
        Whether a step needs all samples. A batch is then the whole table, which cannot come in
        chunks.
    takes_closure : bool
        Whether a step evaluates the loss several times. The optimiser's ``step`` is then called
        with a function that evaluates it, as for ``torch.optim.LBFGS``.
    takes_weight_decay : bool
        Whether the class has a parameter ``weight_decay``, for a decay apart from the gradient.
    can_stack : bool
        Whether the step of a weight depends on that weight's gradients alone. Several networks can
        then be trained as one.
    has_schedule : bool
        Whether the learning rate rises in the first steps and then falls to zero along a cosine.
    defaults : mapping
        Further arguments of the class.

    See Also
    --------
    register : Creates one.

    Examples
    --------
    >>> from sklearn_symclone.training import optimizers
    >>> solver = optimizers.get("adam")
    >>> solver.optimizer_class.__name__, solver.arguments(weight_decay=0.1)
    ('AdamW', {'fused': True, 'weight_decay': 0.1})
    """

    name: str
    where: type | str
    needs_all_rows: bool
    takes_closure: bool
    takes_weight_decay: bool
    can_stack: bool
    has_schedule: bool
    defaults: Mapping

    @property
    def optimizer_class(self) -> type:
        """The optimiser's class. Its package is imported when the class is first used."""
        return pkgutil.resolve_name(self.where) if isinstance(self.where, str) else self.where

    def arguments(self, weight_decay: float) -> dict:
        """Return the arguments of the class, except parameters and learning rate.

        Parameters
        ----------
        weight_decay : float
            Decay of all weights. It is left out if the class does not take it.

        Returns
        -------
        dict
            Keyword arguments.
        """
        decay = {"weight_decay": weight_decay} if self.takes_weight_decay else {}
        return {**self.defaults, **decay}


_CAPABILITIES = tuple(field.name for field in fields(Solver))[2:-1]
_solvers: dict[str, Solver] = {}


def register(
    name: str,
    optimizer_class: Any,
    *,
    needs_all_rows: bool = False,
    takes_closure: bool = False,
    takes_weight_decay: bool = False,
    can_stack: bool = False,
    has_schedule: bool = True,
    **defaults: Any,
) -> None:
    """Make an optimiser known by a name, which estimators then accept as ``solver``.

    A name is known in the process that registered it. Put ``register`` into a module that the
    workers of a search import too.

    Parameters
    ----------
    name : str
        A name that no optimiser has yet.
    optimizer_class : type or str
        A subclass of ``torch.optim.Optimizer`` with the parameters ``params`` and ``lr``. A string
        ``"package:Class"`` is imported when it is first used.
    needs_all_rows : bool, default=False
        Whether a step needs all samples at once.
    takes_closure : bool, default=False
        Whether a step evaluates the loss several times, by a function that ``step`` is called with.
    takes_weight_decay : bool, default=False
        Whether the class has a parameter ``weight_decay``, for a decay apart from the gradient.
    can_stack : bool, default=False
        Whether the step of a weight depends on that weight's gradients alone. Several networks are
        then trained as one.
    has_schedule : bool, default=True
        Whether the learning rate rises in the first steps and then falls to zero along a cosine.
    **defaults
        Further arguments of the class.

    Raises
    ------
    ValueError
        If an optimiser of this name exists.
    TypeError
        If the class is not an optimiser of torch, or does not take the arguments.

    See Also
    --------
    names : All names.
    sklearn_symclone.students.activations.register : The same for activations.

    Examples
    --------
    >>> import torch
    >>> from sklearn_symclone import SymmetryClonedRegressor
    >>> from sklearn_symclone.training import optimizers
    >>> optimizers.register("nadam", torch.optim.NAdam, can_stack=True)
    >>> SymmetryClonedRegressor(solver="nadam").solver
    'nadam'
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"the name of an optimiser must be a nonempty string, got {name!r}")
    if name in _solvers:
        raise ValueError(f"there is an optimiser {name!r} already: choose another name")
    solver = Solver(
        name,
        optimizer_class,
        needs_all_rows=needs_all_rows,
        takes_closure=takes_closure,
        takes_weight_decay=takes_weight_decay,
        can_stack=can_stack,
        has_schedule=has_schedule,
        defaults=MappingProxyType(defaults),
    )
    _check(solver)
    _solvers[name] = solver


def names() -> list[str]:
    """Return the names of all optimisers.

    Returns
    -------
    list of str
        The optimisers of this library, then those of users.

    See Also
    --------
    get : Returns the optimiser of a name.
    register : Adds one.

    Examples
    --------
    >>> from sklearn_symclone.training import optimizers
    >>> optimizers.names()[:4]
    ['adam', 'sgd', 'lbfgs', 'soap']
    """
    return list(_solvers)


def get(name: str) -> Solver:
    """Return the optimiser of a name.

    Parameters
    ----------
    name : str
        One of ``names()``.

    Returns
    -------
    Solver
        The registered one.

    Raises
    ------
    ValueError
        If no optimiser has the name.

    See Also
    --------
    names : All names.

    Examples
    --------
    >>> from sklearn_symclone.training import optimizers
    >>> optimizers.get("lbfgs").needs_all_rows
    True
    """
    try:
        return _solvers[name]
    except KeyError:
        raise ValueError(
            f"there is no optimiser {name!r}: known are {', '.join(map(repr, names()))}; "
            "sklearn_symclone.training.optimizers.register adds one"
        ) from None


def _check(solver):
    """Raise an error if a class is not an optimiser, or does not take its arguments."""
    kind = solver.where
    if isinstance(kind, str) and ":" in kind:
        return  # a class that is not imported cannot be inspected
    if not (isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)):
        raise TypeError(
            "the class of an optimiser must be a subclass of torch.optim.Optimizer, or a string "
            f"'package:Class', got {kind!r}"
        )
    parameters = inspect.signature(kind).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    taken = {parameter.name for parameter in parameters}
    unknown = [name for name in {"lr": None, **solver.arguments(0.0)} if name not in taken]
    if unknown:
        raise TypeError(
            f"{kind.__name__} takes no argument {unknown[0]!r}, which {solver.name!r} would give "
            f"it: its arguments are {', '.join(sorted(taken))}; the options of register are "
            f"{', '.join(_CAPABILITIES)}"
        )


register("adam", torch.optim.AdamW, takes_weight_decay=True, can_stack=True, fused=True)
register("sgd", torch.optim.SGD, can_stack=True, momentum=0.9, nesterov=True)
register(
    "lbfgs",
    torch.optim.LBFGS,
    needs_all_rows=True,
    takes_closure=True,
    has_schedule=False,
    line_search_fn="strong_wolfe",
    max_iter=1,
    # one and a quarter by default, which would leave the line search without evaluations
    max_eval=25,
)
# a string, because the package takes as long to import as torch itself
register(
    "soap",
    "pytorch_optimizer:SOAP",
    takes_weight_decay=True,
    betas=(0.9, 0.95),
    precondition_frequency=20,
)
