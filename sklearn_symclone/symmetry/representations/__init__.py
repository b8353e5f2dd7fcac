"""Representations as values: how columns move, and how larger ones are built of smaller ones."""

from .algebra import Product, Representation, Sum, Trivial, as_representation
from .blocks import Block, axes_by_group, point_columns
from .determinants import Det
from .doubled import Doubled
from .factors import Dual, Factor, Square
from .masks import Mask, has_mask, items_of_columns, mask_columns
from .mixing import mixed_columns
from .names import named, product_name
from .parts import Part
from .regular import Regular
from .sets import Pairs, Sets, check_points
from .signed import signed_permutations
from .sizes import (
    MAX_COUNTED,
    Size,
    capped_product,
    check_size,
    describe_order,
    known_size,
)
from .vectors import Vector

__all__ = [
    "MAX_COUNTED",
    "Block",
    "Det",
    "Doubled",
    "Dual",
    "Factor",
    "Mask",
    "Pairs",
    "Part",
    "Product",
    "Regular",
    "Representation",
    "Sets",
    "Size",
    "Square",
    "Sum",
    "Trivial",
    "Vector",
    "as_representation",
    "axes_by_group",
    "capped_product",
    "check_points",
    "check_size",
    "describe_order",
    "has_mask",
    "items_of_columns",
    "known_size",
    "mask_columns",
    "mixed_columns",
    "named",
    "point_columns",
    "product_name",
    "signed_permutations",
]
