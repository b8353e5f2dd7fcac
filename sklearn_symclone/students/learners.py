"""The choice of how a student learns."""

from __future__ import annotations

from .learner import Alone
from .paired import Paired
from .shared import Shared

#: The first one that can is taken.
LEARNERS = (Shared, Paired, Alone)


def learner_of(student, symmetry):
    """Return how a student of a symmetry learns.

    Items share weights if there are more than ``MANY_ITEMS`` of them, and if the first hidden layer
    has as many units for each item as the item has columns. Pairs of items do where items have
    vectors, if each layer has at least ``PAIR_CHANNELS`` units for each pair.

    Parameters
    ----------
    student : Dense
        Its widths and its activation count.
    symmetry : Symmetry
        Bound to the columns.

    Returns
    -------
    Learner
        ``Shared``, ``Paired`` or ``Alone``.

    See Also
    --------
    Dense : The student.

    Examples
    --------
    >>> from sklearn_symclone import Symmetry
    >>> from sklearn_symclone.students import Dense, learner_of
    >>> learner = learner_of(Dense((192, 192), "square_silu"), Symmetry.parse("S(50)*O(3) -> 1"))
    >>> [str(layer) for layer in learner.hidden]
    ['42 + S(50)*3', '42 + S(50)*3']
    """
    found = (kind.of(student, symmetry) for kind in LEARNERS)
    return next(learner for learner in found if learner is not None)
