"""Tables with a known symmetry, from physics and from games. Some can break it by any amount."""

from ._balance_scale import make_balance_scale
from ._charged_bodies import make_charged_bodies
from ._images import make_moved_images
from ._o5 import make_o5
from ._pendulums import make_double_spring_pendulum, make_windy_pendulum
from ._physics import make_inertia, make_particle_interaction
from ._poker import classify_poker_hands, encode_poker_hands, make_poker_hands
from ._tic_tac_toe import make_tic_tac_toe

__all__ = [
    "classify_poker_hands",
    "encode_poker_hands",
    "make_balance_scale",
    "make_charged_bodies",
    "make_double_spring_pendulum",
    "make_inertia",
    "make_moved_images",
    "make_o5",
    "make_particle_interaction",
    "make_poker_hands",
    "make_tic_tac_toe",
    "make_windy_pendulum",
]
