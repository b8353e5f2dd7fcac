"""The optimisers that a ``solver=`` can name, and what each of them needs and can do."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import torch


@dataclass(frozen=True, eq=False)
class Solver:
    """A registered optimiser.

    Parameters
    ----------
    name : str
    where : type or str
        The optimiser's class, or where it is found when it is first used: ``"package:Class"``.
    needs_all_rows : bool
        A step needs all samples: a batch is the whole table, and no table comes in chunks.
    takes_closure : bool
        A step evaluates the loss several times. The optimiser's ``step`` is called with a function
        that does so, as ``torch.optim.LBFGS`` asks for it.
    takes_weight_decay : bool
        The class has a parameter ``weight_decay``, and decays weights apart from their gradients.
    can_stack : bool
        Each weight is treated for itself, so that networks can be trained side by side, as one.
    has_schedule : bool
        The learning rate rises in the first steps, and falls to zero along a cosine.
    defaults : mapping
        Further arguments of the class.
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
    def optimizer_class(self):
        """The optimiser's class; a package is imported when its class is first asked for."""
        return pkgutil.resolve_name(self.where) if isinstance(self.where, str) else self.where

    def arguments(self, weight_decay):
        """Return the arguments of the class, besides parameters and learning rate."""
        decay = {"weight_decay": weight_decay} if self.takes_weight_decay else {}
        return {**self.defaults, **decay}


_CAPABILITIES = tuple(field.name for field in fields(Solver))[2:-1]
_solvers: dict[str, Solver] = {}


def register(
    name,
    optimizer_class,
    *,
    needs_all_rows=False,
    takes_closure=False,
    takes_weight_decay=False,
    can_stack=False,
    has_schedule=True,
    **defaults,
):
    """Make an optimiser known by a name, which estimators then accept as their ``solver``.

    A name is known in the process that registered it. Worker processes of a search need to import
    the module that registers it, too.

    Parameters
    ----------
    name : str
        A new one.
    optimizer_class : type or str
        A subclass of ``torch.optim.Optimizer`` whose first parameters are ``params`` and ``lr``.
        A string ``"package:Class"`` is imported when it is first used.
    needs_all_rows : bool, default=False
        Whether a step needs all samples at once.
    takes_closure : bool, default=False
        Whether a step evaluates the loss several times, by calling a function that it is given.
    takes_weight_decay : bool, default=False
        Whether the class has a parameter ``weight_decay`` for a decay apart from the gradient.
    can_stack : bool, default=False
        Whether each weight is treated for itself. Several networks are then trained as one.
    has_schedule : bool, default=True
        Whether the learning rate rises in the first steps and falls to zero along a cosine.
    **defaults
        Further arguments of the class.

    Raises
    ------
    ValueError
        If the name is taken.
    TypeError
        If the class is no optimiser of torch, or does not take the arguments.
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"the name of an optimiser must be a string, not empty, got {name!r}")
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


def names():
    """Return the registered names, a list in the order in which they were registered."""
    return list(_solvers)


def get(name):
    """Return the ``Solver`` of a name.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    try:
        return _solvers[name]
    except KeyError:
        raise ValueError(
            f"there is no optimiser {name!r}: known are {', '.join(map(repr, names()))}; "
            "sklearn_symclone.training.optimizers.register adds one"
        ) from None


def _check(solver):
    """Raise an error if a class is no optimiser, or does not take the arguments given for it."""
    kind = solver.where
    if isinstance(kind, str) and ":" in kind:
        return  # what is not imported cannot be asked
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
            f"{kind.__name__} takes no argument {unknown[0]!r}, and {solver.name!r} cannot be "
            f"asked for it: its arguments are {', '.join(sorted(taken))}; what an optimiser can "
            f"do is said by {', '.join(_CAPABILITIES)}"
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
)
# named, not imported: the package takes as long to import as torch itself
register(
    "soap",
    "pytorch_optimizer:SOAP",
    takes_weight_decay=True,
    betas=(0.9, 0.95),
    precondition_frequency=20,
)
