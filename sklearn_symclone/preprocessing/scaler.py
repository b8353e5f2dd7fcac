"""Standardise columns by shifts and scales that the group leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import OneToOneFeatureMixin, _fit_context
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from ..references.layers.scaling import equivariant_scaling
from ..symmetry import Representation, Symmetry, Trivial, as_symmetry, point_columns
from .base import SymmetricTransformer

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11


class EquivariantScaler(OneToOneFeatureMixin, SymmetricTransformer):
    """Standardise columns without breaking a symmetry.

    ``StandardScaler`` measures each column alone. Columns that the group exchanges then get
    different shifts and scales, vectors are bent, and the scaled table no longer has the symmetry
    of the table. Here columns share their statistics as the symmetry asks:

    - columns that the group exchanges have one mean and one deviation;
    - the components of a vector have one scale. A vector has no shift, because no vector but zero
      stays as it is under all rotations; a tensor is shifted along its invariant part;
    - points have one origin and one unit of length for the whole table;
    - columns that nothing moves are standardised one by one.

    Parameters
    ----------
    symmetry : Symmetry, Representation, str or None, default=None
        How the columns of X transform, for example ``"S(5) + S(5)*O(3)"``. You can give the
        symmetry of your estimator: its outputs are not scaled. None: no symmetry, each column is
        standardised alone.
    with_mean : bool, default=True
        Whether to subtract the mean.
    with_std : bool, default=True
        Whether to divide by the standard deviation.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,) or None
        What is subtracted: of all vectors that the group leaves alone the one nearest to the mean.
        None if ``with_mean`` is False.
    scale_ : ndarray of shape (n_features,) or None
        What columns are divided by: the root mean square about ``mean_`` over all columns that the
        group mixes; 1 where that is 0. None if ``with_std`` is False.
    symmetry_ : Representation
        How the columns transform, with an unknown size solved.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str of shape (``n_features_in_``,)
        Names of the columns of X, if they have names.

    See Also
    --------
    EquivariantImputer : Fills in missing values without breaking a symmetry.
    SymmetryClonedRegressor : It standardises columns so on its own.

    Examples
    --------
    Two vectors keep their directions:

    >>> import numpy as np
    >>> from sklearn_symclone.preprocessing import EquivariantScaler
    >>> X = np.array([[3.0, 4.0, 0.0, 2.0], [-3.0, 4.0, 2.0, 0.0]])
    >>> scaler = EquivariantScaler("2*O(2)").fit(X)
    >>> scaler.scale_.round(2).tolist()
    [3.54, 3.54, 1.41, 1.41]
    """

    _parameter_constraints: dict = {
        **SymmetricTransformer._parameter_constraints,
        "with_mean": ["boolean"],
        "with_std": ["boolean"],
    }

    def __init__(
        self,
        symmetry: Symmetry | Representation | str | None = None,
        *,
        with_mean: bool = True,
        with_std: bool = True,
    ) -> None:
        self.symmetry = symmetry
        self.with_mean = with_mean
        self.with_std = with_std

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: None = None, sample_weight: ArrayLike | None = None) -> Self:
        """Measure the columns.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples. None: all weigh the same.

        Returns
        -------
        self
            The fitted scaler.

        Raises
        ------
        ValueError
            If the symmetry does not fit the columns, or if no shift or scale of X respects it.
        """
        X = self._read(X, reset=True)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
            if weights.sum() == 0:
                raise ValueError("all sample_weight are zero: at least one must be positive")
        inputs = self._bound(X.shape[1])
        if self.with_mean or self.with_std:
            self._check_outputs()
        mean, scale = _moments(inputs, X.astype(np.float64), weights)
        self.symmetry_ = inputs
        self.mean_ = mean if self.with_mean else None
        self.scale_ = scale if self.with_std else None
        return self

    def _check_outputs(self):
        """Raise a ValueError if the targets are points: those of X cannot be scaled alone."""
        outputs = None if self.symmetry is None else as_symmetry(self.symmetry).outputs
        if outputs is not None and outputs.is_affine:
            raise ValueError(
                f"no shift or scale of X alone respects symmetry '{self.symmetry}': its outputs "
                "are points of the same space, which would stay where they are. Leave the scaler "
                "out, because the estimators of this library count points from their mean; or "
                "predict displacements, which are written '.vector'"
            )

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Standardise samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The scaled samples, in the dtype of X if that is a floating point type.
        """
        check_is_fitted(self)
        X = self._read(X)
        if self.mean_ is not None:
            X = X - self.mean_.astype(X.dtype)
        return X if self.scale_ is None else X / self.scale_.astype(X.dtype)

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """Return scaled samples to the units of the table.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Scaled samples.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The samples in the units of the table.
        """
        check_is_fitted(self)
        X = self._read(X)
        if self.scale_ is not None:
            X = X * self.scale_.astype(X.dtype)
        return X if self.mean_ is None else X + self.mean_.astype(X.dtype)


def _moments(inputs, X, weights):
    """Return the shift and the scale of each column, with points about the centre of them all."""
    points = point_columns(inputs)
    centre = np.zeros(X.shape[1])
    for columns in points.values():
        centre[columns] = np.average(X[:, columns], axis=0, weights=weights).mean(axis=0)
    X = X - centre
    vectors = Symmetry(inputs, Trivial(1)).without_shifts().inputs
    shift, scale = equivariant_scaling(vectors, X, weights)
    for columns in points.values():
        # a shift moves all points alike, so all have one unit of length
        spread = np.average((X - shift)[:, columns] ** 2, axis=0, weights=weights).mean() ** 0.5
        scale[columns] = spread if spread > 1e-7 * np.abs(centre[columns]).max() else 1.0
    return centre + shift, scale
