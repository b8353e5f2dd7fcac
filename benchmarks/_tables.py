"""The real tables of the benchmarks, with the symmetry that each has, exactly or roughly.

Half of the rows of each are for publishing, the others for choosing settings; see ``split_table``.
"""

from __future__ import annotations

import gzip
import os
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from sklearn_symclone.datasets import encode_poker_hands, make_tic_tac_toe

MUON_MASS = 0.10566  # GeV
SYMMETRIES = {
    "zmumu": "S(2)*O(1,3)",
    "poker": "S(5)*(S(4) + 13)",
    "pendigits": "8*SO(2)",
    "tic_tac_toe": 'Grid(3,3,"D4")*3',
}
#: Seeds from this one on choose settings; smaller ones are published.
FIRST_TUNING_SEED = 100
#: What the rows of a table are for.
PURPOSES = ("publish", "tune")


def purpose_of(seed):
    """Return what a seed is for: "publish" or "tune"."""
    return "tune" if seed >= FIRST_TUNING_SEED else "publish"


def split_table(n_rows, purpose):
    """Return the numbers of the rows of a real table that may be used for a purpose.

    The part of a row depends on its number alone: row i is published where the fractional part of
    i times the golden ratio is below one half. Each part has half of any stretch of rows, and no
    regular order of the rows ends up in one part.

    Parameters
    ----------
    n_rows : int
        Of the whole table, in the order of its file.
    purpose : {"publish", "tune"}
        "publish": to train and test on for figures that are published. "tune": to choose settings.

    Returns
    -------
    ndarray of int
    """
    if purpose not in PURPOSES:
        raise ValueError(f"purpose must be one of {', '.join(PURPOSES)}, got {purpose!r}")
    # whole numbers, modulo 2**32, so that nothing depends on rounding
    fraction = np.arange(n_rows, dtype=np.uint64) * np.uint64(2654435769) % np.uint64(2**32)
    is_published = fraction < 2**31
    return np.flatnonzero(is_published if purpose == "publish" else ~is_published)


@dataclass(frozen=True)
class Table:
    """A table and its symmetry.

    Parameters
    ----------
    X, y : ndarray
        All rows, in the order of the file.
    symmetry : str
    n_test : int, default=5000
        Rows held out at most, none of them ever trained on.
    """

    X: np.ndarray
    y: np.ndarray
    symmetry: str
    n_test: int = 5000

    @property
    def is_classification(self):
        return self.y.dtype.kind not in "f"

    def part(self, purpose):
        """Return the table of the rows that may be used for a purpose."""
        rows = split_table(len(self.y), purpose)
        return replace(self, X=self.X[rows], y=self.y[rows])

    def split(self, n, seed):
        """Return X and y of n rows to train on, in float32, then X and y of rows to test on.

        Both are drawn from the part of the rows that the seed is for.
        """
        part = self.part(purpose_of(seed))
        X, X_test, y, y_test = train_test_split(
            part.X.astype(np.float32),
            part.y,
            train_size=n,
            test_size=min(self.n_test, len(part.y) - n),
            random_state=seed,
            stratify=part.y if self.is_classification and n < 1000 else None,
        )
        return X, y, X_test, y_test


def find(name, how):
    """Return the path of a data file, or explain how to get it and exit."""
    folder = Path(os.environ.get("SYMCLONE_DATA", "../shared/data"))
    path = folder / name
    if not path.exists():
        sys.exit(
            f"{name} is not in {folder.resolve()}: {how}, and name its folder in SYMCLONE_DATA"
        )
    return path


@cache
def zmumu():
    """Pairs of muons from CMS open data: the four-momenta of both, and the mass of the pair."""
    frame = pd.read_csv(
        find(
            "Zmumu_Run2011A.csv.gz",
            "get the dimuon data of CMS, 'Zmumu_Run2011A', from the CERN Open Data portal",
        )
    )
    momenta = []
    for muon in "12":
        pt, eta, phi = (frame[name + muon].to_numpy(float) for name in ("pt", "eta", "phi"))
        momentum = np.stack([pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)], axis=1)
        energy = np.sqrt((momentum**2).sum(1) + MUON_MASS**2)
        momenta.append(np.column_stack([energy, momentum]))
    total = sum(momenta)
    mass = np.sqrt(total[:, 0] ** 2 - (total[:, 1:] ** 2).sum(1))
    return Table(np.hstack(momenta), mass, SYMMETRIES["zmumu"])


@cache
def poker():
    """Poker hands of five cards, with one indicator for each suit and each rank."""
    frame = pd.read_csv(
        find(
            "poker-hand-training-true.data.gz",
            "get 'Poker Hand' from the UCI machine learning repository",
        )
    )
    hands = frame.to_numpy(int)
    X = encode_poker_hands(hands[:, :10])
    return Table(X, hands[:, 10], SYMMETRIES["poker"])


@cache
def pendigits():
    """Pen digits: eight positions of the pen about the middle of the box, turned by any angle.

    Only small turns keep a digit what it is, and a 6 turned round is a 9: a symmetry to break.
    """
    path = find("pendigits.arff.gz", "get 'pendigits' from OpenML, with fetch_openml, as ARFF")
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt((line for line in file if line.strip()[:1] not in "%@"), delimiter=",")
    X, y = rows[:, :-1] - 50.0, rows[:, -1].astype(int)
    return Table(X, y, SYMMETRIES["pendigits"])


@cache
def tic_tac_toe():
    """All final boards of tic-tac-toe, and whether x wins."""
    X, y = make_tic_tac_toe()
    return Table(X, y, SYMMETRIES["tic_tac_toe"])


TABLES = {"zmumu": zmumu, "poker": poker, "pendigits": pendigits, "tic_tac_toe": tic_tac_toe}
