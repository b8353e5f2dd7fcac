"""Which samples of a table are held out: its folds one after the other, or a user's own samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..defaults import LEAST_IN_FOLD, REFERENCE_FOLDS
from .folds import count_distinct, fold_numbers

#: What is said where no sample can be held out.
TOO_FEW = "for there are too few samples, groups, or members of a class to hold any out"
#: What is said of a table of more than one chunk.
TOO_MANY = "for so many samples are not held out in turn"


@dataclass(frozen=True, eq=False)
class Partition:
    """Parts of the samples that are held out, one after the other.

    Parameters
    ----------
    inside, outside : list of TrainingData
        For each part, the samples to learn from, and those that are held out.
    """

    inside: list
    outside: list

    @classmethod
    def of(cls, data):
        """Return the parts of a table, None if it has too few samples or groups, or too many.

        Parameters
        ----------
        data : TrainingData
            Without samples of weight zero.
        """
        if data.validation is not None:
            return cls([data], [data.validation])
        numbers = _numbers(data) if data.is_one_chunk else None
        if numbers is None:
            return None
        folds = range(numbers.max() + 1)
        return cls(
            [data.take(np.flatnonzero(numbers != fold)) for fold in folds],
            [data.take(np.flatnonzero(numbers == fold)) for fold in folds],
        )

    def __len__(self):
        return len(self.inside)

    @cached_property
    def scale(self):
        """The variance of the held-out targets, 1 if they are constant."""
        targets = np.concatenate([part.read()[1] for part in self.outside])
        return np.var(targets, axis=0).mean() or 1.0

    def first(self, n_parts):
        """Return so many of the parts, or all if there are fewer."""
        return Partition(self.inside[:n_parts], self.outside[:n_parts])


def _numbers(data):
    """Return the fold of each sample, None if some fold would be too small."""
    groups, (X, Y, weights) = data.group_labels, data.read()
    if data.classes is not None:  # samples are spread by their likeliest class
        Y = np.eye(len(data.classes))[Y.argmax(axis=1)]
    # few groups, or one that is large, make fewer folds
    fewest = REFERENCE_FOLDS if groups is None else 2
    for n_folds in range(REFERENCE_FOLDS, fewest - 1, -1):
        numbers = fold_numbers(X, Y, weights, n_folds, groups)
        if count_distinct(X, numbers, minlength=n_folds).min() >= LEAST_IN_FOLD:
            return numbers
    return None
