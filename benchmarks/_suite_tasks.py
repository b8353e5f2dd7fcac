"""The tasks of the suite: symmetric, broken and wrongly stated ones, and real tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from _tables import SYMMETRIES as TABLE_SYMMETRIES
from _tables import TABLES
from learning_curves import SYMMETRIES
from references import CASES, draw

from sklearn_symclone.datasets import (
    make_double_spring_pendulum,
    make_inertia,
    make_windy_pendulum,
)

PENDULUM = "4*(O(2) + 1) -> 4*(O(2) + 1)"


@dataclass(frozen=True)
class SuiteTask:
    """Rows to train on and to test on, and what all methods are told about them.

    Parameters
    ----------
    rows : callable
        From a number of rows and a seed to X, Y, X_test, Y_test.
    symmetry : str
        The stated one.
    about : {"there", "broken", "wrong"}
        What is true of it: the targets have it; they have it but for a part; it was never theirs.
    error : {"test MSE", "1 - R²", "1 - accuracy"}, default="test MSE"
    max_rows : int, default=None
        A table with few rows cannot be trained on more, or too few are left to test on. None:
        there are enough.
    reference_steps : int, default=None
        None: those of the family of references.
    """

    rows: Callable
    symmetry: str
    about: str
    error: str = "test MSE"
    max_rows: int | None = None
    reference_steps: int | None = None

    @property
    def is_classification(self):
        return self.error == "1 - accuracy"


def _generated(make, symmetry, about, *, reference_steps=None, **settings):
    """Return a task whose test rows are 5000 fresh ones."""
    rows = partial(draw, partial(make, **settings))
    return SuiteTask(rows, symmetry, about, reference_steps=reference_steps)


def _tabulated(name, about, error="1 - accuracy", **settings):
    """Return a task on a real table, at most 5000 other rows of which are tested.

    Published seeds and those that choose settings never meet: each draws from its own half.
    """

    def rows(n, seed):
        return TABLES[name]().split(n, seed)

    return SuiteTask(rows, TABLE_SYMMETRIES[name], about, error, **settings)


TASKS = {
    **{name: _generated(case.make, SYMMETRIES[name], "there") for name, case in CASES.items()},
    "Pendulum": _generated(make_double_spring_pendulum, PENDULUM, "there"),
    **{
        f"{name}-broken-{breaking:g}": _generated(
            CASES[name].make, SYMMETRIES[name], "broken", breaking=breaking
        )
        for name, breaking in (
            ("O5", 0.3),
            ("O5", 1.0),
            ("Inertia", 0.1),
            ("Inertia", 0.3),
            ("Particle", 0.3),
            ("Particle", 1.0),
        )
    },
    "Windy-pendulum": _generated(make_windy_pendulum, PENDULUM, "broken", breaking=0.5),
    # volumes are kept, lengths are not; tensors of SL(3) take two minutes at their 2500 steps
    "Inertia-SL3": _generated(
        make_inertia, "5 + 5*SL(3) -> SL(3)**2", "wrong", reference_steps=700
    ),
    # masses are exchanged, and the bodies stay where they are
    "Inertia-masses-alone": _generated(make_inertia, "S(5) + 5*O(3) -> O(3)**2", "wrong"),
    # turns about x are stated, turns about z alone are left
    "Inertia-wrong-axis": _generated(
        make_inertia, "S(5) + S(5)*(1 + SO(2)) -> (1 + SO(2))**2", "wrong", breaking=0.3
    ),
    "zmumu": _tabulated("zmumu", "there", "1 - R²", max_rows=4000),
    "poker": _tabulated("poker", "there", max_rows=10_000),
    "pendigits": _tabulated("pendigits", "broken", max_rows=4000),
    "tic_tac_toe": _tabulated("tic_tac_toe", "there", max_rows=300),
}
