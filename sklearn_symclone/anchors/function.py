"""The anchor "function": samples with the reference's answers stand beside those of the task."""

from __future__ import annotations

from torch.utils.data import IterableDataset

from ..defaults import ANCHOR_SAMPLES
from ..training import MixedBatches, imitation_batches
from .base import Anchor, Anchoring


class FunctionAnchor(Anchor):
    """Imitate the reference while the task is fitted.

    At the strength s the fit minimises (1 - s) * task + s * imitation.

    See Also
    --------
    OrbitAnchor : Compares the network with itself at moved samples.
    WeightAnchor : Compares weights, not answers.

    Examples
    --------
    >>> from sklearn_symclone import SymmetryClonedRegressor, anchors
    >>> type(anchors.get(SymmetryClonedRegressor().anchor)).__name__
    'FunctionAnchor'
    """

    needs = frozenset({"answers"})

    def join(self, anchoring: Anchoring) -> tuple[IterableDataset, None]:
        """Return batches of the task's samples and of samples to imitate, and no penalty.

        Parameters
        ----------
        anchoring : Anchoring
            The fit to the task.

        Returns
        -------
        batches : IterableDataset
            Each batch holds both kinds of samples.
        penalty : None
            There is no penalty.
        """
        X, answers = anchoring.clone.pool(anchoring.n_steps * ANCHOR_SAMPLES)
        imitation = imitation_batches(
            X,
            answers,
            anchoring.scaling,
            ANCHOR_SAMPLES,
            anchoring.generator,
            dtype=anchoring.dtype,
            device=anchoring.device,
        )
        return MixedBatches(anchoring.batches, imitation, anchoring.strength), None
