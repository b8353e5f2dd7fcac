"""Many items with vectors: networks of inner products whose cost grows with the items alone.

They are those of the family "invariants", but an item hears weighted sums of the vectors of all
items, and not each of the others.
"""

from __future__ import annotations

from ..symmetry import Symmetry
from .family import Family, Fit
from .invariants import Invariants, count_items, refuses_columns
from .registry import register


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    if count_items(symmetry) < 2:
        return "it takes at least two items"
    return refuses_columns(symmetry)


class Pooled(Invariants):
    """A network of inner products in which items hear sums over all items.

    Parameters
    ----------
    symmetry : Symmetry
        As of ``Invariants``.
    """

    looks_at_pairs = False


register(
    "pooled", Family(refuses, Pooled, Fit(600, 7e-3, weight_decay=0.2, gain=1.5, batch_size=32))
)
