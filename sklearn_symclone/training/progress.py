"""Who follows the progress of a fit, and in which of its stages a training takes place.

Trainings lie deep within a fit. What follows them is known to the whole fit, as the processes that
share its samples are; see ``distributed``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

_follower: ContextVar[Progress | None] = ContextVar("follower", default=None)
_stages: ContextVar[tuple[str, ...]] = ContextVar("stages", default=())


class Progress(ABC):
    """What follows a fit: it is told of stages, trainings and epochs.

    A stage, such as the comparison of strengths, holds trainings of candidates. Those are told of
    without their epochs.
    """

    @abstractmethod
    def begin(self, name, n_epochs):
        """Note the beginning of a stage or a training.

        Parameters
        ----------
        name : str
        n_epochs : int or None
            None: it is a stage. 0: a training that is told of without its epochs.
        """

    @abstractmethod
    def end(self):
        """Note the end of what has begun last."""

    @abstractmethod
    def begin_epoch(self):
        """Note the beginning of an epoch."""

    @abstractmethod
    def end_epoch(self, so_far):
        """Note the end of an epoch. Return whether the training is to stop.

        Parameters
        ----------
        so_far : callable or None
            Returns the student and its weights as if the training had stopped here. None: there is
            no student yet.
        """


@contextmanager
def following(progress):
    """Let something follow all trainings in this context. None: nothing does."""
    token = _follower.set(progress)
    try:
        yield
    finally:
        _follower.reset(token)


@contextmanager
def stage(name):
    """Name a stage of a fit, within which candidates are compared. Stages can be nested."""
    outer = _stages.get()
    token = _stages.set((*outer, name))
    try:
        with nullcontext() if outer else _noted(name, None):
            yield
    finally:
        _stages.reset(token)


@contextmanager
def training(phase, n_epochs):
    """Tell of a training. Yield what its epochs are told to, or None."""
    is_whole = not _stages.get()
    with _noted(place(phase), n_epochs if is_whole else 0):
        yield _follower.get() if is_whole else None


@contextmanager
def _noted(name, n_epochs):
    follower = _follower.get()
    if follower is None:
        yield
        return
    follower.begin(name, n_epochs)
    try:
        yield
    finally:
        follower.end()


def place(phase):
    """Return the name of a training with the stages that it is part of."""
    return ", ".join((*_stages.get(), phase))
