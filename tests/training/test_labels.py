"""The task of several labels, beside computations by probabilities."""

import numpy as np
import torch
from scipy.special import expit

from sklearn_symclone.training import LABELS

LOGITS = np.random.RandomState(0).standard_normal((2, 20, 3))


def test_the_mean_is_that_of_probabilities():
    mean = LABELS.mean([torch.tensor(logits) for logits in LOGITS], [0.25, 0.75])
    expected = 0.25 * expit(LOGITS[0]) + 0.75 * expit(LOGITS[1])
    np.testing.assert_allclose(expit(mean.numpy()), expected)


def test_labels_are_smoothed_towards_one_half():
    targets = torch.tensor([[0.0, 1.0, 0.5]])
    np.testing.assert_allclose(LABELS.smoothed(targets, 0.2), [[0.1, 0.9, 0.5]], rtol=1e-6)


def test_outputs_are_logits():
    np.testing.assert_allclose(LABELS.link(torch.tensor(LOGITS[0])), expit(LOGITS[0]))
    score = LABELS.validation_score(LOGITS[0], (LOGITS[0] > 0).astype(float), np.ones(20))
    assert score == 1
