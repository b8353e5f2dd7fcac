"""The part of the docstrings that both estimators share."""

from __future__ import annotations

from string import Template

_TEMPLATE = Template(
    """$summary

Parameters
----------
$symmetry
reference : {"auto", "sets", "invariants", "average", "pointwise", "tensors"} or callable, \
default="auto"
    The equivariant network to clone: a family by name, or a function that takes the
    Symmetry, bound to the columns, and returns an equivariant ``torch.nn.Module``. It is
    built for columns that are standardised by shifts and scales that the group leaves alone,
    and for points counted from their mean. "auto" takes the first family, in the order above,
    that can have the symmetry and is exactly equivariant. With cloning "layers" or "weights" it
    is "pointwise", of ``hidden_layer_sizes``, or a function that returns a
    :class:`~sklearn_symclone.references.Pointwise` of your own.
reference_fit : {"task", "random"}, default="task"
    "task": the reference is fitted to the training data before it is cloned. "random": it
    is cloned as initialised, rescaled to unit output variance.
cloning : {"network", "layers", "weights"}, default="network"
    What is imitated. "network": the whole reference function. "layers", for columns that are
    permuted: each equivariant layer as a function of its input and its weights, learned from
    samples; the network of these layers is then fitted by its weights alone. "weights": nothing
    is imitated, the weights of the fitted, weight-tied reference are written out as matrices.
$strength
anchor : {"function", "weights", "orbit"}, default="function"
    What the imitation term of the task fit is: the reference's answers on cloning inputs,
    the squared distance from the clone's weights, or the consistency of the network's own
    answers over group elements. With cloning "layers" or "weights", "function" is the squared
    distance of each matrix from the equivariant ones, ten times as heavy for a layer as for the
    next, and "weights" of "layers" is the distance of what was learned of the layers: the
    Kullback-Leibler term of the paper.
clone_inputs : {"orbit", "gaussian"}, default="orbit"
    Where the reference is imitated: at training rows moved by random group elements, jittered if
    a finite group moves them to few places, or at Gaussian rows with the columns' means and
    deviations. Layers are cloned at what the network makes of the training rows, with a little
    noise, or at Gaussian inputs.
reference_steps : int or None, default=None
    Gradient steps of the reference's fit. None: what its family needs, 300 for "average" and
    "pointwise", 1000 for "sets", 2500 for "tensors", 1200 for "invariants", and if there are more
    than 500 rows 1000 of "soap" times the square root of thousands, 700 for a callable.
clone_steps : int or None, default=None
    Gradient steps of the imitation before the task fit, at most. None: 1500, and for more than
    1000 rows, whose references are the better, times the square root of thousands.
clone_tol : float or "auto", default="auto"
    Error of the clone, as ``clone_error_``, at which the imitation may stop. It runs in rounds,
    each several times as long as the one before, and is measured after each; if ``clone_steps``
    do not reach a number given here, a ConvergenceWarning says so. "auto": 1e-5, and
    for more than 1000 rows, divided by thousands, without a warning.
hidden_layer_sizes : sequence of int, default=(192, 192)
    Widths of the hidden layers. With cloning "layers" or "weights" a layer has as many whole
    channels of each kind of representation as fit in.
activation : {"auto", "identity", "logistic", "tanh", "relu", "silu", "silu_square"}, \
default="auto"
    Activation of the hidden layers. "silu_square": in the first two hidden layers SiLU for the
    first tenth of the units, and ``(z ** 2 - 1) / 4`` for the others; SiLU in further layers.
    "auto": for what imitates a reference as a whole "silu_square", but "silu" for regressors if it
    is clearly more faithful in a short trial of both, and for classifiers if the group is not
    finite; "silu" without a symmetry, with ``strength=0``, and with cloning "layers" or "weights".
solver : {"adam", "sgd", "lbfgs", "soap"} or a name that is registered, default="adam"
    Optimiser of the task fit. "soap" is Adam in the eigenbasis of Shampoo's preconditioner
    (arXiv 2409.11321): fewer, dearer steps.
    :func:`~sklearn_symclone.training.optimizers.register` adds another one.
alpha : float, default=0.0001
    Strength of the L2 penalty on weight matrices; divided by the rows of a batch.
batch_size : int or "auto", default="auto"
    Rows of a batch of the task fit; "auto" is min(200, n_samples). "lbfgs" takes all, and holds
    them in memory, as all other solvers do with up to 131,072 rows at a time.
learning_rate_init : float or None, default=None
    Largest learning rate of the task fit. It falls to zero along a cosine over ``max_iter``. None:
    0.001 from random weights, 0.0005 from a clone or a warm start.
max_iter : int or None, default=None
    Epochs of the task fit. None: 200 from random weights, 100 from a clone or a warm start.
tol : float, default=0.0
    If above 0, stop the task fit when its loss has not fallen by ``tol`` for
    ``n_iter_no_change`` epochs. With 0 it runs through ``max_iter`` epochs.
n_restarts : int, default=0
    Further fits to the task, from other random weights and with other batches, or from the same
    clone with other batches. They run side by side as one network where nothing stops early and
    there are no callbacks, with "adam" or "sgd". The fit of least loss is kept: on the rows of
    ``early_stopping``, else in the last epoch.
early_stopping : bool, default=False
    Set aside ``validation_fraction`` of the rows, stop the task fit when the loss on them
    has not fallen by ``tol`` for ``n_iter_no_change`` epochs, and take the best epoch.
validation_fraction : float, default=0.1
    Share of the rows that ``early_stopping`` sets aside.
n_iter_no_change : int, default=10
    Epochs without progress that the task fit bears.
warm_start : bool, default=False
    Start from the weights of the previous call to ``fit``, instead of from the clone or,
    with ``strength=1``, instead of from random weights.
random_state : int, RandomState or None, default=None
    Draws initial weights, batches, cloning inputs and group elements.
verbose : bool, default=False
    Print what is chosen, and show the progress of each phase.
device : str, default="auto"
    Where torch computes, such as "cpu" or "cuda". "auto": a GPU if there is one. "accelerate": as
    ``accelerate launch`` says, the rows of each step being shared among the processes that it has
    started.
memory : str, object with the joblib.Memory interface, or None, default=None
    Where fitted references and clones are cached, so that a search over ``strength`` or
    the settings of the task fit computes them once. Needs an int ``random_state``. Other versions
    of the library or of torch, and other devices, make entries of their own.
callbacks : list of skorch callbacks or None, default=None
    Called during the task fit.

Attributes
----------
coefs_ : list of ndarray of shape (fan_in, fan_out)
    Weight matrices, for columns in their own units.
intercepts_ : list of ndarray of shape (fan_out,)
loss_curve_ : list of float
    Training loss of each epoch of the task fit, on standardised targets.
activation_ : str
    Activation of the hidden layers, "auto" being decided.
n_iter_ : int
    Epochs of the task fit, or with ``strength=1`` of the imitation.
strength_ : float
    The strength of the fit, "auto" being decided.
symmetry_ : Symmetry or None
    The symmetry with its unknown solved.
clone_loss_curve_ : list of float
    Training loss of the imitation, if something was cloned; with cloning "layers" or "weights"
    of the fit of the network's weights under the exact symmetry.
clone_error_ : float
    Squared error of the clone against the reference, over the variance of the
    reference's answers, on fresh cloning inputs; if something was cloned.
equivariance_error_ : float
    :func:`~sklearn_symclone.metrics.equivariance_error` on training rows, if there is a
    symmetry.
n_features_in_ : int
feature_names_in_ : ndarray of str of shape (n_features_in_,)
    If the columns of X have names.$attributes

References
----------
"Symmetry From Scratch: Group Equivariance as a Supervised Learning Task", arXiv 2410.03989.

Examples
--------
$examples
"""
)


#: The parameters that an estimator and its search do not share.
_PLAIN = {
    "symmetry": """\
symmetry : Symmetry, str or None, default=None
    How the columns of X{targets} transform, for example
    ``"S(5) + S(5)*O(3) -> O(3)**2"``. None: no symmetry, an ordinary network.""",
    "strength": """\
strength : float or "auto", default=0.1
    How much of the symmetry is kept, between 0 and 1. "auto": what predicts held-out rows best
    among 0, 0.01, 0.1, 0.5 and 1, by R² or Brier score; a fifth of them is held out once, or each
    third of at most 500 rows in turn, for clones of at most 400 steps, and the model is then
    fitted to all rows. 0: no cloning, the ordinary network.
    In between: start from the clone, and minimise
    (1 - strength) * task + strength * imitation. 1: the clone alone. With cloning "layers" or
    "weights" the symmetry is exact at 1, and in between task + w * anchor is minimised, with
    w = 1e-5 ** (1 - strength) * 1e2 ** strength.""",
}
_SEARCH = {
    "symmetry": """\
symmetries : Symmetry, str, None, or a sequence of them, default=(None,)
    What is tried as ``symmetry``: how the columns of X{targets} transform, for example
    ``("S(5) + S(5)*O(3) -> O(3)**2", "5 + 5*O(3) -> O(3)**2", None)``. None: no symmetry, an
    ordinary network, which has one strength, 0.""",
    "strength": """\
strengths : "auto" or sequence of float, default="auto"
    What is tried as ``strength``, how much of the symmetry is kept, between 0 and 1. "auto": 0,
    0.01, 0.1, 0.5 and 1. Of two with the same score the larger one is taken. 0: no cloning, the
    ordinary network. In between: start from the clone, and minimise
    (1 - strength) * task + strength * imitation. 1: the clone alone. With cloning "layers" or
    "weights" the symmetry is exact at 1, and in between task + w * anchor is minimised, with
    w = 1e-5 ** (1 - strength) * 1e2 ** strength.
cv : int, splitter, iterable of (train, test), or None, default=None
    How rows are held out. None: a fifth of them once, or each third of at most 500 rows in turn.
    The seeds of a fit are the same for all parts of the rows.
scoring : str, callable or None, default=None
    As in ``GridSearchCV``. None: {score}. If there are sample weights, a scorer that takes
    ``sample_weight`` gets them.""",
}


def estimator_docstring(*, targets, score=None, **parts):
    """Return the docstring of an estimator from what is its own.

    Parameters
    ----------
    targets : str
        What the symmetry moves beside the columns of X.
    score : str, default=None
        How a search scores its candidates; None for an estimator that does not search.
    **parts : str
        For the other places of the template.
    """
    own = _PLAIN if score is None else _SEARCH
    own = {name: text.format(targets=targets, score=score) for name, text in own.items()}
    return _TEMPLATE.substitute(own | parts)


_PARTIAL_FIT = Template(
    """Fit one more chunk of a table, in one epoch.

The first call fits the reference and its clone to its chunk, which must therefore be
typical of the table; or goes on from the weights of ``fit``. All calls are anchored to that
clone, and have the learning rate ``learning_rate_init``, which falls to zero within a
chunk. Parameters of the symmetry, of the network and of the reference are those of the
first call. There is no ``partial_fit`` with ``strength="auto"``, ``early_stopping=True``,
``solver="lbfgs"``, or an anchor with cloning "layers" or "weights".

Parameters
----------
X : array-like of shape (n_samples, n_features)
$targets
sample_weight : array-like of shape (n_samples,), default=None

Returns
-------
self

Raises
------
ValueError
    If data, parameters or symmetry do not fit together, before any training starts, or
    if the loss becomes infinite. The estimator is then what it was before the call.
"""
)


def documented_partial_fit(targets):
    """Return a decorator that gives ``partial_fit`` its docstring.

    Parameters
    ----------
    targets : str
        The parameters between X and the weights.
    """

    def document(function):
        function.__doc__ = _PARTIAL_FIT.substitute(targets=targets)
        return function

    return document
