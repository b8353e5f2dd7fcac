"""What both estimators share: their parameters, and the order of the phases of a fit."""

from __future__ import annotations

import itertools
import warnings
from copy import deepcopy
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.base import clone as unfitted
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    check_memory,
    validate_data,
)

from .cloning.clone import Clone, make_clone, make_tied_clone
from .cloning.inputs import CLONE_INPUTS
from .cloning.reference import check_reference
from .cloning.student import (
    ACTIVATIONS,
    SILU_SQUARE,
    ColumnScaling,
    build_student,
    export_weights,
    forward,
    import_weights,
    linear_layers,
    to_module,
)
from .cloning.task_fit import Anchored, AnchoredLayers, TaskFit, make_task_fit
from .cloning.tied import TiedNetwork, free
from .metrics import equivariance_error
from .path import STRENGTHS, choose, cross_validate
from .references import FAMILIES, check_family, choose_family, refusals
from .references.pointwise import refuses_columns
from .symmetry import Representation, Symmetry, as_symmetry
from .training import one_thread

#: Training rows on which the equivariance error of a fitted model is reported.
N_REPORTED = 1000
#: Steps of the clones that the search for a strength compares: more of them choose the same.
SEARCH_STEPS = 400
#: Error of the clone that is asked for if none is.
CLONE_TOL = 1e-5
#: Epochs and learning rate of the task fit from random weights, and from weights that fit already.
FROM_RANDOM, FROM_CLONE = (200, 1e-3), (100, 5e-4)

_WHOLE = [Interval(Integral, 1, None, closed="left")]
_AT_LEAST_0 = [Interval(Real, 0, None, closed="left")]


@dataclass(frozen=True, eq=False)
class Phases:
    """What a fit has come to before its fit to the task.

    Parameters
    ----------
    symmetry : Symmetry or None
        Bound to the columns.
    clone : Clone or None
    start : tuple of (coefs, intercepts) or None
        Weights that the fit to the task starts from, or that are left as they are.
    task_fit : TaskFit or None
    """

    symmetry: Symmetry | None
    clone: Clone | None
    start: tuple | None
    task_fit: TaskFit | None


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
        "clone_steps": _WHOLE,
        "clone_tol": [StrOptions({"auto"}), *_AT_LEAST_0],
        "hidden_layer_sizes": ["array-like"],
        "activation": [StrOptions({"auto", SILU_SQUARE, *ACTIVATIONS})],
        "solver": [StrOptions({"adam", "sgd", "lbfgs", "soap"})],
        "alpha": _AT_LEAST_0,
        "batch_size": [StrOptions({"auto"}), *_WHOLE],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither"), None],
        "max_iter": [*_WHOLE, None],
        "tol": _AT_LEAST_0,
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
        clone_steps=1500,
        clone_tol="auto",
        hidden_layer_sizes=(192, 192),
        activation="auto",
        solver="adam",
        alpha=1e-4,
        batch_size="auto",
        learning_rate_init=None,
        max_iter=None,
        tol=0.0,
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
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32], order="C")
        # weights of the other width decide: a model does not change its precision by the row
        X = X.astype(self.coefs_[0].dtype, copy=False)
        return forward(self.coefs_, self.intercepts_, self.activation_, X)

    def _forget(self):
        """Drop and return what a previous fit learned: no failure may leave half of a model."""
        learned = {k: v for k, v in vars(self).items() if k.endswith("_") and k[0] != "_"}
        for name in learned:
            delattr(self, name)
        return learned

    def _check_weights(self, sample_weight, X):
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if weights.sum() == 0:
            raise ValueError("all sample_weight are zero: at least one row must count")
        return weights

    def _fit(self, X, y, sample_weight):
        """Validate and fit; what is learned is kept at the end, if nothing has failed."""
        previous = self._forget()
        table = self._read(X, y, sample_weight)
        device = self._check_device()
        random_state = check_random_state(self.random_state)
        seeds = random_state.randint(np.iinfo(np.int32).max, size=5).tolist()
        with one_thread(device):
            self._learn(table, seeds, device, previous)
        return self

    def _learn(self, table, seeds, device, previous):
        """Go through the phases of a fit, after a search for the strength if that is asked for."""
        if self.strength == "auto":
            strength = 0.0 if self.symmetry is None else self._choose_strength(table, seeds, device)
            model = unfitted(self).set_params(strength=strength)
            self._become(model, table, seeds, device, previous)
            return
        phases = self._prepare(table, seeds, device, previous)
        if phases.task_fit is not None:
            phases.task_fit.run()
        self._keep(phases, table, seeds)

    def _choose_strength(self, table, seeds, device):
        """Return the strength that predicts held-out rows best."""
        settings = {"clone_steps": min(self.clone_steps, SEARCH_STEPS), "clone_tol": "auto"}
        candidates = [unfitted(self).set_params(strength=s, **settings) for s in STRENGTHS]
        return STRENGTHS[choose(candidates, cross_validate(candidates, table, seeds, device))]

    def _become(self, model, table, seeds, device, previous):
        """Fit another estimator, and take over what it has learned."""
        model._learn(table, seeds, device, previous)
        parameters = model.get_params()
        vars(self).update({k: v for k, v in vars(model).items() if k not in parameters})

    def _prepare(self, table, seeds, device, previous=(), clone=None):
        """Go through the phases of a fit as far as the fit to the task.

        Parameters
        ----------
        table : Table
        seeds : list of five int
        device : str
        previous : dict, default=()
            What the fit before learned, for a warm start.
        clone : Clone, default=None
            That of another strength. None: it is made, if there is a symmetry to clone.

        Returns
        -------
        Phases
        """
        X, Y, sample_weight = table.X, table.Y, table.sample_weight
        symmetry, reference = self._bind(X.shape[1], Y.shape[1])
        widths = self._widths(symmetry, reference)
        start = self._check_start(previous, [X.shape[1], *widths, Y.shape[1]])
        validation = None
        if self.early_stopping:
            X, Y, sample_weight, *validation = self._split(X, Y, sample_weight, seeds[4])
        rows = (X, Y, sample_weight)
        if reference is None or self.strength == 0:
            clone = None
        elif clone is None:
            clone = self._make_clone(rows, symmetry, reference, widths, start, seeds, device)
        if clone is not None and (self.cloning == "network" or start is None or self.strength == 1):
            start = clone.weights
        task_fit = None
        if clone is None or self.strength < 1:
            task_fit = self._make_task_fit(
                rows, validation, start, clone, symmetry, widths, seeds[3:], device
            )
        return Phases(symmetry, clone, start, task_fit)

    def _make_clone(self, rows, symmetry, reference, widths, start, seeds, device):
        """Return a network that has the symmetry, by imitation or by construction."""
        settings = {
            "symmetry": symmetry,
            "reference_fit": self.reference_fit,
            "reference_steps": self.reference_steps,
            "clone_inputs": self.clone_inputs,
            "activation": self._activation(),
            "task": self._task,
            "seeds": seeds[:3],
            "memory": check_memory(self.memory),
            "device": device,
            "verbose": self.verbose,
        }
        if self.cloning != "network":
            return make_tied_clone(*rows, build=self._tied_network(reference), **settings)
        clone = make_clone(
            *rows,
            reference=reference,
            clone_steps=self.clone_steps,
            clone_tol=CLONE_TOL if self.clone_tol == "auto" else self.clone_tol,
            hidden_layer_sizes=widths,
            start=start,
            imitate=start is None or self.strength == 1,
            **settings,
        )
        if clone.loss_curve and self.clone_tol != "auto" and clone.error > self.clone_tol:
            warnings.warn(
                f"the clone's error is {clone.error:.2g} after clone_steps={self.clone_steps}, "
                f"clone_tol={self.clone_tol} was asked for: raise clone_steps or widen "
                "hidden_layer_sizes",
                ConvergenceWarning,
                stacklevel=7,
            )
        return clone

    def _make_task_fit(self, rows, validation, start, clone, symmetry, widths, seeds, device):
        """Return the fit of a student to the task."""
        X, Y, sample_weight = rows
        scaling = None if clone is None else clone.scaling
        if scaling is None:
            scaling = ColumnScaling.of(
                X, Y, sample_weight, scale_targets=not self._task.is_classification
            )
        if clone is not None and self.cloning == "layers":
            student = deepcopy(clone.network).requires_grad_()
        else:
            generator = torch.Generator().manual_seed(seeds[0])
            sizes = (X.shape[1], widths, Y.shape[1])
            student = build_student(*sizes, self._activation(), generator)
            if start is not None:
                import_weights(student, scaling, *start)
            if clone is not None and self.cloning == "weights":
                student = free(student, deepcopy(clone.network))
        student.to(getattr(torch, X.dtype.name))
        anchored = None
        if clone is not None:
            kind = Anchored if self.cloning == "network" else AnchoredLayers
            anchored = kind(self.anchor, self.strength, clone, symmetry)
        max_iter, learning_rate = FROM_RANDOM if start is None else FROM_CLONE
        batch_size = 200 if self.batch_size == "auto" else self.batch_size
        return make_task_fit(
            student,
            *rows,
            validation,
            task=self._task,
            scaling=scaling,
            alpha=self.alpha,
            batch_size=len(X) if self.solver == "lbfgs" else batch_size,
            seed=seeds[1],
            device=device,
            anchored=anchored,
            solver=self.solver,
            learning_rate_init=self.learning_rate_init or learning_rate,
            max_iter=self.max_iter or max_iter,
            tol=self.tol,
            n_iter_no_change=self.n_iter_no_change if self.early_stopping or self.tol else None,
            verbose=self.verbose,
            callbacks=self.callbacks or (),
        )

    def _keep(self, phases, table, seeds):
        """Set all fitted attributes, at the end of a fit that has succeeded."""
        clone, fit, X = phases.clone, phases.task_fit, table.X
        weights = phases.start
        if fit is not None:
            weights = export_weights(fit.student, fit.scaling, np.float64)
        coefs, intercepts = ([array.astype(X.dtype) for array in arrays] for arrays in weights)
        activation = self._activation()
        if phases.symmetry is not None:
            self.equivariance_error_ = equivariance_error(
                lambda rows: self._link(forward(coefs, intercepts, activation, rows)),
                X[:N_REPORTED],
                phases.symmetry,
                random_state=seeds[2],
            )
        if clone is not None:
            self.clone_loss_curve_, self.clone_error_ = clone.loss_curve, clone.error
        self.symmetry_, self.strength_ = phases.symmetry, self.strength
        self.loss_curve_ = [] if fit is None else fit.loss_curve
        self.n_iter_ = len(self.loss_curve_ or clone.loss_curve)
        self.n_features_in_ = X.shape[1]
        vars(self).update(table.answers)
        self.activation_, self.coefs_, self.intercepts_ = activation, coefs, intercepts

    def _bind(self, n_features, n_outputs):
        """Return the symmetry, bound to the columns, and the reference, both checked."""
        if self.symmetry is None:
            return None, None
        symmetry = as_symmetry(self.symmetry).bind(n_features, n_outputs, target=self._target)
        reference = self.reference
        if self.strength == 0:
            return symmetry, None
        if self.cloning != "network" and self.activation == SILU_SQUARE:
            raise ValueError(
                f"activation={SILU_SQUARE!r} treats the units of a layer unequally, which "
                f"cloning={self.cloning!r} cannot: its layers move units; give "
                f'"auto" or one of {", ".join(ACTIVATIONS)}'
            )
        if self.cloning != "network" and not callable(reference):
            if reference not in ("auto", "pointwise"):
                raise ValueError(
                    f"cloning={self.cloning!r} takes weight-tied networks alone, reference must be "
                    f'"auto", "pointwise" or a callable, got {reference!r}'
                )
            refusal = refuses_columns(symmetry)
            if refusal is not None:
                raise ValueError(
                    f"cloning={self.cloning!r} cannot have the symmetry '{symmetry}': {refusal}; "
                    'cloning="network" can'
                )
            return symmetry, "pointwise"
        if reference == "auto":
            reference = choose_family(symmetry)
            if self.verbose:
                passed = [f"not {k!r}: {why}" for k, why in refusals(symmetry).items() if why]
                print(f"reference {reference!r} for '{symmetry}' ({'; '.join(passed)})")
        elif isinstance(reference, str):
            check_family(reference, symmetry)
        else:
            check_reference(reference, symmetry)
        return symmetry, reference

    def _check_device(self):
        name = self.device
        if name == "auto":
            name = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            torch.empty(0, device=name)
        except (RuntimeError, AssertionError) as error:
            raise ValueError(
                f"device={self.device!r} cannot be used here ({str(error).splitlines()[0]}); "
                'give "auto", "cpu", or the name of a device that this machine has'
            ) from None
        return name

    def _activation(self):
        """Return the activation, what "auto" stands for being decided."""
        if self.activation != "auto":
            return self.activation
        # squares need the answers of a reference where the table has no rows
        imitates = self.symmetry is not None and self.strength > 0 and self.cloning == "network"
        return SILU_SQUARE if imitates else "silu"

    def _tied_network(self, reference):
        return TiedNetwork(
            self.cloning,
            reference,
            tuple(self.hidden_layer_sizes),
            self._activation(),
            self.clone_inputs,
        )

    def _widths(self, symmetry, reference):
        """Return the widths of the hidden layers: as asked, or those of a weight-tied network."""
        widths = list(self.hidden_layer_sizes)
        if not all(isinstance(width, Integral) and width > 0 for width in widths):
            raise ValueError(
                "hidden_layer_sizes must hold whole numbers of at least 1, got "
                f"{self.hidden_layer_sizes!r}"
            )
        if reference is None or self.cloning == "network":
            return widths
        network = self._tied_network(reference).tied(symmetry)
        return [len(layer.bias) for layer in linear_layers(network.layers)][:-1]

    def _check_start(self, previous, sizes):
        """Return the weights of a warm start, None for a fresh one."""
        if not self.warm_start or "coefs_" not in previous:
            return None
        if self.cloning == "layers" and self.strength > 0:
            raise ValueError(
                'warm_start=True cannot go on with cloning="layers": dense weights do not tell '
                'the cloned layers from their weights; set warm_start=False, or cloning="weights"'
            )
        shapes = [coef.shape for coef in previous["coefs_"]]
        wanted = list(itertools.pairwise(sizes))
        if shapes != wanted:
            raise ValueError(
                f"warm_start=True cannot go on from weights of shapes {shapes} with {wanted}: "
                "keep hidden_layer_sizes and the columns of X and y, or set warm_start=False"
            )
        return previous["coefs_"], previous["intercepts_"]

    def _split(self, X, Y, sample_weight, seed):
        """Set rows aside for early stopping."""
        classes = Y.argmax(axis=1) if self._task.is_classification else None
        parts = train_test_split(
            X,
            Y,
            sample_weight,
            test_size=self.validation_fraction,
            random_state=seed,
            stratify=classes,
        )
        return *parts[::2], *parts[1::2]
