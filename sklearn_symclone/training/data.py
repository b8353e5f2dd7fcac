"""The samples of a fit, in memory or in a file that is mapped into memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from sklearn.model_selection import train_test_split

from ..defaults import TAIL_POWER, TYPICAL_QUANTILE
from .batches import ChunkedBatches, ShuffledBatches
from .folds import choose_groups
from .transfer import to_device

#: At most this many samples are in memory at once. Statistics and the fit to the task read a larger
#: table in pieces of this size. The reference and the clone see a random part of this size: their
#: steps could not see many more.
CHUNK = 2**17
#: Of fewer samples, none is held out to decide when a fit stops.
FEWEST_TO_SPLIT = 3


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Samples, targets and weights. Only the parts that are read are copied.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Values, or numbers of classes from 0; a matrix for classes has their probabilities.
    weights : ndarray of shape (n_samples,)
        Weights of the samples.
    classes : ndarray of shape (n_classes,), default=None
        Labels of the classes. None: y holds values.
    is_weighted : bool, default=True
        Whether the user gave weights. If not, all of them are 1.
    rows : ndarray of int, default=None
        The rows of the arrays that belong to the table. None: all rows.
    groups : ndarray of shape (n_samples,), default=None
        Labels of groups of samples; nothing is held out but whole groups. None: there are none.
    validation : TrainingData, default=None
        Samples of the user that are held out in the place of some of these.
    """

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    classes: np.ndarray | None = None
    is_weighted: bool = True
    rows: np.ndarray | None = None
    groups: np.ndarray | None = None
    validation: TrainingData | None = None

    def __len__(self):
        return len(self.X if self.rows is None else self.rows)

    @property
    def sizes(self):
        """The numbers of features and of outputs."""
        if self.classes is not None:
            return self.X.shape[1], len(self.classes)
        return self.X.shape[1], 1 if self.y.ndim == 1 else self.y.shape[1]

    @property
    def dtype(self):
        """The dtype of X, in which the task is fitted."""
        return self.X.dtype

    @property
    def targets(self):
        """The targets as they were given: values, or labels of classes, the likeliest ones."""
        y = self.y if self.rows is None else self.y[self.rows]
        if self.classes is None:
            return y
        return self.classes[y if y.ndim == 1 else y.argmax(axis=1)]

    @property
    def group_labels(self):
        """The label of each sample's group, None if there are no groups."""
        return self.groups if self.groups is None or self.rows is None else self.groups[self.rows]

    @property
    def is_one_chunk(self):
        """Whether all samples may be in memory at once."""
        return len(self) <= CHUNK

    @property
    def total_weight(self):
        """The sum of the weights."""
        return self.row_weights.sum()

    @property
    def row_weights(self):
        """The weight of each sample of the table."""
        return self.weights if self.rows is None else self.weights[self.rows]

    def read(self, places=slice(None)):
        """Return X, Y and weights of some samples. Y is float64; classes become probabilities."""
        if self.rows is not None:
            places = self.rows[places]
        y = self.y[places]
        if self.classes is None or y.ndim == 2:
            Y = y.reshape(len(y), -1).astype(np.float64)
        else:
            Y = np.eye(len(self.classes))[y]
        return self.X[places], Y, self.weights[places]

    def chunks(self):
        """Yield X, Y and weights of each chunk of the table."""
        for start in range(0, len(self), CHUNK):
            yield self.read(slice(start, start + CHUNK))

    def sample(self, seed):
        """Return X, Y and weights of all samples, or of ``CHUNK`` samples drawn by weight."""
        return self.drawn(seed).read()

    def drawn(self, seed):
        """Return this table if it is one chunk, else ``CHUNK`` samples that are drawn by weight."""
        own = None if self.validation is None else self.validation.drawn(seed)
        if self.is_one_chunk:
            return replace(self, validation=own)
        cumulative = np.cumsum(self.row_weights)
        # draw one sample from each of equal parts of the total weight: few samples are drawn twice,
        # and a file is read from its beginning to its end
        parts = np.arange(CHUNK) + np.random.RandomState(seed).uniform(size=CHUNK)
        places = np.searchsorted(cumulative, parts / CHUNK * cumulative[-1], "right")
        places = np.minimum(places, len(self) - 1)
        rows = places if self.rows is None else self.rows[places]
        return replace(
            self,
            X=self.X[rows],
            y=self.y[rows],
            weights=np.ones(CHUNK),
            rows=None,
            groups=None if self.groups is None else self.groups[rows],
            validation=own,
        )

    def counted(self):
        """Return the table without samples of weight zero."""
        counts = self.row_weights > 0
        return self if counts.all() else self.take(np.flatnonzero(counts))

    def take(self, places):
        """Return a table of some of the samples, with all classes. Nothing is copied."""
        rows = (np.arange(len(self)) if self.rows is None else self.rows)[places]
        if len(self) > CHUNK:  # a file is read faster in order
            rows = np.sort(rows)
        return replace(self, rows=rows)

    def split(self, share, seed):
        """Split off a share of the samples; return the table of the others, and that of the share.

        Both tables have the same proportions of classes, or whole groups. The second one is None
        if there are too few samples, members of a class, or groups.
        """
        labels = self.group_labels
        if len(self) < FEWEST_TO_SPLIT or (labels is not None and len(np.unique(labels)) == 1):
            return self, None
        if labels is not None:
            held_out = choose_groups(labels, self.row_weights, share, seed)
            return [self.take(np.flatnonzero(part)) for part in (~held_out, held_out)]
        try:
            parts = train_test_split(
                np.arange(len(self)),
                test_size=share,
                random_state=seed,
                stratify=None if self.classes is None else self.targets,
            )
        except ValueError:  # a part would be empty, or without a class
            return self, None
        return [self.take(places) for places in parts]

    def check_split(self, share):
        """Raise a ValueError if there are too few samples to split off a share, with the cure."""
        cure = "set early_stopping=False, or give X_val and y_val"
        labels = self.group_labels
        if labels is not None and len(np.unique(labels)) == 1:
            raise ValueError(f"groups has one label, early_stopping needs two: {cure}")
        if len(self) < FEWEST_TO_SPLIT:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of "
                f"your dataset; or {cure}"
            )
        if labels is not None:
            return
        stratify = None if self.classes is None else self.targets
        if stratify is not None and len(self.classes) == 2:
            # what scikit-learn's networks ask for, and name in the error
            stratify = (stratify == self.classes[1])[:, None]
        try:
            # with a seed, for the generator of the process is not ours to move
            train_test_split(
                np.arange(len(self)), test_size=share, stratify=stratify, random_state=0
            )
        except ValueError as error:
            raise ValueError(f"early_stopping cannot hold samples out: {error} ({cure})") from None

    def batches(self, scaling, batch_size, generator, *, dtype, device):
        """Return standardised samples as a source of batches.

        Parameters
        ----------
        scaling : object
            Its methods ``scale_inputs`` and ``scale_targets`` standardise ndarrays, as those of
            ``students.ColumnScaling`` do.
        batch_size : int
            Largest size of a batch. A batch larger than ``CHUNK`` is in memory as a whole.
        generator : torch.Generator or None
            Shuffles the samples. None: they stay in order.
        dtype : torch.dtype
            The precision of the batches.
        device : str
            Where the batches are, such as "cpu" or "cuda".
        """

        def read(places):
            return standardised(*self.read(places), scaling, dtype, device)

        chunk_size = CHUNK if generator is None else max(CHUNK, batch_size)
        return ChunkedBatches(read, len(self), min(batch_size, chunk_size), generator, chunk_size)


def imitation_batches(X, answers, scaling, batch_size, generator, **where):
    """Return standardised samples to imitate as a source of batches. Distant samples weigh less.

    A group that is not compact, such as that of boosts, moves some samples very far. Square units
    in the student would let these samples dominate the gradient.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Samples.
    answers : ndarray of shape (n_samples, n_outputs)
        The reference's answers.
    scaling, batch_size, generator
        As for ``TrainingData.batches``.
    **where
        ``dtype`` and ``device`` of the batches.
    """
    distance = np.linalg.norm(scaling.scale_inputs(X), axis=1)
    typical = np.quantile(distance, TYPICAL_QUANTILE)
    weights = np.ones(len(X))
    if typical > 0:
        weights = (typical / np.maximum(distance, typical)) ** TAIL_POWER
    return ShuffledBatches(
        *standardised(X, answers, weights, scaling, **where), batch_size, generator
    )


def standardised(X, Y, weights, scaling, dtype, device):
    """Return standardised samples as tensors."""
    columns = (scaling.scale_inputs(X), scaling.scale_targets(Y), weights)
    return [to_device(torch.as_tensor(column, dtype=dtype), device) for column in columns]
