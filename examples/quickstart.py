"""Compare a plain network that has learned a symmetry with one that has not.

The script fits tic-tac-toe boards, where the symmetry is exact, and moments of inertia, where a
preferred direction breaks it. It uses several training sizes. Then GridSearchCV chooses how much of
the symmetry to keep. The script prints a table and, if matplotlib is installed, draws a picture. It
takes under two minutes on two cores.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sklearn.model_selection import GridSearchCV, train_test_split

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.datasets import make_inertia, make_tic_tac_toe

BOARD = 'Grid(3,3,"D4")*3'
BODIES = "S(5) + S(5)*O(3) -> O(3)**2"


def tic_tac_toe(sizes):
    """Yield the training size, and the share of wrong answers of the network and of the clone."""
    X, y = make_tic_tac_toe()
    for n in sizes:
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, train_size=n, stratify=y, random_state=0
        )
        plain = SymmetryClonedClassifier(random_state=0)
        cloned = SymmetryClonedClassifier(
            symmetry=BOARD, strength=0.1, reference_steps=300, clone_steps=200, random_state=0
        )
        yield n, *(1 - m.fit(X_train, y_train).score(X_test, y_test) for m in (plain, cloned))


def inertia(sizes):
    """Yield the training size and the test errors for the broken inertia."""
    X_test, Y_test = make_inertia(5000, breaking=0.3, random_state=1)
    for n in sizes:
        X, Y = make_inertia(n, breaking=0.3, random_state=0)
        plain = SymmetryClonedRegressor(random_state=0)
        cloned = SymmetryClonedRegressor(
            symmetry=BODIES, strength=0.1, reference_steps=300, clone_steps=600, random_state=0
        )
        yield n, *(((m.fit(X, Y).predict(X_test) - Y_test) ** 2).mean() for m in (plain, cloned))


def search(memory):
    """Return a grid search over the strength, on 100 rows of the broken inertia."""
    X, Y = make_inertia(100, breaking=0.3, random_state=0)
    model = SymmetryClonedRegressor(
        symmetry=BODIES, reference_steps=200, clone_steps=300, random_state=0, memory=memory
    )
    grid = {"strength": [0, 0.01, 0.1, 1]}
    return GridSearchCV(model, grid, cv=3, scoring="neg_mean_squared_error").fit(X, Y)


def draw(results, path):
    """Draw error against training size. Return what came of it."""
    try:
        import matplotlib

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt
    except ImportError:
        return 'To get the picture too, run: pip install -c constraints.txt -e ".[plots]"'
    figure, axes = plt.subplots(1, len(results), figsize=(8, 3.2), layout="constrained")
    for axis, (title, label, rows) in zip(axes, results, strict=True):
        sizes, plain, cloned = zip(*rows, strict=True)
        axis.loglog(sizes, plain, "o-", color="tab:gray", label="MLP")
        axis.loglog(sizes, cloned, "o-", color="tab:blue", label="MLP cloned from a reference")
        axis.set(title=title, xlabel="training rows", ylabel=label, xticks=sizes)
        axis.set_xticklabels(sizes)
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    axes[0].legend()
    figure.savefig(path, dpi=150)
    return f"The picture is in {path}."


def main():
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figure", type=Path, default=Path("quickstart.png"))
    figure = parser.parse_args().figure
    start = time.perf_counter()
    results = []
    for title, label, rows in [
        ("tic-tac-toe", "share of wrong answers", tic_tac_toe([50, 100, 200])),
        ("broken inertia", "mean squared error", inertia([100, 300, 1000])),
    ]:
        print(f"\n{title}: {label} on new rows\n{'rows':>6} {'MLP':>10} {'clone':>10}")
        results.append((title, label, []))
        for n, plain, cloned in rows:
            print(f"{n:6} {plain:10.4f} {cloned:10.4f}", flush=True)
            results[-1][2].append((n, plain, cloned))
    with TemporaryDirectory() as memory:
        found = search(memory)
    print("\nbroken inertia, 100 rows: cross-validated error over the strength")
    for strength, score in zip(
        found.param_grid["strength"], found.cv_results_["mean_test_score"], strict=True
    ):
        chosen = "  <- chosen" if strength == found.best_params_["strength"] else ""
        print(f"{strength:6} {-score:10.4f}{chosen}")
    print(f"\n{draw(results, figure)}\nThis took {time.perf_counter() - start:.0f} s.")


if __name__ == "__main__":
    main()
