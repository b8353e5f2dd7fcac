"""Random expressions, tables and parameters: each fit predicts finite values, or is refused by us.

An error is ours if it is a ValueError, TypeError or MemoryError that this library or scikit-learn's
validation has raised, in less than ``LONGEST_REFUSAL`` seconds. The others are printed.
"""

from __future__ import annotations

import argparse
import collections
import time
import traceback
import warnings
from pathlib import Path

import numpy as np
from _fuzz_cases import Case, cases
from hypothesis import HealthCheck, Phase, given, seed, settings

import sklearn_symclone
from sklearn_symclone.imitation import lessons, network
from sklearn_symclone.references import tensors

#: Seconds of the processor after which it is too late to refuse something.
LONGEST_REFUSAL = 5.0
#: Seconds of the processor after which a fit of these few steps takes too long.
LONGEST_FIT = 30.0
OURS = Path(sklearn_symclone.__file__).parent
OURS_ARE = (ValueError, TypeError, MemoryError, AttributeError)
#: Parts of scikit-learn that check for us: tables, parameters and splits.
SCIKIT_LEARN = ("/sklearn/utils/", "/sklearn/model_selection/")
#: Fewer samples that are imitated and narrower networks than usual, where modules name them so.
SMALL = {
    "N_FRESH": 64,
    "POOL": 256,
    "SMALL_POOL": 256,
    "CHANNELS": 8,
    "MIN_CHANNELS": 4,
    "WIDTH": 8,
    # a sixth of the channels take that much less work
    "MAX_WORK": 3e7 / 36,
}
#: Outcomes that are right.
RIGHT = ("fitted", "refused", "diverged")

__all__ = ["RIGHT", "Case", "cases", "outcome", "settings_of"]


def outcome(case):
    """Fit, and return what has come of it in a word, and the seconds that it took."""
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = case.predictions()
    except Exception as error:
        return judged(error, time.process_time() - start)
    seconds = time.process_time() - start
    if not np.isfinite(found).all():
        return "not finite", seconds
    return ("fitted" if seconds < LONGEST_FIT else "fitted slowly"), seconds


def judged(error, seconds):
    """Return what an error says about us, and the seconds after which it came."""
    file = traceback.extract_tb(error.__traceback__)[-1].filename
    is_ours = OURS in Path(file).parents or any(part in file for part in SCIKIT_LEARN)
    if type(error).__name__ == "DivergenceError":
        return "diverged", seconds
    if not is_ours or not isinstance(error, OURS_ARE):
        return f"foreign {type(error).__name__}", seconds
    return ("refused" if seconds < LONGEST_REFUSAL else "refused late"), seconds


def make_fits_small():
    """Take the ``SMALL`` numbers, so that many fits can be made."""
    for module in (lessons, network, tensors):
        for name, value in SMALL.items():
            if hasattr(module, name):
                setattr(module, name, value)


def settings_of(n_cases):
    """Return Hypothesis's settings for so many cases, of which none is looked for again."""
    return settings(
        max_examples=n_cases,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def main():
    from _report import write_table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    make_fits_small()
    found = collections.defaultdict(list)

    @seed(arguments.seed)
    @settings_of(arguments.cases)
    @given(case=cases())
    def fit(case):
        word, seconds = outcome(case)
        found[word].append(seconds)
        if word not in RIGHT:
            print(word, f"{seconds:.1f} s", case.kind, case.parameters, flush=True)

    fit()
    rows = [
        {
            "outcome": word,
            "cases": len(times),
            "median s": np.median(times),
            "longest s": max(times),
        }
        for word, times in sorted(found.items())
    ]
    command = f"python benchmarks/fuzz.py --cases {arguments.cases} --seed {arguments.seed}"
    write_table(rows, "fuzz", "Random fits", command)


if __name__ == "__main__":
    main()
