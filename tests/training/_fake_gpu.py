"""A GPU that computes nothing, on any machine: torch's fake tensors.

They know their shape and their device, and raise where tensors of two devices meet
(FakeTensorDeviceMismatchError) or a value is asked for (DataDependentOutputException).
"""

from contextlib import contextmanager

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.optim import optimizer

#: Without CUDA's own parts, torch derives nothing for tensors on "cuda". A device that nobody has
#: takes their place.
GPU = torch.device("cuda" if torch.backends.cuda.is_built() else "lazy", 0)


@contextmanager
def fake_gpu():
    """Let all tensors within be fake, and let fused optimisers think that ``GPU`` is one."""
    known = optimizer._get_fused_kernels_supported_devices
    optimizer._get_fused_kernels_supported_devices = lambda: [*known(), GPU.type]
    try:
        with FakeTensorMode():
            yield
    finally:
        optimizer._get_fused_kernels_supported_devices = known


def moved(module):
    """Put a module on the fake GPU, in place: within ``fake_gpu()``, where ``to`` refuses."""
    for part in module.modules():
        for tensors in (part._parameters, part._buffers):
            for name, tensor in tensors.items():
                if tensor is not None:
                    fake = torch.empty(tensor.shape, dtype=tensor.dtype, device=GPU)
                    is_weight = isinstance(tensor, torch.nn.Parameter)
                    tensors[name] = torch.nn.Parameter(fake) if is_weight else fake
    return module
