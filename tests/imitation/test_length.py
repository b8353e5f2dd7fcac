"""Held-out samples decide how long a reference learns."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5
from sklearn_symclone.imitation.length import Length, choose_length, compare


class Losses:
    """Held-out losses that a function of the steps makes up."""

    def __init__(self, of, n=400):
        self.of, self.scouts, self.compared, self.every = of, range(3), range(3), range(5)
        rng = np.random.RandomState(0)
        self.spread, self.n = rng.uniform(0.5, 1.5, size=n), n

    def losses_of(self, folds, steps):
        return self.of(steps) * np.tile(self.spread, len(folds)), np.ones(self.n * len(folds))

    def mean(self, folds, steps):
        return float(np.average(self.losses_of(folds, steps)[0]))


def test_where_most_samples_still_gain_it_learns_to_the_end():
    found = choose_length(Losses(lambda steps: 10.0 / steps**2), 1000)
    assert found == Length(1000, True, 180, pytest.approx(10 / 180**2, rel=0.02))


@pytest.mark.parametrize(("best", "chosen"), [(10, 10), (20, 20), (60, 60)])
def test_where_longer_fits_are_worse_the_best_is_taken(best, chosen):
    found = choose_length(Losses(lambda steps: 1 + 5 * np.log(steps / best) ** 2), 1000)
    assert not found.to_the_end
    assert chosen / 1.5 <= found.steps <= 1.5 * chosen


def test_scouts_go_on_in_cases_of_doubt():
    """Most samples gain a fifth, and their mean more, until the last scouts say that they gain."""

    class Doubtful(Losses):
        kept_in_three_times_the_steps = 0.8

        def losses_of(self, folds, steps):
            losses, weights = super().losses_of(folds, steps)
            if steps <= 180:  # three in five keep most of their loss, the others lose two thirds
                kept = self.kept_in_three_times_the_steps ** (np.log(steps / 20) / np.log(3))
                slow = np.arange(len(losses)) % 5 < 3
                losses = np.where(slow, self.spread.max() * kept, losses)
            return losses, weights

    asked = Doubtful(lambda steps: 60 / steps)
    assert choose_length(asked, 1000) == Length(
        1000, True, 540, pytest.approx(asked.mean(range(3), 540))
    )
    # where most samples gain next to nothing, they are not asked
    calm = Doubtful(lambda steps: 60 / steps if steps < 540 else pytest.fail("asked"))
    calm.kept_in_three_times_the_steps = 0.95
    assert choose_length(calm, 1000).steps < 300


@pytest.mark.parametrize(("n_rare", "to_the_end"), [(3, True), (12, False)])
def test_a_few_samples_do_not_end_a_fit_that_others_gain_from(n_rare, to_the_end):
    """Up to 180 steps some samples become worse; a few of them may be chance, a dozen are not."""

    class Meetings(Losses):
        def losses_of(self, folds, steps):
            losses, weights = super().losses_of(folds, steps)
            if 60 <= steps <= 180:
                losses[:n_rare] = 1000 * steps
            return losses, weights

    found = choose_length(Meetings(lambda steps: 60 / steps), 1000)
    assert found.to_the_end == to_the_end
    assert found.scouted == 540 if to_the_end else found.steps < 60


def test_where_nothing_is_gained_any_more_it_is_not_long():
    assert choose_length(Losses(lambda steps: 1.0 + 1 / steps), 1000).steps < 300


def test_a_family_of_few_steps_is_fitted_to_the_end():
    assert choose_length(Losses(lambda steps: 1.0), 15).steps == 15


def test_differences_are_counted_in_standard_errors():
    rng = np.random.RandomState(0)
    losses, difference = rng.uniform(1, 2, size=500), rng.normal(0.1, 1, size=500)
    z, ratio = compare(losses + difference, losses, np.ones(500))
    assert_allclose(z, difference.mean() / (difference.std() / np.sqrt(500)))
    assert_allclose(ratio, np.median((losses + difference) / losses))
    assert compare(losses, losses, np.ones(500)) == (0.0, 1.0)


SHORT = {"clone_steps": 30, "hidden_layer_sizes": (16,), "strength": 1, "random_state": 0}


def test_noisy_labels_end_the_fit_early_and_the_teacher_is_an_average():
    X, y = make_o5(100, random_state=0)
    noisy = y + 3 * y.std() * np.random.RandomState(1).standard_normal(100)
    model = SymmetryClonedRegressor(symmetry="2*O(5)", **SHORT).fit(X, noisy)
    # a mixture, named by the larger part
    assert model.reference_ in ("invariants", "quadratic")
    assert model.reference_steps_ < 100
    assert model.reference_score_ < 0.5
    plain = SymmetryClonedRegressor(symmetry="2*O(5)", reference_steps=300, **SHORT).fit(X, noisy)
    X_new, y_new = make_o5(500, random_state=2)
    assert model.score(X_new, y_new) > plain.score(X_new, y_new) + 0.2


def test_steps_that_are_given_are_obeyed():
    X, y = make_o5(60, random_state=0)
    model = SymmetryClonedRegressor(symmetry="2*O(5)", reference_steps=7, **SHORT).fit(X, y)
    assert (model.reference_steps_, model.reference_score_) == (7, None)


@pytest.mark.parametrize("n_samples", [1, 2, 3, 12])
def test_too_few_samples_hold_nothing_out(n_samples, monkeypatch):
    monkeypatch.setattr("sklearn_symclone.imitation.recipe.choose_length", None)
    X = np.random.RandomState(0).standard_normal((n_samples, 4))
    model = SymmetryClonedRegressor(symmetry="S(4)", **SHORT).fit(X, X.sum(axis=1))
    assert model.reference_steps_ == 1000


def test_an_average_of_classes_is_one_of_probabilities():
    rng = np.random.RandomState(0)
    X = rng.standard_normal((120, 4))
    y = rng.uniform(size=120) < 0.5
    model = SymmetryClonedClassifier(symmetry="S(4)", **SHORT | {"clone_steps": 300}).fit(X, y)
    assert model.reference_steps_ < 60
    # labels that are chance alone are not learned by heart
    assert np.abs(model.predict_proba(X) - 0.5).mean() < 0.2


def test_references_of_folds_with_other_numbers_of_batches_are_averaged():
    # four fifths of 1001 samples are four batches in some folds, and five in others
    rng = np.random.RandomState(0)
    X, y = rng.standard_normal((1001, 4)), rng.standard_normal(1001)
    model = SymmetryClonedRegressor(symmetry="S(4)", **SHORT | {"clone_steps": 5}).fit(X, y)
    assert model.reference_steps_ < 200
