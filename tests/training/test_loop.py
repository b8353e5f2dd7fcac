"""The training loop computes what its documentation says, whatever the solver and the batches."""

import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from skorch.callbacks import Callback, EarlyStopping
from torch import nn

from sklearn_symclone.training import DivergenceError
from sklearn_symclone.training.rates import WARM_UP

from ._helpers import N_FEATURES, N_OUTPUTS, N_SAMPLES, fit, linear_module, linear_task, loss_of

SOLVERS = ["adam", "sgd", "lbfgs", "soap"]


class Recorder(Callback):
    """Note the events of a fit, and the learning rate of each step."""

    def __init__(self):
        self.events, self.rates = [], []

    def on_train_begin(self, net, **kwargs):
        self.events.append("train begin")

    def on_epoch_begin(self, net, **kwargs):
        self.events.append("epoch begin")

    def on_batch_begin(self, net, batch, training, **kwargs):
        self.events.append("batch begin")

    def on_grad_computed(self, net, named_parameters, **kwargs):
        assert all(parameter.grad is not None for _, parameter in named_parameters)
        self.events.append("gradient")

    def on_batch_end(self, net, batch, training, loss, y_pred, **kwargs):
        assert loss.item() == net.history[-1, "batches", -1, "train_loss"]
        self.rates.append(net.optimizer_.param_groups[0]["lr"])
        self.events.append("batch end")

    def on_epoch_end(self, net, **kwargs):
        self.events.append("epoch end")

    def on_train_end(self, net, **kwargs):
        self.events.append("train end")


class InterruptAfter(Callback):
    def __init__(self, n_epochs):
        self.n_epochs = n_epochs

    def on_epoch_end(self, net, **kwargs):
        if len(net.history) == self.n_epochs:
            raise KeyboardInterrupt


def schedule(step, n_steps):
    return (
        min(1, (step + 1) / max(1, round(WARM_UP * n_steps)))
        * 0.5
        * (1 + math.cos(math.pi * step / n_steps))
    )


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("l2", [0.0, 0.2])
def test_adam_is_a_hand_written_loop(weight_decay, l2):
    rows = linear_task(noise=0.1)
    module, expected = (
        nn.Sequential(linear_module(), nn.Tanh(), nn.Linear(2, 2).double().requires_grad_(False))
        for _ in range(2)
    )
    expected.load_state_dict(module.state_dict())
    curve = fit(module, rows, max_iter=100, weight_decay=weight_decay, l2=l2)
    optimizer = torch.optim.AdamW(expected[0].parameters(), weight_decay=weight_decay)
    expected_curve = []
    for step in range(100):
        optimizer.param_groups[0]["lr"] = 0.05 * schedule(step, 100)
        optimizer.zero_grad()
        loss = 0.5 * nn.functional.mse_loss(expected(rows.inputs), rows.targets)
        (loss + 0.5 * l2 * expected[0].weight.square().sum()).backward()
        optimizer.step()
        expected_curve.append(loss.item())
    assert_allclose(curve, expected_curve, rtol=1e-12)
    for actual, wanted in zip(module.parameters(), expected.parameters(), strict=True):
        assert_allclose(actual.detach(), wanted.detach(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("solver", SOLVERS)
def test_l2_is_the_penalty_that_it_stands_for(solver):
    modules = [linear_module(), linear_module()]
    curves = [
        fit(module, linear_task(), solver=solver, **settings)
        for module, settings in zip(
            modules,
            [{"l2": 0.2}, {"penalty": lambda module: 0.1 * module.weight.square().sum()}],
            strict=True,
        )
    ]
    assert np.all(np.array(curves[0]) < curves[1])  # the curve tells of the loss alone
    assert_allclose(modules[0].weight.detach(), modules[1].weight.detach(), rtol=1e-8)


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_learns(solver):
    rows = linear_task(N_SAMPLES if solver == "lbfgs" else 10)
    module = linear_module()
    before = loss_of(module, rows)
    rates = {"adam": 0.05, "sgd": 0.05, "lbfgs": 1.0, "soap": 0.2}
    curve = fit(module, rows, solver=solver, learning_rate_init=rates[solver])
    assert len(curve) == 20
    assert loss_of(module, rows) < 0.1 * before


def test_learning_rate_rises_and_falls_to_zero():
    recorder = Recorder()
    fit(linear_module(), linear_task(10), max_iter=40, callbacks=(recorder,))
    rates = np.array(recorder.rates)
    assert_allclose(rates, [0.05 * schedule(step, 200) for step in range(200)], rtol=1e-12)
    assert_allclose(rates[:6], 0.05 * np.arange(1, 7) / 6, rtol=3e-3)
    assert rates.argmax() == 5
    assert rates[-1] < 1e-4 * rates.max()


def test_callbacks_of_the_user_hear_every_event():
    recorder = Recorder()
    fit(linear_module(), linear_task(25), max_iter=2, callbacks=(("mine", recorder),))
    epoch = ["epoch begin", *["batch begin", "gradient", "batch end"] * 2, "epoch end"]
    assert recorder.events == ["train begin", *epoch * 2, "train end"]


def test_validation_is_in_evaluation_mode_and_unpenalised():
    class Mode(nn.Linear):
        seen = ()

        def forward(self, x):
            self.seen = (*self.seen, self.training)
            return super().forward(x)

    module = Mode(N_FEATURES, N_OUTPUTS, dtype=torch.float64).eval()
    fit(module, linear_task(25), max_iter=2, validation=linear_task(), l2=1.0)
    assert module.seen == (True, True, False) * 2


def test_early_stopping_restores_the_best_weights():
    class Validation(Callback):
        losses, weights = (), ()

        def on_epoch_end(self, net, **kwargs):
            self.losses = (*self.losses, net.history[-1, "valid_loss"])
            self.weights = (*self.weights, net.module_.weight.detach().clone())

    # few noisy rows for many columns: the validation loss rises in the end
    rows, validation = linear_task(n_samples=5, noise=2.0), linear_task(n_samples=200, seed=7)
    seen, module = Validation(), linear_module(seed=99)
    curve = fit(
        module,
        rows,
        max_iter=200,
        validation=validation,
        n_iter_no_change=5,
        callbacks=(seen,),
    )
    # the user's callback is called after the one that stops the fit
    best = int(np.argmin(seen.losses))
    assert len(curve) == best + 6 < 200
    assert_array_equal(module.weight.detach(), seen.weights[best])
    assert_allclose(loss_of(module, validation), seen.losses[best], rtol=1e-12)


def test_tolerance_stops_a_fit_that_no_longer_improves():
    rows = linear_task()
    whole = fit(linear_module(), rows, max_iter=300)
    curve = fit(linear_module(), rows, max_iter=300, tol=1e-3, n_iter_no_change=4)
    assert curve == whole[: len(curve)]
    assert len(curve) < 300
    best, misses, n_epochs = math.inf, 0, 0
    while misses < 4:
        best, misses = (whole[n_epochs] - 1e-3, 0) if whole[n_epochs] < best else (best, misses + 1)
        n_epochs += 1
    assert len(curve) == n_epochs


def test_divergence_names_phase_and_epoch():
    with pytest.raises(DivergenceError, match=r"became (inf|nan) in epoch \d+ of reference: try a"):
        fit(
            linear_module(),
            linear_task(),
            phase="reference",
            solver="sgd",
            learning_rate_init=1e100,
        )
    assert issubclass(DivergenceError, ValueError)


def test_interrupt_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt):
        fit(linear_module(), linear_task(), callbacks=(InterruptAfter(3),))


def test_interrupt_ends_the_fit_for_callbacks():
    recorder = Recorder()
    with pytest.raises(KeyboardInterrupt):
        fit(
            linear_module(),
            linear_task(),
            tol=0.0,
            n_iter_no_change=9,
            callbacks=(recorder, InterruptAfter(1)),
        )
    assert recorder.events[-1] == "train end"


def test_early_stopping_of_the_user_ends_the_fit():
    # no epoch is a hundred times better than the best one
    stopping = EarlyStopping(monitor="train_loss", patience=3, threshold=0.99)
    assert len(fit(linear_module(), linear_task(), callbacks=(stopping,))) == 4


def test_progress_is_shown_only_if_verbose(capsys):
    fit(linear_module(), linear_task(), max_iter=3, phase="clone", verbose=True)
    output = capsys.readouterr()
    assert output.out == ""
    assert "clone" in output.err
    assert "3/3" in output.err
    assert "loss=" in output.err
    fit(linear_module(), linear_task(), max_iter=3)
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize("solver", SOLVERS)
def test_global_state_is_left_alone(solver):
    states = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    fit(
        linear_module(),
        linear_task(N_SAMPLES if solver == "lbfgs" else 10),
        solver=solver,
        max_iter=2,
    )
    assert_array_equal(torch.get_rng_state(), states[0])
    assert_array_equal(np.random.get_state()[1], states[1])  # noqa: NPY002
    assert torch.get_num_threads() == 2
