r"""Clone an equivariant linear layer: learn :math:`\Phi_\tau(x)` from inputs x and weights τ.

A layer is bilinear in its input and its weights. A multilinear student
:math:`y = \Theta\,(x \otimes \tau)` can therefore learn it exactly, although its :math:`\Theta` is
an arbitrary tensor.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import torch
from torch import nn

from ..references.layers.kinds import normalised_basis
from ..references.layers.tied import signed_orbits
from ..symmetry import Symmetry, equivariant_maps
from ..training import HalfSquaredError, Seeded, ShuffledBatches, TrainingPlan, train

#: Number of samples for each unknown: of crossed inputs and weights, and of pairs of both.
CROSSED, PAIRS = 1.05, 1.3
#: Least squares solves for at most this many unknowns of an output.
MAX_UNKNOWNS = 8192
#: Settings of the training for forms without a closed solution.
STEPS, BATCH_SIZE, LEARNING_RATE, POOL = 1500, 512, 1e-2, 65536
HIDDEN = (256, 256)


class EquivariantLayer:
    """An equivariant linear layer to be cloned, as a function of its input and its weights.

    Parameters
    ----------
    source, target : Representation, str or int
        As for :func:`~sklearn_symclone.symmetry.equivariant_maps`.
    window : int, default=None
        Width of the filters of a convolution between the cells of a ``Grid``. None: all cells.

    Attributes
    ----------
    n_inputs, n_weights, n_outputs : int
        Numbers of inputs, weights and outputs.
    """

    def __init__(self, source, target, window=None):
        maps = equivariant_maps(source, target)
        self.source, self.target = maps.source, maps.target
        self.n_weights, (self.n_outputs, self.n_inputs) = maps.rank, maps.shape
        if self.n_weights == 0:
            raise ValueError(f"there is nothing to clone: {maps!r}")
        # scaled so that each weight of variance 1 contributes outputs of variance 1
        if self.source.is_monomial and self.target.is_monomial:
            numbers, signs, self.n_weights = signed_orbits(self.source, self.target, window)
            lengths = np.sqrt(np.bincount(numbers)[: self.n_weights] / self.n_outputs)
            self._spread = partial(_spread, lengths, numbers, signs)
        else:
            self._spread = partial(_combine, normalised_basis(maps).reshape(maps.rank, -1))

    def matrices(self, T):
        """Return the matrices of weights T, of shape (len(T), n_outputs, n_inputs)."""
        return self._spread(T).reshape(len(T), self.n_outputs, self.n_inputs)

    def __call__(self, X, T):
        """Return outputs of shape (n, n_outputs) for pairs of a row of X and a row of T."""
        pieces = [slice(start, start + 256) for start in range(0, len(X), 256)]
        outputs = [np.einsum("pmn,pn->pm", self.matrices(T[i]), X[i]) for i in pieces]
        return np.concatenate(outputs)


def _combine(basis, T):
    return T @ basis


def _spread(lengths, numbers, signs, T):
    padded = np.hstack([T / lengths, np.zeros((len(T), 1))])  # entries on no orbit are 0
    return padded[:, numbers] * signs


class LayerClone(nn.Module):
    """Base of the forms of a cloned layer, which are functions of an input and weights.

    ``forward`` takes a tensor of pairs [x, τ], of shape (n_samples, n_inputs + n_weights).
    """


class Multilinear(LayerClone):
    r"""The clone :math:`y = \Theta\,(x \otimes \tau)`.

    Parameters
    ----------
    theta : Tensor of shape (n_outputs * n_inputs * n_weights,)
        The entries of Θ.
    shape : tuple of int
        ``(n_outputs, n_inputs, n_weights)``.
    """

    def __init__(self, theta, shape):
        super().__init__()
        # it is flat because the L2 penalty, which acts on matrices, is for the weights τ alone
        self.theta, self.shape = nn.Parameter(theta), shape

    def entries(self, weights):
        """Return W(τ) by entries, (n_outputs * n_inputs, n), for columns of weights."""
        return self.theta.view(-1, self.shape[2]) @ weights

    def forward(self, pairs):
        """Return outputs for a tensor of pairs [x, τ]."""
        m, n, r = self.shape
        x, tau = pairs.split([n, r], dim=1)
        products = (x[:, :, None] * tau[:, None, :]).flatten(1)
        return products @ self.theta.view(m, n * r).T


class Factorised(LayerClone):
    r"""The clone :math:`y = C\,(Ax \circ B\tau)`, which has few numbers if its rank is small.

    Parameters
    ----------
    shape : tuple of int
        ``(n_outputs, n_inputs, n_weights)``.
    rank : int, default=None
        None: twice the largest of ``shape``.
    """

    def __init__(self, shape, rank=None):
        super().__init__()
        m, n, r = shape
        rank = rank or 2 * max(shape)
        self.shape = (m, n, r, rank)
        sizes = [(rank, n), (rank, r), (m, rank)]
        start = [torch.randn(a, b).flatten() / math.sqrt(b) for a, b in sizes]
        self.a, self.b, self.c = map(nn.Parameter, start)

    def _factors(self):
        m, n, r, rank = self.shape
        return self.a.view(rank, n), self.b.view(rank, r), self.c.view(m, rank)

    def entries(self, weights):
        """Return W(τ) by entries, (n_outputs * n_inputs, n), for columns of weights."""
        a, b, c = self._factors()
        return (c[:, None, :] * a.T).flatten(0, 1) @ (b @ weights)

    def forward(self, pairs):
        """Return outputs for a tensor of pairs [x, τ]."""
        a, b, c = self._factors()
        x, tau = pairs.split([a.shape[1], b.shape[1]], dim=1)
        return ((x @ a.T) * (tau @ b.T)) @ c.T


class Network(LayerClone):
    r"""The clone :math:`y = \mathrm{MLP}([x, \tau])`, the paper's plain form, for comparison.

    Parameters
    ----------
    shape : tuple of int
        ``(n_outputs, n_inputs, n_weights)``.
    """

    def __init__(self, shape):
        super().__init__()
        m, n, r = shape
        first, second = HIDDEN
        self.layers = nn.Sequential(
            nn.Linear(n + r, first),
            nn.SiLU(),
            nn.Linear(first, second),
            nn.SiLU(),
            nn.Linear(second, m),
        )

    def forward(self, pairs):
        """Return outputs for a tensor of pairs [x, τ]."""
        return self.layers(pairs)


FORMS = ("multilinear", "factorised", "network")
SAMPLES = ("crossed", "gaussian", "sgd")


def clone_layer(
    layer, *, form="multilinear", samples="crossed", X=None, rank=None, steps=STEPS, seed=0
):
    r"""Learn a linear equivariant layer as a function of its input and its weights.

    Parameters
    ----------
    layer : EquivariantLayer
        The layer.
    form : {"multilinear", "factorised", "network"}, default="multilinear"
        The form of the clone.
    samples : {"crossed", "gaussian", "sgd"}, default="crossed"
        How a multilinear clone is learned. "crossed": from pairs of each of some inputs with each
        of some weights, in closed form. "gaussian": from independent pairs, as in the paper, by
        least squares. "sgd": from the same pairs by stochastic gradient descent, which the other
        forms always use.
    X : ndarray of shape (n_samples, n_inputs), default=None
        Inputs for "crossed"; they must span the space of inputs. None: Gaussian inputs.
    rank : int, default=None
        Rank of the factorised form. None: twice the largest of the numbers of inputs, weights and
        outputs.
    steps : int, default=1500
        Number of steps of gradient descent.
    seed : int, default=0
        Seed of the samples and of initial weights.

    Returns
    -------
    LayerClone
        In float64 if least squares learned it, else in float32.
    """
    for value, known, name in [(form, FORMS, "form"), (samples, SAMPLES, "samples")]:
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    shape = (layer.n_outputs, layer.n_inputs, layer.n_weights)
    random_state = np.random.RandomState(seed)
    if form == "multilinear" and samples == "crossed":
        return Multilinear(_from_crossed(layer, X, random_state), shape)
    if form == "multilinear" and samples == "gaussian":
        return Multilinear(_from_pairs(layer, random_state), shape)
    with Seeded(seed):
        if form == "factorised":
            clone = Factorised(shape, rank)
        elif form == "network":
            clone = Network(shape)
        else:
            clone = Multilinear(torch.zeros(math.prod(shape)), shape)
    n_pairs = min(POOL, steps * BATCH_SIZE)
    X, T, Y = _pairs(layer, n_pairs, random_state)
    inputs, targets = torch.as_tensor(np.hstack([X, T])).float(), torch.as_tensor(Y / Y.std())
    rows = ShuffledBatches(
        inputs,
        targets.float(),
        torch.ones(n_pairs),
        BATCH_SIZE,
        torch.Generator().manual_seed(seed),
    )
    plan = TrainingPlan(
        phase="clone of a layer",
        learning_rate_init=LEARNING_RATE,
        max_iter=math.ceil(steps / len(rows)),
    )
    train(clone, rows, HalfSquaredError, plan)
    with torch.no_grad():
        last = {"multilinear": "theta", "factorised": "c"}.get(form)
        scaled = [getattr(clone, last)] if last else clone.layers[-1].parameters()
        for parameter in scaled:
            parameter.mul_(float(Y.std()))
    return clone


def _pairs(layer, n, random_state):
    X = random_state.standard_normal((n, layer.n_inputs))
    T = random_state.standard_normal((n, layer.n_weights))
    return X, T, layer(X, T)


def _from_crossed(layer, X, random_state):
    """Return theta by least squares over inputs, then over weights."""
    if X is None:
        X = random_state.standard_normal((enough(layer.n_inputs), layer.n_inputs))
    T = random_state.standard_normal((enough(layer.n_weights), layer.n_weights))
    # the layer is evaluated here only; the axes are weights, outputs and inputs
    answers = layer.matrices(T) @ X.T
    solve_X, solve_T = np.linalg.pinv(X).T, np.linalg.pinv(T)
    matrices = answers.reshape(-1, len(X)) @ solve_X
    return torch.as_tensor((matrices.reshape(len(T), -1).T @ solve_T.T).ravel())


def enough(n):
    """Return how many random vectors of n numbers are drawn so that they span the space."""
    return math.ceil(CROSSED * n) + 4


def _from_pairs(layer, random_state):
    """Return theta by least squares from independent pairs."""
    unknowns = layer.n_inputs * layer.n_weights
    if unknowns > MAX_UNKNOWNS:
        raise ValueError(
            f"least squares from independent pairs has {unknowns} unknowns for each output of this "
            f'layer, {MAX_UNKNOWNS} are allowed: take samples="crossed", or "sgd"'
        )
    X, T, Y = _pairs(layer, math.ceil(PAIRS * unknowns) + 8, random_state)
    products = torch.as_tensor((X[:, :, None] * T[:, None, :]).reshape(len(X), -1))
    gram = products.T @ products
    solution = torch.cholesky_solve(products.T @ torch.as_tensor(Y), torch.linalg.cholesky(gram))
    return solution.T.reshape(-1)


def layer_error(clone, layer, n_samples=1000, seed=1):
    """Return the relative root mean square error of a cloned layer on fresh Gaussian pairs.

    Parameters
    ----------
    clone : LayerClone
        The clone.
    layer : EquivariantLayer
        The layer that it clones.
    n_samples : int, default=1000
        Number of pairs.
    seed : int, default=1
        Seed of the pairs.

    Returns
    -------
    float
        The error divided by the root mean square of the layer's outputs.
    """
    X, T, Y = _pairs(layer, n_samples, np.random.RandomState(seed))
    answers = _answers(clone, X, T)
    return float(np.sqrt(np.mean((answers - Y) ** 2) / np.mean(Y**2)))


def layer_equivariance_error(clone, layer, n_samples=1000, seed=1):
    """Return how far a cloned layer is from equivariance, on Gaussian inputs and weights.

    Returns
    -------
    float
        The root mean square difference of moved outputs and outputs at moved inputs, divided by
        the root mean square of the outputs.
    """
    random_state = np.random.RandomState(seed)
    X, T, _ = _pairs(layer, n_samples, random_state)
    elements = Symmetry(layer.source, layer.target).sample(n_samples, random_state)
    moved = layer.target.transform(elements, _answers(clone, X, T))
    difference = _answers(clone, layer.source.transform(elements, X), T) - moved
    return float(np.sqrt(np.mean(difference**2) / np.mean(moved**2)))


def _answers(clone, X, T):
    like = next(clone.parameters())
    with torch.no_grad():
        pieces = torch.as_tensor(np.hstack([X, T])).to(like.dtype).split(64)
        return torch.cat([clone(piece) for piece in pieces]).double().numpy()
