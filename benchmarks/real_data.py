"""Real tables: an ordinary network, augmentation, the reference, and clones of it.

Run ``python benchmarks/real_data.py`` (all tables), or with the names of some, whose
results then replace the earlier ones. Every method gets
the same training rows; the test rows choose nothing. Results are written as they come.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings

import joblib
import numpy as np
import pandas as pd
from _report import RESULTS, markdown_table
from _tables import TABLES
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state

from sklearn_symclone import (
    Symmetry,
    SymmetryClonedClassifier,
    SymmetryClonedRegressor,
    equivariance_error,
)
from sklearn_symclone.cloning.clone import remembered_reference
from sklearn_symclone.cloning.network import reference_answers
from sklearn_symclone.cloning.reference import restore_reference
from sklearn_symclone.cloning.tasks import Task
from sklearn_symclone.references import choose_family

STRENGTHS = (0.01, 0.1, 0.5, 1.0)
HIDDEN = (128, 128, 128)
EPOCHS = 200


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--output", default="real_data")
    arguments = parser.parse_args()
    path = RESULTS / f"{arguments.output}.csv"
    rows = []
    if path.exists():
        kept = pd.read_csv(path)
        rows = kept[~kept["table"].isin(arguments.tables)].to_dict("records")
    for name in arguments.tables:
        table = TABLES[name]()
        for n in table.sizes:
            for seed in range(arguments.seeds):
                for row in compare(table, n, seed):
                    rows.append({"table": name, "n": n, "seed": seed, **row})
                    print(rows[-1], flush=True)
                write(pd.DataFrame(rows), arguments.output)


def compare(table, n, seed):
    """Yield a row of results for each method, on the same training and test rows."""
    stratify = table.y if table.is_classification and n < 1000 else None
    X, X_test, y, y_test = train_test_split(
        table.X.astype(np.float32),
        table.y,
        train_size=n,
        test_size=table.n_test,
        random_state=seed,
        stratify=stratify,
    )
    n_outputs = len(np.unique(y)) if table.is_classification else 1
    symmetry = Symmetry.parse(table.symmetry).bind(X.shape[1], n_outputs)
    estimator = SymmetryClonedClassifier if table.is_classification else SymmetryClonedRegressor
    with tempfile.TemporaryDirectory() as folder:
        memory = joblib.Memory(folder, verbose=0)
        methods = {"scikit-learn MLP": scikit_learn(table.is_classification, seed)}
        methods["MLP (strength 0)"] = estimator(strength=0, random_state=seed)
        methods["MLP + augmentation"] = Augmented(
            estimator(strength=0, random_state=seed), symmetry, seed
        )
        methods["reference"] = Reference(symmetry, table.is_classification, seed, memory)
        for strength in STRENGTHS:
            methods[f"clone, strength {strength:g}"] = estimator(
                symmetry=table.symmetry, strength=strength, random_state=seed, memory=memory
            )
        for name, model in methods.items():
            start = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(X, y)
            seconds = time.perf_counter() - start
            prediction = model.predict(X_test)
            if table.is_classification:
                error = 1 - accuracy_score(y_test, prediction)
            else:
                error = 1 - r2_score(y_test, prediction)
            yield {
                "method": name,
                "error": error,
                "equivariance_error": equivariance_error(
                    model.predict_proba if table.is_classification else model.predict,
                    X_test[:1000],
                    symmetry,
                    random_state=seed,
                ),
                "clone_error": getattr(model, "clone_error_", np.nan),
                "seconds": seconds,
            }


def scikit_learn(is_classification, seed):
    """Return scikit-learn's network of the same shape and epochs, on standardised columns."""
    settings = {"hidden_layer_sizes": HIDDEN, "max_iter": EPOCHS, "random_state": seed}
    if is_classification:
        return make_pipeline(StandardScaler(), MLPClassifier(**settings))
    network = make_pipeline(StandardScaler(), MLPRegressor(**settings))
    return TransformedTargetRegressor(network, transformer=StandardScaler())


class Augmented:
    """An ordinary network fitted to the rows and moved copies, with twice the usual steps."""

    def __init__(self, network, symmetry, seed):
        self.network, self.symmetry, self.seed = network, symmetry, seed

    def fit(self, X, y):
        copies = int(np.clip(20000 / len(X), 2, 20))
        moved = [X]
        random_state = check_random_state(self.seed)
        for _ in range(copies - 1):
            elements = self.symmetry.sample(len(X), random_state)
            moved.append(self.symmetry.inputs.transform(elements, X))
        self.network.set_params(max_iter=2 * EPOCHS // copies)
        self.network.fit(np.concatenate(moved), np.tile(y, copies))

    def predict(self, X):
        return self.network.predict(X)

    def predict_proba(self, X):
        return self.network.predict_proba(X)


class Reference:
    """The equivariant reference itself, the one that the clones of this seed imitate."""

    def __init__(self, symmetry, is_classification, seed, memory):
        self.shared = {
            "symmetry": symmetry,
            "reference": choose_family(symmetry),
            "task": Task(is_classification),
            "device": "cpu",
            "verbose": False,
        }
        self.seed, self.memory = seed, memory

    def fit(self, X, y):
        self.classes_, codes = np.unique(y, return_inverse=True)
        task = self.shared["task"]
        Y = np.eye(len(self.classes_))[codes] if task.is_classification else y[:, None]
        # drawn as the estimators draw it, so that the clones find the reference in the cache
        seed = check_random_state(self.seed).randint(np.iinfo(np.int32).max, size=5).tolist()[0]
        state = remembered_reference(
            self.memory,
            X.astype(np.float64),
            Y.astype(np.float64),
            np.ones(len(X)),
            fit="task",
            steps=SymmetryClonedRegressor().reference_steps,
            seed=seed,
            **self.shared,
        )
        symmetry, reference = self.shared["symmetry"], self.shared["reference"]
        self.module = restore_reference(state, symmetry=symmetry, reference=reference, device="cpu")

    def predict_proba(self, X):
        return reference_answers(self.module, self.shared["task"], X, "cpu")

    def predict(self, X):
        answers = self.predict_proba(X)
        if self.shared["task"].is_classification:
            return self.classes_[answers.argmax(1)]
        return answers.ravel()


def write(frame, name):
    """Write all results as CSV, and their medians over seeds as Markdown."""
    frame.to_csv(RESULTS / f"{name}.csv", index=False, float_format="%.6g")
    lines = [
        "# Real tables",
        "",
        "`python benchmarks/real_data.py`: medians over seeds. The error is 1 - R² for the mass of "
        "muon pairs and 1 - accuracy elsewhere, on rows that were not trained on. The equivariance "
        "error compares predictions before and after moving test rows. Seconds are those of the "
        "fit in float32; a clone's at 0.01 include cloning, and its other strengths take the "
        "reference and the clone from a cache.",
        "",
    ]
    for table, of_table in frame.groupby("table", sort=False):
        medians = of_table.groupby(["method", "n"], sort=False).median(numeric_only=True)
        seeds = of_table.groupby("n", sort=False)["seed"].nunique()
        counts = ", ".join(f"{count} at n = {n}" for n, count in seeds.items())
        lines += [f"## {table}", "", f"Seeds: {counts}.", ""]
        for what in ("error", "equivariance_error", "seconds"):
            wide = medians[what].unstack("n")
            wide.columns = [f"n = {n}" for n in wide.columns]
            rows = wide.rename_axis(what.replace("_", " ")).reset_index()
            lines += [markdown_table(rows.to_dict("records"), list(rows)), ""]
    (RESULTS / f"{name}.md").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
