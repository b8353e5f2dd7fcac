"""In a training on a GPU, no two devices meet, and no step asks the GPU for a value."""

from copy import deepcopy
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    FakeTensorDeviceMismatchError,
)

from sklearn_symclone.anchors import (
    DifferencePenalty,
    OrbitPenalty,
    SubspacePenalty,
    WeightPenalty,
)
from sklearn_symclone.imitation.inputs import GaussianInputs
from sklearn_symclone.references.pointwise import Pointwise
from sklearn_symclone.students import ColumnScaling, Dense, Freed, free
from sklearn_symclone.symmetry import S, Symmetry
from sklearn_symclone.training import (
    CrossEntropy,
    HalfSquaredError,
    Huber,
    MixedBatches,
    ShuffledBatches,
    TrainingPlan,
    net,
    stacked,
    train,
    train_together,
)

from ._fake_gpu import GPU, fake_gpu, moved
from ._helpers import generator

LOSSES = [HalfSquaredError, Huber, CrossEntropy]
N_FEATURES, N_OUTPUTS, HIDDEN, N_STEPS = 4, 2, (8, 8), 2
SYMMETRY = Symmetry.parse("S(4) -> 2").bind(N_FEATURES, N_OUTPUTS)


class Fetched(net.NotedLosses):
    """Losses of an epoch that come to the host in the end, which fake ones cannot."""

    def stacked(self):
        losses = super().stacked()
        assert losses.device == GPU
        return np.zeros(losses.shape)


@pytest.fixture(autouse=True)
def _losses_come_to_the_host_at_the_end_of_an_epoch(monkeypatch):
    monkeypatch.setattr(net, "NotedLosses", Fetched)


def batches(n_samples=20):
    """Return one batch an epoch, on the fake GPU."""
    columns = (torch.ones(n_samples, *shape, device=GPU) for shape in ((N_FEATURES,), (2,), ()))
    return ShuffledBatches(*columns, n_samples, generator=None)


def plan(**settings):
    # None: skorch leaves tensors and modules where they are
    settings = {"learning_rate_init": 0.1, "max_iter": N_STEPS, "device": None} | settings
    return TrainingPlan(phase="task", **settings)


@pytest.fixture
def network():
    """A dense network, on the host until it is moved."""
    return Dense(HIDDEN, "silu_square").build(N_FEATURES, N_OUTPUTS, generator()).float()


def test_the_fake_gpu_notices():
    with fake_gpu():
        on_gpu = torch.ones(2, 2, device=GPU)
        with pytest.raises(FakeTensorDeviceMismatchError):
            on_gpu + torch.ones(2, 2)
        with pytest.raises(DataDependentOutputException):
            on_gpu.sum().item()


@pytest.mark.parametrize("criterion", LOSSES)
@pytest.mark.parametrize("solver", ["adam", "sgd", "soap"])
def test_a_training_stays_on_its_device(network, solver, criterion):
    with fake_gpu():
        curve = train(moved(network), batches(), criterion, plan(solver=solver, l2=0.1))
    assert curve == [0] * N_STEPS


def test_soap_turns_its_basis_on_its_device(network):
    # every 20 steps, by a QR decomposition of each matrix
    with fake_gpu():
        train(moved(network), batches(), HalfSquaredError, plan(solver="soap", max_iter=25))


def test_lbfgs_asks_for_values(network):
    # its line search compares losses: it has few steps, each of all samples
    with fake_gpu(), pytest.raises(DataDependentOutputException):
        train(moved(network), batches(), HalfSquaredError, plan(solver="lbfgs"))


@pytest.mark.parametrize("criterion", LOSSES)
def test_mixtures_stay_on_their_device(network, criterion):
    with fake_gpu():
        train(moved(network), MixedBatches(batches(), batches(7), 0.3), criterion, plan())


@pytest.mark.parametrize("criterion", LOSSES)
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_networks_side_by_side_stay_on_their_device(network, solver, criterion, monkeypatch):
    curves = Mock()  # what comes to the host in the end
    monkeypatch.setattr(stacked.distributed, "mean", curves)
    networks, sources = [network, deepcopy(network)], (20, 7)
    with fake_gpu():
        networks, sources = [moved(one) for one in networks], [batches(n) for n in sources]
        train_together(networks, sources, criterion, plan(solver=solver), (0.1, 0.2))
    ((losses,), _) = curves.call_args
    assert losses.device == GPU
    assert losses.shape == (N_STEPS, 2)


def weight_anchor(network, tied):
    parameters = list(network.parameters())
    return WeightPenalty(parameters, parameters, 0.1)


def subspace_anchor(network, tied):
    return SubspacePenalty(moved(tied), 0.1)


def difference_anchor(network, tied):
    return DifferencePenalty([layer for layer in network if isinstance(layer, Freed)], 0.1)


def orbit_anchor(network, tied):
    X = np.random.RandomState(0).standard_normal((9, N_FEATURES))
    inputs = GaussianInputs(SYMMETRY, X, np.ones(9), np.random.RandomState(0))
    scaling = ColumnScaling(*np.ones((2, N_FEATURES)), *np.ones((2, N_OUTPUTS)))
    return OrbitPenalty(inputs, SYMMETRY, scaling, 0.1, 7)


@pytest.fixture
def tied():
    """A weight-tied network of the same shape."""
    return Pointwise(SYMMETRY, [S(4) * 2, S(4) * 2]).layers.float()


ANCHORS = [weight_anchor, subspace_anchor, difference_anchor, orbit_anchor]


@pytest.mark.parametrize("criterion", LOSSES)
@pytest.mark.parametrize("anchor", ANCHORS)
def test_anchors_stay_on_their_device(network, tied, anchor, criterion):
    if anchor is difference_anchor:
        network = free(network, tied)
    with fake_gpu():
        penalty = anchor(moved(network), tied)
        train(network, batches(), criterion, plan(penalty=penalty))
