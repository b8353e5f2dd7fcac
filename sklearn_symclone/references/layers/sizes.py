"""How many samples a network computes at a time, by what it holds in memory for each of them.

A network that holds many hidden states for a sample, such as one for each item or pair of items,
says how many by its attribute ``n_states``. Without it a network counts as one state.
"""

from __future__ import annotations

from torch import nn

#: Numbers of a hidden state, about.
NUMBERS = 64
#: Hidden states that are computed at a time where nothing is learned.
ANSWERED = 2**17
#: Hidden states of the samples of a gradient step: a step keeps a dozen numbers for each unit.
LEARNED = 2**15


def n_states(module: nn.Module) -> int:
    """Return how many hidden states a module holds for a sample."""
    return getattr(module, "n_states", 1)


def states_of(numbers: int) -> int:
    """Return as how many hidden states so many numbers count, at least 1."""
    return max(1, numbers // NUMBERS)


def rows_at_once(module: nn.Module, most: int, states: int) -> int:
    """Return how many samples are computed at a time.

    Parameters
    ----------
    module : nn.Module
    most : int
        Samples at a time if each of them is small.
    states : int
        Hidden states of all of them, at most.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, min(most, states // n_states(module)))
