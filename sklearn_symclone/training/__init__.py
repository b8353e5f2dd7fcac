"""The training loop that every phase of a fit uses."""

from .batches import ChunkedRows, MixedRows, TableRows
from .distributed import agreed, sharing_rows
from .loop import DivergenceError, train
from .losses import CrossEntropy, HalfSquaredError, Huber
from .stacked import train_together
from .threads import one_thread

__all__ = [
    "ChunkedRows",
    "CrossEntropy",
    "DivergenceError",
    "HalfSquaredError",
    "Huber",
    "MixedRows",
    "TableRows",
    "agreed",
    "one_thread",
    "sharing_rows",
    "train",
    "train_together",
]
