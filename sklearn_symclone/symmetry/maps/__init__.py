"""Equivariant linear maps between representations, found exactly from invariant tensors."""

from .equivariant_maps import EquivariantMaps, equivariant_maps
from .orbits import signed_permutations

__all__ = ["EquivariantMaps", "equivariant_maps", "signed_permutations"]
