"""Matches of the NFL, 1990 to 2020: who wins, and by how many points.

Seasons from 2012 on are published, and nothing is trained on them. Settings are chosen on the
seasons 2006 to 2011, with the earlier ones to train on.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from _tables import find, purpose_of

#: The columns: the side on which the match is, then five of each team.
WINNERS = "S(2).det + S(2)*5 -> S(2)"
MARGINS = "S(2).det + S(2)*5 -> S(2).det"
#: First season to test on.
FIRST_TEST_SEASON = {"publish": 2012, "tune": 2006}
OF_A_TEAM = ("elo", "points_for", "points_against", "win_rate", "rest_days")


@cache
def matches():
    """Return a frame of all matches, in order of time."""
    return pd.read_csv(
        find(
            "nfl_matches.csv.gz",
            "make it from FiveThirtyEight's open data, 'nfl-elo-game' (see shared/data/README.md)",
        )
    )


def parts(frame, purpose):
    """Return the matches to train on and those to test on."""
    first = FIRST_TEST_SEASON[purpose]
    tested = frame["season"] >= first
    if purpose == "tune":
        tested &= frame["season"] < FIRST_TEST_SEASON["publish"]
    return frame[frame["season"] < first], frame[tested]


def winners(n_samples, seed):
    """Return X, indicators of the winner, and both of rows to test on; draws are left out."""
    frame = matches()
    decided = frame[frame["a_score"] != frame["b_score"]]
    return _rows(decided, n_samples, seed, lambda margin: np.column_stack([margin > 0, margin < 0]))


def margins(n_samples, seed):
    """Return X, points of team a less those of team b, and both of rows to test on."""
    return _rows(matches(), n_samples, seed, lambda margin: margin)


def _rows(frame, n_samples, seed, target):
    train, test = parts(frame, purpose_of(seed))
    drawn = np.random.RandomState(seed).choice(len(train), n_samples, replace=False)
    found = []
    for part in (train.iloc[drawn], test):
        columns = ["home_advantage", *(f"{team}_{name}" for team in "ab" for name in OF_A_TEAM)]
        margin = (part["a_score"] - part["b_score"]).to_numpy(float)
        found += [part[columns].to_numpy(float), target(margin).astype(float)]
    return found
