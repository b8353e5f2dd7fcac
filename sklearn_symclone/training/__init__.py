"""The training loop that every phase of a fit uses."""

from .batches import ChunkedBatches, MixedBatches, ShuffledBatches
from .distributed import agreed, sharing_batches
from .loop import DivergenceError, train
from .losses import CrossEntropy, HalfSquaredError, Huber
from .stacked import train_together
from .threads import one_thread

__all__ = [
    "ChunkedBatches",
    "CrossEntropy",
    "DivergenceError",
    "HalfSquaredError",
    "Huber",
    "MixedBatches",
    "ShuffledBatches",
    "agreed",
    "one_thread",
    "sharing_batches",
    "train",
    "train_together",
]
