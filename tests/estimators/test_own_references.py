"""References of users: each kind of callable and of module works, or is refused in our words."""

import re
import threading

import numpy as np
import pytest
import torch
from torch import nn

from sklearn_symclone import SymmetryClonedRegressor

X = np.random.RandomState(0).standard_normal((60, 4))
Y = np.abs(X).sum(axis=1)
LOCK = threading.Lock()  # which cannot be pickled


class Total(nn.Module):
    """A network of the sum of squares, with something odd before, beside or after it."""

    def __init__(self, symmetry=None, before=None, beside=None, after=lambda y: y):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
        self.before, self.beside, self.after = before, beside, after

    def forward(self, x):
        x = x if self.before is None else self.before(x)
        y = self.layers(x.square().sum(1, keepdim=True))
        return self.after(y if self.beside is None else y + self.beside(x))


class Law(nn.Module):
    """A law without parameters."""

    def forward(self, x):
        return x.abs().sum(1, keepdim=True)


class Forgetful(nn.Module):
    """It takes no symmetry."""

    def __init__(self):
        super().__init__()


class Locked(nn.Module):
    """It holds what cannot be copied."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def forward(self, x):
        return 0


def zeros():
    layer = nn.Linear(4, 1)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


def fitted(reference, **settings):
    model = SymmetryClonedRegressor(
        symmetry="S(4)",
        reference=reference,
        **{"reference_steps": 20, "clone_steps": 5, "strength": 1, "random_state": 0, **settings},
    )
    return model.fit(X, Y)


@pytest.mark.parametrize(
    "reference",
    [
        lambda symmetry: Law(),
        lambda symmetry: Total().requires_grad_(False),
        Total,
        lambda symmetry: Total().double(),
        lambda symmetry: Total(before=lambda x: x.double().float()),
        lambda symmetry: LOCK and Total(),
    ],
    ids=["no parameters", "frozen", "the class", "float64 weights", "inside", "a closure"],
)
@pytest.mark.parametrize("fit", ["task", "random"])
def test_what_works(reference, fit):
    model = fitted(reference, reference_fit=fit)
    assert np.isfinite(model.predict(X)).all()


def test_a_law_without_parameters_is_imitated():
    model = fitted(lambda symmetry: Law(), clone_steps=300, hidden_layer_sizes=(32,))
    assert model.clone_error_ < 0.1
    assert model.score(X, Y) > 0.8


def test_a_module_that_is_returned_twice_is_fitted_anew():
    def shared(symmetry, module=Total()):  # noqa: B008
        return module

    first, second = fitted(shared).predict(X), fitted(shared).predict(X)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("reference", "error", "message"),
    [
        (
            Total(),
            TypeError,
            "reference is a module, an instance of Total: give a function that takes the symmetry "
            "and returns a new one, such as lambda symmetry: Total(...)",
        ),
        (
            Forgetful,
            TypeError,
            "reference=Forgetful must take one argument, the symmetry (too many positional "
            "arguments): give a function such as lambda symmetry: Forgetful(...)",
        ),
        (
            lambda symmetry: Total(after=lambda y: (y, y)),
            TypeError,
            "the module that the reference callable returned must map a tensor to a tensor, it "
            "returned tuple",
        ),
        (
            lambda symmetry: Total(after=lambda y: y.detach().numpy()),
            TypeError,
            "must map a tensor to a tensor, it returned ndarray",
        ),
        (
            lambda symmetry: Total(after=torch.Tensor.double),
            ValueError,
            "maps torch.float32 to torch.float64: let it end with .to(x.dtype)",
        ),
        (
            lambda symmetry: Total(beside=zeros()),
            ValueError,
            "the module that the reference callable returned is equivariant under 'S(4) -> 1' "
            "before its fit, and not after it: moving its inputs and moving its outputs differ by",
        ),
        (
            lambda symmetry: Total(after=torch.Tensor.detach),
            ValueError,
            "the module that the reference callable returned cannot be fitted, because no gradient "
            "reaches its parameters: leave out detach() and no_grad(), or freeze the parameters "
            "with requires_grad_(False)",
        ),
        (
            lambda symmetry: Total(beside=Locked()),
            TypeError,
            "the module that the reference callable returned cannot be copied (cannot pickle "
            "'_thread.lock' object): keep what cannot be copied out of its attributes",
        ),
        (
            lambda symmetry: Total(before=nn.BatchNorm1d(4)),
            ValueError,
            "Look for layers that start with zeros, or measure columns, and treat columns in",
        ),
    ],
)
def test_what_is_refused(reference, error, message):
    with pytest.raises(error, match=re.escape(message)):
        fitted(reference)


def test_a_closure_that_cannot_be_pickled_is_refused_with_memory_alone(tmp_path):
    lock = threading.Lock()
    with pytest.raises(TypeError, match=r"cannot be pickled .* set memory=None, or keep what"):
        fitted(lambda symmetry: lock and Total(), memory=str(tmp_path))
    fitted(lambda symmetry: lock and Total())


class Normalised(nn.Module):
    """Takes no single sample while it learns."""

    def __init__(self, symmetry):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))

    def forward(self, x):
        return self.layers(x.sum(1, keepdim=True))


def test_batches_can_be_normalised():
    assert np.isfinite(fitted(Normalised).predict(X)).all()


def test_what_has_no_gradient_can_be_left_as_initialised():
    model = fitted(lambda symmetry: Total(after=torch.Tensor.detach), reference_fit="random")
    assert np.isfinite(model.predict(X)).all()
