"""Where a fit computes, and the errors if that does not work."""

from __future__ import annotations

from contextlib import contextmanager

import torch

from ..training import one_thread, sharing_batches


@contextmanager
def computing(parameters):
    """Compute on a device. If its memory does not suffice, the error says what to change.

    Parameters
    ----------
    parameters : Mapping
        The parameters of an estimator.

    Yields
    ------
    device : str
        The name of the device.
    """
    accelerator = _accelerator(parameters)
    device = _device(parameters["device"]) if accelerator is None else str(accelerator.device)
    try:
        with sharing_batches(accelerator), undisturbed(device):
            yield device
    except torch.cuda.OutOfMemoryError as error:
        raise MemoryError(
            f"the memory of device={parameters['device']!r} does not suffice: give a smaller "
            f"batch_size than {parameters['batch_size']!r} or smaller hidden_layer_sizes than "
            f'{parameters["hidden_layer_sizes"]!r}, or device="cpu" '
            f"({str(error).splitlines()[0]})"
        ) from error


@contextmanager
def undisturbed(device):
    """Train in the same way whatever modes and threads of torch the caller has."""
    # without its cache: Accelerate's own autocast within would keep weights of earlier steps
    precision = torch.autocast(torch.device(device).type, enabled=False, cache_enabled=False)
    with one_thread(device), torch.inference_mode(False), torch.enable_grad(), precision:
        yield


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
            f'device="accelerate" has no cache, because all processes must run the same fit: set '
            f"memory=None, got {parameters['memory']!r}"
        )
    # some parameters of a reference can be without a gradient
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
