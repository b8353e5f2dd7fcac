"""The anchors by name."""

from __future__ import annotations

from .base import Anchor
from .function import FunctionAnchor
from .orbit import OrbitAnchor
from .subspace import SubspaceAnchor
from .weights import WeightAnchor

_ANCHORS = {
    "function": FunctionAnchor,
    "weights": WeightAnchor,
    "orbit": OrbitAnchor,
    "subspace": SubspaceAnchor,
}


def names() -> list[str]:
    """Return the names of all anchors.

    Returns
    -------
    list of str
        The anchors of this library, then those of users.

    See Also
    --------
    get : Returns the anchor of a name.
    register : Adds one.

    Examples
    --------
    >>> from sklearn_symclone import anchors
    >>> anchors.names()[:4]
    ['function', 'weights', 'orbit', 'subspace']
    """
    return list(_ANCHORS)


def get(name: str) -> Anchor:
    """Return the anchor of a name.

    Parameters
    ----------
    name : str
        One of ``names()``.

    Returns
    -------
    Anchor
        A new instance.

    Raises
    ------
    ValueError
        If no anchor has the name.

    See Also
    --------
    names : All names.

    Examples
    --------
    >>> from sklearn_symclone import anchors
    >>> sorted(anchors.get("weights").needs)
    ['weights']
    """
    if name not in _ANCHORS:
        raise ValueError(f"no anchor is called {name!r}; there are {', '.join(_ANCHORS)}")
    return _ANCHORS[name]()


def register(name: str, anchor: type[Anchor]) -> None:
    """Make an anchor known by a name, which estimators then accept as ``anchor``.

    A name is known in the process that registered it. Put ``register`` into a module that the
    workers of a search import too.

    Parameters
    ----------
    name : str
        A name that no anchor has yet.
    anchor : type
        A subclass of :class:`~sklearn_symclone.anchors.Anchor`.

    Raises
    ------
    TypeError
        If ``anchor`` is not a subclass of Anchor, or cannot be created without arguments.
    ValueError
        If an anchor of this name exists.

    See Also
    --------
    sklearn_symclone.anchors.Anchor : The methods of a subclass.
    sklearn_symclone.references.register : The same for reference families.

    Examples
    --------
    >>> from sklearn_symclone import SymmetryClonedRegressor, anchors
    >>> class Loose(anchors.WeightAnchor):
    ...     def penalty(self, anchoring):
    ...         whole = super().penalty(anchoring)
    ...         return lambda network: 0.1 * whole(network)
    >>> anchors.register("loose", Loose)
    >>> SymmetryClonedRegressor(anchor="loose").anchor
    'loose'
    """
    if name in _ANCHORS:
        raise ValueError(f"there is an anchor {name!r} already: choose another name")
    if not (isinstance(anchor, type) and issubclass(anchor, Anchor)):
        raise TypeError(
            f"the anchor {name!r} must be a subclass of sklearn_symclone.anchors.Anchor, "
            f"got {anchor!r}"
        )
    try:
        anchor()
    except TypeError as error:
        raise TypeError(
            f"the anchor {name!r} must be created without arguments, but {anchor.__name__}() "
            f"raises: {error}"
        ) from error
    _ANCHORS[name] = anchor
