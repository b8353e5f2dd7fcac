"""What the transformers share: their symmetry, and how they read a table."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import validate_data

from ..symmetry import Representation, Symmetry, Trivial, as_symmetry


class SymmetricTransformer(TransformerMixin, BaseEstimator):
    """Base of the transformers: it reads tables and binds the symmetry to their columns."""

    _parameter_constraints: dict = {"symmetry": [Representation, Symmetry, str, None]}

    #: Whether missing values are allowed: what ``validate_data`` takes as ``ensure_all_finite``.
    _finite: bool | str = True

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self._finite is not True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _read(self, X, reset=False):
        """Return X as an array of floating point numbers."""
        return validate_data(
            self, X, reset=reset, dtype=[np.float64, np.float32], ensure_all_finite=self._finite
        )

    def _bound(self, n_features):
        """Return how so many columns of X transform."""
        if self.symmetry is None:
            return Trivial(n_features)
        # a size that only the outputs name has nothing to do with X
        return Symmetry(as_symmetry(self.symmetry).inputs).bind(n_features, 1).inputs
