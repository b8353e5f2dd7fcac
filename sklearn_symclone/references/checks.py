"""Whether what a user brings as reference, a callable or a family, builds equivariant networks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from ..symmetry import Symmetry
from ..training import Seeded
from .registry import FAMILIES, family_of, is_built_in

#: Largest error of equivariance that is allowed, relative to the spread of the outputs: what
#: float32 rounds, with some room.
TOLERANCE = 1e-3
#: Samples on which it is measured.
N_SAMPLES = 256
#: Who an error says is to blame.
SOURCE = "reference callable"


def check_reference(reference: str | Callable, symmetry: Symmetry) -> None:
    """Raise an error if a reference is no equivariant module of the right shape.

    Parameters
    ----------
    reference : str or callable
        What estimators take as a reference. Families of this library are known to be right; one
        that says what its networks miss of equivariance has to have the right shape alone.
    symmetry : Symmetry
        Bound to the columns.

    Raises
    ------
    TypeError
        If it returns something else than an nn.Module.
    ValueError
        If the module has outputs of another shape, or is not equivariant.
    """
    if isinstance(reference, str) and is_built_in(reference):
        return
    source = f"reference family {reference!r}" if isinstance(reference, str) else SOURCE
    family, symmetry = family_of(reference), symmetry.without_shifts()
    with Seeded(0):
        module = family.network(symmetry)
        if not isinstance(module, nn.Module):
            raise TypeError(f"the {source} must return a torch.nn.Module, it returned {module!r}")
        error = module_error(module.float().eval(), symmetry, source)
    if not error <= TOLERANCE and family.misses(symmetry) is None:
        raise ValueError(
            f"the module that the {source} returned is not equivariant under "
            f"'{symmetry.expression}': moving its inputs and moving its outputs differ by "
            f"{error:.2g} of their size, {TOLERANCE} is allowed. Known families: "
            f"{', '.join(FAMILIES)}"
        )


def module_error(module: nn.Module, symmetry: Symmetry, source: str = SOURCE) -> float:
    """Return how far a module is from equivariance, relative to the spread of its outputs.

    Parameters
    ----------
    module : nn.Module
        In float32.
    symmetry : Symmetry
        Bound to its columns, without shifts.
    source : str, default="reference callable"
        What an error calls the one that made the module.

    Returns
    -------
    float
        0 for a constant that no group element moves.
    """
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((N_SAMPLES, symmetry.inputs.dimension))
    elements = symmetry.sample(N_SAMPLES, random_state)
    with torch.no_grad():
        before = _outputs(module, symmetry, X, source)
        after = _outputs(module, symmetry, symmetry.inputs.transform(elements, X), source)
    moved = symmetry.outputs.transform(elements, before)
    # about the mean, for a large constant would hide everything else
    spread = np.linalg.norm(after - after.mean(0)) + np.linalg.norm(moved - moved.mean(0))
    difference = np.linalg.norm(after - moved)
    return 0.0 if spread == 0 else float(difference / spread)  # NaN stays NaN


def _outputs(module, symmetry, X, source):
    y = module(torch.as_tensor(X, dtype=torch.float32)).double().numpy()
    expected = (len(X), symmetry.outputs.dimension)
    if y.shape != expected:
        raise ValueError(
            f"the module that the {source} returned maps {len(X)} rows to shape "
            f"{y.shape}, '{symmetry.expression}' needs {expected}"
        )
    return y
