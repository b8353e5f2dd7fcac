"""What a fit leaves: fitted attributes, and the answers that they give."""

from __future__ import annotations

from copy import copy

import numpy as np
from sklearn.utils.validation import check_is_fitted
from torch import nn

from .. import fitting
from ..students import Dense, Weights
from ._masks import validated
from ._names import with_sorted_outputs
from ._ranges import check_predictions
from ._state import all_or_nothing


class Learned:
    """Part of the estimators: their fitted attributes."""

    #: The ``Masking`` of the rows that the fitted network takes, None if there is no mask.
    _masking = None

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
        return start_of(vars(self))

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


def start_of(previous):
    """Return the weights of the previous fit, from which a warm start goes on, or None."""
    if "coefs_" not in previous:
        return None
    weights = Weights(previous["coefs_"], previous["intercepts_"])
    return fitting.Start(weights, previous["activation_"], previous.get("t_", 0))
