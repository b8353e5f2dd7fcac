"""No GPU is needed to see what would go wrong on one: tensors of two devices, and values fetched.

A value that is fetched from a GPU (``tensor.item()``, ``if tensor``, an index by a list) makes the
program wait for it, in every step. Networks are run on torch's "meta" device, whose tensors have
no values, and every operation is watched: none may take a tensor from the CPU. Losses and
optimisers are run with torch's fake "cuda" tensors as well.

What cannot be tried so: fake "cuda" tensors have no gradients and cannot be indexed by tensors
where torch was built for CPUs alone, so that no network runs on them. An index that is a list is
not seen, nor an operation that waits by itself, such as a decomposition of a matrix (SOAP's), nor a
result that is wrong on a GPU alone.
"""

import copy
import pickle
from importlib import metadata

import numpy as np
import pytest
import torch
from packaging.version import Version
from pytorch_optimizer import SOAP
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from sklearn_symclone.references import FAMILIES
from sklearn_symclone.references.average import Average
from sklearn_symclone.references.layers.networks import FirstBatch
from sklearn_symclone.references.layers.scaling import Standardised
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training import CrossEntropy, HalfSquaredError, Huber

from ._helpers import build, predict, rows

PAIRS = [
    ("sets", "S(4)*3 -> S(4)"),
    ("sets", "S(3) + 2 + 2*S(3) -> 1 + S(3)*2"),
    ("sets", "S(3)*S(2)' -> S(3)*S(2)'"),
    ("sets", "S(2)*2 -> 1 + S(2)"),
    ("pairs", "S(4)**2 + 2 -> 1 + S(4)*2"),
    ("pairs", "S(4).pairs + S(4) -> S(4).pairs + S(4)**2"),
    ("invariants", "2*O(5) -> 1"),
    ("invariants", "S(4) + S(4)*O(3) -> O(3)**2"),
    ("invariants", "S(3)*O(3) + S(4)*O(3) + S(3) -> S(3)*O(3) + S(4)*O(3)"),
    ("invariants", "S(2)*O(1,2) + S(3)*O(1,2).dual -> S(2)*O(1,2).dual + S(3)*O(1,2) + 1"),
    ("invariants", "S(4)*SO(3) + S(4) -> S(4)*SO(3) + SO(3)**2 + 1"),
    ("invariants", "4*SO+(1,3) -> 1 + SO+(1,3) + SO+(1,3)**2"),
    ("invariants", "S(3)*Sp(4) + S(2)*Sp(4)*2 + S(3) -> S(3)*Sp(4) + S(2) + Sp(4).alt2"),
    ("invariants", "3*O(3) -> O(3).sym2 + O(3).alt2"),
    ("average", "C(5) -> C(5)"),
    ("average", "Signs(3) + 2 -> Signs(3) + 1"),
    ("average", "3*O(3) -> O(3)"),
    ("average", "S(6)*2 -> S(6)"),
    ("pointwise", "C(4)*2 -> C(4)"),
    ("pointwise", 'Grid(3,3,"D4")*3 -> 2'),
    ("pointwise", "S(3)*(S(4) + 2) -> 2"),
    ("linear", "S(4) + S(4)*O(3) -> O(3)**2"),
    ("quadratic", "2*O(5) -> 1"),
    ("quadratic", "S(4) + S(4)*O(3) -> O(3)**2"),
    ("additive", "S(4) + S(4)*O(3) -> O(3)**2"),
    ("tensors", "2*O(5) -> 1"),
    ("tensors", "S(4) + S(4)*O(3) -> O(3)**2"),
    ("tensors", "2*SO+(1,3) -> SO+(1,3)**2"),
    ("tensors", "S(3)**2*O(2) -> S(3)"),
    ("tensors", "C(3)*O(3) -> 1"),
]
EVERY_PAIR = pytest.mark.parametrize(("family", "text"), PAIRS)


class NothingFromTheHost(TorchDispatchMode):
    """Raise an error where an operation takes a tensor from the CPU, or fetches a value."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        leaves = tree_leaves((args, kwargs or {}))
        if any(isinstance(leaf, torch.Tensor) and leaf.device.type == "cpu" for leaf in leaves):
            raise AssertionError(f"{function} takes a tensor from the CPU")
        return function(*args, **(kwargs or {}))


def on_meta(family, symmetry):
    """Return a network and rows without values."""
    x = torch.empty(7, symmetry.inputs.dimension, device="meta")
    return FAMILIES[family].network(symmetry).float().to("meta"), x


@pytest.mark.parametrize(
    "mistake",
    [
        lambda x: x[:, np.array([0, 2])],
        lambda x: x * torch.ones(3),
        lambda x: x * torch.tensor(2.0),
        lambda x: x + torch.eye(3).to(x),
        lambda x: x if x.sum() > 0 else -x,
        lambda x: x.sum().item(),
        lambda x: x[:, int(x.argmax())],
    ],
)
def test_the_watch_sees_mistakes(mistake):
    x = torch.empty(5, 3, device="meta")
    with pytest.raises((AssertionError, RuntimeError)), NothingFromTheHost():
        mistake(x)


@EVERY_PAIR
def test_a_step_stays_on_its_device(family, text):
    network, x = on_meta(family, Symmetry.parse(text))
    network(x)  # measures the first batch; to fetch a value raises without a watch
    with NothingFromTheHost():
        for training in (True, True, False):
            y = network.train(training)(x)
            y.square().mean().backward()
    assert y.device.type == "meta"
    used = [p for p in network.parameters() if p.grad is not None]
    assert used
    assert all(parameter.grad.device.type == "meta" for parameter in used)


@pytest.mark.parametrize(
    "text", ["S(3)*E(3) + S(2)*E(3) -> S(3)*E(3).vector + S(2)*E(3)", "4 + 4*SE(2) -> SE(2)"]
)
def test_scaling_and_centring_stay_too(text):
    symmetry = Symmetry.parse(text)
    scaled = [
        (np.zeros(n), np.ones(n)) for n in (symmetry.inputs.dimension, symmetry.outputs.dimension)
    ]
    network, x = on_meta("invariants", symmetry.without_shifts())
    module = Standardised(network, symmetry, *scaled).float().to("meta")
    module(x)
    with NothingFromTheHost():
        module(x).sum().backward()


@pytest.mark.parametrize("criterion", [CrossEntropy, HalfSquaredError, Huber])
def test_losses_stay_on_their_device(criterion):
    def loss(device, requires_grad):
        y = torch.rand(5, 3, device=device, requires_grad=requires_grad)
        target, weight = torch.rand(5, 3, device=device), torch.rand(5, device=device)
        return criterion()(y, target, weight)

    with NothingFromTheHost():
        loss("meta", True).backward()
    with FakeTensorMode(), torch.no_grad():
        assert loss("cuda", False).device.type == "cuda"


@pytest.mark.parametrize(
    ("optimiser", "settings"),
    [
        (torch.optim.AdamW, {"fused": True, "weight_decay": 0.3}),
        (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
        pytest.param(
            SOAP,
            {"betas": (0.9, 0.95), "weight_decay": 0.3, "precondition_frequency": 2},
            marks=pytest.mark.skipif(
                Version(metadata.version("pytorch-optimizer")) < Version("4.1"),
                reason="its SOAP indexes by a tensor, which a fake GPU cannot",
            ),
        ),
    ],
)
def test_steps_of_optimisers_stay_on_their_device(optimiser, settings):
    with FakeTensorMode(), torch.no_grad():
        shapes = [(4, 3), (4,), (1, 4)]
        weights = [torch.nn.Parameter(torch.rand(shape, device="cuda")) for shape in shapes]
        steps = optimiser(weights, lr=0.01, **settings)
        for _ in range(5):
            for weight in weights:
                weight.grad = torch.rand(weight.shape, device="cuda")
            steps.step()
        assert {weight.device.type for weight in weights} == {"cuda"}


# What is no tensor for this reason is kept nevertheless


def copies(module, other):
    """Yield a module as it is put back from a copy, a pickle and a state of arrays."""
    yield copy.deepcopy(module)
    yield pickle.loads(pickle.dumps(module))
    state = {name: value.cpu().numpy() for name, value in module.state_dict().items()}
    other.load_state_dict({name: torch.as_tensor(value) for name, value in state.items()})
    yield other


@pytest.mark.parametrize("family", ["invariants", "tensors"])
@pytest.mark.parametrize("measured", [True, False])
def test_whether_a_first_batch_was_measured_is_kept(family, measured):
    symmetry = Symmetry.parse("S(3) + S(3)*O(3) -> O(3)**2")
    module, other = build(family, symmetry), build(family, symmetry, seed=1)
    X = rows(symmetry.inputs)
    predict(other, X)
    if measured:
        predict(module, 2 * X)
    for kept in copies(module, other):
        parts = [part for part in kept.modules() if isinstance(part, FirstBatch)]
        assert parts
        assert {part.ready for part in parts} == {measured}
        expected = predict(copy.deepcopy(module), X)
        np.testing.assert_array_equal(predict(kept, X), expected)


def test_a_sampled_average_goes_on_with_the_turn_that_it_has_come_to():
    symmetry = Symmetry.parse("2*O(3) -> 1")
    module, X = build("average", symmetry).train(), rows(symmetry.inputs)
    for _ in range(3):
        predict(module, X)
    for kept in copies(module, build("average", symmetry, seed=1).train()):
        assert isinstance(kept, Average)
        assert kept.step == 3
        np.testing.assert_array_equal(predict(kept, X), predict(copy.deepcopy(module), X))
