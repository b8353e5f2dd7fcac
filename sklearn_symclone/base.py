"""What all estimators share: their parameters, and a fit from the table to what is kept of it."""

from __future__ import annotations

from contextlib import contextmanager
from numbers import Integral, Real

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.base import clone as unfitted
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ._binding import accelerator_of, device_of
from ._options import Registered
from ._phases import draw_seeds, fit_phases
from .cloning.inputs import CLONE_INPUTS
from .cloning.student import ACTIVATIONS, SILU_SQUARE, forward, to_module
from .path import STRENGTHS, choose, cross_validate
from .references import FAMILIES
from .symmetry import Representation, Symmetry
from .training import one_thread, optimizers, sharing_batches

#: Steps of the clones that the search for a strength compares: more of them choose the same.
SEARCH_STEPS = 400

_WHOLE = [Interval(Integral, 1, None, closed="left")]
_AT_LEAST_0 = [Interval(Real, 0, None, closed="left")]


class SymmetryClonedEstimator(BaseEstimator):
    """Base of the regressor and the classifier, which say what their targets are."""

    _parameter_constraints: dict = {
        "symmetry": [Representation, Symmetry, str, None],
        "reference": [StrOptions({"auto", *FAMILIES}), callable],
        "reference_fit": [StrOptions({"task", "random"})],
        "cloning": [StrOptions({"network", "layers", "weights"})],
        "strength": [Interval(Real, 0, 1, closed="both"), StrOptions({"auto"})],
        "anchor": [StrOptions({"function", "weights", "orbit"})],
        "clone_inputs": [StrOptions(set(CLONE_INPUTS))],
        "reference_steps": [*_WHOLE, None],
        "clone_steps": [*_WHOLE, None],
        "clone_tol": [StrOptions({"auto"}), *_AT_LEAST_0],
        "hidden_layer_sizes": ["array-like"],
        "activation": [StrOptions({"auto", SILU_SQUARE, *ACTIVATIONS})],
        "solver": [Registered(optimizers.names)],
        "alpha": _AT_LEAST_0,
        "batch_size": [StrOptions({"auto"}), *_WHOLE],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither"), None],
        "max_iter": [*_WHOLE, None],
        "tol": _AT_LEAST_0,
        "n_restarts": [Interval(Integral, 0, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": _WHOLE,
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
        "device": [str],
        "memory": [None, str, HasMethods("cache")],
        "callbacks": [None, list],
    }

    #: What ``partial_fit`` keeps between calls.
    _stream = None
    #: Whether it is the estimator of a search, which chooses its symmetry and its strength.
    _is_search = False

    def __init__(
        self,
        *,
        symmetry=None,
        reference="auto",
        reference_fit="task",
        cloning="network",
        strength=0.1,
        anchor="function",
        clone_inputs="orbit",
        reference_steps=None,
        clone_steps=None,
        clone_tol="auto",
        hidden_layer_sizes=(192, 192),
        activation="auto",
        solver="adam",
        alpha=1e-4,
        batch_size="auto",
        learning_rate_init=None,
        max_iter=None,
        tol=0.0,
        n_restarts=0,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        warm_start=False,
        random_state=None,
        verbose=False,
        device="auto",
        memory=None,
        callbacks=None,
    ):
        self.symmetry = symmetry
        self.reference = reference
        self.reference_fit = reference_fit
        self.cloning = cloning
        self.strength = strength
        self.anchor = anchor
        self.clone_inputs = clone_inputs
        self.reference_steps = reference_steps
        self.clone_steps = clone_steps
        self.clone_tol = clone_tol
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.tol = tol
        self.n_restarts = n_restarts
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose
        self.device = device
        self.memory = memory
        self.callbacks = callbacks

    def _has_symmetry(self):
        return self.symmetry is not None

    def __sklearn_is_fitted__(self):
        return hasattr(self, "coefs_")

    def to_module(self):
        """Return the fitted network as a module of torch.

        Returns
        -------
        nn.Sequential
            Maps rows of shape (n_samples, n_features), of the dtype of ``coefs_``, to
            predictions of shape (n_samples, n_outputs); of a classifier to probabilities.
        """
        check_is_fitted(self)
        module = to_module(self.coefs_, self.intercepts_, self.activation_)
        if self._task.is_classification:
            module.append(torch.nn.Softmax(dim=1))
        return module

    def _outputs(self, X):
        """Return values, or the scores of classes, for new rows."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        return forward(self.coefs_, self.intercepts_, self.activation_, X)

    def _forget(self):
        """Drop and return what a previous fit learned: no failure may leave half of a model."""
        vars(self).pop("_stream", None)
        learned = {k: v for k, v in vars(self).items() if k.endswith("_") and k[0] != "_"}
        for name in learned:
            delattr(self, name)
        return learned

    def _validate_chunk(self, X, y, **settings):
        """Validate a chunk for ``partial_fit``: later ones have the columns of the first."""
        fitted = self.__sklearn_is_fitted__()
        dtype = self.coefs_[0].dtype if fitted else [np.float64, np.float32]
        return validate_data(self, X, y, reset=not fitted, dtype=dtype, **settings)

    def _check_weights(self, sample_weight, X):
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if weights.sum() == 0:
            raise ValueError("all sample_weight are zero: at least one row must count")
        return weights

    @contextmanager
    def _computing(self):
        """Compute on a device, and say what to change if its memory does not suffice."""
        accelerator = accelerator_of(self)
        device = device_of(self, accelerator)
        try:
            with sharing_batches(accelerator), one_thread(device):
                yield device
        except torch.cuda.OutOfMemoryError as error:
            raise MemoryError(
                f"the memory of device={self.device!r} does not suffice: give a smaller batch_size "
                f"than {self.batch_size!r} or smaller hidden_layer_sizes than "
                f'{self.hidden_layer_sizes!r}, or device="cpu" ({str(error).splitlines()[0]})'
            ) from error

    def _fit(self, X, y, sample_weight):
        """Validate and fit; what is learned is kept at the end, if nothing has failed."""
        previous = self._forget()
        table = self._read(X, y, sample_weight)
        with self._computing() as device:
            seeds = draw_seeds(check_random_state(self.random_state))
            self._learn(table, seeds, device, previous)
        return self

    def _learn(self, table, seeds, device, previous):
        """Go through the phases of a fit, after a search for the strength if that is asked for."""
        if self.strength != "auto":
            fit_phases(self, table, seeds, device, previous)
            return
        strength = 0.0 if self.symmetry is None else self._choose_strength(table, seeds, device)
        model = unfitted(self).set_params(strength=strength)
        self._become(model, table, seeds, device, previous)

    def _choose_strength(self, table, seeds, device):
        """Return the strength that predicts held-out rows best."""
        steps = min(self.clone_steps or SEARCH_STEPS, SEARCH_STEPS)
        settings = {"clone_steps": steps, "clone_tol": "auto"}
        candidates = [unfitted(self).set_params(strength=s, **settings) for s in STRENGTHS]
        return STRENGTHS[choose(candidates, cross_validate(candidates, table, seeds, device))]

    def _become(self, chosen, table, seeds, device, previous):
        """Fit what a search has chosen, and take over what it has learned."""
        fit_phases(chosen, table, seeds, device, previous, announce=False)
        parameters = chosen.get_params(deep=False)
        vars(self).update({k: v for k, v in vars(chosen).items() if k not in parameters})
