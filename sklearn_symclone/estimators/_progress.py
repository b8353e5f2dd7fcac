"""scikit-learn's callbacks follow a fit: its stages, its trainings and their epochs."""

from __future__ import annotations

from contextlib import contextmanager

from ..training import Progress, following

try:
    from sklearn.callback import CallbackSupportMixin as CallbackSupport
except ImportError:  # scikit-learn before 1.9

    class CallbackSupport:  # type: ignore[no-redef]
        """Nothing: there are no callbacks in this scikit-learn."""


class Followed(Progress):
    """Tells scikit-learn's callbacks of the progress of a fit.

    Parameters
    ----------
    estimator : BaseEstimator
    context : CallbackContext
        Of the whole fit.
    **samples
        The ``X``, ``y`` and ``metadata`` of the fit, as the user gave them.

    Attributes
    ----------
    fitted : callable or None
        From a student and its weights to the fitted attributes of the estimator, a dict.
    """

    def __init__(self, estimator, context, **samples):
        self.samples = {"estimator": estimator, **samples}
        self.contexts, self.waiting = [context], None
        self.fitted = None

    def begin(self, name, n_epochs):
        """Note the beginning of a stage or a training."""
        if n_epochs is None:
            self.waiting = name  # a stage in which nothing is trained has no task
            return
        if self.waiting is not None:
            self._open(self.waiting, None)
            self.waiting = None
        self._open(name, n_epochs)

    def end(self):
        """Note the end of what has begun last."""
        if self.waiting is None:
            self.contexts.pop().call_on_fit_task_end(**self.samples)
        self.waiting = None

    def _open(self, name, max_subtasks):
        context = self.contexts[-1].subcontext(task_name=name, max_subtasks=max_subtasks)
        self.contexts.append(context.call_on_fit_task_begin(**self.samples))

    def begin_epoch(self):
        """Note the beginning of an epoch."""
        self._open("epoch", 0)

    def end_epoch(self, so_far):
        """Note the end of an epoch. Return whether a callback asks to stop the training."""
        reconstruct = None if so_far is None else lambda: self.fitted(*so_far())
        context = self.contexts.pop()
        return context.call_on_fit_task_end(reconstruction_attributes=reconstruct, **self.samples)


@contextmanager
def callbacks_following(estimator, X, y, sample_weight):
    """Let the callbacks of an estimator follow its fit. Yield a ``Followed``, None if it has none.

    Parameters
    ----------
    estimator : CallbackSupport
    X, y, sample_weight : array-like
        Of the fit.
    """
    if not hasattr(estimator, "set_callbacks"):
        yield None
        return
    metadata = None if sample_weight is None else {"sample_weight": sample_weight}
    # how many stages and trainings there are depends on the samples
    context = estimator._init_callback_context(max_subtasks=None)
    followed = Followed(estimator, context, X=X, y=y, metadata=metadata)
    context.call_on_fit_task_begin(**followed.samples)
    with following(followed if getattr(estimator, "_skl_callbacks", None) else None):
        yield followed
    context.call_on_fit_task_end(**followed.samples, reconstruction_attributes=dict)
