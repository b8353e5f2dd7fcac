"""The training loop that every phase of a fit uses."""

from . import optimizers
from .batches import ChunkedBatches, MixedBatches, ShuffledBatches
from .callbacks import DivergenceError
from .data import TrainingData, imitation_batches
from .distributed import agreed, sharing_batches
from .folds import fold_numbers, merge_equal
from .loop import train
from .losses import CrossEntropy, HalfSquaredError, Huber
from .plan import TrainingPlan
from .stacked import train_together
from .tasks import CLASSIFICATION, REGRESSION, Task
from .threads import one_thread
from .transfer import to_device

__all__ = [
    "CLASSIFICATION",
    "REGRESSION",
    "ChunkedBatches",
    "CrossEntropy",
    "DivergenceError",
    "HalfSquaredError",
    "Huber",
    "MixedBatches",
    "ShuffledBatches",
    "Task",
    "TrainingData",
    "TrainingPlan",
    "agreed",
    "fold_numbers",
    "imitation_batches",
    "merge_equal",
    "one_thread",
    "optimizers",
    "sharing_batches",
    "to_device",
    "train",
    "train_together",
]
