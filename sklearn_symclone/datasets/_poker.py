"""Poker hands: five cards, whose class does not depend on their order or on the suits' names."""

from __future__ import annotations

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions, validate_params


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "encoding": [StrOptions({"onehot", "ordinal"})],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_poker_hands(
    n_samples: int = 1000,
    *,
    encoding: str = "onehot",
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Deal five-card poker hands from a full deck and name their class.

    The samples are independent. The five cards of a sample are dealt one after the other from
    52, so that classes have their natural frequencies: half of the hands are nothing, one in
    649,740 is a royal flush. Permuting the cards or the suits does not change the class. For
    one-hot hands the symmetry expression is ``"S(5)*(S(4) + 13)"``.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of hands.
    encoding : {"onehot", "ordinal"}, default="onehot"
        How a card is written. "ordinal": two columns, suit (1, ..., 4) and rank
        (1 = ace, ..., 13 = king), as in the UCI table. "onehot": 17 columns, see
        :func:`encode_poker_hands`.
    random_state : int, RandomState instance or None, default=None
        Source of the deal; pass an int for reproducible output.
        The hands do not depend on `encoding`.

    Returns
    -------
    X : ndarray of shape (n_samples, 85) or (n_samples, 10)
        The hands, card by card: one-hot, or ordinal.
    y : ndarray of shape (n_samples,), dtype=int
        The classes 0, ..., 9, see :func:`classify_poker_hands`.

    See Also
    --------
    encode_poker_hands : Turns ordinal hands into one-hot hands.
    classify_poker_hands : Names the class of ordinal hands.

    References
    ----------
    .. [1] R. Cattral, F. Oppacher, "Poker Hand", UCI Machine Learning Repository,
           `doi:10.24432/C5KW38 <https://doi.org/10.24432/C5KW38>`_.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_poker_hands
    >>> X, y = make_poker_hands(n_samples=200, random_state=0)
    >>> X.shape, y.shape
    ((200, 85), (200,))
    """
    hands = _deal(n_samples, check_random_state(random_state))
    X = encode_poker_hands(hands) if encoding == "onehot" else hands
    return X, classify_poker_hands(hands)


@validate_params({"X": ["array-like"]}, prefer_skip_nested_validation=True)
def encode_poker_hands(X: ArrayLike) -> np.ndarray:
    """Turn ordinal poker hands, as in the UCI table, into one-hot hands.

    The symmetry ``"S(5)*(S(4) + 13)"`` permutes the columns of one-hot hands.

    Parameters
    ----------
    X : array-like of shape (n_samples, 10)
        Suit (1, ..., 4) and rank (1 = ace, ..., 13 = king) of the first card, of the
        second card, and so on.

    Returns
    -------
    X_onehot : ndarray of shape (n_samples, 85)
        Card by card, four suit indicators and then thirteen rank indicators.

    Raises
    ------
    ValueError
        If `X` does not hold hands of five different cards.

    See Also
    --------
    make_poker_hands : Deals hands.

    Examples
    --------
    >>> from sklearn_symclone.datasets import encode_poker_hands
    >>> royal_flush = [[1, 10, 1, 11, 1, 13, 1, 12, 1, 1]]
    >>> encode_poker_hands(royal_flush)[0, :17]
    array([1., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 1., 0., 0., 0.])
    """
    suits, ranks = _suits_and_ranks(X)
    suit_indicators = suits[:, :, np.newaxis] == np.arange(1, 5)
    rank_indicators = ranks[:, :, np.newaxis] == np.arange(1, 14)
    cards = np.concatenate([suit_indicators, rank_indicators], axis=2)
    return cards.reshape(len(cards), 85).astype(np.float64)


@validate_params({"X": ["array-like"]}, prefer_skip_nested_validation=True)
def classify_poker_hands(X: ArrayLike) -> np.ndarray:
    """Name the class of ordinal poker hands by the rules of the UCI table.

    The ace ranks below the two in A-2-3-4-5 and above the king in 10-J-Q-K-A. No other straight
    wraps around.

    Parameters
    ----------
    X : array-like of shape (n_samples, 10)
        Suit (1, ..., 4) and rank (1 = ace, ..., 13 = king) of the first card, of the
        second card, and so on.

    Returns
    -------
    y : ndarray of shape (n_samples,), dtype=int
        0 nothing, 1 one pair, 2 two pairs, 3 three of a kind, 4 straight, 5 flush,
        6 full house, 7 four of a kind, 8 straight flush, 9 royal flush.

    Raises
    ------
    ValueError
        If `X` does not hold hands of five different cards.

    See Also
    --------
    make_poker_hands : Deals hands.

    Examples
    --------
    >>> from sklearn_symclone.datasets import classify_poker_hands
    >>> royal_flush = [1, 10, 1, 11, 1, 13, 1, 12, 1, 1]
    >>> full_house = [1, 2, 3, 2, 4, 2, 1, 8, 2, 8]
    >>> classify_poker_hands([royal_flush, full_house])
    array([9, 6])
    """
    suits, ranks = _suits_and_ranks(X)
    ranks = np.sort(ranks, axis=1)

    # How many of the ten pairs of cards have equal ranks tells the patterns apart:
    # one pair 1, two pairs 2, three of a kind 3, full house 3 + 1, four of a kind 6.
    first, second = np.triu_indices(5, k=1)
    equal_pairs = np.sum(ranks[:, first] == ranks[:, second], axis=1)

    flush = np.all(suits == suits[:, :1], axis=1)
    ace_high = np.all(ranks == [1, 10, 11, 12, 13], axis=1)
    straight = ace_high | ((equal_pairs == 0) & (ranks[:, 4] - ranks[:, 0] == 4))
    return np.select(
        [
            flush & ace_high,
            flush & straight,
            equal_pairs == 6,
            equal_pairs == 4,
            flush,
            straight,
            equal_pairs == 3,
            equal_pairs == 2,
            equal_pairs == 1,
        ],
        [9, 8, 7, 6, 5, 4, 3, 2, 1],
        default=0,
    )


def _deal(n_samples, rng):
    cards = np.empty((n_samples, 5), dtype=np.int64)
    for i in range(5):
        # The card's place among those left; every card dealt before, in ascending order,
        # that does not lie above it moves it one place up in the full deck.
        card = rng.randint(52 - i, size=n_samples)
        for dealt in np.sort(cards[:, :i], axis=1).T:
            card += card >= dealt
        cards[:, i] = card
    hands = np.stack([cards // 13 + 1, cards % 13 + 1], axis=2)
    return hands.reshape(n_samples, 10).astype(np.float64)


def _suits_and_ranks(X):
    """Check ordinal hands; return their suits and their ranks, each (n_samples, 5)."""
    X = check_array(X, dtype=np.float64, input_name="X")
    if X.shape[1] != 10:
        raise ValueError(
            f"X has {X.shape[1]} columns, an ordinal poker hand has 10: suit and rank of five cards"
        )
    suits, ranks = X[:, 0::2], X[:, 1::2]
    for name, values, largest in [("suit", suits, 4), ("rank", ranks, 13)]:
        unknown = ~np.isin(values, np.arange(1, largest + 1))
        if unknown.any():
            row = np.flatnonzero(unknown.any(axis=1))[0]
            raise ValueError(
                f"X has the {name} {values[unknown][0]:g} in row {row}, "
                f"{name}s are integers from 1 to {largest}"
            )
    cards = np.sort(13 * suits + ranks, axis=1)
    repeated = np.any(cards[:, 1:] == cards[:, :-1], axis=1)
    if repeated.any():
        raise ValueError(
            f"X has the same card twice in row {np.flatnonzero(repeated)[0]}, "
            "the five cards of a hand are different"
        )
    return suits, ranks
