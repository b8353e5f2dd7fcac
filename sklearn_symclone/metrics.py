"""How well a model keeps a symmetry."""

from __future__ import annotations

import numpy as np
from sklearn.utils import check_array, check_random_state

from .symmetry import as_symmetry


def equivariance_error(model, X, symmetry, *, n_elements=1, random_state=None):
    r"""Return how far a model is from a symmetry, between 0 (exact) and 1.

    .. math:: \frac{\|h(gx) - \rho(g)h(x)\|}{\|h(gx)\| + \|\rho(g)h(x)\|}

    with norms over all rows and random group elements g, as in the published code of "A Practical
    Method for Constructing Equivariant Multilayer Perceptrons" (arXiv 2104.09459).

    Parameters
    ----------
    model : fitted estimator, or callable
        Called with rows; of a classifier ``predict_proba`` is taken, of a regressor ``predict``.
    X : array-like of shape (n_samples, n_features)
    symmetry : Symmetry, Representation or str
        Without outputs, they are invariant.
    n_elements : int, default=1
        Number of group elements drawn for each row.
    random_state : int, RandomState or None, default=None
        Draws the group elements.

    Returns
    -------
    float

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.metrics import equivariance_error
    >>> X = np.arange(12.0).reshape(4, 3)
    >>> equivariance_error(lambda X: X.sum(axis=1), X, "S(3)", random_state=0)
    0.0
    >>> equivariance_error(lambda X: X**2, X, "O(3) -> O(3)", random_state=0) > 0.1
    True
    """
    frame, X = X, np.tile(check_array(X, dtype=[np.float64, np.float32]), (n_elements, 1))
    function = getattr(model, "predict_proba", None) or getattr(model, "predict", model)

    def answer(rows):
        # a model that was fitted to names of columns wants to see them again
        named = hasattr(frame, "columns")
        prediction = function(type(frame)(rows, columns=frame.columns) if named else rows)
        return np.asarray(prediction, dtype=float).reshape(len(rows), -1)

    before = answer(X)
    symmetry = as_symmetry(symmetry).bind(X.shape[1], before.shape[1], target="the prediction")
    elements = symmetry.sample(len(X), check_random_state(random_state), X)
    after = answer(symmetry.inputs.transform(elements, X))
    moved = symmetry.outputs.transform(elements, before)
    size = np.linalg.norm(after) + np.linalg.norm(moved)
    return float(np.linalg.norm(after - moved) / size) if size > 0 else 0.0
