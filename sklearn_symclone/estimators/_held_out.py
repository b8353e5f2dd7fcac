"""What users say of held-out samples: samples of their own, or groups that stay together."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from numpy.typing import ArrayLike
from sklearn.utils import check_array


class HeldOut(NamedTuple):
    """How a user wants samples to be held out, as given to ``fit``; all None: by their content.

    Parameters
    ----------
    X, y : array-like or None
        Samples of the user's own.
    sample_weight : array-like or None
        Their weights.
    groups : array-like or None
        Labels of the groups of the training samples.
    """

    X: ArrayLike | None = None
    y: ArrayLike | None = None
    sample_weight: ArrayLike | None = None
    groups: ArrayLike | None = None

    def check(self):
        """Raise a ValueError if a part of the user's samples is missing."""
        for name, other in (("X", "y"), ("y", "X"), ("sample_weight", "X")):
            if getattr(self, name) is not None and getattr(self, other) is None:
                raise ValueError(f"{name}_val is given without {other}_val: give both, or neither")

    def joined_to(self, data, read):
        """Return training data with what is said here.

        Parameters
        ----------
        data : TrainingData
        read : callable
            From X, y and weights to data like the training data.
        """
        groups = None if self.groups is None else checked_groups(self.groups, len(data))
        validation = None if self.X is None else read(self.X, self.y, self.sample_weight).counted()
        return replace(data, groups=groups, validation=validation)


def checked_groups(groups, n_samples):
    """Return the labels of groups as an array that can be sorted."""
    groups = check_array(groups, input_name="groups", ensure_2d=False, dtype=None)
    if groups.shape != (n_samples,):
        raise ValueError(
            f"groups has shape {groups.shape}, X has {n_samples} samples: give a label for each"
        )
    # labels of several types have no order
    return groups.astype(str) if groups.dtype == object else groups
