"""Group-equivariant torch modules, built from a Symmetry, and the rule that picks one.

A family is a module with ``refuses(symmetry)``, which says why it cannot have a symmetry, and a
class that builds the network. "auto" takes the first of ``FAMILIES`` that does not refuse: the
special families come before the general average, because what they know they need not average.
"""

from __future__ import annotations

from . import average, invariants, sets

#: Families by name, in the order in which "auto" asks them: (module that refuses, network class).
FAMILIES = {
    "sets": (sets, sets.Sets),
    "invariants": (invariants, invariants.Invariants),
    "average": (average, average.Average),
}


def refusals(symmetry):
    """Return why each family cannot have a bound symmetry, None for one that can."""
    return {name: module.refuses(symmetry) for name, (module, _) in FAMILIES.items()}


def choose_family(symmetry):
    """Return the name of the family that "auto" takes for a bound symmetry.

    Raises
    ------
    ValueError
        If no family can have the symmetry, with the reason of each.
    """
    refused = refusals(symmetry)
    for name, refusal in refused.items():
        if refusal is None:
            return name
    reasons = "; ".join(f"{name!r}: {refusal}" for name, refusal in refused.items())
    raise ValueError(
        f"no reference family can have the symmetry '{symmetry}' ({reasons}). State fewer "
        "groups, or give as reference a callable that takes the symmetry and returns an nn.Module"
    )


def check_family(name, symmetry):
    """Raise a ValueError if the family called ``name`` cannot have a bound symmetry."""
    refusal = FAMILIES[name][0].refuses(symmetry)
    if refusal is not None:
        raise ValueError(f"reference={name!r} cannot have the symmetry '{symmetry}': {refusal}")


def build_family(name, symmetry):
    """Return an untrained network of the family called ``name``."""
    return FAMILIES[name][1](symmetry)
