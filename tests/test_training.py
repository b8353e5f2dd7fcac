"""The training loop computes what its documentation says, whatever the solver and the rows."""

import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import huber, rel_entr, softmax
from sklearn.metrics import log_loss
from skorch.callbacks import Callback, EarlyStopping
from torch import nn

from sklearn_symclone.training import (
    CrossEntropy,
    DivergenceError,
    HalfSquaredError,
    Huber,
    MixedBatches,
    ShuffledBatches,
    one_thread,
    train,
)
from sklearn_symclone.training.loop import WARM_UP

N_SAMPLES, N_FEATURES, N_OUTPUTS = 50, 3, 2


@pytest.fixture(autouse=True)
def _one_thread():
    # as in a fit: the threads of a fused optimiser take long to meet over a few numbers
    with one_thread("cpu"):
        yield


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
        return np.mean([HalfSquaredError()(module(x), *yw).item() for x, yw in rows])


def fit(module, rows, **settings):
    defaults = {"phase": "task", "learning_rate_init": 0.05, "max_iter": 20}
    return train(module, rows, HalfSquaredError, **(defaults | settings))


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


# rows


@pytest.mark.parametrize("batch_size", [1, 7, 16, 49, 50, 1000])
def test_batches_cover_all_rows_once_with_weights_that_sum_to_one(batch_size):
    numbers = torch.arange(N_SAMPLES, dtype=torch.float64)
    weights = numbers + 1
    rows = ShuffledBatches(numbers[:, None], -numbers[:, None], weights, batch_size, generator())
    for _ in range(2):
        batches = list(rows)
        assert len(batches) == len(rows) == math.ceil(N_SAMPLES / batch_size)
        sizes = [len(x) for x, _ in batches]
        assert max(sizes) <= batch_size
        assert max(sizes) - min(sizes) <= 1
        seen = torch.cat([x[:, 0] for x, _ in batches])
        assert_array_equal(seen.sort().values, numbers)
        for x, (y, w) in batches:
            assert_array_equal(y, -x)
            assert_allclose(w, (x[:, 0] + 1) / (x[:, 0] + 1).sum(), rtol=1e-14)


def test_epochs_are_shuffled_anew_and_repeat_with_the_seed():
    first, second = linear_task(10), linear_task(10)
    epochs = [torch.cat([x for x, _ in first]) for _ in range(2)]
    assert not torch.equal(*epochs)
    assert_array_equal(torch.cat([x for x, _ in second]), epochs[0])


def test_one_batch_draws_no_random_numbers():
    rows = linear_task()
    before = rows.generator.get_state()
    ((x, (y, _)),) = rows
    assert_array_equal(rows.generator.get_state(), before)
    assert_array_equal(x, rows.inputs)
    assert_array_equal(y, rows.targets)


def test_batch_of_zero_weights_has_no_loss():
    inputs = normal(4, N_FEATURES)
    rows = ShuffledBatches(inputs, inputs[:, :2], torch.zeros(4).double(), 4, generator())
    ((x, (y, w)),) = rows
    assert HalfSquaredError()(x[:, :2] + 1, y, w) == 0


def test_mixture_has_the_share_of_the_second_source_which_is_endless():
    def source(value, n_rows, batch_size):
        column = torch.full((n_rows, 1), value, dtype=torch.float64)
        return ShuffledBatches(column, column, column[:, 0].abs(), batch_size, generator())

    rows = MixedBatches(source(1.0, 12, 3), source(-2.0, 10, 5), 0.3)
    for _ in range(3):
        batches = list(rows)
        assert len(batches) == len(rows) == 4
        for x, (y, w) in batches:
            assert_array_equal(x, torch.tensor([[1.0]] * 3 + [[-2.0]] * 5))
            assert_array_equal(y, x)
            assert_allclose(w[:3].sum(), 0.7)
            assert_allclose(w[3:].sum(), 0.3)


def test_second_source_goes_on_where_the_last_epoch_ended():
    numbers = torch.arange(6, dtype=torch.float64)[:, None]
    ones = torch.ones(6, dtype=torch.float64)
    first = ShuffledBatches(numbers[:2], numbers[:2], ones[:2], 1, generator())
    rows = MixedBatches(first, ShuffledBatches(numbers, numbers, ones, 1, generator()), 0.5)
    seen = [x[1].item() for _ in range(3) for x, _ in rows]
    assert sorted(seen) == [0, 1, 2, 3, 4, 5]


# losses


@pytest.fixture
def batch():
    weights = torch.rand(N_SAMPLES, generator=generator(3), dtype=torch.float64)
    return normal(N_SAMPLES, 4, seed=1), normal(N_SAMPLES, 4, seed=2), weights / weights.sum()


def test_half_squared_error(batch):
    prediction, target, weight = (tensor.numpy() for tensor in batch)
    expected = 0.5 * np.average(((prediction - target) ** 2).mean(axis=1), weights=weight)
    assert_allclose(HalfSquaredError()(*batch), expected, rtol=1e-13)


def test_huber(batch):
    prediction, target, weight = (tensor.numpy() for tensor in batch)
    target = prediction + 0.2 * target  # on both sides of delta
    losses = huber(Huber.delta, prediction - target).mean(axis=1)
    actual = Huber()(batch[0], torch.from_numpy(target), batch[2])
    assert_allclose(actual, weight @ losses, rtol=1e-13)


def test_cross_entropy_of_classes_is_the_log_loss(batch):
    prediction, target, weight = batch
    classes = target.argmax(1)
    actual = CrossEntropy()(prediction, nn.functional.one_hot(classes, 4).double(), weight)
    probabilities = softmax(prediction.numpy(), axis=1)
    assert_allclose(actual, log_loss(classes, probabilities, sample_weight=weight), rtol=1e-12)


def test_cross_entropy_of_probabilities_is_the_divergence(batch):
    prediction, target, weight = (tensor.numpy() for tensor in batch)
    target = softmax(3 * target, axis=1)
    divergence = rel_entr(target, softmax(prediction, axis=1)).sum(axis=1)
    actual = CrossEntropy()(batch[0], torch.from_numpy(target), batch[2])
    assert_allclose(actual, weight @ divergence, rtol=1e-12)
    assert (
        abs(CrossEntropy()(torch.from_numpy(np.log(target)), torch.from_numpy(target), batch[2]))
        < 1e-15
    )


@pytest.mark.parametrize("criterion", [HalfSquaredError, Huber, CrossEntropy])
def test_a_weight_counts_like_a_repeated_row(criterion):
    rng = np.random.RandomState(0)
    counts = torch.from_numpy(rng.randint(0, 4, size=20))
    inputs = normal(20, N_FEATURES)
    targets = torch.softmax(normal(20, N_OUTPUTS, seed=1), 1)
    again = torch.repeat_interleave(torch.arange(20), counts)
    ones = torch.ones(len(again), dtype=torch.float64)
    modules = [linear_module(), linear_module()]
    curves = [
        train(module, rows, criterion, phase="task", learning_rate_init=0.1, max_iter=10)
        for module, rows in zip(
            modules,
            [
                ShuffledBatches(inputs, targets, counts.double(), 20, generator(1)),
                ShuffledBatches(inputs[again], targets[again], ones, len(again), generator(2)),
            ],
            strict=True,
        )
    ]
    assert_allclose(curves[0], curves[1], rtol=1e-12)
    assert_allclose(modules[0].weight.detach(), modules[1].weight.detach(), rtol=1e-11)


# the loop


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


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs", "soap"])
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


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs", "soap"])
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
    fit(linear_module(), linear_task(10), max_iter=40, callbacks=[recorder])
    rates = np.array(recorder.rates)
    assert_allclose(rates, [0.05 * schedule(step, 200) for step in range(200)], rtol=1e-12)
    assert_allclose(rates[:6], 0.05 * np.arange(1, 7) / 6, rtol=3e-3)
    assert rates.argmax() == 5
    assert rates[-1] < 1e-4 * rates.max()


def test_callbacks_of_the_user_hear_every_event():
    recorder = Recorder()
    fit(linear_module(), linear_task(25), max_iter=2, callbacks=[("mine", recorder)])
    epoch = ["epoch begin", *["batch begin", "gradient", "batch end"] * 2, "epoch end"]
    assert recorder.events == ["train begin", *epoch * 2, "train end"]


def test_validation_is_in_evaluation_mode_and_unpenalised():
    class Mode(nn.Linear):
        seen = ()

        def forward(self, x):
            self.seen = (*self.seen, self.training)
            return super().forward(x)

    module = Mode(N_FEATURES, N_OUTPUTS, dtype=torch.float64).eval()
    fit(module, linear_task(25), max_iter=2, validation_rows=linear_task(), l2=1.0)
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
        validation_rows=validation,
        n_iter_no_change=5,
        callbacks=[seen],
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
        fit(linear_module(), linear_task(), callbacks=[InterruptAfter(3)])


def test_interrupt_ends_the_fit_for_callbacks():
    recorder = Recorder()
    with pytest.raises(KeyboardInterrupt):
        fit(
            linear_module(),
            linear_task(),
            tol=0.0,
            n_iter_no_change=9,
            callbacks=[recorder, InterruptAfter(1)],
        )
    assert recorder.events[-1] == "train end"


def test_early_stopping_of_the_user_ends_the_fit():
    # no epoch is a hundred times better than the best one
    stopping = EarlyStopping(monitor="train_loss", patience=3, threshold=0.99)
    assert len(fit(linear_module(), linear_task(), callbacks=[stopping])) == 4


def test_progress_is_shown_only_if_verbose(capsys):
    fit(linear_module(), linear_task(), max_iter=3, phase="clone", verbose=True)
    output = capsys.readouterr()
    assert output.out == ""
    assert "clone" in output.err
    assert "3/3" in output.err
    assert "loss=" in output.err
    fit(linear_module(), linear_task(), max_iter=3)
    assert capsys.readouterr() == ("", "")


# what a fit leaves alone


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_one_thread_restores_the_number():
    with one_thread("cpu"):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(ZeroDivisionError), one_thread("cpu"):
        raise ZeroDivisionError
    assert torch.get_num_threads() == 2
    with one_thread("cuda"):
        assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs", "soap"])
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
