"""The docstrings of ``fit`` and ``partial_fit``, which the estimators share."""

from __future__ import annotations

from string import Template

_FIT = Template(
    """Fit a reference, let the student imitate it, and fit the student to the data.

Parameters
----------
X : array-like of shape (n_samples, n_features)
    The samples.
y : array-like of shape $shape
    $targets
sample_weight : array-like of shape (n_samples,), default=None
    Weights of the samples. None: all weigh the same.
${own}groups : array-like of shape (n_samples,), default=None
    Labels of groups of samples, numbers or strings. Samples of one group are held out
    together$also. None: equal samples are held out together.

Returns
-------
self
    The fitted estimator.

Raises
------
ValueError
    If data, parameters and symmetry do not fit together, before any training starts, or if the loss
    becomes infinite. The estimator is then not fitted.
"""
)

#: What a search does not have: it holds out samples as its ``cv`` says.
_VALIDATION = """\
X_val : array-like of shape (n_validation_samples, n_features), default=None
    Held-out samples of your own. They decide all that held-out samples decide: how long the
    reference learns, ``alpha="auto"``, ``strength="auto"``, the temperature, and with
    ``early_stopping`` when the fit to the task ends. Nothing is fitted to them, and none of the
    samples of X are held out. None: parts of X are held out.
y_val : array-like of the shape of y, default=None
    Their targets. A classifier needs no class to be among them, but knows only those of y.
sample_weight_val : array-like of shape (n_validation_samples,), default=None
    Their weights. None: all weigh the same.
"""


def documented_fit(shape, targets, *, searches=False):
    """Return a decorator that gives ``fit`` its docstring.

    Parameters
    ----------
    shape, targets : str
        The shape of y, and the text about it.
    searches : bool, default=False
        Whether the estimator is a search.
    """
    own = "" if searches else _VALIDATION
    also = ", by ``cv`` if it takes groups as well" if searches else ""

    def document(function):
        function.__doc__ = _FIT.substitute(shape=shape, targets=targets, own=own, also=also)
        return function

    return document


_PARTIAL_FIT = Template(
    """Fit one more chunk of a table, in one epoch.

The first call fits the reference and its clone to its chunk, which should therefore be typical of
the table. After ``fit`` it goes on from the fitted weights. All calls are anchored to that clone.
Within each chunk the learning rate starts at ``learning_rate_init`` and falls to zero. Parameters
of the symmetry, of the network and of the reference cannot change after the first call. There,
``strength="auto"`` is 0.1. There is no ``partial_fit`` with ``early_stopping=True``,
``solver="lbfgs"``, or an anchor with ``cloning="layers"`` or ``"weights"``.

Parameters
----------
X : array-like of shape (n_samples, n_features)
    The samples of the chunk.
$targets
sample_weight : array-like of shape (n_samples,), default=None
    Weights of the samples. None: all weigh the same.

Returns
-------
self
    The fitted estimator.

Raises
------
ValueError
    If data, parameters and symmetry do not fit together, before any training starts, or if the loss
    becomes infinite. The estimator is then as it was before the call.
"""
)


def documented_partial_fit(targets):
    """Return a decorator that gives ``partial_fit`` its docstring.

    Parameters
    ----------
    targets : str
        The text about the parameters between X and the weights.
    """

    def document(function):
        function.__doc__ = _PARTIAL_FIT.substitute(targets=targets)
        return function

    return document
