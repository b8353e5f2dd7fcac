"""Whether what a user brings as reference, a callable or a family, builds equivariant networks."""

from __future__ import annotations

import inspect
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
#: The same after a fit, which makes weights, and what they round, larger.
TOLERANCE_AFTER_FIT = 1e-2
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
        If it is a module itself, does not take a symmetry, returns something else than an
        nn.Module, or the module returns something else than a tensor.
    ValueError
        If the module has outputs of another shape or dtype, or is not equivariant.
    """
    if isinstance(reference, str) and is_built_in(reference):
        return
    source = _source(reference)
    _check_takes_a_symmetry(reference)
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


def check_fitted(module: nn.Module, reference: str | Callable, symmetry: Symmetry) -> None:
    """Raise an error if the fit of a user's reference has made it not equivariant.

    A layer of zeros, or one that measures each column for itself, shows only after a fit that it
    treats columns in different ways.

    Parameters
    ----------
    module : nn.Module
        The network without its scalings, fitted, in float32 on the CPU.
    reference : str or callable
        What built it.
    symmetry : Symmetry
        Bound to the columns.

    Raises
    ------
    ValueError
        If it is not equivariant.
    """
    symmetry, source = symmetry.without_shifts(), _source(reference)
    error = module_error(module, symmetry, source)
    if not error <= TOLERANCE_AFTER_FIT and family_of(reference).misses(symmetry) is None:
        raise ValueError(
            f"the module that the {source} returned is equivariant under '{symmetry}' before its "
            f"fit, and not after it: moving its inputs and moving its outputs differ by "
            f"{error:.2g} of their size, {TOLERANCE_AFTER_FIT} is allowed. Look for layers that "
            "start with zeros, or measure columns, and treat columns in different ways"
        )


def check_learns(module: nn.Module, x: torch.Tensor, reference: str | Callable) -> None:
    """Raise an error if no gradient reaches the parameters of a user's reference.

    Parameters
    ----------
    module : nn.Module
        The network, some of whose parameters are to be fitted.
    x : Tensor of shape (n_samples, n_features)
        Some samples.
    reference : str or callable
        What built it.

    Raises
    ------
    ValueError
        If its outputs do not depend on its parameters, as far as torch knows.
    """
    if isinstance(reference, str) and is_built_in(reference):
        return
    is_training = module.training
    outputs = module.eval()(x)  # a batch norm takes no single sample for training
    module.train(is_training)
    if not outputs.requires_grad:
        raise ValueError(
            f"the module that the {_source(reference)} returned cannot be fitted, because no "
            "gradient reaches its parameters: leave out detach() and no_grad(), or freeze the "
            "parameters with requires_grad_(False)"
        )


def _source(reference):
    return f"reference family {reference!r}" if isinstance(reference, str) else SOURCE


def _check_takes_a_symmetry(reference):
    """Raise an error if a callable cannot be called with a symmetry."""
    if isinstance(reference, str):
        return
    if isinstance(reference, nn.Module):
        kind = type(reference).__name__
        raise TypeError(
            f"reference is a module, an instance of {kind}: give a function that takes the "
            f"symmetry and returns a new one, such as lambda symmetry: {kind}(...)"
        )
    try:
        inspect.signature(reference).bind(None)
    except TypeError as error:
        name = getattr(reference, "__name__", repr(reference))
        raise TypeError(
            f"reference={name} must take one argument, the symmetry ({error}): give a function "
            f"such as lambda symmetry: {name}(...)"
        ) from None
    except ValueError:  # some callables have no signature
        return


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
    x = torch.as_tensor(X, dtype=torch.float32)
    y = module(x)
    if not isinstance(y, torch.Tensor):
        raise TypeError(
            f"the module that the {source} returned must map a tensor to a tensor, it returned "
            f"{type(y).__name__}"
        )
    if y.dtype != x.dtype:
        raise ValueError(
            f"the module that the {source} returned maps {x.dtype} to {y.dtype}: let it end with "
            ".to(x.dtype)"
        )
    y = y.double().numpy()
    expected = (len(X), symmetry.outputs.dimension)
    if y.shape != expected:
        raise ValueError(
            f"the module that the {source} returned maps {len(X)} rows to shape "
            f"{y.shape}, '{symmetry.expression}' needs {expected}"
        )
    return y
