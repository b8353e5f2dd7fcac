"""The training loop that every phase of a fit uses."""

from .loop import DivergenceError, train
from .losses import CrossEntropy, HalfSquaredError, Huber
from .rows import ChunkedRows, MixedRows, TableRows
from .sharing import agreed, sharing_rows
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
