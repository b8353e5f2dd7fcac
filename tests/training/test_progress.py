"""What follows a fit is told of its trainings, and may stop them."""

import pytest

from sklearn_symclone.training import Progress, following, progress, stage

from ._helpers import fit, linear_module, linear_task


class Noted(Progress):
    def __init__(self, stop_after=None):
        self.events, self.n_epochs, self.stop_after = [], 0, stop_after

    def begin(self, name, n_epochs):
        self.events.append((name, n_epochs))

    def end(self):
        self.events.append("end")

    def begin_epoch(self):
        self.events.append("epoch")

    def end_epoch(self, so_far):
        self.n_epochs += 1
        self.events.append(so_far and so_far())
        return self.n_epochs == self.stop_after


def train(max_iter=2, **settings):
    return fit(linear_module(), linear_task(), max_iter=max_iter, **settings)


def test_a_training_is_told_with_its_epochs():
    noted = Noted()
    with following(noted):
        train(so_far=lambda: "the weights so far")
    train()
    epochs = ["epoch", "the weights so far"] * 2
    assert noted.events == [("task", 2), *epochs, "end"]


def test_trainings_of_candidates_are_told_without_epochs():
    noted = Noted()
    with following(noted):
        with stage("search"), stage("fold 1 of 2"):
            train()
        train()
    inner = [("search", None), ("search, fold 1 of 2, task", 0), "end", "end"]
    assert noted.events == [*inner, ("task", 2), *["epoch", None] * 2, "end"]


def test_it_can_stop_a_training():
    noted = Noted(stop_after=1)
    with following(noted):
        assert len(train()) == 1
    assert noted.events[-1] == "end"


def test_what_has_begun_ends_when_a_training_fails():
    noted = Noted()
    with following(noted), pytest.raises(ValueError, match="became"):
        train(max_iter=9, solver="sgd", learning_rate_init=1e100)
    assert noted.events[-1] == "end"


def test_bars_name_the_stages(capsys):
    with stage("fold 2 of 3"):
        train(verbose=True)
    assert "fold 2 of 3, task" in capsys.readouterr().err
    assert progress.place("task") == "task"
