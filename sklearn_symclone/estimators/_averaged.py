"""Any estimator of scikit-learn, averaged over a group."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    RegressorMixin,
    _fit_context,
    clone,
)
from sklearn.utils import check_random_state, get_tags
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    _raise_for_params,
    _routing_enabled,
    process_routing,
)
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_method_params,
    _check_sample_weight,
    check_is_fitted,
    column_or_1d,
    has_fit_parameter,
    validate_data,
)

from ..fitting.settings import check_moves_columns
from ..references.average import refuses
from ..references.layers.scaling import Centring
from ..symmetry import Representation, Symmetry, Trivial, as_symmetry

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11

#: Moved rows that are predicted at once, about.
MAX_ROWS = 2**15

_CONSTRAINTS: dict = {
    "symmetry": [Representation, Symmetry, str, None],
    "augment": [Interval(Integral, 0, None, closed="left")],
    "n_elements": [Interval(Integral, 1, None, closed="left")],
    "random_state": ["random_state"],
}

_DOC = """{summary}

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
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
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

    def _fit(self, X, y, n_outputs, target, weights, params):
        """Fit the model to samples and their moved copies."""
        self._prepare(X, n_outputs, target)
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

    def _prepare(self, X, n_outputs, target):
        """Set the symmetry, if there is an average over its group."""
        symmetry = Trivial(X.shape[1]) if self.symmetry is None else self.symmetry
        symmetry = as_symmetry(symmetry).bind(X.shape[1], n_outputs, target=target)
        check_moves_columns(symmetry)
        reason = refuses(symmetry.without_shifts()) or self._refuses(symmetry)
        if reason is not None:
            raise ValueError(f"{type(self).__name__} cannot have the symmetry '{symmetry}': {reason}")
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
            answers = answer(moved.reshape(-1, len(rows))).astype(np.float64)
            answers = answers.reshape(len(elements), len(X), -1).swapaxes(1, 2)
            total += linear.outputs.act(elements.inverse(), answers).sum(axis=0)
        return centring.outward(X, total.T / len(self._elements))

    def _read(self, X):
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=[np.float64, np.float32])


class OrbitAveragedRegressor(RegressorMixin, OrbitAveraged):
    __doc__ = _DOC.format(
        summary="Any regressor, whose predictions are averaged over a group.",
        estimator="A regressor of scikit-learn, which is cloned and fitted.",
        targets="y",
        attributes="",
        see_also="""OrbitAveragedClassifier : The same for classes.
    EquivariantRegressor : An equivariant network.""",
        examples=""">>> import numpy as np
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> from sklearn_symclone import OrbitAveragedRegressor
    >>> X = np.random.RandomState(0).standard_normal((100, 6))
    >>> y = X[:, ::2].max(axis=1)
    >>> forest = RandomForestRegressor(n_estimators=5, random_state=0)
    >>> model = OrbitAveragedRegressor(forest, "S(3)*2").fit(X, y)
    >>> exchanged = X[:, [2, 3, 0, 1, 4, 5]]
    >>> np.allclose(model.predict(X), model.predict(exchanged), atol=1e-12)
    True""",
    )

    _parameter_constraints: dict = {**_CONSTRAINTS, "estimator": [HasMethods(["fit", "predict"])]}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        own = get_tags(self.estimator).regressor_tags
        # on data without the symmetry, a model that has it must score badly
        tags.regressor_tags.poor_score = self.symmetry is not None or bool(own and own.poor_score)
        return tags

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **fit_params: Any
    ) -> Self:
        """Fit the regressor to samples and their moved copies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, for the estimator. None: it gets none.
        **fit_params : dict
            More arguments for ``fit`` of the estimator, if metadata routing is enabled.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If the symmetry does not fit the columns, or if there is no average over its group.
        """
        _raise_for_params(fit_params, self, "fit")
        X, y = validate_data(
            self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X)
        return self._fit(X, y, y[:1].size, "y", weights, fit_params)

    def _moved_targets(self, y, move):
        return move(y.reshape(len(y), -1).astype(np.float64)).reshape(y.shape)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the targets of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The mean predictions, in the shape of y.
        """
        X = self._read(X)
        mean = self._mean(X, self.estimator_.predict)
        return mean.ravel() if mean.shape[1] == 1 else mean


class OrbitAveragedClassifier(ClassifierMixin, OrbitAveraged):
    __doc__ = _DOC.format(
        summary="Any classifier, whose probabilities are averaged over a group.",
        estimator="A classifier of scikit-learn with ``predict_proba``, which is cloned and fitted.",
        targets="the classes (in the order of ``classes_``)",
        attributes="""
    classes_ : ndarray of shape (n_classes,)
        Labels of the classes, sorted.""",
        see_also="""OrbitAveragedRegressor : The same for quantities.
    EquivariantClassifier : An equivariant network.""",
        examples=""">>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn_symclone import OrbitAveragedClassifier
    >>> from sklearn_symclone.datasets import make_balance_scale
    >>> X, y = make_balance_scale()
    >>> forest = RandomForestClassifier(n_estimators=5, random_state=0)
    >>> model = OrbitAveragedClassifier(forest, "S(2)*2 -> 1 + S(2)", augment=1, random_state=0)
    >>> model.fit(X, y).predict_proba(X[:2]).shape
    (2, 3)""",
    )

    _parameter_constraints: dict = {
        **_CONSTRAINTS,
        "estimator": [HasMethods(["fit", "predict_proba"])],
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        own = get_tags(self.estimator).classifier_tags
        tags.target_tags.multi_output = False
        # on data without the symmetry, a model that has it must score badly
        tags.classifier_tags.poor_score = self.symmetry is not None or bool(own and own.poor_score)
        tags.classifier_tags.multi_class = own is None or own.multi_class
        return tags

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **fit_params: Any
    ) -> Self:
        """Fit the classifier to samples and their moved copies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, for the estimator. None: it gets none.
        **fit_params : dict
            More arguments for ``fit`` of the estimator, if metadata routing is enabled.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If the symmetry does not fit the columns and classes, or if there is no average over its
            group.
        """
        _raise_for_params(fit_params, self, "fit")
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X)
        self.classes_ = np.unique(y)
        return self._fit(X, y, len(self.classes_), "classes_", weights, fit_params)

    def _refuses(self, symmetry):
        if symmetry.outputs.permutes:
            return None
        return "a group can exchange classes and do nothing else with their probabilities"

    def _moved_targets(self, y, move):
        return self.classes_[move((y[:, None] == self.classes_).astype(float)).argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the probabilities of classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            The mean probabilities, in the order of ``classes_``.
        """
        X = self._read(X)
        return self._mean(X, self.estimator_.predict_proba)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the classes of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels of the classes with the largest mean probability.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]
