"""Where a fit computes, and what is said if that does not work."""

from __future__ import annotations

from contextlib import contextmanager

import torch

from ..training import one_thread, sharing_batches


@contextmanager
def computing(parameters):
    """Compute on a device, and say what to change if its memory does not suffice.

    Parameters
    ----------
    parameters : Mapping
        Of an estimator.

    Yields
    ------
    device : str
    """
    accelerator = _accelerator(parameters)
    device = _device(parameters["device"]) if accelerator is None else str(accelerator.device)
    try:
        with sharing_batches(accelerator), one_thread(device):
            yield device
    except torch.cuda.OutOfMemoryError as error:
        raise MemoryError(
            f"the memory of device={parameters['device']!r} does not suffice: give a smaller "
            f"batch_size than {parameters['batch_size']!r} or smaller hidden_layer_sizes than "
            f'{parameters["hidden_layer_sizes"]!r}, or device="cpu" '
            f"({str(error).splitlines()[0]})"
        ) from error


def _accelerator(parameters):
    """Return the Accelerator that device="accelerate" asks for, None for another device."""
    if parameters["device"] != "accelerate":
        return None
    try:
        from accelerate import Accelerator, DistributedDataParallelKwargs
    except ImportError as error:
        raise ImportError('device="accelerate" needs "pip install accelerate"') from error
    if parameters["memory"] is not None:
        raise ValueError(
            f'device="accelerate" has no cache, for all processes must fit the same, got '
            f"memory={parameters['memory']!r}: give None"
        )
    # parts of a reference that a symmetry does not need have no gradient
    return Accelerator(kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)])


def _device(name):
    """Return the name of the device to compute on."""
    asked = name
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(
            f"device={asked!r} cannot be used here ({str(error).splitlines()[0]}); "
            'give "auto", "cpu", or the name of a device that this machine has'
        ) from None
    return name
