"""Which families can have a symmetry, and which of them ``reference="auto"`` takes."""

from __future__ import annotations

from ..symmetry import Symmetry
from .registry import FAMILIES, family_of

#: The families that are mixed in where labels are noisy.
COMPANIONS = ("additive", "quadratic", "linear")
#: Columns of the widest table for which families that are slower are asked, too.
MAX_ASKED = 40


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
    and is more than polynomials.

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


def companions_of(symmetry: Symmetry) -> list[str]:
    """Return the families that "auto" mixes in where labels are noisy, for they learn little noise.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.

    Returns
    -------
    list of str
        Those that can have the symmetry.

    See Also
    --------
    choose_family : The family that "auto" takes first.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.references import companions_of
    >>> companions_of(Symmetry.parse("S(5)*2 -> 1")), companions_of(Symmetry.parse("2*O(5) -> 1"))
    (['additive', 'quadratic', 'linear'], ['quadratic'])
    """
    linear = symmetry.without_shifts()
    return [name for name in COMPANIONS if family_of(name).refuses(linear) is None]


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
    for name in FAMILIES:
        yield name, _passed_by(name, linear)


def _passed_by(name, linear):
    """Return why "auto" cannot take a family, None if it can."""
    family = family_of(name)
    return family.refuses(linear) or family.misses(linear)
