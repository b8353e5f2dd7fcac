"""References: group-equivariant networks for a symmetry, which a student imitates.

A family is a file: it says which symmetries it takes, and registers itself under the name that the
estimators take as ``reference``.
"""

from .choice import check_family, choose_family, companions_of, refusals, rivals_of
from .family import Family, Fit
from .registry import FAMILIES, families, register, unregister

# Families are asked by "auto" in the order in which they stand here. The special ones come before
# the general average, for what they know they need not average.
# isort: off
from . import sets, pairs, egnn, invariants, pooled, units, average  # noqa: F401
from .pointwise import Pointwise
from . import tensors, additive, quadratic, linear  # noqa: F401
# isort: on

__all__ = [
    "FAMILIES",
    "Family",
    "Fit",
    "Pointwise",
    "check_family",
    "choose_family",
    "companions_of",
    "families",
    "refusals",
    "register",
    "rivals_of",
    "unregister",
]
