"""The warnings of this library."""

from __future__ import annotations


class SymmetryWarning(UserWarning):
    """The table speaks against the symmetry that is stated for it.

    ``fit`` gives it where columns that a group mixes were scaled one by one, and where held-out
    samples contradict the symmetry.

    See Also
    --------
    sklearn.exceptions.ConvergenceWarning : Given where a clone is far from its reference.

    Examples
    --------
    To look for the cause at once, turn it into an error:

    >>> import warnings
    >>> from sklearn_symclone.exceptions import SymmetryWarning
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", SymmetryWarning)
    """
