"""The equivariant network itself, for those who do not want a clone of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from numbers import Integral

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
)
from torch import nn

from .. import fitting
from .._options import Registered
from ..imitation import NetworkImitation, choose_recipe, fit_teacher
from ..imitation.answers import reference_answers
from ..imitation.teacher import restored
from ..references import FAMILIES
from ..symmetry import Representation, Symmetry, Trivial
from ._held_out import checked_groups
from ._masks import first_masked, validated
from ._ranges import OF_WEIGHTS, WITH_SYMMETRY, check_predictions, check_range
from ._regressor import SymmetryClonedRegressor

DOC = """{summary}

    This is the *reference* that ``SymmetryCloned{kind}`` imitates: a network that has the symmetry
    by construction. Its predictions are equivariant to rounding, where those of a clone are so to
    a few hundredths. In return it is slower, needs torch to predict, and cannot leave a symmetry
    that the data break.

    Held-out samples decide how long the network is fitted. Where they end the fit early, the labels
    are noisy: then the average of five networks, and a mixture with polynomials, may
    take its place, as it does for a clone.

    Parameters
    ----------
    symmetry : Symmetry, Representation, str or None, default=None
        How the columns of X and {targets} transform, for example
        ``"S(5) + S(5)*O(3) -> O(3)**2"``. None: no symmetry, an ordinary network.
    reference : str or callable, default="auto"
        The family of networks, or a function from a symmetry to a ``torch.nn.Module``. "auto" takes
        the first family that supports the symmetry exactly. ``"average"`` by name also takes larger
        compact groups, and is equivariant to about a hundredth there.
    reference_steps : int or None, default=None
        Number of gradient steps of the fit. None: held-out samples decide, up to what the family
        takes.
    random_state : int, RandomState or None, default=None
        Seed of the initial weights and of the order of the samples.
    verbose : bool or int, default=False
        Whether to tell how long the network learns, and why.
    device : str, default="auto"
        Where the network is fitted: "auto" is a GPU if there is one, or "cpu", "cuda" and so on. It
        predicts on the CPU.
    memory : str, object with the joblib.Memory interface, or None, default=None
        Where fitted networks are cached. If X is float32, a clone of the same samples, symmetry,
        ``random_state`` and ``memory`` imitates this network without fitting it again.

    Attributes
    ----------
    reference_ : str or callable
        The family of the network, or your callable; of a mixture, that of the largest share.
    reference_steps_ : int
        Gradient steps of its fit.
    reference_score_ : float or None
        Score on held-out samples: R², or minus the log loss. None: none were held out.
    loss_curve_ : list of float
        Training loss of each epoch.
    symmetry_ : Symmetry
        The symmetry, with its unknown size solved.{attributes}
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (``n_features_in_``,)
        Names of the columns of X, if they have names.

    See Also
    --------
    SymmetryCloned{kind} : A plain network that imitates this one.
    OrbitAveraged{kind} : Any model, averaged over a group.

    Examples
    --------
    {examples}
    """

FIT = """Fit the network.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The samples.
    y : array-like of shape {shape}
        {y}
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples. None: all weigh the same.
    groups : array-like of shape (n_samples,), default=None
        Labels of groups of samples. Samples of one group are held out together. None: equal samples
        are held out together.

    Returns
    -------
    self
        The fitted estimator.

    Raises
    ------
    ValueError
        If data, parameters and symmetry do not fit together, before any training starts, or if the
        loss becomes infinite.
    """


class _InPrecisionOfX(NetworkImitation):
    """Fit references in the precision of X. Where a clone imitates them, float32 is enough."""

    def reference_plan(self, data, settings, seeds):
        plan = super().reference_plan(data, settings, seeds)
        return replace(plan, dtype=getattr(torch, data.dtype.name))


class EquivariantEstimator(BaseEstimator):
    """Base of the regressor and the classifier."""

    _parameter_constraints: dict = {
        "symmetry": [Representation, Symmetry, str, None],
        "reference": [Registered(lambda: ("auto", *FAMILIES)), callable],
        "reference_steps": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
        "device": [str],
        "memory": [None, str, HasMethods("cache")],
    }

    def __init__(
        self,
        symmetry: Symmetry | Representation | str | None = None,
        *,
        reference: str | Callable = "auto",
        reference_steps: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
        device: str = "auto",
        memory: object = None,
    ) -> None:
        self.symmetry = symmetry
        self.reference = reference
        self.reference_steps = reference_steps
        self.random_state = random_state
        self.verbose = verbose
        self.device = device
        self.memory = memory

    def _fit(self, data, sample_weight, groups):
        """Fit the reference that a clone of strength 1 would imitate."""
        weights = _check_sample_weight(
            sample_weight, data.X, dtype=np.float64, ensure_non_negative=True
        )
        if weights.sum() == 0:
            raise ValueError("all sample_weight are zero: at least one must be positive")
        check_range(data.X, "X", WITH_SYMMETRY)
        check_range(data.y, "y", WITH_SYMMETRY)
        check_range(weights, "sample_weight", OF_WEIGHTS)
        groups = None if groups is None else checked_groups(groups, len(data))
        data = replace(data, weights=weights, groups=groups).counted()
        own = self.get_params(deep=False)
        if self.symmetry is None:
            own["symmetry"] = Symmetry(*map(Trivial, data.sizes))
        parameters = {**SymmetryClonedRegressor(strength=1.0).get_params(deep=False), **own}
        with fitting.computing(parameters) as device:
            seeds = fitting.Seeds.draw(check_random_state(self.random_state))
            settings = fitting.Settings.decide(
                parameters,
                data,
                self._task,
                device=device,
                cache=fitting.Cache(self.memory),
            )
            settings = replace(settings, imitation=_InPrecisionOfX())
            fitting.announce(settings)
            teacher = fit_teacher(data, settings, seeds, choose_recipe(data, settings, seeds))
        self.symmetry_, self.loss_curve_ = settings.symmetry, teacher.loss_curve
        vars(self).update(teacher.report())
        # in double precision even after a fit in single precision: predictions are to be exact
        self._plan = replace(teacher.plan, device="cpu", dtype=torch.float64)
        self._members = teacher.members
        return self

    def _validated(self, X, *y, **settings):
        """Return X, and y if given, as arrays; anything may stand where items are absent."""
        masked = None if self.symmetry is None else first_masked([self.symmetry])
        dtype = [np.float64, np.float32]
        settings = {"accept_sparse": False, "dtype": dtype, **settings}
        return validated(self, X, *y, symmetry=masked, **settings)

    def _answers(self, X):
        """Return values or probabilities of classes, in the dtype of X."""
        check_is_fitted(self)
        (X,) = self._validated(X, reset=False)
        module = restored(self._members, self._plan)
        answers = reference_answers(module, self._task, X, "cpu")
        with np.errstate(over="ignore"):  # which is an error of ours, below
            answers = answers.astype(X.dtype)
        check_predictions(answers, X)
        return answers

    def to_module(self) -> nn.Module:
        """Return the network as a torch module.

        Returns
        -------
        nn.Module
            Takes samples, a float64 tensor of shape (n_samples, n_features). Returns predictions of
            shape (n_samples, n_outputs); a classifier returns probabilities of shape
            (n_samples, n_classes).

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        module = restored(self._members, self._plan)
        if self._task.is_classification:
            module = nn.Sequential(module, nn.Softmax(dim=1)).eval()
        return module
