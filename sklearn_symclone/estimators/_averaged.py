"""Any estimator of scikit-learn, averaged over a group."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import (
    BaseEstimator,
    MetaEstimatorMixin,
    clone,
)
from sklearn.utils import check_random_state, get_tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    _routing_enabled,
    process_routing,
)
from sklearn.utils.validation import (
    _check_method_params,
    check_is_fitted,
    has_fit_parameter,
    validate_data,
)

from ..fitting.settings import check_moves_columns
from ..references.average import refuses
from ..references.layers.scaling import Centring
from ..returned import checked_predictions
from ..symmetry import Representation, Symmetry, Trivial, as_symmetry

#: Moved rows that are predicted at once, about.
MAX_ROWS = 2**15

CONSTRAINTS: dict = {
    "symmetry": [Representation, Symmetry, str, None],
    "augment": [Interval(Integral, 0, None, closed="left")],
    "n_elements": [Interval(Integral, 1, None, closed="left")],
    "random_state": ["random_state"],
}

DOC = """{summary}

    A model that knows no symmetry gets one by the average over the group,

    .. math:: \\frac{{1}}{{|G|}} \\sum_g \\rho(g)^{{-1}} f(g x)

    where f is the fitted model and ρ moves its answers. The average over all elements of a finite
    group is exactly equivariant. Points are counted from the mean of the points of their row, which
    makes the model exactly equivariant under shifts.

    Parameters
    ----------
    estimator : estimator
        {estimator}
    symmetry : Symmetry, Representation, str or None, default=None
        How the columns of X and {targets} transform. None: no symmetry, nothing is
        averaged.
    augment : int, default=0
        Number of moved copies of each sample that the model is fitted to besides the sample itself.
        The copies of a sample have its weight.
    n_elements : int, default=256
        Number of group elements that predictions are averaged over. If the group has at most so
        many elements, these are all of them, each once. Otherwise they are drawn at random, once
        for all predictions, and the average is equivariant up to the error of sampling.
    random_state : int, RandomState or None, default=None
        Draws the group elements. The estimator has its own.

    Attributes
    ----------
    estimator_ : estimator
        The fitted model.
    symmetry_ : Symmetry
        The symmetry, with its unknown size solved.
    n_elements_ : int
        Number of group elements that predictions are averaged over.
    is_exact_ : bool
        Whether they are all elements of the group.{attributes}
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (``n_features_in_``,)
        Names of the columns of X, if they have names.

    See Also
    --------
    {see_also}
    sklearn_symclone.preprocessing.InvariantFeatures : Features that no group element changes.

    Notes
    -----
    A prediction takes as long as ``n_elements_`` predictions of the model. There is no average over
    a group that is not compact, such as that of boosts: a symmetry with one is refused.

    Examples
    --------
    {examples}
    """


class OrbitAveraged(MetaEstimatorMixin, BaseEstimator):
    """Base of the regressor and the classifier."""

    #: The labels of the outputs, where these are classes.
    _classes = None

    def __init__(
        self,
        estimator: Any,
        symmetry: Symmetry | Representation | str | None = None,
        *,
        augment: int = 0,
        n_elements: int = 256,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.symmetry = symmetry
        self.augment = augment
        self.n_elements = n_elements
        self.random_state = random_state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        own = get_tags(self.estimator)
        tags.non_deterministic = own.non_deterministic
        tags.target_tags.multi_output = own.target_tags.multi_output
        return tags

    def get_metadata_routing(self) -> MetadataRouter:
        """Return where the arguments of ``fit`` go.

        Returns
        -------
        MetadataRouter
            They go to ``fit`` of the estimator.
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return MetadataRouter(owner=self).add(estimator=self.estimator, method_mapping=mapping)

    def _fit(self, X, y, n_outputs, weights, params):
        """Fit the model to samples and their moved copies."""
        self._prepare(X, n_outputs)
        if _routing_enabled():
            params = process_routing(self, "fit", sample_weight=weights, **params).estimator.fit
        elif weights is not None:
            if not has_fit_parameter(self.estimator, "sample_weight"):
                raise ValueError(
                    f"{type(self.estimator).__name__}.fit takes no sample_weight: leave it out, or "
                    "give another estimator"
                )
            params = {"sample_weight": weights}
        random_state = check_random_state(self.random_state)
        linear = self.symmetry_.without_shifts()
        self.is_exact_ = linear.capped_order <= self.n_elements
        if self.is_exact_:
            self._elements = linear.elements()
        else:
            self._elements = linear.sample(self.n_elements, random_state)
        self.n_elements_ = len(self._elements)
        centring = Centring(self.symmetry_)
        y = self._moved_targets(y, lambda Y: centring.outward(X, Y, sign=-1))
        X = centring.inward(X)
        if self.augment:
            counted = np.arange(len(X)) if weights is None else np.flatnonzero(weights > 0)
            params = _check_method_params(X, params, np.tile(counted, 1 + self.augment))
            X, y = self._with_copies(linear, X[counted], y[counted], random_state)
        self.estimator_ = clone(self.estimator).fit(X, y, **params)
        return self

    def _prepare(self, X, n_outputs):
        """Set the symmetry, if there is an average over its group."""
        symmetry = Trivial(X.shape[1]) if self.symmetry is None else self.symmetry
        symmetry = as_symmetry(symmetry).bind(X.shape[1], n_outputs, classes=self._classes)
        check_moves_columns(symmetry)
        reason = refuses(symmetry.without_shifts()) or self._refuses(symmetry)
        if reason is not None:
            raise ValueError(
                f"{type(self).__name__} cannot have the symmetry '{symmetry}': {reason}"
            )
        self.symmetry_ = symmetry

    def _refuses(self, symmetry):
        """Return why the targets cannot be moved, None if they can."""
        return None

    def _with_copies(self, linear, X, y, random_state):
        """Return samples and moved copies of them. Equal samples are moved by the same elements."""
        rows, places = np.unique(X, axis=0, return_inverse=True)
        copies = [(X, y)]
        for _ in range(self.augment):
            elements = linear.sample(len(rows), random_state)[places.reshape(-1)]
            moved = self._moved_targets(
                y, lambda Y, elements=elements: linear.outputs.transform(elements, Y)
            )
            copies.append((linear.inputs.transform(elements, X), moved))
        return tuple(map(np.concatenate, zip(*copies, strict=True)))

    def _mean(self, X, answer):
        """Return the mean answers for samples, of shape (n_samples, n_outputs)."""
        centring, linear = Centring(self.symmetry_), self.symmetry_.without_shifts()
        rows = centring.inward(X).T
        step = max(1, MAX_ROWS // len(X))
        total = np.zeros((linear.outputs.dimension, len(X)))
        for start in range(0, len(self._elements), step):
            elements = self._elements[start : start + step]
            every = np.broadcast_to(rows, (len(elements), *rows.shape))
            moved = linear.inputs.act(elements, every).swapaxes(1, 2)
            moved = moved.reshape(-1, len(rows))
            answers = checked_predictions(answer(moved), len(moved), "estimator")
            answers = answers.reshape(len(elements), len(X), -1).swapaxes(1, 2)
            total += linear.outputs.act(elements.inverse(), answers).sum(axis=0)
        return centring.outward(X, total.T / len(self._elements))

    def _read(self, X):
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
