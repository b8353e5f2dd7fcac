"""Bind the parameters of an estimator to the columns of its table, before any training."""

from __future__ import annotations

import itertools
import math
from numbers import Integral

import torch

from .cloning.student import ACTIVATIONS, SILU_SQUARE, linear_layers
from .cloning.tied import TiedNetwork
from .references import check_family, choose_family
from .references.checks import check_reference
from .references.pointwise import refuses_columns
from .symmetry import as_symmetry


def bind(estimator, n_features, n_outputs):
    """Return the symmetry, bound to the columns, and the reference, both checked.

    Returns
    -------
    symmetry : Symmetry or None
    reference : str, callable or None
        None: nothing is cloned.
    """
    if estimator.symmetry is None:
        return None, None
    symmetry = as_symmetry(estimator.symmetry)
    symmetry = symmetry.bind(n_features, n_outputs, target=estimator._target)
    reference, cloning = estimator.reference, estimator.cloning
    if estimator.strength == 0:
        return symmetry, None
    if cloning != "network" and estimator.activation == SILU_SQUARE:
        raise ValueError(
            f"activation={SILU_SQUARE!r} treats the units of a layer unequally, which "
            f"cloning={cloning!r} cannot: its layers move units; give "
            f'"auto" or one of {", ".join(ACTIVATIONS)}'
        )
    if cloning != "network" and not callable(reference):
        if reference not in ("auto", "pointwise"):
            raise ValueError(
                f"cloning={cloning!r} takes weight-tied networks alone, reference must be "
                f'"auto", "pointwise" or a callable, got {reference!r}'
            )
        refusal = refuses_columns(symmetry)
        if refusal is not None:
            raise ValueError(
                f"cloning={cloning!r} cannot have the symmetry '{symmetry}': {refusal}; "
                'cloning="network" can'
            )
        return symmetry, "pointwise"
    if reference == "auto":
        reference = choose_family(symmetry)
    elif isinstance(reference, str):
        check_family(reference, symmetry)
    check_reference(reference, symmetry)
    return symmetry, reference


def accelerator_of(estimator):
    """Return the Accelerator that device="accelerate" asks for, None for another device."""
    if estimator.device != "accelerate":
        return None
    try:
        from accelerate import Accelerator, DistributedDataParallelKwargs
    except ImportError as error:
        raise ImportError('device="accelerate" needs "pip install accelerate"') from error
    if estimator.memory is not None:
        raise ValueError(
            f'device="accelerate" has no cache, for all processes must fit the same, got '
            f"memory={estimator.memory!r}: give None"
        )
    # parts of a reference that a symmetry does not need have no gradient
    return Accelerator(kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)])


def device_of(estimator, accelerator=None):
    """Return the name of the device to compute on."""
    if accelerator is not None:
        return str(accelerator.device)
    name = estimator.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(
            f"device={estimator.device!r} cannot be used here ({str(error).splitlines()[0]}); "
            'give "auto", "cpu", or the name of a device that this machine has'
        ) from None
    return name


def activations_of(estimator, symmetry, start=None, previous=()):
    """Return the activations that an imitation tries, or the one of a fit without any.

    Parameters
    ----------
    estimator : SymmetryClonedRegressor or SymmetryClonedClassifier
    symmetry : Symmetry or None
        Bound to the columns.
    start : tuple of (coefs, intercepts) or None
        Weights of a warm start, which have an activation already.
    previous : dict
        What the fit before learned, by attribute.
    """
    if estimator.activation != "auto":
        return (estimator.activation,)
    if start is not None:
        return (previous["activation_"],)
    # squares need the answers of a reference where the table has no rows
    if symmetry is None or estimator.strength == 0 or estimator.cloning != "network":
        return ("silu",)
    if not estimator._task.is_classification:
        return SILU_SQUARE, "silu"
    # where columns are permuted, squares count what coincides; classes of vectors are sharper than
    # squares, and a short trial tells nothing of either
    return (SILU_SQUARE,) if math.isfinite(symmetry.order) else ("silu",)


def tied_network(estimator, reference):
    """Return what builds the network of cloned or weight-tied layers."""
    return TiedNetwork(
        estimator.cloning,
        reference,
        tuple(estimator.hidden_layer_sizes),
        "silu" if estimator.activation == "auto" else estimator.activation,
        estimator.clone_inputs,
    )


def widths_of(estimator, symmetry, reference):
    """Return the widths of the hidden layers: as asked, or those of a weight-tied network."""
    widths = list(estimator.hidden_layer_sizes)
    if not all(isinstance(width, Integral) and width > 0 for width in widths):
        raise ValueError(
            "hidden_layer_sizes must hold whole numbers of at least 1, got "
            f"{estimator.hidden_layer_sizes!r}"
        )
    if reference is None or estimator.cloning == "network":
        return widths
    network = tied_network(estimator, reference).tied(symmetry)
    return [len(layer.bias) for layer in linear_layers(network.layers)][:-1]


def warm_start_of(estimator, previous, sizes):
    """Return the weights of a warm start, None for a fresh one.

    Parameters
    ----------
    previous : dict
        What the fit before learned, by attribute.
    sizes : list of int
        Of the columns, of the hidden layers and of the outputs.
    """
    if not estimator.warm_start or "coefs_" not in previous:
        return None
    if estimator.cloning == "layers" and estimator.strength > 0:
        raise ValueError(
            'warm_start=True cannot go on with cloning="layers": dense weights do not tell '
            'the cloned layers from their weights; set warm_start=False, or cloning="weights"'
        )
    shapes = [coef.shape for coef in previous["coefs_"]]
    wanted = list(itertools.pairwise(sizes))
    if shapes != wanted:
        raise ValueError(
            f"warm_start=True cannot go on from weights of shapes {shapes} with {wanted}: "
            "keep hidden_layer_sizes and the columns of X and y, or set warm_start=False"
        )
    return previous["coefs_"], previous["intercepts_"]
