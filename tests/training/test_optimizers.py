"""Optimisers have names, which estimators accept, and say what they can do."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from skorch.callbacks import Callback

import sklearn_symclone.fitting.task as task_fit
from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.training import optimizers, train_together

from ._helpers import N_SAMPLES, fit, linear_module, linear_task, loss_of


class SignDescent(torch.optim.Optimizer):
    """Each weight takes a step of one length, down its own slope."""

    def __init__(self, params, lr=1e-3, shrink=1.0):
        super().__init__(params, {"lr": lr, "shrink": shrink})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for weight in group["params"]:
                weight.mul_(group["shrink"]).sub_(weight.grad.sign(), alpha=group["lr"])


class Twice(SignDescent):
    """Looks at the loss twice a step."""

    def step(self, closure):
        first, second = closure(), closure()
        assert first == second
        super().step()


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    """Names that this file adds, and nobody else knows."""
    monkeypatch.setattr(optimizers, "_solvers", dict(optimizers._solvers))
    optimizers.register("sign", SignDescent, can_stack=True)
    optimizers.register("sign alone", SignDescent, shrink=1.0)


def model(**settings):
    settings = {"solver": "sign", "hidden_layer_sizes": (8,), "max_iter": 5} | settings
    return SymmetryClonedRegressor(batch_size=20, random_state=0, **settings)


@pytest.fixture
def o5():
    return make_o5(60, random_state=0)


# the registry


def test_names_that_are_built_in():
    assert optimizers.names()[:4] == ["adam", "sgd", "lbfgs", "soap"]
    assert optimizers.names()[-2:] == ["sign", "sign alone"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("adam", torch.optim.AdamW), ("sgd", torch.optim.SGD), ("lbfgs", torch.optim.LBFGS)],
)
def test_classes_that_are_built_in(name, kind):
    assert optimizers.get(name).optimizer_class is kind


def test_soap_is_imported_when_it_is_used():
    code = "import sys, sklearn_symclone; assert 'pytorch_optimizer' not in sys.modules; "
    code += "from sklearn_symclone.training import optimizers; "
    code += "print(optimizers.get('soap').optimizer_class.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "SOAP"


def test_a_decay_is_for_those_that_take_it():
    assert optimizers.get("adam").arguments(0.3)["weight_decay"] == 0.3
    assert "weight_decay" not in optimizers.get("sgd").arguments(0.3)


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "message"),
    [
        (("adam", SignDescent), {}, ValueError, "there is an optimiser 'adam' already"),
        (("", SignDescent), {}, TypeError, "must be a nonempty string, got ''"),
        (("new", dict), {}, TypeError, "must be a subclass of torch.optim.Optimizer, .*got .*dict"),
        (("new", "no.module"), {}, TypeError, "or a string 'package:Class', got 'no.module'"),
        (
            ("new", SignDescent),
            {"needs_all_row": True},
            TypeError,
            "SignDescent takes no argument 'needs_all_row'.* its arguments are lr, params, shrink;"
            " .* needs_all_rows, takes_closure, takes_weight_decay, can_stack, has_schedule",
        ),
        (
            ("new", SignDescent),
            {"takes_weight_decay": True},
            TypeError,
            "SignDescent takes no argument 'weight_decay'",
        ),
    ],
)
def test_what_cannot_be_registered(arguments, settings, error, message):
    with pytest.raises(error, match=message):
        optimizers.register(*arguments, **settings)
    assert "new" not in optimizers.names()


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="no optimiser 'addam': known are 'adam', 'sgd', 'lbfgs'"):
        optimizers.get("addam")


# in the loop


@pytest.mark.parametrize("name", ["sign", "sign alone"])
def test_an_optimiser_that_is_added_learns(name):
    module, rows = linear_module(), linear_task(10)
    before = loss_of(module, rows)
    fit(module, rows, solver=name, max_iter=40)
    assert loss_of(module, rows) < 0.1 * before


def test_a_closure_evaluates_the_same_loss_again():
    optimizers.register("twice", Twice, takes_closure=True)
    modules = [linear_module(), linear_module()]
    curves = [
        fit(module, linear_task(10), solver=name, l2=0.1)
        for module, name in zip(modules, ("twice", "sign"), strict=True)
    ]
    assert curves[0] == curves[1]
    assert_array_equal(modules[0].weight.detach(), modules[1].weight.detach())


def test_without_a_schedule_the_rate_stays():
    optimizers.register("steady", SignDescent, has_schedule=False)
    module = linear_module()
    start = module.weight.detach().clone()
    fit(module, linear_task(N_SAMPLES), solver="steady", max_iter=3, learning_rate_init=0.25)
    steps = (module.weight.detach() - start).abs() / 0.25
    assert np.allclose(steps, steps.round())


# in estimators


def test_an_estimator_takes_its_name(o5):
    fitted = model().fit(*o5)
    again = clone(fitted)
    assert again.solver == "sign"
    expected = fitted.predict(o5[0])
    assert_array_equal(again.fit(*o5).predict(o5[0]), expected)
    assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict(o5[0]), expected)


def test_a_search_compares_it_with_others(o5):
    search = GridSearchCV(model(), {"solver": ["adam", "sign", "sgd"]}, cv=2, error_score="raise")
    scores = search.fit(*o5).cv_results_["mean_test_score"]
    assert len(set(scores)) == 3
    assert np.isfinite(scores).all()


@pytest.mark.parametrize(("solver", "together"), [("sign", [3]), ("sign alone", [])])
def test_restarts_are_stacked_if_it_can_be(o5, solver, together, monkeypatch):
    sizes = []

    def count(students, *arguments):
        sizes.append(len(students))
        return train_together(students, *arguments)

    monkeypatch.setattr(task_fit, "train_together", count)
    model(solver=solver, n_restarts=2).fit(*o5)
    assert sizes == together


def test_one_that_needs_all_rows_gets_them(o5):
    optimizers.register("all", SignDescent, needs_all_rows=True)
    sizes = []

    class Note(Callback):
        def on_batch_begin(self, net, batch, training, **kwargs):
            sizes.append(len(batch[0]))

    model(solver="all", callbacks=[Note()]).fit(*o5)
    assert sizes == [60] * 5
    assert not hasattr(model(solver="all"), "partial_fit")
    with pytest.raises(AttributeError) as error:
        model(solver="all").partial_fit  # noqa: B018
    assert "solver='all' needs all samples at once" in str(error.value.__cause__)


def test_an_estimator_lists_the_names_that_it_knows(o5):
    with pytest.raises(ValueError, match=r"The 'solver' parameter .* must be a str among") as error:
        model(solver="addam").fit(*o5)
    assert all(repr(name) in str(error.value) for name in optimizers.names())
    assert hasattr(model(solver="addam"), "partial_fit")
