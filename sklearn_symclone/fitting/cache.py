"""Fitted references and clones, stored on disk under all that determines them."""

from __future__ import annotations

import inspect
import warnings

import cloudpickle
import joblib
import torch
from sklearn.utils.validation import check_memory

from .._version import __version__
from ..references.registry import family_of, is_built_in


class Cache:
    """It calls functions and stores what they return.

    Parameters
    ----------
    memory : str, joblib.Memory, another object with its method ``cache``, or None
        None: results are kept as long as this object lives, which is for one fit: held-out samples
        ask for some fits more than once. The same holds, after a warning, if its folder cannot be
        read or written.
    """

    def __init__(self, memory):
        self._kept = {}
        try:
            self.memory = None if memory is None else check_memory(memory)
        except OSError as error:
            self._do_without(memory, error)

    def __call__(self, function, *args, key=(), not_key):
        """Return what a function returns, from the cache if the same call was made before.

        Parameters
        ----------
        function : callable
            A function that a module defines.
        *args
            Arguments of the function. They are part of the key. So are the versions of this library
            and of torch, because results may change with them.
        key : picklable value, default=()
            All else that determines the result.
        not_key : dict
            Arguments of the function that do not belong to the key.
        """
        try:
            if self.memory is not None:
                return self._from_memory(function, args, key, not_key)
        except OSError as error:
            self._do_without(self.memory, error)
        found = joblib.hash((function.__qualname__, args, key))
        if found not in self._kept:
            self._kept[found] = function(*args, **not_key)
        return self._kept[found]

    def _from_memory(self, function, args, key, not_key):
        cached = self.memory.cache(_call, ignore=["not_key"])
        call = (function, args, (__version__, torch.__version__, key), not_key)
        if not hasattr(cached, "call_and_shelve"):
            return cached(*call)
        entry = cached.call_and_shelve(*call)
        try:
            return entry.get()
        except Exception:
            # The entry is damaged and may raise anything, or another process is replacing it.
            # Computing it again changes no result, so no warning is needed.
            entry.clear()
            return cached(*call)

    def _do_without(self, memory, error):
        self.memory = None
        warnings.warn(
            f"memory={memory!r} cannot be used ({error}): nothing is kept after this fit. Give a "
            "folder that can be written to, or memory=None",
            UserWarning,
            stacklevel=3,
        )

    def identity(self, reference):
        """Return what tells a reference from others; see ``identity``."""
        return identity(reference) if self.memory is not None else str(reference)


def _call(function, args, key, not_key):
    return function(*args, **not_key)


def identity(reference):
    """Return a value that identifies a reference.

    Parameters
    ----------
    reference : str or callable
        The name of a family of this library identifies it, beside the library's version. Families
        of users and callables are identified by their code.

    Returns
    -------
    str or tuple of (bytes, str)
        The name, or the pickle and the source of the code.

    Raises
    ------
    TypeError
        If a callable cannot be pickled.
    """
    if isinstance(reference, str):
        if is_built_in(reference):
            return reference
        reference = family_of(reference).network
    try:
        source = inspect.getsource(reference)  # the pickle may hold only the function's name
    except (OSError, TypeError):
        source = ""
    try:
        return cloudpickle.dumps(reference), source
    except Exception as error:  # objects raise anything when they are pickled
        raise TypeError(
            f"reference={reference!r} cannot be pickled ({error}), and memory tells references "
            "apart by their pickles: set memory=None, or keep what cannot be pickled out of it"
        ) from error
