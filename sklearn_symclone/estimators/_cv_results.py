"""The table of a search: what it has measured of each candidate, in the names of GridSearchCV."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

#: What the table calls the equivariance errors of a split, and their mean.
EQUIVARIANCE = "equivariance_error"


def cv_results(pairs, found):
    """Return what was measured as GridSearchCV does, and equivariance errors beside it.

    Parameters
    ----------
    pairs : list of dict
        The symmetry and the strength of each candidate.
    found : Measured
    """
    parameters = [{"strength": p["strength"], "symmetry": p["symmetry"]} for p in pairs]
    columns = {}
    for name, times in (("fit_time", found.fit_times), ("score_time", found.score_times)):
        columns |= {f"mean_{name}": times.mean(axis=1), f"std_{name}": times.std(axis=1)}
    for name in parameters[0]:
        columns[f"param_{name}"] = np.empty(len(pairs), dtype=object)
        columns[f"param_{name}"][:] = [values[name] for values in parameters]
    means = found.scores.mean(axis=1)
    # what was left out comes last
    ranked = np.where(found.are_complete, means, -np.inf)
    return {
        **columns,
        "params": parameters,
        **{f"split{number}_test_score": column for number, column in enumerate(found.scores.T)},
        "mean_test_score": means,
        "std_test_score": found.scores.std(axis=1),
        "rank_test_score": rankdata(-ranked, method="min").astype(int),
        **{f"split{number}_{EQUIVARIANCE}": column for number, column in enumerate(found.errors.T)},
        f"mean_{EQUIVARIANCE}": found.errors.mean(axis=1),
    }
