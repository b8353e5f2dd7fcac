"""Fitted references and clones, kept on disk by all that determines them."""

from __future__ import annotations

import inspect

import cloudpickle
import joblib
import torch
from sklearn.utils.validation import check_memory

from .._version import __version__
from ..references.registry import family_of, is_built_in


class Cache:
    """A function that calls others, and keeps what they return.

    Parameters
    ----------
    memory : str, joblib.Memory, another object with its method ``cache``, or None
        None: results are kept as long as this object lives, which is for one fit: held-out samples
        ask for some fits more than once.
    """

    def __init__(self, memory):
        self.memory = None if memory is None else check_memory(memory)
        self._kept = {}

    def __call__(self, function, *args, key=(), not_key):
        """Return what a function returns, from the cache if the same was asked for before.

        Parameters
        ----------
        function : callable
            Of a module.
        *args
            Of the function; they are part of the key, as are the versions of this library and of
            torch: what a fit does, and how it rounds, may change with them.
        key : picklable value, default=()
            What else determines the result.
        not_key : dict
            Arguments of the function that are no part of the key.
        """
        if self.memory is None:
            found = joblib.hash((function.__qualname__, args, key))
            if found not in self._kept:
                self._kept[found] = function(*args, **not_key)
            return self._kept[found]
        cached = self.memory.cache(_call, ignore=["not_key"])
        call = (function, args, (__version__, torch.__version__, key), not_key)
        if not hasattr(cached, "call_and_shelve"):
            return cached(*call)
        entry = cached.call_and_shelve(*call)
        try:
            return entry.get()
        except Exception:
            # A damaged entry, which may raise anything, or one that another process is just
            # replacing. It costs time and changes no result, so that there is nothing to tell.
            entry.clear()
            return cached(*call)

    def identity(self, reference):
        """Return what tells a reference from others; see ``identity``."""
        return identity(reference) if self.memory is not None else str(reference)


def _call(function, args, key, not_key):
    return function(*args, **not_key)


def identity(reference):
    """Return what tells a reference from others: of a callable, what it is made of.

    Parameters
    ----------
    reference : str or callable
        The version of this library tells what its own families are; other families are told apart
        by their networks.

    Returns
    -------
    str or tuple of (bytes, str)
    """
    if isinstance(reference, str):
        if is_built_in(reference):
            return reference
        reference = family_of(reference).network
    try:
        source = inspect.getsource(reference)  # a function of a module is pickled as its name
    except (OSError, TypeError):
        source = ""
    return cloudpickle.dumps(reference), source
