"""The anchor "function": the reference's answers are samples beside the task's own."""

from __future__ import annotations

from ..defaults import ANCHOR_SAMPLES
from ..training import MixedBatches, imitation_batches
from .base import Anchor


class FunctionAnchor(Anchor):
    """Imitate the reference while the task is fitted: (1 - s) * task + s * imitation."""

    needs = frozenset({"answers"})

    def join(self, anchoring):
        """Return batches of both kinds of samples, and no penalty."""
        pool = anchoring.clone.pool(anchoring.n_steps * ANCHOR_SAMPLES)
        imitation = imitation_batches(
            *pool,
            anchoring.scaling,
            ANCHOR_SAMPLES,
            anchoring.generator,
            dtype=anchoring.dtype,
            device=anchoring.device,
        )
        return MixedBatches(anchoring.batches, imitation, anchoring.strength), None
