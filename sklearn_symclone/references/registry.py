"""The families that estimators know by name, and which of them ``reference="auto"`` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pickle import PicklingError
from types import MappingProxyType

from ..symmetry import Symmetry
from .family import Family

#: What estimators take for a name and mean something else by.
RESERVED = ("auto",)
#: The family that is mixed in where labels are noisy.
COMPANION = "quadratic"
#: Columns of the widest table for which families that are slower are asked, too.
MAX_ASKED = 40

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
'quadratic', 'short_sets']
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
'quadratic']
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


def refusals(symmetry: Symmetry) -> dict | None:
    """Return why ``reference="auto"`` passes families by.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.

    Returns
    -------
    dict of str to (str or None)
        For each family the reason, None if "auto" can take it.

    See Also
    --------
    choose_family : The first that has none.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import refusals
    >>> found = refusals(Symmetry.parse("S(3)*O(3) -> 1"))
    >>> [name for name, reason in found.items() if reason is None]
    ['invariants', 'pooled', 'tensors']
    >>> found["sets"]
    'it knows symmetric groups S(n) only, not O(3)'
    """
    return dict(_asked(symmetry))


def choose_family(symmetry: Symmetry) -> str:
    """Return the name of the family that ``reference="auto"`` takes.

    It is the first in the order of ``FAMILIES`` that can have the symmetry, is exactly equivariant,
    and is more than polynomials of degree 2.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.

    Returns
    -------
    str
        A key of ``FAMILIES``.

    Raises
    ------
    ValueError
        If no family can have the symmetry, with the reason of each.

    See Also
    --------
    refusals : Why the others are passed by.
    check_family : Whether one that is named can have it.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import choose_family
    >>> choose_family(Symmetry.parse("S(5) + S(5)*O(3) -> O(3)**2"))
    'invariants'
    """
    refused = {}
    for name, refusal in _asked(symmetry):  # to find out what a family can have takes time
        if refusal is None:
            return name
        refused[name] = refusal
    reasons = "; ".join(f"{name!r}: {refusal}" for name, refusal in refused.items())
    raise ValueError(
        f"no reference family can have the symmetry '{symmetry.expression}' ({reasons}). State "
        "fewer groups, or give as reference a callable that takes the symmetry and returns an "
        "nn.Module"
    )


def rivals_of(reference: str, symmetry: Symmetry) -> list[str]:
    """Return the families that held-out samples compare with the one that "auto" takes first.

    Parameters
    ----------
    reference : str
        The name of a family.
    symmetry : Symmetry
        Bound to its columns.

    Returns
    -------
    list of str
        Those that "auto" could take, too. None for tables of more than 40 columns.

    See Also
    --------
    choose_family : The family that "auto" takes first.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import rivals_of
    >>> rivals_of("pointwise", Symmetry.parse("S(6).pairs -> 1"))
    ['tensors']
    """
    if symmetry.inputs.dimension > MAX_ASKED:
        return []
    linear = symmetry.without_shifts()
    return [name for name in family_of(reference).asks if _passed_by(name, linear) is None]


def companion_of(symmetry: Symmetry) -> str | None:
    """Return the family that "auto" mixes in where labels are noisy, for it learns little noise.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.

    Returns
    -------
    str or None
        None if it cannot have the symmetry.

    See Also
    --------
    choose_family : The family that "auto" takes first.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import companion_of
    >>> companion_of(Symmetry.parse("2*O(5) -> 1"))
    'quadratic'
    """
    refusal = family_of(COMPANION).refuses(symmetry.without_shifts())
    return COMPANION if refusal is None else None


def check_family(name: str, symmetry: Symmetry) -> None:
    """Raise an error if a family cannot have a symmetry.

    Parameters
    ----------
    name : str
        A key of ``FAMILIES``.
    symmetry : Symmetry
        Bound to its columns.

    Raises
    ------
    ValueError
        If the family cannot have it, or there is no family of that name.

    See Also
    --------
    choose_family : The family that "auto" takes, which is exactly equivariant beside that.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import check_family
    >>> check_family("average", Symmetry.parse("2*O(1,3) -> 1"))
    Traceback (most recent call last):
        ...
    ValueError: reference='average' cannot have the symmetry '2*O(1,3) -> 1': there is no average \
over what is not compact, here O(1,3)
    """
    refusal = family_of(name).refuses(symmetry.without_shifts())
    if refusal is not None:
        raise ValueError(
            f"reference={name!r} cannot have the symmetry '{symmetry.expression}': {refusal}"
        )


def _asked(symmetry):
    """Yield each family's name, and why "auto" passes it by or None."""
    linear = symmetry.without_shifts()
    for name in _families:
        yield name, _passed_by(name, linear)


def _passed_by(name, linear):
    """Return why "auto" cannot take a family, None if it can."""
    family = family_of(name)
    return family.refuses(linear) or family.misses(linear)


def _known():
    return ", ".join(map(repr, _families))
