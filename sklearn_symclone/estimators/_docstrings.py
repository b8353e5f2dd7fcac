"""The parts of the docstrings that the estimators share."""

from __future__ import annotations

from string import Template

_TEMPLATE = Template(
    """$summary

Parameters
----------
$head
reference : str or callable, default="auto"
    The equivariant network to imitate. A name stands for a family of such networks: "sets",
    "pairs", "egnn", "invariants", "pooled", "units", "average", "pointwise", "tensors",
    "additive", "quadratic", "linear", or one that
    :func:`~sklearn_symclone.references.register` has added.
    "auto" takes the first family, in this order, that supports the symmetry and is exactly
    equivariant. If a family is known to be beaten at times by others and there are at most 40
    columns, held-out samples choose between them. It never takes alone "quadratic" or "linear", the
    equivariant polynomials of degree 2 and 1, or "additive", sums over items of polynomials of
    degree 3. Where labels are noisy it mixes them into what is imitated: the shares are a mean over
    all mixtures, each weighed by how likely it makes held-out targets. A callable takes the
    Symmetry, whose size is that of the columns, and returns an equivariant ``torch.nn.Module``. The
    network sees columns that are standardised by shifts and scales that commute with the group, and
    points relative to their mean. With ``cloning="layers"`` or ``"weights"`` the reference is
    "pointwise" with ``hidden_layer_sizes``, or a callable that returns a
    :class:`~sklearn_symclone.references.Pointwise`.
reference_fit : {"task", "random"}, default="task"
    "task": the reference is fitted to the training data before it is imitated. "random": it keeps
    its initial weights, and its outputs are scaled to variance 1.
cloning : {"network", "layers", "weights"}, default="network"
    How the reference is imitated. "network": the student imitates the whole reference function.
    "layers", for columns that are permuted or change signs: each equivariant layer is learned from
    samples, as a function of its input and its weights. The network of these layers is then fitted
    by its weights alone. "weights", for the same columns: nothing is imitated. The weights of the
    fitted reference are copied into dense matrices.
${strength}anchor : str, default="function"
    How the fit to the task is kept near the clone. "function": the student goes on imitating the
    reference's answers. "weights": its weights stay near those of the clone. "orbit": its answers
    at moved samples stay near its moved answers. "subspace": its matrices stay near equivariant
    matrices, ten times as strongly for a layer as for the next layer; it needs ``cloning="layers"``
    or ``"weights"``, where "function" means the same. With ``cloning="layers"``, "weights" keeps
    what was learned of the layers near the clone, which is the Kullback-Leibler term of the paper.
    :func:`~sklearn_symclone.anchors.register` adds other names.
clone_inputs : {"orbit", "gaussian"}, default="orbit"
    Inputs at which the reference is imitated. "orbit": training samples, moved by random group
    elements. If a finite group moves them to few places, they are jittered as well. "gaussian":
    Gaussian samples with the means and standard deviations of the columns. Layers are cloned at
    what the network makes of the training samples, with a little noise, or at Gaussian inputs.
reference_steps : int or None, default=None
    Gradient steps of the reference's fit. None: held-out samples decide. If they still gain from
    longer fits, the reference is fitted to all samples with the full number of steps: 300 for
    "average" and "pointwise", 540 for polynomials, 1000 for "sets", 2500 for "tensors", 700 for a
    callable, 600 for "pooled", 1200 for "egnn", "invariants" and "units", and 1500 for "pairs".
    With more than 500 samples, "invariants" takes 1000 steps of "soap", and "egnn" and "pairs" take
    2000, times the square root of the number of samples divided by 1000 if that is above 1. A
    registered family has its own number. If longer fits predict held-out samples worse, the labels
    are noisy: five references are fitted for as long as is best, each to four fifths of the
    samples, and the student imitates their average, or with ``reference="auto"`` its mixture with
    polynomials; with validation samples of your own it is one reference of all samples. Fewer than
    20 samples are all fitted with the full number.
clone_steps : int or None, default=None
    Largest number of gradient steps of the imitation, of 512 samples; where pairs of items share
    weights each is two steps of 256. None: 1280. With more than 1000 samples it is multiplied by
    the square root of their number divided by 1000. If the clone's error is still above a tenth of
    its reference's error on held-out samples, up to four times as many are taken, as long as they
    bring it clearly nearer; not so where items or pairs of them share weights.
clone_tol : float or "auto", default="auto"
    The imitation stops when the error of the clone, as in ``clone_error_``, is at most this. It
    runs in rounds, each several times as long as the one before, and measures the error after each
    round. If you give a number and ``clone_steps`` do not reach it, a ConvergenceWarning says so.
    "auto": 1e-5, divided by the number of samples in thousands if that is above 1; but where
    held-out samples ended the reference's fit early, .003 times its held-out error if that is more.
    It warns if the clone misses more than a tenth, and more than its reference does.
hidden_layer_sizes : "auto", sequence of int, or int, default="auto"
    Number of units of each hidden layer. "auto": 192 and 192. But where both X and y hold vectors
    of the same two to ten items, as of bodies that move, it is four layers. They have 24 units for
    each pair of items in either order, fewer if these were more than 640, but at least 8; and two
    for each output. Pairs share weights there while the network imitates. With
    ``cloning="layers"`` or ``"weights"`` a layer is filled with whole channels of each kind of
    representation, and can be a little smaller.
activation : str, default="auto"
    Activation of the hidden layers: "identity", "logistic", "tanh", "relu", "silu", "silu_square",
    "square_silu", or a name that :func:`~sklearn_symclone.students.activations.register` has added.
    "silu_square" has, in the first two hidden layers, SiLU for a tenth of the units and
    ``(z ** 2 - 1) / 4`` for the others; further layers have SiLU. "square_silu" has these squares
    in the first hidden layer alone. "auto" is "silu" without a symmetry, with ``strength=0``, and
    with ``cloning="layers"`` or ``"weights"``. Otherwise it is "silu_square" for classifiers
    with a finite group, and "silu" for classifiers with other groups. Regressors compare both in a
    short trial, and take "silu_square" unless "silu" is clearly more faithful. Where more than 32
    items share weights, a trial compares "square_silu" and "silu".
solver : str, default="adam"
    Optimiser of the fit to the task: "adam", "sgd", "lbfgs", "soap", or a name that
    :func:`~sklearn_symclone.training.optimizers.register` has added. "soap" is Adam in the
    eigenbasis of Shampoo's preconditioner (arXiv 2409.11321). It needs fewer steps, and each takes
    longer.
alpha : float or "auto", default="auto"
    Strength of the L2 penalty on weight matrices. It is divided by the number of samples of a
    batch. "auto": held-out samples choose between 0.0001, 0.3, 1, 3 and 10 for a plain network of
    20 to 5000 samples, if ``max_iter`` is None, the learning rate falls to zero, and nothing stops
    the fit early. Otherwise it is 0.0001.
batch_size : int or "auto", default="auto"
    Number of samples of a batch of the fit to the task. "auto" is min(200, n_samples). "lbfgs"
    takes all samples as one batch and holds them in memory. Other solvers hold at most 131,072
    samples in memory at a time.
learning_rate : {"auto", "cosine", "constant", "invscaling", "adaptive"}, default="auto"
    How the learning rate of the fit to the task changes. "cosine": it rises in the first steps and
    falls to zero along a cosine over ``max_iter`` epochs. "constant": it stays. "invscaling": it is
    divided by ``(t + 1) ** power_t``, where ``t`` samples have been seen. "adaptive": it is divided
    by 5 where the fit would stop for lack of progress, until it is below 1e-6. "auto": "constant"
    for "sgd", otherwise "cosine". "lbfgs" does not use it.
learning_rate_init : float or None, default=None
    Largest learning rate of the fit to the task. "lbfgs" does not use it. None: 0.001
    from random weights, 0.0005 from a clone or with a warm start.
max_iter : int or None, default=None
    Number of epochs of the fit to the task. None: 200 from random weights, 100 from a clone or with
    a warm start.
tol : float, default=0.0
    If above 0, the fit to the task stops when its loss has not fallen by ``tol`` for
    ``n_iter_no_change`` epochs, or with "lbfgs" when no gradient is above ``tol``. If it takes
    all of ``max_iter`` epochs, a ConvergenceWarning says so. If 0, it runs for ``max_iter`` epochs.
max_fun : int, default=15000
    Largest number of evaluations of the loss by "lbfgs". It warns if it gets there.
shuffle : bool, default=True
    Whether samples come in a new order in each epoch of the fit to the task.
momentum : float, default=0.9
    Momentum of "sgd", between 0 and 1.
nesterovs_momentum : bool, default=True
    Whether "sgd" uses Nesterov's momentum.
beta_1 : float, default=0.9
    Decay rate of the first moments of "adam".
beta_2 : float, default=0.999
    Decay rate of the second moments of "adam".
epsilon : float, default=1e-8
    What "adam" adds to the roots of second moments, for numerical stability.
power_t : float, default=0.5
    Exponent of ``learning_rate="invscaling"``.
n_restarts : int, default=0
    Number of further fits to the task, which start from other random weights, or from the same
    clone with other batches. The fit of least loss is kept. The loss is that on the samples of
    ``early_stopping``, or of the last epoch. With "adam" or "sgd" the fits run as one network,
    unless they can stop early or have callbacks.
early_stopping : bool, default=False
    If True, set aside ``validation_fraction`` of the samples, stop the fit to the task when the
    loss on them has not fallen by ``tol`` for ``n_iter_no_change`` epochs, and take the weights of
    the best epoch. Samples that you give to ``fit`` for validation take their place. If there are
    too few samples to set some aside, ``fit`` raises an error.
validation_fraction : float, default=0.1
    Share of the samples that ``early_stopping`` sets aside. It is not used if ``fit`` gets
    validation samples.
n_iter_no_change : int, inf or None, default=None
    Stop after this many epochs without progress. None: 10 with ``early_stopping``, ``tol`` or
    ``learning_rate="adaptive"``; otherwise the fit does not stop.
warm_start : bool, default=False
    If True, ``fit`` starts from the weights of the previous fit, and not from the clone or from
    random weights.
random_state : int, RandomState or None, default=None
    Draws initial weights, batches, cloning inputs and group elements; pass an int for reproducible
    results.
verbose : bool or int, default=False
    Print which reference "auto" takes, and for each phase how long it learned and why. Show the
    progress of each phase. A number above 1 prints a line for each epoch of the fit to the task.
    A search prints a line for each fold and candidate before its last fit.
    Where ``logging`` shows the level INFO, the logger "sklearn_symclone" gets the lines instead.
device : str, default="auto"
    Where torch computes, such as "cpu" or "cuda". "auto": a GPU if there is one. "accelerate": the
    processes that ``accelerate launch`` has started share the samples of each step.
memory : str, object with the joblib.Memory interface, or None, default=None
    Folder where fitted references and clones are cached. A search over ``strength`` or over
    settings of the fit to the task then computes them once. It needs an int ``random_state``. Other
    versions of this library or of torch, and other devices, have entries of their own.
callbacks : list of skorch callbacks or None, default=None
    Called during the fit to the task. Scoring callbacks see targets, predictions and classes in the
    units of the table, without sample weights; ``on_train=False`` asks for ``early_stopping`` or
    samples for validation. For callbacks of scikit-learn, which follow all phases, there is
    ``set_callbacks``, from scikit-learn 1.9.

Attributes
----------
coefs_ : list of ndarray of shape (fan_in, fan_out)
    Weight matrices, for columns in their own units.
intercepts_ : list of ndarray of shape (fan_out,)
    Biases, for columns in their own units.
loss_curve_ : list of float
    Training loss of each epoch of the fit to the task, on standardised targets. A warm start
    appends to it, and to ``validation_scores_``.
loss_ : float or None
    The last of these losses. Without a fit to the task it is the last one of the imitation. None:
    nothing was trained.
best_loss_ : float or None
    The least of the losses that ``loss_`` is the last of. None: the fit held out samples for
    ``early_stopping``.
validation_scores_ : list of float or None
    R² or accuracy on the samples that ``early_stopping`` held out, after each epoch. R² of a single
    sample is NaN. None: none were held out.
best_validation_score_ : float or None
    The largest of these scores. The weights that are kept are those of the epoch with the least
    held-out loss. None: none were held out.
activation_ : str
    Activation of the hidden layers; never "auto".
n_iter_ : int
    Number of epochs of the fit to the task, or with ``strength=1`` of the imitation.
strength_ : float
    Strength of the fit; never "auto".
alpha_ : float
    Penalty of the fit to the task; never "auto".
symmetry_ : Symmetry or None
    The symmetry, with its unknown size solved from the columns.
reference_ : str or callable
    The reference that was cloned: the name of its family, or your callable; of a mixture, that of
    the largest share. It exists if something was cloned.
reference_steps_ : int
    Gradient steps of its fit. It exists if something was cloned.
reference_score_ : float or None
    Score of what was cloned on held-out samples, of a mixture as a whole: R², or minus the log
    loss. If held-out samples gained to the end, that of shorter fits, of at most 540 steps. None:
    no samples were held out for it. It exists if something was cloned.
reference_loss_curve_ : list of float
    Loss of the reference's fit in each epoch, the mean over several references. Empty: it was not
    fitted. It exists if something was cloned.
clone_loss_curve_ : list of float
    Training loss of each epoch of the imitation, if there was one. With ``cloning="layers"`` or
    ``"weights"``, that of the fit under the exact symmetry.
clone_error_ : float
    Squared error of the clone against the reference on fresh cloning inputs, divided by the
    variance of the reference's answers. It exists if something was cloned.
equivariance_error_ : float
    :func:`~sklearn_symclone.metrics.equivariance_error` on training samples. It exists if there is
    a symmetry.
n_features_in_ : int
    Number of columns of X.
n_outputs_ : int
    Number of outputs of the network, one for each class or target.
n_layers_ : int
    Number of layers, with that of the inputs and that of the outputs.
out_activation_ : str
    What turns outputs into predictions: "identity", "softmax", "logistic" or "exp".
t_ : int
    Samples that the fits to the task have seen, each of them once in an epoch.
feature_names_in_ : ndarray of str of shape (``n_features_in_``,)
    Names of the columns of X, if they have names: in the order of the symmetry, if it names them,
    else in that of X.$attributes

See Also
--------
$see_also

References
----------
"Symmetry From Scratch: Group Equivariance as a Supervised Learning Task", arXiv 2410.03989.

Examples
--------
$examples
"""
)


#: The first parameter of regressors, and that of classifiers.
LOSS = """\
loss : {"squared_error", "poisson", "absolute_error", "huber"}, default="squared_error"
    What is minimised. "poisson": half the Poisson deviance, for counts or rates of at least 0; the
    network's outputs are logarithms. "absolute_error" and "huber", which is squared below a tenth
    of the standard deviation, are not dominated by targets far out.
"""
CLASS_WEIGHT = """\
class_weight : dict, "balanced" or None, default=None
    Weights of the classes, which are multiplied with those of the samples. "balanced": inversely
    proportional to the numbers of members. None: all classes weigh the same. A sample with
    probabilities counts as if it stood once for each class, with its probability as its weight.
"""

#: How the strength acts, whether it is given or searched.
_STRENGTHS = """\
0 is an ordinary network, without cloning. 1 is the clone alone. In between, the fit to the task
    starts from the clone and minimises (1 - strength) * task + strength * imitation. With
    ``cloning="layers"`` or ``"weights"`` the symmetry is exact at 1; in between, the fit minimises
    task + w * anchor, with w = 1e-5 ** (1 - strength) * 1e2 ** strength."""

#: The parameters that an estimator and its search do not share, at their places in the signature.
_PLAIN = {
    "symmetry": """\
symmetry : Symmetry, str or None, default=None
    How the columns of X{targets} transform,
    for example ``"S(5) + S(5)*O(3) -> O(3)**2"``. If it names columns and classes, data frames may
    have their columns in any order. None: no symmetry, an ordinary network.""",
    "strength": f"""\
strength : float or "auto", default="auto"
    How much of the symmetry is kept, between 0 and 1.
    {_STRENGTHS}
    "auto" takes 1, unless this predicts held-out samples much worse than the best of 0, 0.01, 0.1,
    0.5 and 1, by squared error or log loss. Then it takes the largest of those that do not. It
    holds out two fifths of at most 500 samples, one after the other, or one fifth of more, and
    compares clones of at most 512 steps.
    With fewer than 20 samples, and in ``partial_fit``, it is 0.1.
""",
}
_SEARCH = {
    "symmetry": f"""\
symmetries : Symmetry, str, None, or a sequence of them, default=(None,)
    The values of ``symmetry`` to try. They tell how the columns
    of X{{targets}} transform, for example
    ``("S(5) + S(5)*O(3) -> O(3)**2", "5 + 5*O(3) -> O(3)**2", None)``. All of them name columns, or
    none does. None: no symmetry, an ordinary network, whose strength is 0.
strengths : "auto" or sequence of float, default="auto"
    The values of ``strength`` to try: how much of the symmetry is kept, between 0 and 1. "auto"
    tries 0, 0.01, 0.1, 0.5 and 1. If two have the same score, the larger one is taken.
    {_STRENGTHS}
cv : int, splitter, iterable of (train, test), or None, default=None
    How samples are held out. None: each third of at most 500 samples in turn, or a fifth of more
    samples once, or about as many whole groups. All folds use the same seeds.
scoring : str, callable or None, default=None
    As in ``GridSearchCV``. None:
    {{score}}.
    If there are sample weights, a scorer that takes ``sample_weight`` gets them.
n_jobs : int or None, default=None
    Number of references and clones, of several folds and symmetries, that are fitted at the same
    time by joblib. None: 1, unless ``joblib.parallel_config`` says otherwise. -1: one for each
    processor. The results do not depend on it. Callbacks do not see what other processes fit.
time_limit : float or None, default=None
    Seconds after which no further reference is fitted. Symmetries that have none for all folds by
    then are left out: they are NaN in ``cv_results_``, and a warning tells their number. What has
    begun is finished, and so are the fits to the task and the last fit. None: no limit.""",
    "strength": "",
}


def estimator_docstring(*, targets, first, score=None, **parts):
    """Return the docstring of an estimator.

    Parameters
    ----------
    targets : str
        What the symmetry moves besides the columns of X.
    first : str
        The parameter that regressors alone, or classifiers alone, have.
    score : str, default=None
        How a search scores its candidates. None: the estimator does not search.
    **parts : str
        The text for each other place of the template.

    Returns
    -------
    str
        The docstring.
    """
    own = _PLAIN if score is None else _SEARCH
    own = {name: text.format(targets=targets, score=score) for name, text in own.items()}
    # a search takes the loss or the weights of classes after its own parameters
    pair = [first.rstrip(), own.pop("symmetry")]
    head = "\n".join(pair if score is None else reversed(pair))
    return _TEMPLATE.substitute(own | parts, head=head)
