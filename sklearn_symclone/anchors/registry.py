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


def names():
    """Return the names of all anchors, those of users last.

    Returns
    -------
    list of str
    """
    return list(_ANCHORS)


def get(name):
    """Return the anchor of a name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Anchor

    Raises
    ------
    ValueError
        If no anchor has the name.
    """
    if name not in _ANCHORS:
        raise ValueError(f"no anchor is called {name!r}; there are {', '.join(_ANCHORS)}")
    return _ANCHORS[name]()


def register(name, anchor):
    """Make an anchor that the estimators accept by name.

    Parameters
    ----------
    name : str
        What ``anchor`` is then set to.
    anchor : type
        A subclass of :class:`~sklearn_symclone.anchors.Anchor`.

    Raises
    ------
    TypeError
        If it is no subclass of Anchor, or cannot be made without arguments.
    ValueError
        If the name is taken.

    See Also
    --------
    sklearn_symclone.anchors.Anchor : What a subclass has.
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
        raise ValueError(f"the anchor {name!r} is there already: choose another name")
    if not (isinstance(anchor, type) and issubclass(anchor, Anchor)):
        raise TypeError(
            f"the anchor {name!r} must be a subclass of sklearn_symclone.anchors.Anchor, "
            f"got {anchor!r}"
        )
    try:
        anchor()
    except TypeError as error:
        raise TypeError(
            f"the anchor {name!r} must be made without arguments, {anchor.__name__}() raises: "
            f"{error}"
        ) from error
    _ANCHORS[name] = anchor
