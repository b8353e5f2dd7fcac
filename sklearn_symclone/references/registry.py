"""The families that estimators know by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pickle import PicklingError
from types import MappingProxyType

from .family import Family

#: What estimators take for a name and mean something else by.
RESERVED = ("auto",)

_families: dict[str, Family] = {}
#: Families by name, in the order in which they were registered; a view that follows.
FAMILIES = MappingProxyType(_families)


def register(name: str, family: Family) -> None:
    """Make a family of references that estimators accept as ``reference=name``.

    ``reference="auto"`` asks families in the order in which they were registered, those of this
    library first.

    Parameters
    ----------
    name : str
        The new name. It is the estimators' parameter, and survives ``clone`` and pickles.
    family : Family
        What stands behind the name.

    Raises
    ------
    TypeError
        If ``name`` is no string or ``family`` is no Family.
    ValueError
        If the name is empty, taken, or means something else to the estimators.

    See Also
    --------
    unregister : Takes a family out again.
    FAMILIES : All that are registered.

    Notes
    -----
    A family is known to the process that registered it. For searches in several processes
    (``n_jobs=2``), and to fit a model that was unpickled, call ``register`` in a module that is
    imported there. A fitted model predicts without it.

    Examples
    --------
    The pooling networks with a shorter fit:

    >>> from dataclasses import replace
    >>> from sklearn_symclone.references import FAMILIES, Fit, register, unregister
    >>> register("short_sets", replace(FAMILIES["sets"], fit=Fit(steps=100)))
    >>> list(FAMILIES)
    ['sets', 'pairs', 'egnn', 'invariants', 'pooled', 'units', 'average', 'pointwise', 'tensors', \
'additive', 'quadratic', 'linear', 'short_sets']
    >>> unregister("short_sets")
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of a reference family must be a string, got {name!r}")
    if not name or name in RESERVED:
        raise ValueError(
            f"a reference family cannot have the name {name!r}, reference={name!r} means something "
            "else: give another name"
        )
    if name in _families:
        cure = "" if is_built_in(name) else f", or call unregister({name!r}) first"
        raise ValueError(
            f"there is a reference family {name!r} already, known are {_known()}: give another "
            f"name{cure}"
        )
    if not isinstance(family, Family):
        raise TypeError(
            f"family must be a sklearn_symclone.references.Family, got {family!r}: write "
            f"register({name!r}, Family(refuses=..., network=...))"
        )
    _families[name] = family


def unregister(name: str) -> None:
    """Take out a family that ``register`` has put in.

    Parameters
    ----------
    name : str
        The name of the family.

    Raises
    ------
    ValueError
        If there is no family of that name, or it is one of this library.

    See Also
    --------
    register : Puts a family in.

    Examples
    --------
    >>> from sklearn_symclone.references import FAMILIES, register, unregister
    >>> register("mine", FAMILIES["sets"])
    >>> unregister("mine")
    >>> "mine" in FAMILIES
    False
    """
    if is_built_in(name):
        raise ValueError(f"the reference family {name!r} is part of this library, it stays")
    del _families[name]


def families() -> Mapping:
    """Return the families that estimators know.

    Returns
    -------
    mapping of str to Family
        In the order in which ``reference="auto"`` asks them. It cannot be written to, and follows
        what is registered later: ``FAMILIES`` is the same one.

    See Also
    --------
    register : Adds one.

    Examples
    --------
    >>> from sklearn_symclone.references import families
    >>> list(families())
    ['sets', 'pairs', 'egnn', 'invariants', 'pooled', 'units', 'average', 'pointwise', 'tensors', \
'additive', 'quadratic', 'linear']
    """
    return FAMILIES


def family_of(reference: str | Callable) -> Family:
    """Return the family of what estimators take as a reference.

    Parameters
    ----------
    reference : str or callable
        The name of a family; or a function from a Symmetry to an nn.Module, which makes a family
        of its own, with the default settings of a fit.

    Returns
    -------
    Family
        The one that is registered, or a new one.

    Raises
    ------
    ValueError
        If there is no family of that name.
    """
    if not isinstance(reference, str):
        # a copy: a callable may return the same module again, whose weights another fit has moved
        return Family(
            refuses=lambda symmetry: None, network=lambda symmetry: _copied(reference(symmetry))
        )
    if reference not in _families:
        raise ValueError(
            f"there is no reference family {reference!r}, known are {_known()}: give one of these, "
            f"or make it known by sklearn_symclone.references.register({reference!r}, ...)"
        )
    return _families[reference]


def _copied(module):
    """Return a copy of the module of a callable."""
    try:
        return deepcopy(module)
    except (TypeError, RuntimeError, PicklingError) as error:
        raise TypeError(
            f"the module that the reference callable returned cannot be copied ({error}): keep "
            "what cannot be copied out of its attributes"
        ) from error


def is_built_in(name):
    """Return whether a name is that of a family of this library; a callable is not."""
    # each has a file of its name
    module = getattr(family_of(name).network, "__module__", None)
    return module == f"{__package__}.{name}"


def _known():
    return ", ".join(map(repr, _families))
