"""What all estimators share: how a fit is validated and run."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
from sklearn.base import clone as unfitted
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight

from .. import fitting
from ..defaults import SEARCH_EPOCHS, SEARCH_SAMPLES, SEARCH_STEPS, STRENGTHS
from ..exceptions import SymmetryWarning
from ..symmetry import as_symmetry
from ..training import stage
from ._learned import Learned, start_of
from ._masks import first_masked, masking_of, padding, validated
from ._names import arranged, order_of_table, with_outputs_of
from ._parameters import Parameters
from ._progress import CallbackSupport, callbacks_following
from ._ranges import OF_WEIGHTS, WITH_SYMMETRY, WITHOUT_SYMMETRY, check_range
from ._scaled import scaled_one_by_one
from ._scoring import held_out_score
from ._state import Versioned


class SymmetryClonedEstimator(Learned, CallbackSupport, Versioned, Parameters):
    """Base of the regressor and the classifier, which define what their targets are."""

    #: The state that ``partial_fit`` keeps between calls.
    _stream = None
    #: The symmetry whose names tell the order of the columns, None if the table tells it itself.
    _table = None

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _has_symmetry(self):
        return self.symmetry is not None

    def _masked(self):
        """Return the symmetry whose masks say which items are present, None if there is none."""
        return first_masked(self._stated())

    def _masking_of(self, sizes):
        """Return the ``Masking`` of tables of so many features and outputs, None if no mask."""
        return masking_of(self._masked(), sizes, is_classifier(self))

    def _validate_chunk(self, X, y, **settings):
        """Validate a chunk for ``partial_fit``. Later chunks have the columns of the first."""
        fitted = self.__sklearn_is_fitted__()
        X = self._in_order(X, reset=not fitted)
        dtype = self.coefs_[0].dtype if fitted else [np.float64, np.float32]
        data = validated(
            self, X, y, symmetry=self._masked(), reset=not fitted, dtype=dtype, **settings
        )
        return self._in_range(*data)

    def _stated(self):
        """Return the symmetries that are stated, a list."""
        return [] if self.symmetry is None else [as_symmetry(self.symmetry)]

    def _in_order(self, X, *, reset):
        """Return a table with its columns in the order in which a symmetry names them."""
        if reset:
            self._table = order_of_table(self._stated(), X, is_classifier(self))
        return X if self._table is None else self._table.arrange(X)

    def _arranged(self, data, symmetry):
        """Return data with columns and classes in the order of a symmetry, if there is one."""
        return data if symmetry is None else arranged(data, as_symmetry(symmetry), self._table)

    def _in_range(self, X, y):
        """Return X and y, if they can be learned from."""
        bounds = WITH_SYMMETRY if self._may_clone() else WITHOUT_SYMMETRY
        check_range(X, "X", bounds)
        check_range(y, "y", bounds)
        return X, y

    def _may_clone(self):
        """Return whether a reference may be fitted."""
        return self._has_symmetry()

    def _validated(self, X, y, like=None, **settings):
        """Return X and y as arrays, with the columns and the precision of other data if given."""
        dtype = [np.float64, np.float32] if like is None else like.dtype
        X = self._in_order(X, reset=like is None)
        data = validated(
            self, X, y, symmetry=self._masked(), reset=like is None, dtype=dtype, **settings
        )
        return self._in_range(*data)

    def _check_weights(self, sample_weight, X):
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if weights.sum() == 0:
            raise ValueError("all sample_weight are zero: at least one must be positive")
        check_range(weights, "sample_weight", OF_WEIGHTS)
        return weights

    def _read_all(self, X, y, sample_weight, held_out):
        """Return data for ``fit``, with what is held out."""
        held_out.check()
        data = self._read(X, y)
        weights = self._check_weights(sample_weight, data.X)
        data = self._balanced(replace(data, weights=weights, is_weighted=sample_weight is not None))

        def read(X, y, sample_weight):
            with _errors_in("X_val, y_val"):
                part = self._read(X, y, like=data)
            with _errors_in("sample_weight_val"):
                return replace(part, weights=self._check_weights(sample_weight, part.X))

        return held_out.joined_to(data, read)

    def _balanced(self, data):
        """Return data with the weights that an estimator gives samples itself."""
        return data

    def _decide(self, data, device, cache, start=None, is_quick=False, **changed):
        """Return the settings of a fit, from the parameters and changed ones."""
        return fitting.Settings.decide(
            {**self.get_params(deep=False), **changed},
            data,
            self._task_of(data),
            device=device,
            cache=cache,
            start=start,
            is_quick=is_quick,
        )

    def _fit(self, X, y, sample_weight, held_out):
        """Validate and fit, followed by callbacks."""
        with callbacks_following(self, X, y, sample_weight) as followed:
            self._fit_followed(X, y, sample_weight, held_out, followed)
        return self

    def _fit_followed(self, X, y, sample_weight, held_out, followed):
        """Validate and fit. Learned attributes are set at the end, if nothing has failed."""
        before = vars(self)
        try:
            self._forget()
            data = self._read_all(X, y, sample_weight, held_out)
            complaints = self._complaints(self._check(data), data)
            self._masking_of(data.sizes)
            if self.warm_start:
                self._check_same_targets(data, before)
            for complaint in complaints:
                # four frames above this one is the user's line
                warnings.warn(complaint, SymmetryWarning, stacklevel=5)
        except BaseException:
            # nothing is trained yet: what was learned before stays, as in scikit-learn
            self.__dict__ = before
            raise
        start = start_of(before) if self.warm_start else None
        with fitting.computing(self.get_params(deep=False)) as device:
            seeds = fitting.Seeds.draw(check_random_state(self.random_state))
            with stage("held-out samples"):
                settings, learned = self._settle(data, seeds, device, start)
            data = self._arranged(data, settings.symmetry)
            if followed is not None:
                followed.fitted = partial(self._fitted, data, settings)
            weights = None if start is None else with_outputs_of(start.weights, data.classes)
            result = fitting.fit(settings, data, seeds, weights)
        earlier = None if start is None else before
        self._keep_at_once(result, data, earlier, **learned)
        if settings.complaint is not None:
            warnings.warn(settings.complaint, SymmetryWarning, stacklevel=5)
        for complaint in (result.clone.complaint, result.complaint):
            if complaint is not None:
                warnings.warn(complaint, ConvergenceWarning, stacklevel=5)

    def _complaints(self, symmetries, data):
        """Return warnings about columns that speak against symmetries."""
        names = getattr(self, "feature_names_in_", None)
        paddings = [padding(symmetry, data.X) for symmetry in symmetries]
        return [*scaled_one_by_one(symmetries, data, names), *filter(None, paddings)]

    def _check_same_targets(self, data, before):
        """Raise an error if a warm start cannot go on to learn these targets."""

    def _check(self, data):
        """Return the symmetries that may be cloned, bound to the columns, before any training.

        Parameters that do not fit the data raise their error here.
        """
        if self.early_stopping and data.validation is None:
            data.counted().check_split(self.validation_fraction)
        is_open = fitting.asks_data(self.strength)
        changed = {"strength": 1.0} if is_open else {}
        settings = self._decide(
            data.counted(), "cpu", fitting.Cache(None), **changed, verbose=False
        )
        return [settings.symmetry] if settings.imitation.gives else []

    def _settle(self, data, seeds, device, start):
        """Return the settings of the fit, and what a search for them has found, by attribute."""
        cache, data = fitting.Cache(self.memory), self._arranged(data, self.symmetry).counted()
        n_epochs = max(1, min(SEARCH_EPOCHS, SEARCH_SAMPLES // len(data)))

        def decide(quick=False, **changed):
            if quick:
                changed["clone_steps"] = min(self.clone_steps or SEARCH_STEPS, SEARCH_STEPS)
                changed |= {"clone_tol": "auto", "n_restarts": 0, "callbacks": None}
                changed["max_iter"] = min(self.max_iter or n_epochs, n_epochs)
            return self._decide(data, device, cache, None if quick else start, quick, **changed)

        is_open = fitting.asks_data(self.strength)
        if is_open and self.symmetry is not None:
            return fitting.settle_strength(decide, STRENGTHS, data, seeds), {}
        settings = decide(strength=0.0) if is_open else decide()
        if settings.imitation.gives or start is not None:
            return settings, {}
        return fitting.settle_plain(settings, data, seeds)[0], {}

    def _scorer(self, scoring=None):
        """Return a function that takes a Result and held-out data, and returns a score."""

        def score(result, data):
            model = self._plain()
            model._keep(result, data)
            return held_out_score(model, data, scoring)

        return score

    def _plain(self):
        """Return an estimator that is not fitted and can hold a result."""
        return unfitted(self)


@contextmanager
def _errors_in(names):
    """Tell in errors which parameters they are about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"in {names}: {error}") from None
