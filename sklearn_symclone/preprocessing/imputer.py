"""Fill in missing values by statistics that the group leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import OneToOneFeatureMixin, _fit_context
from sklearn.utils.validation import check_is_fitted

from ..symmetry import Representation, Symmetry, Trivial, equivariant_maps, point_columns
from .base import SymmetricTransformer

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class EquivariantImputer(OneToOneFeatureMixin, SymmetricTransformer):
    """Fill in missing values, NaN, without breaking a symmetry.

    ``SimpleImputer`` fills each column by its own mean. Where the group exchanges columns, the
    order of the items would then change the filled row. Here columns share their statistics as the
    symmetry asks:

    - a column that the group exchanges with others gets the mean of the values that are present in
      all of them;
    - a vector gets zeros, the only vector that stays as it is under all rotations; a tensor gets
      its invariant part;
    - a point gets the mean of the points of its row that are present; if none is, that of the
      table;
    - a column that nothing moves gets its own mean.

    Parameters
    ----------
    symmetry : Symmetry, Representation, str or None, default=None
        How the columns of X transform, for example ``"S(5)*4"``. You can give the symmetry of your
        estimator. None: no symmetry, each column is filled by its own mean.

    Attributes
    ----------
    statistics_ : ndarray of shape (n_features,)
        What each column is filled by; 0 for columns without a value. For points it is the mean of
        those of the table.
    symmetry_ : Representation
        How the columns transform, with an unknown size solved.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (``n_features_in_``,)
        Names of the columns of X, if they have names.

    See Also
    --------
    EquivariantScaler : Standardises columns without breaking a symmetry.

    Notes
    -----
    A vector with some components present and others missing cannot be rotated. There is no
    equivariant way to fill it: the missing components are filled as if all were.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.preprocessing import EquivariantImputer
    >>> X = np.array([[1.0, 2.0, 7.0], [np.nan, 3.0, 9.0]])
    >>> EquivariantImputer("S(2) + 1").fit_transform(X)
    array([[1., 2., 7.],
           [2., 3., 9.]])
    """

    _finite = "allow-nan"

    def __init__(self, symmetry: Symmetry | Representation | str | None = None) -> None:
        self.symmetry = symmetry

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: None = None) -> Self:
        """Measure the values that are present.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples. NaN stands for a missing value.
        y : None
            Ignored.

        Returns
        -------
        self
            The fitted imputer.

        Raises
        ------
        ValueError
            If the symmetry does not fit the columns.
        """
        X = self._read(X, reset=True)
        inputs = self._bound(X.shape[1])
        self.statistics_ = _statistics(inputs, X.astype(np.float64))
        self.symmetry_ = inputs
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Fill in the missing values of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples. NaN stands for a missing value.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The filled samples, in the dtype of X if that is a floating point type.
        """
        check_is_fitted(self)
        X = self._read(X)
        filling = np.broadcast_to(self.statistics_, X.shape)
        places = point_columns(self.symmetry_)
        if places:
            filling = filling.copy()
        for columns in places.values():
            points = X[:, columns].astype(np.float64)
            sums, counts = _present(points, axis=1)
            of_table = self.statistics_[columns[0]]
            means = np.where(counts > 0, sums / np.maximum(counts, 1), of_table)
            filling[:, columns] = means[:, None]
        return np.where(np.isnan(X), filling, X).astype(X.dtype)


def _present(X, axis):
    """Return the sums of the values that are present, and their numbers."""
    return np.nansum(X, axis=axis), np.count_nonzero(~np.isnan(X), axis=axis)


def _statistics(inputs, X):
    """Return the vector that the group leaves alone and that is nearest to all present values."""
    sums, counts = _present(X, axis=0)
    means = sums / np.maximum(counts, 1)
    vectors = Symmetry(inputs, Trivial(1)).without_shifts().inputs
    maps = equivariant_maps(1, vectors)
    filling = means
    if maps.rank < X.shape[1]:
        # least squares over all values: each column counts as often as it has a value
        basis, root = maps.basis()[:, :, 0].T, np.sqrt(counts)
        filling = basis @ np.linalg.lstsq(root[:, None] * basis, root * means, rcond=None)[0]
    for columns in point_columns(inputs).values():
        total = np.maximum(counts[columns].sum(axis=0), 1)
        filling[columns] = sums[columns].sum(axis=0) / total
    return filling
