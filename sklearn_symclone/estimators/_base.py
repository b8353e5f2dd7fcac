"""What all estimators share: how a fit is validated, run and stored."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import partial

import numpy as np
from sklearn.base import clone as unfitted
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted
from torch import nn

from .. import fitting
from ..defaults import SEARCH_EPOCHS, SEARCH_STEPS, STRENGTHS
from ..exceptions import SymmetryWarning
from ..students import Dense, Weights
from ..symmetry import as_symmetry
from ..training import stage
from ._masks import first_masked, masking_of, padding, validated
from ._names import arranged, order_of_table, with_outputs_of, with_sorted_outputs
from ._parameters import Parameters
from ._progress import CallbackSupport, callbacks_following
from ._ranges import (
    OF_WEIGHTS,
    WITH_SYMMETRY,
    WITHOUT_SYMMETRY,
    check_predictions,
    check_range,
)
from ._scaled import scaled_one_by_one
from ._scoring import held_out_score
from ._state import Versioned, all_or_nothing


class SymmetryClonedEstimator(CallbackSupport, Versioned, Parameters):
    """Base of the regressor and the classifier, which define what their targets are."""

    #: The state that ``partial_fit`` keeps between calls.
    _stream = None
    #: The symmetry whose names tell the order of the columns, None if the table tells it itself.
    _table = None
    #: The ``Masking`` of the rows that the fitted network takes, None if there is no mask.
    _masking = None

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
            of shape (n_samples, n_classes). It is in evaluation mode, and ``torch.jit.script`` and
            ``torch.onnx.export`` take it.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        module = self._student.to_module(self._weights)
        if self._learned_task.head is not None:
            module.append(self._learned_task.head())
        return module.eval()

    def _predictions(self, X):
        """Return predicted values, or probabilities of classes, for new samples."""
        outputs = self._outputs(X)
        return self._learned_task.predictions(outputs)

    def _outputs(self, X):
        """Return predicted values, or scores of classes, for new samples."""
        check_is_fitted(self)
        X = X if self._table is None else self._table.arrange(X)
        masked = self._masking and self._masking.symmetry
        (X,) = validated(self, X, symmetry=masked, reset=False, dtype=[np.float64, np.float32])
        outputs = self._student.predict(self._weights, X)
        check_predictions(outputs, X)
        return outputs if self._masking is None else self._masking.masked_outputs(X, outputs)

    def _forget(self):
        """Drop what a previous fit learned, so that a failure leaves no half model."""
        self.__dict__ = {
            name: value
            for name, value in vars(self).items()
            if name not in ("_stream", "_masking") and (name[0] == "_" or not name.endswith("_"))
        }

    def _start(self):
        """Return the weights from which a fit can go on, or None."""
        return _start_of(vars(self))

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
        start = _start_of(before) if self.warm_start else None
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

    def _fitted(self, data, settings, student, weights):
        """Return the attributes of an estimator whose fit has stopped at these weights."""
        model = copy(self)
        weights = weights.divided_by(settings.temperature).astype(data.dtype)
        model._keep_network(student, weights, data, settings.task)
        return vars(model)

    def _keep_network(self, student, weights, data, task):
        """Set the attributes that predictions need."""
        self.n_features_in_, self.n_outputs_ = data.sizes
        self.n_layers_ = len(weights.coefs) + 1
        self._learned_task, self.out_activation_ = task, task.out_activation
        self._masking = self._masking_of(data.sizes)
        self._keep_targets(data)
        self.activation_ = student.activation
        self.coefs_, self.intercepts_ = with_sorted_outputs(weights, data.classes)

    def _prepend(self, before):
        """Let the curves begin with those of the fits before, as scikit-learn's networks do.

        Parameters
        ----------
        before : Mapping
            The attributes of the estimator after these fits.
        """
        self.loss_curve_ = [*before.get("loss_curve_", []), *self.loss_curve_]
        if self.validation_scores_ is None:
            self.best_loss_ = min(self.loss_curve_, default=self.best_loss_)
        else:
            earlier = before.get("validation_scores_") or []
            self.validation_scores_ = [*earlier, *self.validation_scores_]
            self.best_validation_score_ = float(np.fmax.reduce(self.validation_scores_))

    @all_or_nothing
    def _keep_at_once(self, result, data, before, **learned):
        """Set all fitted attributes in one step, for an interrupt may come at any time."""
        self._keep(result, data, **learned)
        if before is not None:
            self._prepend(before)

    def _keep(self, result, data, **learned):
        """Set all fitted attributes, at the end of a successful fit."""
        settings, clone = result.settings, result.clone
        if result.equivariance_error is not None:
            self.equivariance_error_ = result.equivariance_error
        vars(self).update(clone.report())
        self.symmetry_, self.strength_ = settings.symmetry, settings.strength.value
        self.alpha_ = settings.fitting.decay
        self.loss_curve_, self.validation_scores_ = result.loss_curve, result.validation_scores
        losses = result.loss_curve or clone.loss_curve
        self.n_iter_ = len(losses)
        self.loss_ = float(losses[-1]) if losses else None
        self.best_loss_ = self.best_validation_score_ = None
        if result.validation_scores is None:
            self.best_loss_ = min(map(float, losses), default=None)
        else:
            self.best_validation_score_ = float(np.fmax.reduce(result.validation_scores))
        self.t_ = result.n_seen
        self._keep_network(result.student, result.weights, data, settings.task)
        if self.symmetry_ is not None and self.symmetry_.columns is not None:
            self._table = self.symmetry_
            if hasattr(self, "feature_names_in_"):
                self.feature_names_in_ = np.array(self.symmetry_.columns, dtype=object)
        vars(self).update(learned)


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
