"""Groups whose only argument is a size, which can be unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..representations import Size, check_size, known_size
from .base import Group


@dataclass(frozen=True, repr=False)
class SizedGroup(Group):
    """Base of the groups whose first argument is a size n, which can be unknown.

    An unknown is a lower-case letter. The number of columns of a table tells it. A subclass that
    has no more arguments needs no ``dataclass`` decorator.

    Parameters
    ----------
    n : int or str
        The size, or the lower-case name of an unknown one.
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    Group : Base of all groups.
    PermutingGroup : Base of the groups that permute columns.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S, SizedGroup
    >>> isinstance(S("n"), SizedGroup), S("n").substitute("n", 4)
    (True, parse_representation('S(4)'))
    """

    n: Size

    def __post_init__(self):
        check_size(self.n, f"n of {self.name}(n)")

    @property
    def dimension(self):
        return known_size(self.n, str(self))

    @property
    def unknowns(self) -> frozenset[str]:
        """The name of the size, if unknown."""
        return frozenset([self.n] if isinstance(self.n, str) else [])

    def substitute(self, name, value):
        return replace(self, n=value) if name in self.unknowns else self
