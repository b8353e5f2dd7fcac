"""Random numbers of torch that no other thread sees."""

from __future__ import annotations

import torch
from torch.overrides import TorchFunctionMode

#: Functions and methods of torch that draw from the generator of the process unless given another.
DRAWS = frozenset(
    {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "poisson"}
    | {"uniform_", "normal_", "random_", "bernoulli_", "exponential_", "geometric_"}
    | {"log_normal_", "cauchy_"}
)
#: Functions that make tensors of the process's default dtype unless given another.
MAKES = frozenset({"empty", "zeros", "ones", "full", "rand", "randn", "eye", "linspace"})


class Seeded(TorchFunctionMode):
    """Draw initial weights from a seed, in single precision, whatever the process has set.

    The generator and the default dtype of the process are neither read nor changed, so that fits in
    several threads do not disturb each other. It holds for the thread that enters it.

    Parameters
    ----------
    seed : int
        The drawn numbers are those that ``torch.manual_seed`` gives with it.
    """

    def __init__(self, seed):
        super().__init__()
        self.generator = torch.Generator().manual_seed(seed)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Call a function of torch with this generator, if it draws."""
        kwargs, name = dict(kwargs or {}), getattr(func, "__name__", "")
        # initialisations such as kaiming_uniform_ pass on the generator, even if it is None
        may_draw = name in DRAWS or "generator" in kwargs
        if may_draw and kwargs.get("generator") is None:
            kwargs["generator"] = self.generator
        if name in MAKES and kwargs.get("dtype") is None and _is_float(name, args, kwargs):
            kwargs["dtype"] = torch.float32
        return func(*args, **kwargs)


def _is_float(name, args, kwargs):
    """Return whether a function would make a tensor of floating point numbers."""
    if name != "full":
        return True
    value = args[1] if len(args) > 1 else kwargs.get("fill_value")
    return isinstance(value, float)
