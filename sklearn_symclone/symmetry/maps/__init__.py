"""Equivariant linear maps between representations, found exactly from invariant tensors."""

from .equivariant_maps import EquivariantMaps, equivariant_maps

__all__ = ["EquivariantMaps", "equivariant_maps"]
