"""
Distances of five atoms
=======================

A molecule of five atoms of one kind is given by its ten distances. Which atom is called the first
one does not matter, but the columns cannot be shuffled at will: atoms are exchanged, and the
columns of *pairs* of atoms move along. That is ``S(5).pairs``.
"""

# %%
# The data
# --------
# The target is an energy: each pair repels, and each triangle has a part that depends on its shape.

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sklearn_symclone import SymmetryClonedRegressor

PAIRS = list(combinations(range(5), 2))
NAMES = [f"d_{i + 1}{j + 1}" for i, j in PAIRS]


def energy(distances):
    pairs = (1 / (distances + 0.5) ** 2).sum(axis=1)
    of = {pair: distances[:, place] for place, pair in enumerate(PAIRS)}
    triangles = sum(
        np.exp(-(of[i, j] * of[j, k] * of[i, k]) / 4) for i, j, k in combinations(range(5), 3)
    )
    return pairs - triangles


def make_molecules(n_samples, random_state):
    atoms = np.random.RandomState(random_state).standard_normal((n_samples, 5, 3))
    distances = np.array([pdist(row) for row in atoms])
    return pd.DataFrame(distances, columns=NAMES), energy(distances)


X, y = make_molecules(200, 0)
X_test, y_test = make_molecules(3000, 1)
X.head(3).round(2)

# %%
# The columns stand in the order 12, 13, 14, 15, 23, …, as SciPy's ``pdist`` gives them. That is the
# order of ``S(5).pairs``.

models = {
    "ridge on squares": make_pipeline(
        StandardScaler(), PolynomialFeatures(2), RidgeCV(np.logspace(-4, 4, 17))
    ),
    "extra trees": ExtraTreesRegressor(random_state=0),
    "boosted trees": HistGradientBoostingRegressor(random_state=0),
    "Gaussian process": make_pipeline(
        StandardScaler(), GaussianProcessRegressor(RBF(3) + WhiteKernel(), normalize_y=True)
    ),
    "clone": SymmetryClonedRegressor(symmetry="S(5).pairs", reference="pairs", random_state=0),
}
scores = {}
for name, model in models.items():
    scores[name] = model.fit(X, y).score(X_test, y_test)
    print(f"{name:18} {scores[name]:.4f}")

# %%

figure, axis = plt.subplots(figsize=(6, 2.6), layout="constrained")
colors = ["tab:blue" if name == "clone" else "tab:gray" for name in scores]
axis.barh(list(scores), [1 - score for score in scores.values()], color=colors)
axis.set(xscale="log", xlabel="1 − R² on new molecules (less is better)")
axis.invert_yaxis()
