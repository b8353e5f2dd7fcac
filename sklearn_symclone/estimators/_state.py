"""Pickles of estimators hold the version of this library that made them."""

from __future__ import annotations

import warnings

from sklearn.exceptions import InconsistentVersionWarning

from .._version import __version__


class Versioned:
    """Mixin whose pickles warn where another version loads them, as those of scikit-learn do."""

    def __getstate__(self):
        return {**super().__getstate__(), "_sklearn_symclone_version": __version__}

    def __setstate__(self, state):
        state = dict(state)
        version = state.pop("_sklearn_symclone_version", "unknown")
        if version != __version__:
            warning = InconsistentVersionWarning(
                estimator_name=type(self).__name__,
                current_sklearn_version=__version__,
                original_sklearn_version=version,
            )
            warnings.warn(warning, stacklevel=2)
        super().__setstate__(state)
