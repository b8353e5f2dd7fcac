"""Fitted references and clones, kept on disk by all that determines them."""

from __future__ import annotations

import inspect

import cloudpickle
import torch

import sklearn_symclone

from ..references.registry import family_of, is_built_in


def remember(memory, function, *args, key=(), not_key, **kwargs):
    """Return what a function returns, from a cache if the same was asked for before.

    Parameters
    ----------
    memory : joblib.Memory, or another object with its method ``cache``
    function : callable
        Of a module.
    *args, **kwargs
        Of the function; they are part of the key, as are the versions of this library and of
        torch: what a fit does, and how it rounds, may change with them.
    key : picklable value, default=()
        What else determines the result.
    not_key : dict
        Arguments of the function that are no part of the key.
    """
    cached = memory.cache(_call, ignore=["not_key"])
    versions = (sklearn_symclone.__version__, torch.__version__)
    call = (function, args, kwargs, (*versions, key), not_key)
    if not hasattr(cached, "call_and_shelve"):
        return cached(*call)
    entry = cached.call_and_shelve(*call)
    try:
        return entry.get()
    except Exception:
        # A damaged entry, which may raise anything, or one that another process is just replacing.
        # It costs time and changes no result, so that there is nothing to tell.
        entry.clear()
        return cached(*call)


def _call(function, args, kwargs, key, not_key):
    return function(*args, **kwargs, **not_key)


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
