"""Networks side by side on a GPU, and one after the other."""

from __future__ import annotations

import torch
from _gpu_cell import ALPHA, N_FEATURES, RATE, Cell, seconds_of

from sklearn_symclone.training import (
    HalfSquaredError,
    ShuffledBatches,
    TrainingPlan,
    one_thread,
    train,
    train_together,
)

N_NETWORKS = 16


def measure_stacked(report, device, quick):
    """Measure networks side by side and one after the other, from the same weights."""
    n_rows, n_epochs = (100, 2) if quick else (2000, 10)
    for width in (128, 192):
        report.measure(
            f"{N_NETWORKS} networks of width {width} stacked",
            lambda width=width: stacked(n_rows, n_epochs, width, device),
        )


def stacked(n_rows, n_epochs, width, device):
    cell = Cell(n_rows, 128 if n_rows > 128 else 50, width)
    x = torch.randn(n_rows, N_FEATURES, generator=torch.Generator().manual_seed(0)).to(device)
    y = (x[:, 0].sin() + x[:, 1] * x[:, 2])[:, None]
    networks = [cell.network().to(device) for _ in range(N_NETWORKS)]

    def sources():
        weights, generator = torch.ones_like(y[:, 0]), torch.Generator().manual_seed(0)
        return [ShuffledBatches(x, y, weights, cell.batch_size, generator) for _ in networks]

    def plan(max_iter):
        return TrainingPlan(
            phase="task", learning_rate_init=RATE, max_iter=max_iter, l2=ALPHA, device=device
        )

    def one_by_one(max_iter):
        for network, batches in zip(networks, sources(), strict=True):
            train(network, batches, HalfSquaredError, plan(max_iter))

    def together(max_iter):
        l2 = [ALPHA] * N_NETWORKS
        train_together(networks, sources(), HalfSquaredError, plan(max_iter), l2)

    seconds = []
    with one_thread(device):
        for fit in (together, one_by_one):
            fit(1)
            seconds.append(seconds_of(lambda fit=fit: fit(n_epochs), device))
    n_steps = n_epochs * len(sources()[0]) * N_NETWORKS
    return {
        "value": 1e6 * seconds[0] / n_steps,
        "unit": "µs a step and network",
        "beside": 1e6 * seconds[1] / n_steps,
        "ratio": seconds[1] / seconds[0],
        "note": "ratio: how many times faster; 20 are aimed at",
    }
