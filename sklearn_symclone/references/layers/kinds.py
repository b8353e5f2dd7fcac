"""Kinds: tensor products of factors, of which hidden representations are made.

A *kind* is a tensor product of factors, none of them trivial; a hidden representation is some
channels of each kind.
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from ...symmetry import Trivial, equivariant_maps


def columns_by_kind(representation):
    """Return the columns of a representation by kind, arrays of shape (n_channels, size)."""
    found = {}
    for block in representation.blocks():
        named = [axis for axis, f in enumerate(block.factors) if not isinstance(f, Trivial)]
        free = [axis for axis in range(len(block.factors)) if axis not in named]
        named.sort(key=lambda axis, factors=block.factors: sort_key(factors[axis]))
        kind = tuple(block.factors[axis] for axis in named)
        columns = block.columns.transpose(free + named).reshape(-1, kind_size(kind))
        found.setdefault(kind, []).append(columns)
    return {kind: np.concatenate(columns) for kind, columns in found.items()}


def as_kind(factors):
    """Return a kind from its factors in any order: those that permute come first."""
    return tuple(sorted(factors, key=sort_key))


def sort_key(factor):
    """Return what puts the factors of a kind in order."""
    return not factor.permutes, str(factor)


def sort_kinds(kinds):
    """Return kinds in an order that is the same in every process."""
    return sorted(kinds, key=lambda kind: (len(kind), str(kind)))


def split_kind(kind):
    """Return the factors of a kind that permute, its items, and those that do not, its tensors."""
    return tuple(f for f in kind if f.permutes), tuple(f for f in kind if not f.permutes)


def groups_of(*kinds):
    """Return the groups that move the entries of some kinds."""
    return {factor.group for kind in kinds for factor in kind}


def kind_size(kind):
    """Return the number of entries of a kind."""
    return math.prod(factor.dimension for factor in kind)


def count_channels(columns):
    """Return the number of channels of each kind, from ``columns_by_kind``."""
    return {kind: len(of_kind) for kind, of_kind in columns.items()}


def subsets(kind):
    """Return the kinds made of some of the factors of a kind."""
    every = (itertools.combinations(kind, k) for k in range(len(kind) + 1))
    return set(itertools.chain.from_iterable(every))


def as_product(kind):
    """Return the representation of a kind."""
    return math.prod(kind, start=Trivial(1))


@functools.lru_cache(maxsize=512)
def n_maps(source, target):
    """Return the number of independent equivariant maps from one kind to another."""
    return equivariant_maps(as_product(source), as_product(target)).rank


@functools.lru_cache(maxsize=512)
def normalised_maps(source, target):
    """Return ``normalised_basis`` of the maps from one kind to another."""
    return normalised_basis(equivariant_maps(as_product(source), as_product(target)))


def normalised_basis(maps):
    """Return a basis of equivariant maps, an array (rank, target size, source size).

    It is orthogonal, and so long that each map takes independent entries of variance 1 to entries
    whose variance is 1 on average.
    """
    basis = maps.basis()
    if not len(basis):
        return basis
    flat, _ = np.linalg.qr(basis.reshape(len(basis), -1).T)
    return math.sqrt(basis.shape[1]) * flat.T.reshape(basis.shape)
