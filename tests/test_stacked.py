"""Networks that are fitted side by side are those that are fitted one after the other."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

import sklearn_symclone.cloning.task_fit as task_fit
from sklearn_symclone import (
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.cloning.student import SILU_SQUARE, build_student
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.training import (
    CrossEntropy,
    DivergenceError,
    HalfSquaredError,
    Huber,
    MixedBatches,
    ShuffledBatches,
    train,
    train_together,
)

SHARES = (0.01, 0.3, 0.9)
SETTINGS = {"phase": "task", "learning_rate_init": 0.02, "max_iter": 7}


def student(seed, n_outputs=2):
    generator = torch.Generator().manual_seed(seed)
    return build_student(4, (12, 9), n_outputs, SILU_SQUARE, generator)


def table(n_samples, seed, n_outputs=2):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n_samples, 4, generator=generator, dtype=torch.float64)
    y = torch.softmax(3 * x[:, :n_outputs], 1) + (n_outputs == 1) * x[:, :1]
    weights = torch.rand(n_samples, generator=generator, dtype=torch.float64)
    return ShuffledBatches(x, y, weights, 16, generator)


def assert_as_alone(sources, criterion, n_outputs=2, l2=(0.1, 0.0, 0.03), **settings):
    """Fit networks together and alone; return both loss curves."""
    settings = SETTINGS | settings
    together = [student(seed, n_outputs) for seed in range(len(sources))]
    alone = deepcopy(together)
    copies = deepcopy(sources)
    curves = train_together(together, sources, criterion, l2=l2, **settings)
    single = [
        train(module, rows, criterion, l2=factor, **settings)
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
    with pytest.raises(DivergenceError, match="of task: try a lower learning_rate_init"):
        train_together([student(0), student(1)], sources, HalfSquaredError, l2=(0, 0), **SETTINGS)


@pytest.fixture
def counted(monkeypatch):
    """The numbers of networks that are fitted together."""
    sizes = []

    def count(students, *arguments, **settings):
        sizes.append(len(students))
        return train_together(students, *arguments, **settings)

    monkeypatch.setattr(task_fit, "train_together", count)
    return sizes


@pytest.mark.parametrize(
    ("settings", "of_regressors", "of_classifiers"),
    [
        # both symmetries and both parts of the rows: 3 strengths, and the ordinary networks apart;
        # classifiers of the finite group have an activation of their own
        ({}, [4, 12], [4, 6, 6]),
        ({"solver": "sgd"}, [4, 12], [4, 6, 6]),
        ({"anchor": "weights"}, [4], [4]),
        ({"tol": 1e-9}, [], []),
        ({"solver": "lbfgs"}, [], []),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [SymmetryClonedRegressorCV, SymmetryClonedClassifierCV])
def test_a_search_fits_together_what_it_can(counted, settings, of_regressors, of_classifiers, kind):
    X, y = make_o5(60, random_state=0)
    model = kind(
        symmetries=("2*O(5)", "S(10)"),
        strengths=(0, 0.1, 0.5, 0.9),
        cv=2,
        reference_steps=2,
        clone_steps=2,
        max_iter=2,
        hidden_layer_sizes=(8,),
        random_state=0,
        **settings,
    )
    is_regressor = kind is SymmetryClonedRegressorCV
    model.fit(X, y if is_regressor else y > np.median(y))
    assert sorted(counted) == (of_regressors if is_regressor else of_classifiers)
    assert len(model.loss_curve_) == model.n_iter_ == 2


RESTARTED = {"max_iter": 3, "hidden_layer_sizes": (8,), "batch_size": 20, "random_state": 0}
CLONED = {"symmetry": "2*O(5)", "reference_steps": 5, "clone_steps": 5}


@pytest.mark.parametrize("settings", [{}, CLONED, CLONED | {"anchor": "weights"}], ids=str)
def test_the_restart_of_least_loss_is_kept(counted, settings):
    X, y = make_o5(60, random_state=0)
    kept, first = (
        SymmetryClonedRegressor(**RESTARTED, **settings, n_restarts=n).fit(X, y) for n in (7, 0)
    )
    alone = [
        SymmetryClonedRegressor(**RESTARTED, **settings, n_restarts=n).fit(X, y).loss_curve_[-1]
        for n in range(1, 7)
    ]
    # one restart more can only be better, and the first fit is among those that are compared
    assert kept.loss_curve_[-1] == pytest.approx(min(alone), rel=1e-9)
    assert kept.loss_curve_[-1] <= first.loss_curve_[-1] * (1 + 1e-9)
    if not settings:  # other weights, not only other batches
        assert kept.loss_curve_[-1] < 0.99 * first.loss_curve_[-1]
    together = "anchor" not in settings
    assert counted == ([8, *range(2, 8)] if together else [])


def test_restarts_that_stop_early_are_judged_by_the_rows_set_aside(monkeypatch):
    X, y = make_o5(60, random_state=0)
    asked = []
    loss = task_fit.TaskFit.loss.fget
    monkeypatch.setattr(
        task_fit.TaskFit, "loss", property(lambda fit: asked.append(fit) or loss(fit))
    )
    model = SymmetryClonedRegressor(**RESTARTED, early_stopping=True, n_restarts=3).fit(X, y)
    assert len(asked) == 4
    rows = [fit.settings["validation_rows"] for fit in asked]
    (x, (target, _)), *_ = rows[0]
    assert len(x) == 6
    errors = [np.mean((fit.student(x) - target).detach().numpy() ** 2) for fit in asked]
    best = asked[int(np.argmin(errors))]
    weights = best.student[2].weight.detach().numpy()
    assert_allclose(model.coefs_[1], weights.T * best.scaling.y_scale)
    assert len(set(errors)) == 4
