"""A small linear task, and what fits a module to it."""

import torch
from torch import nn

from sklearn_symclone.training import HalfSquaredError, ShuffledBatches, TrainingPlan, train

N_SAMPLES, N_FEATURES, N_OUTPUTS = 50, 3, 2


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=generator(seed), dtype=torch.float64)


def linear_task(batch_size=N_SAMPLES, n_samples=N_SAMPLES, noise=0.0, seed=0):
    inputs = normal(n_samples, N_FEATURES, seed=seed)
    targets = inputs @ normal(N_FEATURES, N_OUTPUTS, seed=99) + 0.5
    targets = targets + noise * normal(n_samples, N_OUTPUTS, seed=seed + 1)
    weights = torch.ones(n_samples, dtype=torch.float64)
    return ShuffledBatches(inputs, targets, weights, batch_size, generator())


def linear_module(seed=0):
    module = nn.utils.skip_init(nn.Linear, N_FEATURES, N_OUTPUTS, dtype=torch.float64)
    with torch.no_grad():
        module.weight.copy_(normal(N_OUTPUTS, N_FEATURES, seed=seed))
        module.bias.zero_()
    return module


def loss_of(module, rows):
    with torch.no_grad():
        losses = [HalfSquaredError()(module(x), *yw).item() for x, yw in rows]
    return sum(losses) / len(losses)


def fit(module, rows, **settings):
    defaults = {"phase": "task", "learning_rate_init": 0.05, "max_iter": 20}
    return train(module, rows, HalfSquaredError, TrainingPlan(**(defaults | settings)))
