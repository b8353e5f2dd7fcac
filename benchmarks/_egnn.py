"""The network of arXiv 2102.09844 for motions, as its paper describes it, and its training.

Four layers of 64 units. A layer computes messages from the states of two bodies, their squared
distance and the product of their charges; it updates velocities, then positions, and the states.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from sklearn_symclone.training import one_thread

N_LAYERS, WIDTH, BATCH_SIZE = 4, 64, 100
#: As published, where 10,000 epochs are learned; on one core there is time for some thousand steps.
LEARNING_RATE, N_STEPS, WEIGHT_DECAY = 5e-4, 6000, 1e-12
#: Share of the rows that choose the epoch.
HELD_OUT = 0.2


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.message = _mlp(2 * WIDTH + 2, WIDTH, last=True)
        self.pull = _mlp(WIDTH, 1)
        nn.init.xavier_uniform_(self.pull[-1].weight, gain=0.001)
        self.drag = _mlp(WIDTH, 1)
        self.update = _mlp(2 * WIDTH, WIDTH)

    def forward(self, h, x, v, charges):
        n, bodies = h.shape[:2]
        apart = x[:, :, None] - x[:, None]
        squares = apart.square().sum(3, keepdim=True)
        shape = (n, bodies, bodies, WIDTH)
        both = [h[:, :, None].expand(shape), h[:, None].expand(shape)]
        others = 1 - torch.eye(bodies)[:, :, None]
        messages = self.message(torch.cat([*both, squares, charges], dim=3)) * others
        v = self.drag(h) * v + (apart * self.pull(messages)).sum(2) / (bodies - 1)
        h = h + self.update(torch.cat([h, messages.sum(2)], dim=2))
        return h, x + v, v


class EGNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(1, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(N_LAYERS))

    def forward(self, rows):
        charges, x, v = rows.split([5, 15, 15], dim=1)
        x, v = x.unflatten(1, (5, 3)), v.unflatten(1, (5, 3))
        products = (charges[:, :, None] * charges[:, None])[..., None]
        h = self.embed(v.norm(dim=2, keepdim=True))
        for layer in self.layers:
            h, x, v = layer(h, x, v, products)
        return x.flatten(1)


class FittedEGNN:
    """The network of the epoch that is best on held-out rows."""

    def __init__(self, seed):
        self.seed = seed

    def fit(self, X, y):
        with one_thread("cpu"), torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            self.network = EGNN()
            self._learn(*(torch.as_tensor(part, dtype=torch.float32) for part in (X, y)))
        return self

    def _learn(self, X, y):
        held_out = torch.rand(len(X)) < HELD_OUT
        inside, outside = (X[~held_out], y[~held_out]), (X[held_out], y[held_out])
        optimiser = torch.optim.Adam(
            self.network.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY
        )
        least, best, steps = np.inf, None, 0
        while steps < N_STEPS:
            for batch in torch.randperm(len(inside[0])).split(BATCH_SIZE):
                loss = nn.functional.mse_loss(self.network(inside[0][batch]), inside[1][batch])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                steps += 1
            with torch.no_grad():
                loss = nn.functional.mse_loss(self.network(outside[0]), outside[1]).item()
            if loss < least:
                least, best = loss, copy.deepcopy(self.network.state_dict())
        self.network.load_state_dict(best)

    def predict(self, X):
        with torch.no_grad():
            return self.network(torch.as_tensor(X, dtype=torch.float32)).numpy()


def _mlp(n_in, n_out, last=False):
    layers = [nn.Linear(n_in, WIDTH), nn.SiLU(), nn.Linear(WIDTH, n_out)]
    return nn.Sequential(*layers, *([nn.SiLU()] if last else []))
