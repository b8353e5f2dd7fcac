"""The images of the paper's tasks, and the networks that are compared on them."""

from __future__ import annotations

import gzip
import itertools

import numpy as np
from _tables import find
from torch import nn

from sklearn_symclone.datasets import make_moved_images
from sklearn_symclone.references import Pointwise
from sklearn_symclone.symmetry import Grid, Symmetry

N_TRAIN, N_CLASSES = 8000, 10
#: Group of each task, and whether its labels tell how an image was moved.
TASKS = {
    "T(2) symmetric": ("T(2)", False),
    "T(2) breaking": ("T(2)", True),
    "C4 symmetric": ("C4", False),
    "C4 breaking": ("C4", True),
    # turned by 180 degrees or not, and called what it looks like
    "6 and 9": ("C4", True),
}


def mnist():
    """Return the 10,000 test images of MNIST at 16 x 16, and their digits."""
    how = "get the 10,000 test images of MNIST in their IDX format"
    raw = [
        gzip.decompress(find(f"mnist-10k-{name}-ubyte.gz", how).read_bytes())
        for name in ("images-idx3", "labels-idx1")
    ]
    images = np.frombuffer(raw[0], np.uint8, offset=16).reshape(-1, 28, 28) / 255
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    small = padded.reshape(-1, 16, 2, 16, 2).mean(axis=(2, 4)).astype(np.float32)
    return small, np.frombuffer(raw[1], np.uint8, offset=8).astype(int)


def draw(task, seed, circular):
    """Return training rows, their labels, test rows and their labels."""
    group, breaking = TASKS[task]
    images, y = mnist()
    order = np.random.RandomState(seed).permutation(len(y))
    train, test = order[:N_TRAIN], order[N_TRAIN:]
    if task == "6 and 9":
        return *half_turned(images[train], y[train]), *half_turned(images[test], y[test])
    settings = {"group": group, "breaking": breaking, "circular": circular}
    test = make_moved_images(images[test], y[test], random_state=1000 + seed, **settings)
    if breaking:
        train = make_moved_images(images[train], y[train], random_state=seed, **settings)
    else:  # upright and centred: what the test rows show has to be known
        train = images[train].reshape(N_TRAIN, -1), y[train]
    return *train, *test


def half_turned(images, y):
    """Return images of which every second is turned by 180 degrees, and what they look like."""
    turned = np.arange(len(y)) % 2 == 1
    moved = np.where(turned[:, None, None], images[:, ::-1, ::-1], images)
    labels = np.where(turned & np.isin(y, (6, 9)), 15 - y, y)
    return moved.reshape(len(y), -1), labels


def augmented(X, y, group, circular, copies, seed):
    """Return rows moved at random many times."""
    images = X.reshape(-1, 16, 16)
    rows = [
        make_moved_images(images, y, group, circular=circular, random_state=seed + k)[0]
        for k in range(copies)
    ]
    return np.concatenate(rows), np.tile(y, copies)


def grid(group):
    """Return the group of the cells of an image."""
    return Grid(16, 16, group)


def trunk(cells):
    """Return the hidden representations that see where things are, and the widths of filters."""
    if cells.kind == "C4":
        return [cells.regular * 128, cells.regular * 64], [None, None]
    return [cells * 8, cells * 8], [5, 11]


def pooled(symmetry):
    """Return the equivariant network whose last layers are invariant."""
    hidden, windows = trunk(symmetry.inputs)
    if symmetry.inputs.kind == "T(2)":
        hidden, windows = [*hidden, 64], [*windows, None]
    return Pointwise(symmetry, hidden, windows=[*windows, None])


class FlatHead(nn.Module):
    """The same trunk under layers without a symmetry."""

    def __init__(self, symmetry):
        super().__init__()
        *hidden, last = trunk(symmetry.inputs)[0]
        windows = trunk(symmetry.inputs)[1]
        self.trunk = Pointwise(Symmetry(symmetry.inputs, last), hidden, windows=windows)
        sizes = (
            [last.dimension, 64, N_CLASSES]
            if symmetry.inputs.kind == "T(2)"
            else [last.dimension, N_CLASSES]
        )
        layers = []
        for a, b in itertools.pairwise(sizes):
            layers += [nn.SiLU(), nn.Linear(a, b)]
        self.head = nn.Sequential(*layers)

    def forward(self, x):
        return self.head(self.trunk(x))
