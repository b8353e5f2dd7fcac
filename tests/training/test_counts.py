"""Tasks of quantities with other losses, beside scikit-learn's own figures."""

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_error, mean_poisson_deviance, r2_score

from sklearn_symclone.training.counts import QUANTITIES

RANDOM = np.random.RandomState(0)
RATES = RANDOM.gamma(2, 1, (50, 1))
Y = RANDOM.poisson(RATES).astype(float)
WEIGHTS = RANDOM.uniform(1, 2, 50)


def test_counts_have_half_the_poisson_deviance():
    task = QUANTITIES["poisson"]
    loss = task.losses(RATES, Y, scale=1.0).mean()
    assert loss == pytest.approx(mean_poisson_deviance(Y, RATES) / 2)
    assert task.score(loss) == -loss


def test_outputs_of_counts_are_logarithms():
    task = QUANTITIES["poisson"]
    np.testing.assert_allclose(task.predictions(np.log(RATES)), RATES)
    np.testing.assert_allclose(task.link(torch.tensor(np.log(RATES))), RATES)
    score = task.validation_score(np.log(RATES), Y, WEIGHTS)
    assert score == pytest.approx(r2_score(Y, RATES, sample_weight=WEIGHTS))


def test_the_mean_of_counts_is_that_of_rates():
    answers = [torch.tensor(np.log(RATES)), torch.tensor(np.log(3 * RATES))]
    mean = QUANTITIES["poisson"].mean(answers, [0.25, 0.75])
    np.testing.assert_allclose(mean.exp(), 2.5 * RATES)


@pytest.mark.parametrize("loss", ["absolute_error", "huber"])
def test_absolute_errors_are_in_standard_deviations(loss):
    task = QUANTITIES[loss]
    found = task.losses(RATES, Y, scale=4.0).mean()
    assert found == pytest.approx(mean_absolute_error(Y, RATES) / 2)
    assert task.score(found) == -found
