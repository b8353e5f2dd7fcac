"""Fits to the task run side by side where they can, and the best of several restarts is kept."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sklearn_symclone.fitting.task as task_fit
from sklearn_symclone import (
    SymmetryClonedClassifierCV,
    SymmetryClonedRegressor,
    SymmetryClonedRegressorCV,
)
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.training import train_together


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
# two epochs are too few for a tolerance
@pytest.mark.filterwarnings("ignore:Stochastic:sklearn.exceptions.ConvergenceWarning")
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
CLONED = {"symmetry": "2*O(5)", "strength": 0.1, "reference_steps": 5, "clone_steps": 5}


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
    rows = [fit.plan.validation for fit in asked]
    (x, (target, _)), *_ = rows[0]
    assert len(x) == 6
    errors = [np.mean((fit.network(x) - target).detach().numpy() ** 2) for fit in asked]
    best = asked[int(np.argmin(errors))]
    weights = best.network[2].weight.detach().numpy()
    assert_allclose(model.coefs_[1], weights.T * best.scaling.y_scale)
    assert len(set(errors)) == 4
