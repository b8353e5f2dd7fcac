"""The parameters of all estimators, and what is allowed for each."""

from __future__ import annotations

import inspect
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import HasMethods, Interval, Options, StrOptions

from .. import anchors
from .._options import Registered
from ..imitation import CLONE_INPUTS, IMITATIONS
from ..references import FAMILIES
from ..students import activations
from ..symmetry import Representation, Symmetry
from ..training import optimizers
from ..training.rates import RATES

_WHOLE = [Interval(Integral, 1, None, closed="left")]
_AT_LEAST_0 = [Interval(Real, 0, None, closed="left")]
_SHARE = [Interval(Real, 0, 1, closed="left")]


class Parameters(BaseEstimator):
    """Holds the parameters that the regressor, the classifier and the searches have."""

    _parameter_constraints: dict = {
        "symmetry": [Representation, Symmetry, str, None],
        "reference": [Registered(lambda: ("auto", *FAMILIES)), callable],
        "reference_fit": [StrOptions({"task", "random"})],
        "cloning": [StrOptions(set(IMITATIONS))],
        "strength": [Interval(Real, 0, 1, closed="both"), StrOptions({"auto"})],
        "anchor": [Registered(anchors.names)],
        "clone_inputs": [StrOptions(set(CLONE_INPUTS))],
        "reference_steps": [*_WHOLE, None],
        "clone_steps": [*_WHOLE, None],
        "clone_tol": [StrOptions({"auto"}), *_AT_LEAST_0],
        "hidden_layer_sizes": [
            StrOptions({"auto"}),
            "array-like",
            Interval(Integral, 1, None, closed="left"),
        ],
        "activation": [Registered(lambda: ("auto", *activations.names()))],
        "solver": [Registered(optimizers.names)],
        "alpha": [StrOptions({"auto"}), *_AT_LEAST_0],
        "batch_size": [StrOptions({"auto"}), *_WHOLE],
        "learning_rate": [StrOptions({"auto", *RATES})],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither"), None],
        "max_iter": [*_WHOLE, None],
        "tol": _AT_LEAST_0,
        "max_fun": _WHOLE,
        "shuffle": ["boolean"],
        "momentum": [Interval(Real, 0, 1, closed="both")],
        "nesterovs_momentum": ["boolean"],
        "beta_1": _SHARE,
        "beta_2": _SHARE,
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "power_t": _AT_LEAST_0,
        "n_restarts": [Interval(Integral, 0, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [*_WHOLE, Options(Real, {np.inf}), None],
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
        strength="auto",
        anchor="function",
        clone_inputs="orbit",
        reference_steps=None,
        clone_steps=None,
        clone_tol="auto",
        hidden_layer_sizes="auto",
        activation="auto",
        solver="adam",
        alpha="auto",
        batch_size="auto",
        learning_rate="auto",
        learning_rate_init=None,
        max_iter=None,
        tol=0.0,
        max_fun=15000,
        shuffle=True,
        momentum=0.9,
        nesterovs_momentum=True,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        power_t=0.5,
        n_restarts=0,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=None,
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
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.tol = tol
        self.max_fun = max_fun
        self.shuffle = shuffle
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.power_t = power_t
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


def with_shared(init, *, of=Parameters, without=()):
    """Write parameters of another class into a signature, where scikit-learn reads them.

    Parameters
    ----------
    init : callable
        An ``__init__`` that takes them as keywords.
    of : type, default=Parameters
        The class that has them.
    without : tuple of str, default=()
        Those that are left out.

    Returns
    -------
    callable
        The same function.
    """
    own = inspect.signature(init)
    shared = [p for name, p in inspect.signature(of).parameters.items() if name not in without]
    named = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
    init.__signature__ = own.replace(parameters=[*named, *shared])
    return init
