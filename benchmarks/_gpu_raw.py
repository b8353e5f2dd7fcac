"""Training steps of raw torch: as they are, compiled, captured as a CUDA graph, and in TF32."""

from __future__ import annotations

import itertools

import torch
from _gpu_cell import ALPHA, RATE, seconds_of
from torch.nn.functional import mse_loss

#: Batches that are made ready, and gone through again and again.
N_BATCHES = 100


def _raw(cell, x, **settings):
    network = cell.network().to(x.device)
    settings |= {"lr": RATE, "weight_decay": ALPHA, "fused": True}
    optimizer = torch.optim.AdamW(network.parameters(), **settings)
    n_batches = max(1, min(len(x) // cell.batch_size, N_BATCHES))
    order = torch.randperm(len(x), device=x.device)[: n_batches * cell.batch_size]
    return network, optimizer, itertools.cycle(order.split(cell.batch_size))


def raw_step(cell, x, y, n_steps, compiled=False):
    """Return the seconds of a step of raw torch, with a compiled loss or without."""
    network, optimizer, batches = _raw(cell, x)

    def loss_of(inputs, targets):
        return 0.5 * mse_loss(network(inputs), targets)

    loss = torch.compile(loss_of, mode="reduce-overhead") if compiled else loss_of

    def steps(n_steps):
        for rows in itertools.islice(batches, n_steps):
            if compiled:
                torch.compiler.cudagraph_mark_step_begin()
            optimizer.zero_grad()
            loss(x[rows], y[rows]).backward()
            optimizer.step()

    steps(5)
    return seconds_of(lambda: steps(n_steps), x.device) / n_steps


def captured_step(cell, x, y, n_steps):
    """Return the seconds of a step of raw torch that is captured as a CUDA graph."""
    network, optimizer, batches = _raw(cell, x, capturable=x.is_cuda)
    inputs, targets = x[: cell.batch_size].clone(), y[: cell.batch_size].clone()

    def step():
        (0.5 * mse_loss(network(inputs), targets)).backward()
        optimizer.step()

    def eager():
        optimizer.zero_grad()
        step()

    replay = eager
    if x.is_cuda:
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):  # lazy state of libraries and of the optimiser is made here
            for _ in range(3):
                eager()
        torch.cuda.current_stream().wait_stream(side)
        optimizer.zero_grad()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            step()
        replay = graph.replay

    def steps(n_steps):
        for rows in itertools.islice(batches, n_steps):
            torch.index_select(x, 0, rows, out=inputs)
            torch.index_select(y, 0, rows, out=targets)
            replay()

    steps(3)
    return seconds_of(lambda: steps(n_steps), x.device) / n_steps


def in_tf32(function, *args):
    """Return what a function returns if products of matrices are taken in TF32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        return function(*args)
    finally:
        torch.set_float32_matmul_precision(before)
