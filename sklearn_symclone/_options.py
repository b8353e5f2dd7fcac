"""Constraint of a parameter that takes a name out of a registry, which users can add to."""

from __future__ import annotations

from sklearn.utils._param_validation import StrOptions


class Registered(StrOptions):
    """A string among the names that are known when the parameter is checked.

    Parameters
    ----------
    names : callable
        Returns the names; it is called whenever they are needed.
    """

    def __init__(self, names):
        self._names = names
        super().__init__(set(names()))

    @property
    def options(self):
        """The names that are known now."""
        return set(self._names())

    @options.setter
    def options(self, names):
        """Keep nothing: names that are registered later count as well."""
