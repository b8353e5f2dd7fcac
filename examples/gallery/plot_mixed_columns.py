"""
Some columns are exchangeable, others are not
=============================================

Most tables are mixed. Here a batch is made from five ingredients of one kind, each with an amount
and a purity, in a vessel with a temperature, a pressure and a stirring speed. The ingredients can
be listed in any order; the three settings of the vessel stand for themselves.

``S(5)*2 + 3``: five exchangeable items with two columns each, then three columns that nothing
moves.
"""

# %%
# The data
# --------

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVR

from sklearn_symclone import SymmetryClonedRegressor


def make_batches(n_samples, random_state):
    """Return batches and their yields, with a little noise."""
    random_state = np.random.RandomState(random_state)
    amounts = random_state.uniform(0, 2, (n_samples, 5))
    purities = random_state.uniform(0, 1, (n_samples, 5))
    vessel = random_state.uniform(-1, 1, (n_samples, 3))
    active = (amounts * purities**2).sum(axis=1)
    best = np.exp(-((vessel[:, 0] - 0.3 * active + 0.5) ** 2))
    y = active * best * (1 + 0.5 * vessel[:, 1]) - 0.2 * vessel[:, 2] ** 2 * amounts.max(axis=1)
    items = np.stack([amounts, purities], axis=2).reshape(n_samples, 10)
    return np.hstack([items, vessel]), y + 0.05 * random_state.standard_normal(n_samples)


X_all, y_all = make_batches(1600, 0)
X_test, y_test = make_batches(5000, 1)

# %%
# Learning curves
# ---------------

rivals = {
    "ridge on squares": make_pipeline(
        StandardScaler(), PolynomialFeatures(2), RidgeCV(np.logspace(-3, 3, 13))
    ),
    "extra trees": ExtraTreesRegressor(random_state=0),
    "boosted trees": HistGradientBoostingRegressor(random_state=0),
    "support vectors": make_pipeline(StandardScaler(), SVR(C=10)),
    "MLPRegressor": make_pipeline(StandardScaler(), MLPRegressor(max_iter=2000, random_state=0)),
}
models = {**rivals, "clone": SymmetryClonedRegressor(symmetry="S(5)*2 + 3", random_state=0)}
rows = (100, 400, 1600)
errors = {
    name: [1 - model.fit(X_all[:n], y_all[:n]).score(X_test, y_test) for n in rows]
    for name, model in models.items()
}
for name, found in errors.items():
    print(f"{name:18}", *(f"{error:8.4f}" for error in found))

# %%

figure, axis = plt.subplots(figsize=(5.6, 3.6), layout="constrained")
for name, found in errors.items():
    settings = {"linewidth": 2.5, "color": "tab:blue"} if name == "clone" else {"linewidth": 1}
    axis.loglog(rows, found, "o-", label=name, **settings)
axis.set(xlabel="rows", ylabel="1 − R² on new rows", xticks=rows, xticklabels=rows)
axis.minorticks_off()
axis.legend(fontsize="small")
