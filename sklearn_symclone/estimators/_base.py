"""What all estimators share: how a fit is validated, run and stored."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from scipy.sparse import issparse
from sklearn.base import clone as unfitted
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from torch import nn

from .. import fitting
from ..defaults import SEARCH_EPOCHS, SEARCH_STEPS, STRENGTHS
from ..students import Dense, Weights
from ._parameters import Parameters
from ._ranges import OF_WEIGHTS, WITH_SYMMETRY, WITHOUT_SYMMETRY, check_range
from ._scoring import held_out_score


class SymmetryClonedEstimator(Parameters):
    """Base of the regressor and the classifier, which define what their targets are."""

    #: The state that ``partial_fit`` keeps between calls.
    _stream = None

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _has_symmetry(self):
        return self.symmetry is not None

    def __sklearn_is_fitted__(self):
        return hasattr(self, "coefs_")

    @property
    def _weights(self):
        return Weights(self.coefs_, self.intercepts_)

    @property
    def _student(self):
        return Dense.of(self._weights, self.activation_)

    def to_module(self) -> nn.Sequential:
        """Return the fitted network as a torch module.

        Returns
        -------
        nn.Sequential
            Takes samples, a tensor of shape (n_samples, n_features) in the dtype of ``coefs_``.
            Returns predictions of shape (n_samples, n_outputs); a classifier returns probabilities
            of shape (n_samples, n_classes).

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        module = self._student.to_module(self._weights)
        if self._learned_task.head is not None:
            module.append(self._learned_task.head())
        return module

    def _predictions(self, X):
        """Return predicted values, or probabilities of classes, for new samples."""
        return self._learned_task.predictions(self._outputs(X))

    def _outputs(self, X):
        """Return predicted values, or scores of classes, for new samples."""
        check_is_fitted(self)
        dtypes = [np.float64, np.float32]
        X = _dense(validate_data(self, X, reset=False, dtype=dtypes, accept_sparse="csr"))
        outputs = self._student.predict(self._weights, X)
        if not np.isfinite(outputs).all():
            row = int(np.argmin(np.isfinite(outputs).all(axis=1)))
            raise ValueError(
                f"the prediction for row {row} of X overflows {outputs.dtype}: the largest value "
                f"in it is {np.abs(X[row]).max():.3g}. Leave such rows out"
            )
        return outputs

    def _forget(self):
        """Drop what a previous fit learned, so that a failure leaves no half model."""
        vars(self).pop("_stream", None)
        for name in [name for name in vars(self) if name.endswith("_") and name[0] != "_"]:
            delattr(self, name)

    def _start(self):
        """Return the weights from which a fit can go on, or None."""
        return _start_of(vars(self))

    def _validate_chunk(self, X, y, **settings):
        """Validate a chunk for ``partial_fit``. Later chunks have the columns of the first."""
        fitted = self.__sklearn_is_fitted__()
        dtype = self.coefs_[0].dtype if fitted else [np.float64, np.float32]
        settings = {"accept_sparse": "csr", **settings}
        return self._in_range(*validate_data(self, X, y, reset=not fitted, dtype=dtype, **settings))

    def _in_range(self, X, y):
        """Return X and y, if they can be learned from."""
        X = _dense(X)
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
        settings = {"accept_sparse": "csr", **settings}
        data = validate_data(self, X, y, reset=like is None, dtype=dtype, **settings)
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
        weights = self._balanced(self._check_weights(sample_weight, data.X), data)
        data = replace(data, weights=weights, is_weighted=sample_weight is not None)

        def read(X, y, sample_weight):
            with _errors_in("X_val, y_val"):
                part = self._read(X, y, like=data)
            with _errors_in("sample_weight_val"):
                return replace(part, weights=self._check_weights(sample_weight, part.X))

        return held_out.joined_to(data, read)

    def _balanced(self, weights, data):
        """Return weights of samples, times what an estimator gives them itself."""
        return weights

    def _decide(self, data, device, cache, start=None, is_quick=False, **changed):
        """Return the settings of a fit, from the parameters and changed ones."""
        return fitting.Settings.decide(
            {**self.get_params(deep=False), **changed},
            data,
            self._task_of(data),
            target=self._target,
            device=device,
            cache=cache,
            start=start,
            is_quick=is_quick,
        )

    def _fit(self, X, y, sample_weight, held_out):
        """Validate and fit. Learned attributes are set at the end, if nothing has failed."""
        before = dict(vars(self))
        self._forget()
        try:
            data = self._read_all(X, y, sample_weight, held_out)
            self._check(data)
            if self.warm_start:
                self._check_same_targets(data, before)
        except Exception:
            # nothing is trained yet: what was learned before stays, as in scikit-learn
            vars(self).clear()
            vars(self).update(before)
            raise
        start = _start_of(before) if self.warm_start else None
        with fitting.computing(self.get_params(deep=False)) as device:
            seeds = fitting.Seeds.draw(check_random_state(self.random_state))
            settings, learned = self._settle(data, seeds, device, start)
            result = fitting.fit(settings, data, seeds, start and start.weights)
        self._keep(result, data, **learned)
        for complaint in (result.clone.complaint, result.complaint):
            if complaint is not None:
                # three frames above this one is the user's line
                warnings.warn(complaint, ConvergenceWarning, stacklevel=4)
        return self

    def _check_same_targets(self, data, before):
        """Raise an error if a warm start cannot go on to learn these targets."""

    def _check(self, data):
        """Raise the error of parameters that do not fit the data, before anything is trained."""
        if self.early_stopping and data.validation is None:
            data.counted().check_split(self.validation_fraction)
        is_open = fitting.asks_data(self.strength)
        changed = {"strength": 1.0} if is_open else {}
        self._decide(data.counted(), "cpu", fitting.Cache(None), **changed, verbose=False)

    def _settle(self, data, seeds, device, start):
        """Return the settings of the fit, and what a search for them has found, by attribute."""
        cache, data = fitting.Cache(self.memory), data.counted()

        def decide(quick=False, **changed):
            if quick:
                changed["clone_steps"] = min(self.clone_steps or SEARCH_STEPS, SEARCH_STEPS)
                changed |= {"clone_tol": "auto", "n_restarts": 0, "callbacks": None}
                changed["max_iter"] = min(self.max_iter or SEARCH_EPOCHS, SEARCH_EPOCHS)
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

    def _keep(self, result, data, **learned):
        """Set all fitted attributes, at the end of a successful fit."""
        settings, clone = result.settings, result.clone
        if result.equivariance_error is not None:
            self.equivariance_error_ = result.equivariance_error
        vars(self).update(clone.report())
        self.symmetry_, self.strength_ = settings.symmetry, settings.strength.value
        self.loss_curve_, self.validation_scores_ = result.loss_curve, result.validation_scores
        losses = result.loss_curve or clone.loss_curve
        self.n_iter_ = len(losses)
        self.loss_ = float(losses[-1]) if losses else None
        self.best_loss_ = self.best_validation_score_ = None
        if result.validation_scores is None:
            self.best_loss_ = min(map(float, losses), default=None)
        else:
            self.best_validation_score_ = float(np.fmax.reduce(result.validation_scores))
        self.n_features_in_, self.n_outputs_ = data.sizes
        self.n_layers_ = len(result.weights.coefs) + 1
        self.t_ = result.n_seen
        self._learned_task = settings.task
        self.out_activation_ = settings.task.out_activation
        self._keep_targets(data)
        self.activation_, self.coefs_ = result.student.activation, result.weights.coefs
        self.intercepts_ = result.weights.intercepts
        vars(self).update(learned)


def _dense(X):
    """Return samples as an ndarray."""
    return X.toarray() if issparse(X) else X


@contextmanager
def _errors_in(names):
    """Tell in errors which parameters they are about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"in {names}: {error}") from None


def _start_of(previous):
    """Return the weights of the previous fit, from which a warm start goes on, or None."""
    if "coefs_" not in previous:
        return None
    weights = Weights(previous["coefs_"], previous["intercepts_"])
    return fitting.Start(weights, previous["activation_"], previous.get("t_", 0))
