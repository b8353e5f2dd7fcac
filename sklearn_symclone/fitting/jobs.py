"""Where the fits of a search run, and until when new ones begin."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from ..messages import tell
from .devices import undisturbed


@dataclass(frozen=True)
class Jobs:
    """Fits that run one after the other, or several at a time.

    What is computed does not depend on it.

    Parameters
    ----------
    n_jobs : int or None, default=1
        As of joblib. 1: they run in this process, one after the other.
    device : str, default="cpu"
        Where torch computes in other processes and threads.
    deadline : float, default=inf
        The time, in seconds of the system's clock, after which no further reference is fitted.
    verbose : bool, default=False
        Whether to print a line for each fit.
    """

    n_jobs: int | None = 1
    device: str = "cpu"
    deadline: float = math.inf
    verbose: bool = False

    @classmethod
    def of(cls, parameters, device):
        """Return what the parameters of a search ask for, from now on.

        Parameters
        ----------
        parameters : Mapping
        device : str
            The name of the device that the search computes on.
        """
        n_jobs, limit = parameters["n_jobs"], parameters["time_limit"]
        if parameters["device"] == "accelerate" and effective_n_jobs(n_jobs) != 1:
            raise ValueError(
                f"n_jobs={n_jobs!r} cannot be used with device='accelerate', whose processes share "
                "each fit: set n_jobs=1"
            )
        deadline = math.inf if limit is None else time.time() + limit
        return cls(n_jobs, device, deadline, bool(parameters["verbose"]))

    @property
    def is_over(self):
        """Whether the time is over."""
        return time.time() > self.deadline

    def run(self, function, calls):
        """Return what a function returns for each tuple of arguments, in their order."""
        if self.n_jobs == 1:
            return [function(*call) for call in calls]
        return Parallel(self.n_jobs)(delayed(_call)(self.device, function, call) for call in calls)

    def tell(self, line):
        """Tell a line, if that is asked for."""
        if self.verbose:
            tell(line)


def _call(device, function, call):
    with undisturbed(device):
        return function(*call)
