"""The estimators that choose symmetry and strength by cross-validation, as LassoCV does."""

from __future__ import annotations

import inspect
import itertools
import warnings
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.metrics import check_scoring
from sklearn.utils._param_validation import Interval

from .. import fitting
from ..defaults import STRENGTHS
from ..symmetry import Representation, Symmetry, as_symmetry
from ._base import SymmetryClonedEstimator
from ._classifier import SymmetryClonedClassifier
from ._cv_results import cv_results
from ._docstrings import CLASS_WEIGHT, LOSS, estimator_docstring
from ._held_out import HeldOut
from ._method_docstrings import documented_fit
from ._parameters import with_shared
from ._regressor import SymmetryClonedRegressor
from ._scoring import check_finite

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11

#: What a search chooses.
_CHOSEN = ("symmetry", "strength")


def _init_of(estimator):
    """Return the ``__init__`` of a search over an estimator, whose parameters it takes."""
    shared = with_shared(lambda **parameters: None, of=estimator, without=_CHOSEN)

    def __init__(  # noqa: N807
        self,
        *,
        symmetries=(None,),
        strengths="auto",
        cv=None,
        scoring=None,
        n_jobs=None,
        time_limit=None,
        **parameters,
    ):
        self.symmetries = symmetries
        self.strengths = strengths
        self.cv = cv
        self.scoring = scoring
        self.n_jobs = n_jobs
        self.time_limit = time_limit
        for name, plural in zip(_CHOSEN, ("symmetries", "strengths"), strict=True):
            if name in parameters:
                raise TypeError(
                    f"{type(self).__name__} has no parameter {name}: it compares several, give "
                    f"{plural}=[{parameters[name]!r}, ...]"
                )
        bound = inspect.signature(shared).bind(**parameters)
        bound.apply_defaults()
        vars(self).update(bound.arguments)

    return with_shared(__init__, of=estimator, without=_CHOSEN)


class SymmetryClonedSearch(SymmetryClonedEstimator):
    """What both searches share. It stands before the estimator in their lists of base classes."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "_estimator" in vars(cls):
            cls.__init__ = _init_of(cls._estimator)
            theirs = cls._estimator._parameter_constraints
            cls._parameter_constraints = {
                "symmetries": [Representation, Symmetry, str, None, "array-like"],
                "strengths": ["array-like", str],
                "cv": ["cv_object"],
                "scoring": [str, callable, None],
                "n_jobs": [Integral, None],
                "time_limit": [Interval(Real, 0, None, closed="neither"), None],
                **{name: value for name, value in theirs.items() if name not in _CHOSEN},
            }

    @_fit_context(prefer_skip_nested_validation=True)
    @documented_fit(
        "(n_samples,) or (n_samples, n_outputs)",
        "The targets, the classes, or probabilities as of ``SymmetryClonedClassifier``.",
        searches=True,
    )
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        return self._fit(X, y, sample_weight, HeldOut(groups=groups))

    def _check(self, data):
        self._checked_strengths()
        check_scoring(self._plain(), self.scoring)
        if self.early_stopping:
            data.counted().check_split(self.validation_fraction)
        return [
            as_symmetry(symmetry).bind(*data.sizes, classes=data.classes)
            for symmetry in self._checked_symmetries()
            if symmetry is not None
        ]

    def _settle(self, data, seeds, device, start):
        """Return the settings of the best candidate, and the attributes with all scores."""
        pairs = [
            {"symmetry": symmetry, "strength": strength}
            for symmetry in self._checked_symmetries()
            for strength in ((0.0,) if symmetry is None else self._checked_strengths())
        ]
        splits = fitting.splits_of(data, self.cv)
        if data.classes is None and self.scoring in (None, "r2"):
            fitting.check_r2(data, splits)
        if self.early_stopping:
            fitting.check_early_stopping(data, splits, self.validation_fraction)
        cache = fitting.Cache(self.memory)
        tables = []
        # candidates whose columns and classes are in one order are fitted together
        for _, alike in itertools.groupby(pairs, lambda pair: _order(pair["symmetry"])):
            first, *others = alike
            ordered = self._arranged(data, first["symmetry"])
            every = [self._decide(ordered, device, cache, **pair) for pair in (first, *others)]
            tables.append(([settings.silent() for settings in every], ordered))
        scorer = self._scorer(self.scoring)
        jobs = fitting.Jobs.of(self.get_params(deep=False), device)
        found = fitting.Measured.joined(
            [fitting.cross_validate(*table, seeds, scorer, splits, jobs) for table in tables]
        )
        self._check_complete(found)
        best = fitting.choose([pair["strength"] for pair in pairs], found.scores)
        learned = {
            "cv_results_": cv_results(pairs, found),
            "best_score_": float(found.scores[best].mean()),
            "best_index_": best,
            "best_params_": pairs[best],
            "n_splits_": len(splits),
            "scorer_": check_scoring(self._plain(), self.scoring),
        }
        return self._decide(data, device, cache, start, **pairs[best]).quiet(), learned

    def _check_complete(self, found):
        """Raise an error if no candidate was fitted to all folds, and warn if some were not."""
        complete, (n_candidates, n_splits) = found.are_complete, found.scores.shape
        if not complete.any():
            raise ValueError(
                f"time_limit={self.time_limit} seconds were over before the reference of one "
                f"symmetry was fitted to all {n_splits} folds: give more seconds, or fewer folds"
            )
        check_finite(found.scores[complete], self.scoring)
        if not complete.all():
            warnings.warn(
                f"time_limit={self.time_limit} seconds were over: {np.sum(~complete)} of "
                f"{n_candidates} candidates were left out, and are NaN in cv_results_",
                UserWarning,
                stacklevel=7,
            )

    def _keep(self, result, data, **learned):
        super()._keep(result, data, **learned)
        self.refit_time_ = result.seconds

    def _stated(self):
        return [as_symmetry(given) for given in self._checked_symmetries() if given is not None]

    def _plain(self):
        """Return an estimator that is not fitted and can hold a result."""
        names = inspect.signature(self._estimator).parameters
        return self._estimator(**{n: getattr(self, n) for n in names if n not in _CHOSEN})

    def _checked_symmetries(self):
        given = self.symmetries
        if given is None or isinstance(given, str | Symmetry | Representation):
            given = [given]
        if len(given) == 0:
            raise ValueError(f"symmetries must hold at least one symmetry or None, got {given!r}")
        for symmetry in given:
            try:
                symmetry is None or as_symmetry(symmetry)
            except (TypeError, ValueError) as error:
                raise type(error)(f"in symmetries: {error}") from None
        return given

    def _checked_strengths(self):
        given = self.strengths
        if isinstance(given, str) and given == "auto":
            return STRENGTHS
        if (
            isinstance(given, str)
            or len(given) == 0
            or not all(isinstance(value, Real) and 0 <= value <= 1 for value in given)
        ):
            raise ValueError(f'strengths must be "auto" or numbers from 0 to 1, got {given!r}')
        return [float(value) for value in given]

    def _has_symmetry(self):
        return False  # an ordinary network can be among the candidates

    def _may_clone(self):
        return True


def _order(symmetry):
    """Return the names that tell in which order a candidate has columns and classes."""
    if symmetry is None:
        return None, None
    symmetry = as_symmetry(symmetry)
    return symmetry.columns, symmetry.classes


_SUMMARY = """Symmetry-cloned {} that chooses symmetry and strength by cross-validation.

For each fold and symmetry an equivariant network, the *reference*, is fitted once, and a plain
network, the *student*, imitates it once; that clone serves all strengths. The best pair of symmetry
and strength is then fitted to all samples, as by :class:`{}` with the same
``random_state``."""

_SEE_ALSO = "{0} : The same for one symmetry and one strength."

_ATTRIBUTES = """
best_index_ : int
    Place of the chosen candidate in ``cv_results_``.
best_params_ : dict
    Its symmetry and strength.
n_splits_ : int
    Number of folds.
scorer_ : callable
    The scorer.
refit_time_ : float
    Seconds of the last fit, that of the chosen candidate to all samples.
best_score_ : float
    Mean score of the chosen candidate on held-out samples.
cv_results_ : dict of ndarrays
    As in ``GridSearchCV``: ``params``, a list of dicts with ``symmetry`` and ``strength``,
    ``split0_test_score`` and so on, ``mean_test_score``, ``std_test_score`` and
    ``rank_test_score``; and ``split0_equivariance_error`` and so on, with their mean. These are
    NaN without a symmetry. ``mean_fit_time``, ``std_fit_time``, ``mean_score_time`` and
    ``std_score_time`` are in seconds. The fit time of a candidate is all the time of the reference
    and the clone that it shares with other strengths, and an equal share of the time of the fits to
    the task that were trained as one with its own."""


class SymmetryClonedRegressorCV(SymmetryClonedSearch, SymmetryClonedRegressor):
    __doc__ = estimator_docstring(
        summary=_SUMMARY.format("regressor", "SymmetryClonedRegressor"),
        see_also=_SEE_ALSO.format("SymmetryClonedRegressor"),
        first=LOSS,
        targets=" and y",
        score="R²",
        attributes=_ATTRIBUTES,
        examples=""">>> from sklearn_symclone import SymmetryClonedRegressorCV
>>> from sklearn_symclone.datasets import make_o5
>>> X, y = make_o5(100, random_state=0)
>>> model = SymmetryClonedRegressorCV(
...     symmetries=("2*O(5)", None), cv=2, random_state=0,
...     reference_steps=200, clone_steps=100, max_iter=10)
>>> str(model.fit(X, y).symmetry_)
'2*O(5) -> 1'""",
    )

    _estimator = SymmetryClonedRegressor


class SymmetryClonedClassifierCV(SymmetryClonedSearch, SymmetryClonedClassifier):
    __doc__ = estimator_docstring(
        summary=_SUMMARY.format("classifier", "SymmetryClonedClassifier"),
        see_also=_SEE_ALSO.format("SymmetryClonedClassifier"),
        first=CLASS_WEIGHT,
        targets=" and the class scores (in the order of ``classes_``, if it names no classes)",
        score="minus the Brier score over all classes, even those missing in a fold",
        attributes=f"""
classes_ : ndarray of shape (n_classes,)
    Labels of the classes, sorted. If y is a matrix, these are 0, 1, 2 and so on; the names of its
    columns, if they have names and hold the probabilities of classes.{_ATTRIBUTES}""",
        examples=""">>> from sklearn_symclone import SymmetryClonedClassifierCV
>>> from sklearn_symclone.datasets import make_tic_tac_toe
>>> X, y = make_tic_tac_toe()
>>> model = SymmetryClonedClassifierCV(
...     symmetries='Grid(3,3,"D4")*3', strengths=(0.1, 0.5), random_state=0,
...     reference_steps=20, clone_steps=20, max_iter=5)
>>> model.fit(X, y).strength_ in (0.1, 0.5)
True""",
    )

    _estimator = SymmetryClonedClassifier
