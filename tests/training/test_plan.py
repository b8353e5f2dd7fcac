"""A plan says by itself whether networks can share it."""

import dataclasses

import pytest

from sklearn_symclone.training import TrainingPlan

PLAN = TrainingPlan(phase="task", learning_rate_init=0.1, max_iter=3)


def test_a_plan_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PLAN.max_iter = 4


@pytest.mark.parametrize(
    ("settings", "can_stack"),
    [
        ({}, True),
        ({"solver": "sgd", "l2": 0.1, "weight_decay": 0.1, "tol": 0.1}, True),
        ({"solver": "lbfgs"}, False),
        ({"solver": "soap"}, False),
        ({"penalty": abs}, False),
        ({"validation": []}, False),
        ({"n_iter_no_change": 5}, False),
        ({"callbacks": ("one",)}, False),
    ],
    ids=str,
)
def test_what_can_be_stacked(settings, can_stack):
    assert dataclasses.replace(PLAN, **settings).can_stack is can_stack


def test_the_kind_is_all_but_l2():
    kind = dataclasses.replace(PLAN, l2=0.5).kind
    assert kind == PLAN.kind
    assert hash(kind) == hash(PLAN.kind)
    other = {"phase": "x", "learning_rate_init": 0.2, "max_iter": 4, "solver": "sgd", "tol": 0.1}
    for name, value in other.items():
        assert dataclasses.replace(PLAN, **{name: value}).kind != kind
