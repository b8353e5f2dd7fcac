"""What the benchmarks promise of the rows that they use."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("_tables", BENCHMARKS / "_tables.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["_tables"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["_tables"]


def test_each_row_is_published_or_chooses_settings(tables):
    published, tuned = (tables.split_table(10_583, purpose) for purpose in tables.PURPOSES)
    np.testing.assert_array_equal(np.sort(np.concatenate([published, tuned])), np.arange(10_583))
    assert abs(len(published) - len(tuned)) <= 1


def test_the_part_of_a_row_does_not_depend_on_the_rows_that_follow(tables):
    few, many = tables.split_table(100, "publish"), tables.split_table(1000, "publish")
    np.testing.assert_array_equal(few, many[many < 100])


@pytest.mark.parametrize("period", [2, 3, 4, 5, 8, 10, 64])
def test_rows_in_a_regular_order_are_in_both_parts_alike(tables, period):
    published = tables.split_table(64 * 100, "publish")
    shares = np.bincount(published % period) / len(published) * period
    np.testing.assert_allclose(shares, 1, atol=0.1)


def test_a_purpose_that_there_is_not(tables):
    with pytest.raises(ValueError, match="purpose must be one of publish, tune, got 'test'"):
        tables.split_table(10, "test")


def test_seeds_that_choose_settings_never_see_a_published_row(tables):
    X = np.arange(2000.0)[:, None]
    table = tables.Table(X, X[:, 0], "1", n_test=500)
    seen = [
        {row for rows in table.split(300, seed)[::2] for row in rows.ravel()}
        for seed in (0, 1, 2, 100, 101, 102)
    ]
    assert not set.union(*seen[:3]) & set.union(*seen[3:])
    assert all(len(rows) == 800 for rows in seen)


def test_a_small_table_is_tested_on_all_that_is_left(tables):
    boards = tables.tic_tac_toe()
    X, y, X_test, y_test = boards.split(300, seed=0)
    assert (len(X), len(X_test)) == (len(y), len(y_test)) == (300, 179)


@pytest.fixture
def benchmark(monkeypatch):
    """Return a function that imports a file of the benchmarks."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(BENCHMARKS)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCHMARKS:
            del sys.modules[name]


def test_the_calibration_error_of_four_rows(benchmark):
    # two rows of .9 in one bin, one of which is right; .6 and right; .7 and wrong
    probabilities = np.array([[0.9, 0.1], [0.1, 0.9], [0.6, 0.4], [0.3, 0.7]])
    targets = np.array([[1, 0], [1, 0], [1, 0], [1, 0]])
    expected = (2 * 0.4 + 0.4 + 0.7) / 4
    found = benchmark("_scores").calibration_error(targets, probabilities)
    np.testing.assert_allclose(found, expected)


def test_true_probabilities_have_no_calibration_error_and_the_least_loss(benchmark):
    scores = benchmark("_scores")
    truth = np.array([[0.8, 0.2], [0.35, 0.65], [1, 0]])
    assert scores.calibration_error(truth, truth) == pytest.approx(0)
    least = scores.least_log_loss(truth)
    assert scores.log_loss(truth, truth) == pytest.approx(least)
    assert scores.log_loss(truth, np.full((3, 2), 0.5)) == pytest.approx(np.log(2))


def test_a_class_that_was_never_seen_has_probability_0(benchmark):
    class Model:
        classes_ = np.array([0, 2])

        def predict_proba(self, X):
            return np.tile([0.25, 0.75], (len(X), 1))

    found = benchmark("_scores").class_probabilities(Model(), np.zeros((2, 1)), [0, 1, 2])
    np.testing.assert_array_equal(found, [[0.25, 0, 0.75]] * 2)


def test_flipped_labels_have_the_flipped_probability(benchmark):
    task = benchmark("_noisy_tasks").TASKS["A1, matches"]
    plain, flipped = task.rows(20_000, 0, 0), task.rows(20_000, 0.2, 0)
    np.testing.assert_allclose(flipped.truth, 0.2 + 0.6 * plain.truth)
    # among wins that are all but sure, a fifth of the labels is the other one
    sure = np.abs(plain.X[:, 0] - plain.X[:, 4]) > 3
    assert 0.15 < np.mean(flipped.y[sure] != plain.y[sure]) < 0.25
    assert flipped.truth.min() > 0.2


def test_heavy_tails_have_the_quartiles_of_normal_noise(benchmark):
    tasks = benchmark("_noisy_tasks")
    noise = tasks.heavy(200_000, np.random.RandomState(0))
    np.testing.assert_allclose(np.quantile(noise, [0.25, 0.75]), [-0.6745, 0.6745], atol=0.01)
    assert np.abs(noise).max() > 50


def test_copies_of_matches_are_the_exchanged_ones(benchmark):
    rows = benchmark("_noisy_tasks").TASKS["A1, matches"].rows(50, 0, 0)
    X, y, sources = benchmark("_noisy_methods").augmented(rows, 0)
    moved = slice(50, None)
    order = sources[moved]
    np.testing.assert_array_equal(X[:50], rows.X)
    np.testing.assert_array_equal(X[moved], rows.X[order][:, [4, 5, 6, 7, 0, 1, 2, 3]])
    np.testing.assert_array_equal(y[moved], 1 - rows.y[order])
    assert len(np.unique(order)) == len(order) <= 50


def test_rows_and_copies_are_at_most_so_many(benchmark):
    rows = benchmark("_noisy_tasks").TASKS["O5"].rows(30, 1, 0)
    X, y, sources = benchmark("_noisy_methods").augmented(rows, 0, most=100)
    assert len(X) == len(y) == len(sources) == 90
    radii = np.linalg.norm(X[:, :5], axis=1)
    np.testing.assert_allclose(radii, radii[sources])
    np.testing.assert_allclose(y, rows.y[sources])
    assert len(benchmark("_noisy_methods").augmented(rows, 0, most=20)[0]) == 30


def test_nfl_matches_that_choose_settings_are_not_published(benchmark):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"season": np.arange(1990, 2021)})
    nfl = benchmark("_nfl")
    train, test = nfl.parts(frame, "publish")
    assert (train["season"].max(), test["season"].min(), len(train) + len(test)) == (2011, 2012, 31)
    train, test = nfl.parts(frame, "tune")
    assert (train["season"].max(), test["season"].min(), test["season"].max()) == (2005, 2006, 2011)


def test_a_run_goes_on_where_it_was_interrupted(benchmark, monkeypatch, tmp_path, capsys):
    noisy, report = benchmark("noisy"), benchmark("_report")
    for module in (noisy, report):
        monkeypatch.setattr(module, "RESULTS", tmp_path)
    command = ["noisy.py", "--task", "A1, matches", "A2, items", "--rows", "40"]
    command += ["--noise", "1", "--flipped", "0", "--seeds", "100", "--methods"]
    monkeypatch.setattr(sys, "argv", [*command, "linear"])
    noisy.main()
    first = (tmp_path / "noisy.csv").read_text().splitlines()
    assert len(first) == 3
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", [*command, "linear", "linear on squares", "--resume"])
    noisy.main()
    assert len(capsys.readouterr().out.splitlines()) == 2
    both = (tmp_path / "noisy.csv").read_text().splitlines()
    assert both[:3] == first
    assert len(both) == 5


def test_results_of_an_earlier_version_are_not_gone_on_with(
    benchmark, monkeypatch, tmp_path, capsys
):
    noisy = benchmark("noisy")
    monkeypatch.setattr(noisy, "RESULTS", tmp_path)
    (tmp_path / "noisy.csv").write_text("task,rows,noise,method,error\nO5,300,1.0,MLP,0.5\n")
    assert noisy.read("noisy") == []
    assert "begun anew" in capsys.readouterr().out


def test_matches_of_the_nfl_have_no_level_of_noise(benchmark):
    noisy, tasks = benchmark("noisy"), benchmark("_noisy_tasks").TASKS
    asked = SimpleNamespace(noise=[0, 1], flipped=None)
    found = [noisy.levels(tasks[name], asked) for name in ("O5", "O5, heavy tails", "NFL winners")]
    assert found == [[0, 1], [1], ("",)]
    assert noisy.levels(tasks["A1, matches"], asked) == (0, 0.1, 0.2)


def test_a_picture_is_drawn_of_what_is_there(benchmark, tmp_path):
    pandas = pytest.importorskip("pandas")
    cells = [("A1, matches", 0), ("O5", 0), ("O5", 1), ("O5, heavy tails", 1), ("NFL winners", "")]
    frame = pandas.DataFrame(
        {"task": task, "rows": 300, "noise": noise, "method": method, "error": error}
        for task, noise in cells
        for method, error in (("cloned", 0.1), ("MLP", 0.4))
    )
    frame["noise"] = pandas.to_numeric(frame["noise"])
    benchmark("noisy_plots").draw(frame, tmp_path / "noisy.png")
    assert (tmp_path / "noisy.png").stat().st_size > 10_000


def test_waits_of_one_step_in_twenty_are_no_waits_in_every_step(benchmark):
    describe = benchmark("_gpu_waits").describe
    rare = describe("reference", [("soap.py:169", step) for step in (0, 20, 40)] * 10, 60)
    assert (rare["value"], rare["verdict"]) == (0.5, "")
    each = describe("reference", [("a.py:1", step) for step in range(60)], 60)
    assert each["verdict"] == "WRONG: in every step, a.py:1"


def test_every_benchmark_can_be_imported():
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    # those that need EMLP itself, with a Python of its own
    foreign = {"_emlp_bases", "_emlp_training"}
    names = sorted({path.stem for path in BENCHMARKS.glob("*.py")} - foreign)
    found = subprocess.run(
        [sys.executable, "-c", code, *names], cwd=BENCHMARKS, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
