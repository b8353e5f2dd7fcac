"""Tables larger than memory: mapped files, chunks of a fit, and chunks that come one by one."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.datasets import make_o5, make_tic_tac_toe
from sklearn_symclone.training import batches as sources
from sklearn_symclone.training import data as tables
from sklearn_symclone.training import net, noted

QUICK = {
    "reference_steps": 30,
    "clone_steps": 30,
    "max_iter": 2,
    "hidden_layer_sizes": (16, 16),
    "random_state": 0,
}
BOARD = 'Grid(3,3,"D4")*3'


def model(**parameters):
    return SymmetryClonedRegressor(**{"symmetry": "2*O(5)", **QUICK, **parameters})


@pytest.fixture(scope="module")
def o5():
    X, y = make_o5(700, random_state=0)
    return X.astype(np.float32), y.astype(np.float32)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 256)
    monkeypatch.setattr(sources, "BLOCK", 8)


def mapped(folder, *arrays):
    """Write arrays to files and map these, read-only."""
    for number, array in enumerate(arrays):
        np.save(folder / f"{number}.npy", array)
        yield np.load(folder / f"{number}.npy", mmap_mode="r")


# fits


@pytest.mark.parametrize("strength", [0, 0.1])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_mapped_file_is_an_array(o5, tmp_path, strength, chunked, order, request):
    if chunked:
        request.getfixturevalue("small_chunks")
    X, y = o5
    X = np.asarray(X, order=order)
    X_mapped, y_mapped = mapped(tmp_path, X, y)
    fitted = model(strength=strength).fit(X, y)
    other = model(strength=strength).fit(X_mapped, y_mapped)
    assert fitted.loss_curve_ == other.loss_curve_
    np.testing.assert_array_equal(fitted.predict(X), other.predict(X_mapped))


@pytest.mark.parametrize("strength", [0, 0.1])
def test_a_fit_in_chunks_learns_what_a_fit_of_the_whole_learns(small_chunks, o5, strength):
    X, y = o5
    order = np.argsort(y)  # chunks of neighbours would be biased
    settings = {"strength": strength, "reference_steps": 100, "clone_steps": 100, "max_iter": 30}
    settings |= {"batch_size": 32, "hidden_layer_sizes": (64, 64)}
    fitted = model(**settings).fit(X[order], y[order])
    X_test, y_test = make_o5(500, random_state=1)
    whole = model(**settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "CHUNK", 2**17)
        whole.fit(X[order], y[order])
    assert not np.array_equal(fitted.predict(X), whole.predict(X))
    assert fitted.score(X_test, y_test) > whole.score(X_test, y_test) - 0.05
    assert fitted.score(X_test, y_test) > (0.6 if strength == 0 else 0.9)


def test_classes_weights_and_early_stopping_in_chunks(small_chunks):
    X, y = make_tic_tac_toe()
    weights = np.random.RandomState(0).uniform(0, 2, size=len(X))
    steps = {"reference_steps": 100, "clone_steps": 100}
    fitted = SymmetryClonedClassifier(symmetry=BOARD, early_stopping=True, **(QUICK | steps))
    assert fitted.fit(X, y, weights).score(X, y) > 0.9


def test_lbfgs_takes_all_rows_at_once(small_chunks, o5):
    fitted = model(solver="lbfgs", strength=0, max_iter=10).fit(*o5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "CHUNK", 2**17)
        whole = model(solver="lbfgs", strength=0, max_iter=10).fit(*o5)
    np.testing.assert_allclose(fitted.loss_curve_, whole.loss_curve_, rtol=1e-4)


def test_losses_that_wait_in_blocks_are_those_of_the_batches(o5, monkeypatch):
    settings = {"strength": 0, "batch_size": 50, "max_iter": 3}
    expected = model(**settings).fit(*o5).loss_curve_
    monkeypatch.setattr(noted, "TOGETHER", 4)  # of 14 batches: three blocks, and two left over
    assert model(**settings).fit(*o5).loss_curve_ == expected


def test_what_to_change_when_the_memory_of_a_device_does_not_suffice(o5, monkeypatch):
    def step(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB\nmore")

    monkeypatch.setattr(net.TensorNet, "train_step_single", step)
    threads = torch.get_num_threads()
    fitted = model(batch_size=5000)
    with pytest.raises(MemoryError, match=r"batch_size.*5000.*hidden_layer_sizes.*device=\"cpu\""):
        fitted.fit(*o5)
    assert not hasattr(fitted, "coefs_")
    assert torch.get_num_threads() == threads


# chunks one by one


def chunks(X, y, n_chunks):
    return zip(np.array_split(X, n_chunks), np.array_split(y, n_chunks), strict=True)


@pytest.mark.parametrize("strength", [0, 0.1, 1])
def test_the_first_chunk_is_a_fit_of_one_epoch(o5, strength):
    rate = {"learning_rate_init": 1e-3}
    fitted = model(strength=strength, **rate).partial_fit(*o5)
    other = model(strength=strength, max_iter=1, **rate).fit(*o5)
    np.testing.assert_array_equal(fitted.predict(o5[0]), other.predict(o5[0]))
    assert fitted.n_iter_ == other.n_iter_


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        ({"strength": 0, "learning_rate_init": 5e-3}, 0.6),
        ({"strength": 0.1}, 0.9),
        ({"strength": 0.1, "anchor": "weights"}, 0.9),
        ({"strength": 0.1, "anchor": "orbit"}, 0.9),
        ({"strength": 0.1, "clone_inputs": "gaussian"}, 0.9),
    ],
)
def test_chunks_are_learned_one_after_the_other(settings, least):
    X, y = make_o5(2000, random_state=0)
    X_test, y_test = make_o5(500, random_state=1)
    fitted = model(batch_size=25, hidden_layer_sizes=(64, 64), **settings)
    fitted.set_params(reference_steps=200, clone_steps=200)
    scores = []
    for _ in range(4):
        for X_chunk, y_chunk in chunks(X, y, 2):
            fitted.partial_fit(X_chunk, y_chunk)
            scores.append(fitted.score(X_test, y_test))
    assert scores[-1] > least
    assert scores[-1] > scores[0] - 1e-3
    assert fitted.n_iter_ == len(fitted.loss_curve_) == 8


def test_the_anchor_stays_where_the_first_chunk_put_it(o5):
    X, y = o5
    held, free = (
        model(anchor="weights", strength=s, learning_rate_init=1e-2).partial_fit(X, y)
        for s in (0.999999, 1e-9)
    )
    start = model(strength=1).fit(X, y)
    for _ in range(10):
        for fitted in (held, free):
            fitted.partial_fit(X, -y)
    near, far = (np.abs(f.predict(X) - start.predict(X)).mean() for f in (held, free))
    assert near < far / 5


def test_a_clone_of_strength_1_stays_as_it_is(o5):
    X, y = o5
    fitted = model(strength=1).partial_fit(X[:300], y[:300])
    before = fitted.predict(X)
    np.testing.assert_array_equal(fitted.partial_fit(X[300:], y[300:]).predict(X), before)


def test_a_stream_goes_on_after_a_pickle(o5):
    X, y = o5
    fitted = model().partial_fit(X[:300], y[:300])
    data = pickle.dumps(fitted)
    assert len(data) < 10 * len(pickle.dumps(model(max_iter=1).fit(X, y))) + 2**20
    for again in (fitted, pickle.loads(data)):
        again.partial_fit(X[300:], y[300:])
        np.testing.assert_array_equal(again.predict(X), fitted.predict(X))


def test_after_a_fit_the_weights_go_on(o5):
    X, y = o5
    fitted = model(max_iter=20).fit(X, y)
    assert fitted._stream is None
    before = fitted.predict(X)
    fitted.partial_fit(X[:100], y[:100])
    assert 0 < np.abs(fitted.predict(X) - before).mean() < 0.3 * np.std(y)
    assert fitted.n_iter_ == 21
    fitted.fit(X, y)
    np.testing.assert_array_equal(fitted.predict(X), before)


def test_classes_are_given_with_the_first_chunk():
    X, y = make_tic_tac_toe()
    y = np.where(y == y[0], "win", "other")
    fitted = SymmetryClonedClassifier(symmetry=BOARD, **QUICK)
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        fitted.partial_fit(X[:50], y[:50])
    one = y == "win"
    fitted.partial_fit(X[one][:50], y[one][:50], classes=["win", "other", "draw"])
    assert fitted.classes_.tolist() == ["draw", "other", "win"]
    fitted.partial_fit(X, y).partial_fit(X, y, classes=["draw", "win", "other"])
    assert fitted.predict_proba(X).shape == (len(X), 3)
    with pytest.raises(ValueError, match="not the same as on the last call"):
        fitted.partial_fit(X, y, classes=["win", "other"])
    with pytest.raises(ValueError, match=r"y has classes \['other'\], which are not among"):
        clone(fitted).partial_fit(X, y, classes=["win", "draw"])


def test_a_chunk_that_does_not_fit_changes_nothing(o5):
    X, y = o5
    fitted = model(learning_rate_init=1e-3).partial_fit(X, y)
    before = fitted.predict(X)
    with pytest.raises(ValueError, match="X has 9 features"):
        fitted.partial_fit(X[:, 1:], y)
    with pytest.raises(ValueError, match="y has 2 columns"):
        fitted.partial_fit(X, np.c_[y, y])
    with pytest.raises(ValueError, match="the loss became"):
        fitted.set_params(learning_rate_init=1e30).partial_fit(X, y).partial_fit(X, y)
    np.testing.assert_array_equal(fitted.predict(X), before)


def test_a_first_chunk_that_fails_leaves_no_model(o5):
    fitted = model(symmetry="3*O(5)")
    with pytest.raises(ValueError, match="needs 15 columns"):
        fitted.partial_fit(*o5)
    assert not hasattr(fitted, "coefs_")
    assert fitted._stream is None


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"solver": "lbfgs"}, "lbfgs"),
        ({"cloning": "weights"}, 'cloning="weights"'),
    ],
)
def test_where_chunks_cannot_be_fitted_there_is_no_method(settings, reason):
    fitted = model(**settings)
    assert not hasattr(fitted, "partial_fit")
    with pytest.raises(AttributeError) as error:
        fitted.partial_fit  # noqa: B018
    assert reason in str(error.value.__cause__)


def test_chunks_and_early_stopping_do_not_go_together(o5):
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True"):
        model(early_stopping=True).partial_fit(*o5)


def test_auto_is_a_tenth_where_no_samples_can_be_held_out(o5):
    one, other = (model(strength=strength).partial_fit(*o5) for strength in ("auto", 0.1))
    assert one.strength_ == 0.1
    np.testing.assert_array_equal(one.coefs_[0], other.coefs_[0])


def test_what_the_first_chunk_was_learned_with_cannot_change(o5):
    X, y = o5
    stream = model(strength=0.5).partial_fit(X[:300], y[:300])
    before = stream.coefs_[0].copy()
    stream.set_params(symmetry="S(10)")
    with pytest.raises(ValueError, match=r"cannot change symmetry='2\*O\(5\)' after the first"):
        stream.partial_fit(X[300:], y[300:])
    stream.set_params(symmetry="2*O(5)", strength=0)
    with pytest.raises(ValueError, match="cannot change strength == 0=False after the first"):
        stream.partial_fit(X[300:], y[300:])
    np.testing.assert_array_equal(stream.coefs_[0], before)
