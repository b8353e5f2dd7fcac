"""The training loop that every phase of a fit uses."""

from . import optimizers
from .batches import ChunkedBatches, MixedBatches, ShuffledBatches
from .callbacks import OptimizerState, ValidationScores
from .counts import QUANTITIES
from .data import TrainingData, imitation_batches
from .distributed import agreed, sharing_batches
from .endings import DivergenceError, EvaluationLimit
from .folds import fold_numbers, merge_equal
from .labels import LABELS
from .loop import train
from .losses import CrossEntropy, HalfSquaredError, Huber
from .meaning import Meaning
from .partition import TOO_FEW, TOO_MANY, Partition
from .plan import TrainingPlan
from .progress import Progress, following, stage
from .randomness import Seeded
from .rates import Rate
from .stacked import train_together
from .tasks import CLASSIFICATION, REGRESSION, Task
from .threads import one_thread
from .transfer import to_device

__all__ = [
    "CLASSIFICATION",
    "LABELS",
    "QUANTITIES",
    "REGRESSION",
    "TOO_FEW",
    "TOO_MANY",
    "ChunkedBatches",
    "CrossEntropy",
    "DivergenceError",
    "EvaluationLimit",
    "HalfSquaredError",
    "Huber",
    "Meaning",
    "MixedBatches",
    "OptimizerState",
    "Partition",
    "Progress",
    "Rate",
    "Seeded",
    "ShuffledBatches",
    "Task",
    "TrainingData",
    "TrainingPlan",
    "ValidationScores",
    "agreed",
    "fold_numbers",
    "following",
    "imitation_batches",
    "merge_equal",
    "one_thread",
    "optimizers",
    "sharing_batches",
    "stage",
    "to_device",
    "train",
    "train_together",
]
