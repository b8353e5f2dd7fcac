"""Vectors of groups that move points: differences of points, which are not shifted."""

from __future__ import annotations

from dataclasses import dataclass

from .factors import Factor


@dataclass(frozen=True, repr=False)
class Vector(Factor):
    """Differences of points: what an affine group turns, but does not shift.

    Velocities and forces are such vectors, too.

    Parameters
    ----------
    group : AffineGroup
        The group that moves the points.

    See Also
    --------
    AffineGroup.vector : The vectors of a group.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import E, Vector
    >>> Vector(E(3)) == E(3).vector, str(E(3).vector)
    (True, 'E(3).vector')
    """

    group: Factor
    tensor_indices = (1,), 0

    def __str__(self):
        return f"{self.group}.vector"

    @property
    def is_self_dual(self):
        """Whether the turns are orthogonal matrices."""
        return self.group.linear.dual == self.group.linear

    @property
    def dimension(self):
        return self.group.dimension

    def on_vectors(self, vectors):
        return vectors

    def act(self, elements, x):
        return elements.actions[self.group].linear.act(x)

    def act_dual(self, elements, x):
        turns = elements.actions[self.group].linear
        return (turns if self.is_self_dual else turns.dual()).act(x)
