"""The methods that learn from noisy labels: clones, and what a practitioner would try instead.

Each is a function from Rows and a seed to a fitted model, or to None where it does not apply.
Copies of a row, moved by group elements, are never held out from the row: folds keep them together.
"""

from __future__ import annotations

import importlib.util
import logging
import warnings

import joblib
import numpy as np
from _baselines import Reference, trees
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import GroupKFold, train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor

#: Moved copies of each row.
N_COPIES = 10
#: Rows and copies together, at most: of slow methods, and of RealMLP.
FEW_ROWS, MANY_ROWS = 2000, 10_000
#: Larger tables are not for slow methods: a Gaussian process takes the cube of the rows, and a step
#: of TabM on one core takes most of a second.
LARGEST_OF_SLOW = 1000
#: Without a limit TabM learns a clean law for a quarter of an hour.
TABM_EPOCHS = 100
#: Ridge penalties, and inverses of those of a logistic regression.
PENALTIES = np.logspace(-3, 4, 15)


def augmented(rows, seed, most=None, kept=None):
    """Return rows and moved copies of them, and for each the number of the row it comes from.

    Copies that equal another are left out: where there are two group elements, each row has one.

    Parameters
    ----------
    rows : Rows
    seed : int
    most : int, default=None
        Rows and copies together. None: ten copies of each row.
    kept : ndarray of int, default=None
        Numbers of the rows that are used. None: all.

    Returns
    -------
    X, y, sources : ndarray
    """
    kept = np.arange(len(rows.X)) if kept is None else kept
    n_copies = N_COPIES if most is None else min(N_COPIES, max(0, most // len(rows.X) - 1))
    targets = np.eye(rows.n_outputs)[rows.y] if rows.is_classification else rows.y
    Y = targets.reshape(len(rows.X), -1)
    sources = np.concatenate([kept, np.tile(kept, n_copies)])
    X, Y = rows.X[sources], Y[sources]
    if n_copies:
        moved = slice(len(kept), None)
        elements = rows.symmetry.sample(n_copies * len(kept), seed, rows.X)
        X[moved] = rows.symmetry.inputs.transform(elements, X[moved])
        Y[moved] = rows.symmetry.outputs.transform(elements, Y[moved])
    _, first = np.unique(np.column_stack([sources, X, Y]), axis=0, return_index=True)
    first.sort()
    y = Y[first].argmax(axis=1) if rows.is_classification else np.squeeze(Y[first])
    return X[first], y, sources[first]


def cloned(rows, seed):
    return _estimator(rows)(symmetry=rows.stated, random_state=seed).fit(rows.X, rows.y)


def without_symmetry(rows, seed):
    return _estimator(rows)(symmetry=None, random_state=seed).fit(rows.X, rows.y)


def _estimator(rows):
    return SymmetryClonedClassifier if rows.is_classification else SymmetryClonedRegressor


def reference(rows, seed):
    nowhere = joblib.Memory(None)
    return Reference(rows.symmetry, rows.is_classification, seed, nowhere).fit(rows.X, rows.y)


def linear(rows, seed, degree, augment):
    X, y, folds = rows.X, rows.y, None
    if augment:
        X, y, sources = augmented(rows, seed)
        folds = list(GroupKFold(5, shuffle=True, random_state=seed).split(X, groups=sources))
    if rows.is_classification:
        model = LogisticRegressionCV(
            Cs=1 / PENALTIES[::2],
            cv=folds,
            l1_ratios=(0,),
            scoring="neg_log_loss",
            use_legacy_attributes=False,
        )
    else:
        # without folds it leaves out one row at a time
        model = RidgeCV(PENALTIES, cv=folds, scoring="neg_mean_squared_error")
    return make_pipeline(PolynomialFeatures(degree), StandardScaler(), model).fit(X, y)


def network(rows, seed, augment):
    kind = MLPClassifier if rows.is_classification else MLPRegressor
    X, y = augmented(rows, seed)[:2] if augment else (rows.X, rows.y)
    return make_pipeline(StandardScaler(), kind(random_state=seed)).fit(X, y)


def boosted_trees(rows, seed):
    X, y, _ = augmented(rows, seed)
    return trees(rows.is_classification, rows.n_outputs, seed).fit(X, y)


def gaussian_process(rows, seed, augment):
    if len(rows.X) > LARGEST_OF_SLOW:
        return None
    X, y = augmented(rows, seed, FEW_ROWS)[:2] if augment else (rows.X, rows.y)
    kernel = ConstantKernel() * RBF(np.sqrt(X.shape[1]))
    if rows.is_classification:
        model = GaussianProcessClassifier(kernel, random_state=seed)
    else:
        model = GaussianProcessRegressor(
            kernel + WhiteKernel(), normalize_y=True, random_state=seed
        )
    return make_pipeline(StandardScaler(), model).fit(X, y)


def tabkit(rows, seed, name):
    """Fit RealMLP or TabM; a fifth of the rows, with their copies, chooses the epoch."""
    is_tabm = name == "TabM_D"
    several = rows.n_outputs > 1 and not rows.is_classification
    if is_tabm and (several or len(rows.X) > LARGEST_OF_SLOW):
        return None  # it predicts one quantity
    import pytabkit

    kind = getattr(pytabkit, f"{name}_{'Classifier' if rows.is_classification else 'Regressor'}")
    parts = train_test_split(
        np.arange(len(rows.X)),
        test_size=0.2,
        random_state=seed,
        stratify=rows.y if rows.is_classification else None,
    )
    most = FEW_ROWS if is_tabm else MANY_ROWS
    (X, y, _), (X_val, y_val, _) = (augmented(rows, seed, most, part) for part in parts)
    # RealMLP would choose its epoch by the share of wrong answers. Its documentation advises to
    # smooth no labels besides, but then A1 with 300 rows has .13 and .027 (seeds 100 and 101), not
    # .047 and .022
    settings = {"val_metric_name": "cross_entropy"} if rows.is_classification else {}
    if is_tabm:
        settings["n_epochs"] = TABM_EPOCHS
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    model = kind(device="cpu", random_state=seed, n_threads=1, verbosity=0, **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y, X_val=X_val, y_val=y_val)


#: Methods that need ``pip install pytabkit``.
OF_TABKIT = {
    "RealMLP + augmentation": lambda rows, seed: tabkit(rows, seed, "RealMLP_TD"),
    "TabM + augmentation": lambda rows, seed: tabkit(rows, seed, "TabM_D"),
}
METHODS = {
    "cloned": cloned,
    "no symmetry": without_symmetry,
    "reference": reference,
    "linear": lambda rows, seed: linear(rows, seed, 1, False),
    "linear + augmentation": lambda rows, seed: linear(rows, seed, 1, True),
    "linear on squares": lambda rows, seed: linear(rows, seed, 2, False),
    "linear on squares + augmentation": lambda rows, seed: linear(rows, seed, 2, True),
    "MLP": lambda rows, seed: network(rows, seed, False),
    "MLP + augmentation": lambda rows, seed: network(rows, seed, True),
    "boosted trees + augmentation": boosted_trees,
    "Gaussian process": lambda rows, seed: gaussian_process(rows, seed, False),
    "Gaussian process + augmentation": lambda rows, seed: gaussian_process(rows, seed, True),
    **OF_TABKIT,
}


def installed(methods):
    """Return those of the methods whose packages are there, and print which are left out."""
    if importlib.util.find_spec("pytabkit") is not None:
        return list(methods)
    left_out = [name for name in methods if name in OF_TABKIT]
    if left_out:
        print(f"left out, for pytabkit is not installed: {', '.join(left_out)}")
    return [name for name in methods if name not in OF_TABKIT]
