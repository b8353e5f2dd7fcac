"""The training loop that every phase of a fit uses."""

from .loop import DivergenceError, train
from .losses import CrossEntropy, HalfSquaredError, Huber
from .rows import ChunkedRows, MixedRows, TableRows
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
    "one_thread",
    "train",
    "train_together",
]
