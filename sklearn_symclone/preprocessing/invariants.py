"""Features that no group element changes, for models that know no symmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from ..references.layers.scaling import Centring
from ..symmetry import Representation, Symmetry, Trivial
from .base import SymmetricTransformer
from .orbits import OrbitMeans, OrbitValues
from .products import generators_of, products_of, vectors_of

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11

#: Numbers in memory at once.
MAX_NUMBERS = 2**22


class InvariantFeatures(SymmetricTransformer):
    """Turn columns into features that no group element changes.

    Trees and linear models know no symmetry. On these features they cannot but have it: rows that
    the group moves into each other have the same features. They are found in three steps.

    1. Points are counted from the mean of the points of their row.
    2. Vectors and tensors are replaced by their invariants of degree 1 and 2: inner products of all
       pairs of vectors, traces. Other columns stay as they are.
    3. Where a group exchanges what is left, such as items or pairs of items, the values of an orbit
       are sorted. The mean of all products of two such numbers is taken over each orbit of pairs,
       for example over the products of two features of the same item.

    Parameters
    ----------
    symmetry : Symmetry, Representation, str or None, default=None
        How the columns of X transform, for example ``"S(5) + S(5)*O(3)"``. You can give the
        symmetry of an estimator: its outputs do not matter here. None: no symmetry, the features
        are the columns and their products.

    Attributes
    ----------
    symmetry_ : Representation
        How the columns transform, with an unknown size solved.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (``n_features_in_``,)
        Names of the columns of X, if they have names.

    See Also
    --------
    OrbitAveragedRegressor : Averages any regressor over a group.
    SymmetryClonedRegressor : A network that learns a symmetry.

    Notes
    -----
    The features are fewer than all invariants. Determinants are not among them, so that SO(n) has
    the features of O(n). Sorted values do not tell whether a cyclic group or all permutations
    exchange them; the means of products do. There are no products if there would be more than
    50,000 of them.

    Examples
    --------
    Lengths and the inner product of two vectors, and products of these:

    >>> import numpy as np
    >>> from sklearn_symclone.preprocessing import InvariantFeatures
    >>> features = InvariantFeatures("2*O(2)")
    >>> features.fit_transform(np.array([[3.0, 4.0, 1.0, 0.0]]))
    array([[ 25.,   3.,   1., 625.,  75.,  25.,   9.,   3.,   1.]])
    >>> features.get_feature_names_out()[:4].tolist()
    ['(x0..x1|x0..x1)', '(x0..x1|x2..x3)', '(x2..x3|x2..x3)', '(x0..x1|x0..x1)*(x0..x1|x0..x1)']
    """

    def __init__(self, symmetry: Symmetry | Representation | str | None = None) -> None:
        self.symmetry = symmetry

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: None = None) -> Self:
        """Find out which features there are.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples. Only the number of their columns matters.
        y : None
            Ignored.

        Returns
        -------
        self
            The fitted transformer.

        Raises
        ------
        ValueError
            If the symmetry does not fit the columns, or if some columns have no invariant of degree
            1 or 2.
        """
        inputs = self._bound(self._read(X, reset=True).shape[1])
        vectors = vectors_of(Symmetry(inputs, Trivial(1)).without_shifts().inputs)
        try:
            self._products = products_of(vectors)
        except ValueError as error:
            raise ValueError(f"InvariantFeatures of symmetry '{inputs}': {error}") from None
        generators = generators_of(vectors)
        moves = [products.moves(*generators) for products in self._products]
        sizes = [sources.shape[1] for sources, _ in moves]
        offsets = np.cumsum([0, *sizes[:-1]])
        sources = np.concatenate(
            [some + offset for (some, _), offset in zip(moves, offsets, strict=True)], axis=1
        )
        signs = np.concatenate([some for _, some in moves], axis=1)
        self._values = OrbitValues.of(sources, signs)
        self._means = OrbitMeans.of(sources, signs)
        self.symmetry_ = inputs
        self._n_features_out = self._values.n_features + self._means.n_features
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the invariant features of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
            The features, in the dtype of X if that is a floating point type.
        """
        check_is_fitted(self)
        X = self._read(X)
        centring = Centring(Symmetry(self.symmetry_, Trivial(1)))
        features = np.empty((len(X), self._n_features_out), dtype=X.dtype)
        step = max(1, MAX_NUMBERS // self._means.n_products)
        for start in range(0, len(X), step):
            rows = centring.inward(X[start : start + step].astype(np.float64))
            numbers = np.concatenate([part.values(rows) for part in self._products], axis=1)
            found = [self._values.features(numbers), self._means.features(numbers)]
            features[start : start + step] = np.concatenate(found, axis=1)
        return features

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> np.ndarray:
        """Return the names of the features.

        Parameters
        ----------
        input_features : array-like of str of shape (n_features,), default=None
            Names of the columns of X. None: those that X had in ``fit``, or x0, x1 and so on.

        Returns
        -------
        ndarray of str of shape (n_features_out,)
            ``(a..c|d..f)`` is the inner product of the vectors in the columns a to c and d to f.
            ``sorted 1 of a`` is the second smallest value of the orbit that column a belongs to,
            and ``mean of a*b`` the mean of a product over its orbit.
        """
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        numbers = [name for part in self._products for name in part.names(names)]
        found = self._values.names(numbers) + self._means.names(numbers)
        return np.asarray(found, dtype=object)
