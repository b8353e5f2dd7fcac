"""The state of estimators: what a fit changes at once, and the version that pickles hold."""

from __future__ import annotations

import warnings
from copy import copy
from functools import wraps

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


def all_or_nothing(fit):
    """Make a method that fits change its estimator in one step, at the end.

    After an error or an interrupt the estimator is as it was before.

    Parameters
    ----------
    fit : callable
        The method. What it returns is not used: the new one returns the estimator.
    """

    @wraps(fit)
    def whole(self, *args, **kwargs):
        changed = copy(self)
        fit(changed, *args, **kwargs)
        self.__dict__ = vars(changed)
        return self

    return whole
