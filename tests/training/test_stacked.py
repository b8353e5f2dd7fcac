"""Networks that are trained side by side are those that are trained one after the other."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_symclone.students import Dense
from sklearn_symclone.training import (
    CrossEntropy,
    DivergenceError,
    HalfSquaredError,
    Huber,
    MixedBatches,
    ShuffledBatches,
    TrainingPlan,
    train,
    train_together,
)

SHARES = (0.01, 0.3, 0.9)
SETTINGS = {"phase": "task", "learning_rate_init": 0.02, "max_iter": 7}


def student(seed, n_outputs=2):
    generator = torch.Generator().manual_seed(seed)
    return Dense((12, 9), "silu_square").build(4, n_outputs, generator)


def table(n_samples, seed, n_outputs=2):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n_samples, 4, generator=generator, dtype=torch.float64)
    y = torch.softmax(3 * x[:, :n_outputs], 1) + (n_outputs == 1) * x[:, :1]
    weights = torch.rand(n_samples, generator=generator, dtype=torch.float64)
    return ShuffledBatches(x, y, weights, 16, generator)


def assert_as_alone(sources, criterion, n_outputs=2, l2=(0.1, 0.0, 0.03), **settings):
    """Fit networks together and alone; return both loss curves."""
    together = [student(seed, n_outputs) for seed in range(len(sources))]
    alone = deepcopy(together)
    copies = deepcopy(sources)
    plan = TrainingPlan(**(SETTINGS | settings))
    curves = train_together(together, sources, criterion, plan, l2)
    single = [
        train(module, rows, criterion, replace(plan, l2=factor))
        for module, rows, factor in zip(alone, copies, l2, strict=True)
    ]
    for one, other in zip(together, alone, strict=True):
        for name, weight in other.state_dict().items():
            assert_allclose(one.state_dict()[name], weight, rtol=1e-9, atol=1e-9)
    return curves, single


@pytest.mark.parametrize("criterion", [HalfSquaredError, CrossEntropy, Huber])
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_tables_of_different_length(criterion, solver):
    sources = [table(n_samples, seed) for seed, n_samples in enumerate((48, 41, 45))]
    curves, single = assert_as_alone(sources, criterion, solver=solver)
    assert_allclose(curves, single, rtol=0.05)


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_mixtures_of_one_table_at_several_strengths(n_outputs):
    sources = [
        MixedBatches(table(48, 0, n_outputs), table(80, 1, n_outputs), share) for share in SHARES
    ]
    curves, single = assert_as_alone(sources, HalfSquaredError, n_outputs)
    assert_allclose(curves, single, rtol=1e-9)
    assert len(set(np.array(curves)[:, -1])) == 3


def test_divergence_of_one_is_an_error():
    sources = [table(48, seed) for seed in range(2)]
    sources[1].targets[3] = torch.inf
    plan = TrainingPlan(**SETTINGS)
    with pytest.raises(DivergenceError, match="of task: try a lower learning_rate_init"):
        train_together([student(0), student(1)], sources, HalfSquaredError, plan, (0, 0))


def test_a_plan_that_looks_at_one_network_is_refused():
    sources = [table(48, seed) for seed in range(2)]
    plan = TrainingPlan(**SETTINGS, n_iter_no_change=3)
    with pytest.raises(ValueError, match=r"cannot be trained together with .*n_iter_no_change=3"):
        train_together([student(0), student(1)], sources, HalfSquaredError, plan, (0, 0))
