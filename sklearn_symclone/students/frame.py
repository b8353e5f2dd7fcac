"""What a student need not learn: where the centre of its points is, and a linear law.

The student sees points counted from their mean, and learns what is left beside the linear law. Both
are folded into its dense layers afterwards. Two units that take z and -z carry a linear law through
a hidden layer: the difference of their values is z.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import block_diag

from ..references.layers.scaling import Centring
from ..symmetry import Symmetry
from . import activations
from .dense import Weights


@dataclass(frozen=True, eq=False)
class Frame:
    """From where a student looks at samples and answers.

    Parameters
    ----------
    symmetry : Symmetry or None
        Bound to the columns. It says which columns are points. None: there are none.
    law : ndarray of shape (n_outputs, n_features) or None, default=None
        The linear law of columns in their own units. None: there is none.

    See Also
    --------
    Dense : The student.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import Frame
    >>> frame = Frame(Symmetry.parse("2*T(1) -> 1"))
    >>> frame.inward(np.array([[1.0, 3.0]]))
    array([[-1.,  1.]])
    """

    symmetry: Symmetry | None
    law: np.ndarray | None = None

    def fits(self, student):
        """Return whether a student has the units that carry the law.

        Parameters
        ----------
        student : Dense
            With all of its units.

        Returns
        -------
        bool
            False too if its activation cannot carry a linear law.
        """
        if self.law is None:
            return True
        narrowest = min(student.hidden_layer_sizes, default=0)
        carries = activations.get(student.activation).carries_linear
        return carries and narrowest >= 2 * self.n_carriers

    @property
    def n_carriers(self):
        """Units of each hidden layer that carry the law."""
        return 0 if self.law is None else 2 * len(self.law)

    def core(self, student):
        """Return the student without the units that carry the law.

        Parameters
        ----------
        student : Dense
            With all of its units.

        Returns
        -------
        Dense
            What learns.
        """
        widths = tuple(width - self.n_carriers for width in student.hidden_layer_sizes)
        return replace(student, hidden_layer_sizes=widths)

    def inward(self, X):
        """Return samples with their points counted from the mean of them.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            In the units of the table.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            X itself if there are no points.
        """
        return X if self.symmetry is None else Centring(self.symmetry).inward(X)

    def rest(self, X, Y):
        """Return what is left of answers beside the law.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            In the units of the table.
        Y : ndarray of shape (n_samples, n_outputs)
            Answers for them.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Y itself if there is no law.
        """
        return Y if self.law is None else Y - X @ self.law.T

    def view(self, X, Y):
        """Return what the student sees of samples, and what it learns of their answers.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            In the units of the table.
        Y : ndarray of shape (n_samples, n_outputs)
            Answers for them.

        Returns
        -------
        tuple of (ndarray, ndarray)
            As ``inward`` and ``rest`` return them.
        """
        return self.inward(X), self.rest(X, Y)

    def fold(self, weights, X):
        """Return the weights of a student for samples and answers as they are.

        Parameters
        ----------
        weights : Weights
            Of the core.
        X : ndarray of shape (n_samples, n_features)
            Samples in the units of the table: carriers take values of about 1 on them.

        Returns
        -------
        Weights
            Of the student with all of its units.
        """
        coefs, intercepts = list(weights.coefs), list(weights.intercepts)
        # x -> x - mean is a symmetric map, so that the columns of a matrix are centred as rows are
        coefs[0] = self.inward(coefs[0].T).T
        if self.law is None:
            return Weights(coefs, intercepts)
        sizes = np.sqrt(np.mean((X @ self.law.T) ** 2, axis=0))
        sizes = np.where(sizes > 0, sizes, 1.0)
        split = np.kron(np.eye(len(self.law)), [[1.0, -1.0]])  # z -> z, -z
        coefs[0] = np.hstack([coefs[0], self.law.T / sizes @ split])
        coefs[1:-1] = [block_diag(coef, split.T @ split) for coef in coefs[1:-1]]
        coefs[-1] = np.vstack([coefs[-1], split.T * sizes])
        none = np.zeros(self.n_carriers)
        intercepts[:-1] = [np.concatenate([intercept, none]) for intercept in intercepts[:-1]]
        return Weights(coefs, intercepts)
