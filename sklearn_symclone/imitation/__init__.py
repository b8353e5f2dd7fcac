"""Ways to imitate a reference, one file each, and the clones that they make."""

from .base import Clone, Imitation
from .inputs import CLONE_INPUTS
from .layers import LayersImitation
from .length import compare
from .network import NetworkImitation
from .recipe import Part, Recipe, choose_recipe
from .teacher import Teacher, fit_teacher
from .weights import WeightsImitation

#: The values of the estimators' ``cloning``.
IMITATIONS = {kind.name: kind() for kind in (NetworkImitation, LayersImitation, WeightsImitation)}
#: The imitation of nothing, for an ordinary network.
NOTHING = Imitation()

__all__ = [
    "CLONE_INPUTS",
    "IMITATIONS",
    "NOTHING",
    "Clone",
    "Imitation",
    "NetworkImitation",
    "Part",
    "Recipe",
    "Teacher",
    "choose_recipe",
    "compare",
    "fit_teacher",
]
