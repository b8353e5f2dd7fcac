"""Parameters whose values are names that users can add to."""

from __future__ import annotations

from sklearn.utils._param_validation import StrOptions


class Registered(StrOptions):
    """The constraint that a parameter is one of the names that are registered when it is checked.

    Parameters
    ----------
    names : callable
        Returns the names, in the order in which an error lists them.
    """

    def __init__(self, names):
        # not the base class's: it would keep the names of today
        self.type, self.deprecated, self.hidden = str, set(), False
        self.names = names

    @property
    def options(self):
        """The names that are registered now."""
        return tuple(self.names())
