r"""Invariant tensors of the classical groups in closed form, by their invariant theory.

All invariants are sums of products of a few small tensors, each on some of the axes (Weyl, "The
Classical Groups", 1939): the metric of O(p,q) or the form of Sp(2n) on two, the identity on a
vector and a dual one, and the Levi-Civita tensor on n, for groups of determinant 1. These products
span the invariants; which of them are independent is found from their Gram matrix.
"""

from __future__ import annotations

import functools
import itertools

import numpy as np
from scipy import sparse

from .affine import AffineGroup
from .classical import GL, SL, SU, Scaling, Sp, U
from .factors import Det, Dual, Square, Vector
from .groups import Group
from .orthogonal import O, OrthogonalGroup
from .representations import product_name


def has_closed_form(factors):
    """Return whether the factors are tensors of a classical group."""
    group = factors[0].group
    known = OrthogonalGroup | GL | Scaling | U | Sp | AffineGroup
    return isinstance(group, known) and all(_indices(factor) is not None for factor in factors)


def spanning(factors, max_span):
    """Return tensors that span the invariants in a product of factors, (size, n) sparse.

    Parameters
    ----------
    factors : tuple of Factor
        Of one group.
    max_span : int
        More tensors than this raise a ValueError, before they are built.
    """
    group = factors[0].group
    if isinstance(group, AffineGroup):
        group = group.linear
    indices = [_indices(factor) for factor in factors]
    signs = tuple(itertools.chain.from_iterable(signs for signs, _ in indices))
    products = _products(group, signs, sum(power for _, power in indices))
    products = list(itertools.islice(products, max_span + 1))
    if len(products) > max_span:
        raise ValueError(
            f"the invariants of '{product_name(factors)}' are spanned by more than "
            f"{max_span} tensors, whose Gram matrix takes {8 * max_span**2 / 2**30:.2g} GiB"
        )
    d = factors[0].group.dimension
    columns = _columns(products, d, len(signs))
    if any(isinstance(_plain(factor), Square) for factor in factors):
        kept = (_restriction(factor) for factor in factors)
        columns = sparse.csc_array(functools.reduce(sparse.kron, kept) @ columns)
    return columns


def _plain(factor):
    return factor.base if isinstance(factor, Dual) else factor


def _indices(factor):
    """Return an index for each axis of a factor, 1 for vectors and -1 for duals, and a power.

    The power is that of the determinant. None for what is no tensor.
    """
    if isinstance(factor, Group | Vector):
        return (1,), 0
    if isinstance(factor, Det):
        return (), 1
    if isinstance(factor, Dual):
        base = _indices(factor.base)
        return base and (tuple(-sign for sign in base[0]), -base[1])
    if isinstance(factor, Square) and isinstance(_plain(factor.base), Group | Vector):
        return 2 * _indices(factor.base)[0], 0
    return None


def _restriction(factor):
    """Return the matrix from the full tensors of a factor to its columns."""
    plain = _plain(factor)
    if not isinstance(plain, Square):
        return sparse.eye_array(factor.dimension)
    kept, mirror = plain.entries()
    columns = np.arange(len(kept))
    shape = (len(kept), plain.base.dimension**2)
    both = sparse.csr_array((np.ones(len(kept)), (columns, kept)), shape=shape)
    off_diagonal = (kept != mirror).astype(float)
    both = both + plain.sign * sparse.csr_array((off_diagonal, (columns, mirror)), shape=shape)
    # the columns are entries of the (anti)symmetric part; those of the dual are pairs summed up
    return both if plain is not factor else both.multiply(1 / (1 + off_diagonal)[:, None])


def _products(group, signs, power):
    """Yield products of small tensors, each a list of (axes, entries, values)."""
    axes = range(len(signs))
    if isinstance(group, OrthogonalGroup):
        metric = group.metric
        # pairs of Levi-Civita tensors are products of metrics: one or none is enough
        epsilons = {power % 2} if isinstance(group, O) else {0, 1}
        for some in itertools.combinations(axes, len(metric)) if 1 in epsilons else ():
            rest = [axis for axis in axes if axis not in some]
            epsilon = _lowered(_levi_civita(len(metric)), [signs[a] for a in some], metric)
            for pairs in _matchings(rest):
                yield [(some, *epsilon), *(_metric(pair, signs, metric) for pair in pairs)]
        if 0 in epsilons:
            for pairs in _matchings(axes):
                yield [_metric(pair, signs, metric) for pair in pairs]
    elif isinstance(group, Sp):
        half = group.dimension // 2
        for pairs in _matchings(axes):
            yield [_symplectic(pair, signs, half) for pair in pairs]
    elif isinstance(group, Scaling):
        if sum(signs) + group.dimension * power == 0:
            yield from _entries(group.dimension, axes)
    elif isinstance(group, GL):
        yield from _linear(group.dimension, signs, None if isinstance(group, SL) else -power)
    elif isinstance(group, U):
        yield from _unitary(group.n, len(signs), isinstance(group, SU))
    else:  # translations do not move vectors
        yield from _entries(group.dimension, axes)


def _entries(d, axes):
    """Yield every entry of a tensor alone, where all of them are invariant."""
    for entry in itertools.product(range(d), repeat=len(axes)):
        yield [((a,), np.array([[i]]), np.ones(1)) for a, i in zip(axes, entry, strict=True)]


def _linear(n, signs, weight):
    """Yield the products for GL(n), of a weight under the determinant; None: of any, for SL(n)."""
    ups = [axis for axis, sign in enumerate(signs) if sign > 0]
    downs = [axis for axis, sign in enumerate(signs) if sign < 0]
    excess, remainder = divmod(len(ups) - len(downs), n)
    if remainder or weight not in (None, excess):
        return
    many, few = (ups, downs) if excess >= 0 else (downs, ups)
    epsilon, diagonal = _levi_civita(n), np.arange(n)
    for boxes in _disjoint_subsets(many, n, abs(excess)):
        rest = [axis for axis in many if not any(axis in box for box in boxes)]
        for partners in itertools.permutations(few):
            yield [
                *((box, *epsilon) for box in boxes),
                *(
                    (pair, np.stack([diagonal, diagonal]), np.ones(n))
                    for pair in zip(rest, partners, strict=True)
                ),
            ]


def _unitary(n, n_axes, special):
    """Yield the products for U(n) or SU(n), on axes of real and imaginary parts.

    Over the complex numbers an axis holds the vector z and its conjugate, and the conjugate is the
    dual: each choice of one for every axis has the invariants of GL(n) or SL(n). Real and imaginary
    parts of a product are two products.
    """
    for signs in itertools.product([1, -1], repeat=n_axes):
        if signs and signs[0] < 0:  # the conjugates of the others
            continue
        for pieces in _linear(n, signs, None if special else 0):
            full = [_with_phases(piece, signs, n) for piece in pieces]
            yield full
            if full:
                axes, entries, values = full[0]
                yield [(axes, entries, -1j * values), *full[1:]]


def _with_phases(piece, signs, n):
    """Return a complex tensor on axes of real parts, followed by imaginary parts."""
    axes, entries, values = piece
    parts = np.array(list(itertools.product([0, 1], repeat=len(axes)))).T
    phases = np.where(parts, -1j * np.array([signs[a] for a in axes])[:, None], 1).prod(axis=0)
    spread = entries[:, :, None] + n * parts[:, None, :]
    return axes, spread.reshape(len(axes), -1), np.outer(values, phases).ravel()


def _metric(pair, signs, metric):
    diagonal = np.arange(len(metric))
    same = signs[pair[0]] == signs[pair[1]]
    return pair, np.stack([diagonal, diagonal]), metric if same else np.ones(len(metric))


def _symplectic(pair, signs, half):
    d = 2 * half
    first = np.arange(d)
    if signs[pair[0]] != signs[pair[1]]:
        return pair, np.stack([first, first]), np.ones(d)
    return pair, np.stack([first, (first + half) % d]), np.where(first < half, 1.0, -1.0)


@functools.cache
def _levi_civita(n):
    """Return the entries (n, n!) of the Levi-Civita tensor and their signs."""
    entries = np.array(list(itertools.permutations(range(n)))).T
    i, j = np.triu_indices(n, 1)
    return entries, 1.0 - 2.0 * ((entries[i] > entries[j]).sum(axis=0) % 2)


def _lowered(epsilon, signs, metric):
    entries, values = epsilon
    for index, sign in zip(entries, signs, strict=True):
        values = values * (metric[index] if sign < 0 else 1.0)
    return entries, values


def _matchings(axes):
    """Yield all ways to pair axes off."""
    if not axes:
        yield []
    elif len(axes) % 2 == 0:
        first, *others = axes
        for partner in others:
            for rest in _matchings([axis for axis in others if axis != partner]):
                yield [(first, partner), *rest]


def _disjoint_subsets(axes, size, count):
    """Yield all sets of ``count`` disjoint subsets of a size."""
    if count == 0:
        yield []
        return
    for some in itertools.combinations(axes, size):
        later = [axis for axis in axes if axis not in some]
        for others in _disjoint_subsets(later, size, count - 1):
            if not others or some[0] < others[0][0]:
                yield [some, *others]


def _columns(products, d, n_axes):
    """Return products of small tensors as sparse columns."""
    strides = [d ** (n_axes - 1 - axis) for axis in range(n_axes)]
    rows, values = [], []
    for pieces in products:
        row, value = np.zeros(1, dtype=np.int64), np.ones(1)
        for axes, entries, weights in pieces:
            offsets = sum(strides[a] * index for a, index in zip(axes, entries, strict=True))
            row = (row[:, None] + offsets).ravel()
            value = (value[:, None] * weights).ravel()
        rows.append(row)
        values.append(value.real)
    starts = np.cumsum([0, *map(len, rows)])
    flat = (np.concatenate([[], *values]), np.concatenate([[], *rows]).astype(np.int64), starts)
    columns = sparse.csc_array(flat, shape=(d**n_axes, len(products)))
    columns.eliminate_zeros()
    return columns
