"""The phases of a fit: how long each takes, and what is done around each."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from unittest import mock

import torch

from sklearn_symclone.fitting import task as task_module
from sklearn_symclone.imitation import candidate as imitation_module
from sklearn_symclone.references import fitting as reference_module

#: Modules in which the training of each phase is looked up.
PHASES = {"reference": reference_module, "imitation": imitation_module, "task": task_module}


def wait(device):
    """Wait until a GPU has done all its work."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()


@contextmanager
def around_phases(enter):
    """Train each phase of a fit within ``enter(phase, number of steps)``."""

    def watched(phase, train):
        def run(network, batches, criterion, plan):
            with enter(phase, len(batches) * plan.max_iter):
                return train(network, batches, criterion, plan)

        return run

    with ExitStack() as stack:
        for phase, place in PHASES.items():
            patch = mock.patch.object(place, "train", watched(phase, place.train))
            stack.enter_context(patch)
        yield


@contextmanager
def timed_phases(device, clock=time.perf_counter):
    """Give a dict that becomes the seconds of each phase of the fits within."""
    seconds = Counter()

    @contextmanager
    def timed(phase, n_steps):
        wait(device)
        start = clock()
        yield
        wait(device)
        seconds[phase] += clock() - start

    with around_phases(timed):
        yield seconds
