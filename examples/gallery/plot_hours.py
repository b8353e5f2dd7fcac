"""
Twenty-four hours of a day without a beginning
==============================================

A machine runs around the clock. Its table has 24 columns, the power in each hour, and the target
is the cost of the worst six hours in a row. Midnight is no special hour: if all readings move by
one hour, the answer stays. *Cyclic shifts* of 24 columns are the group ``C(24)``.
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
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from sklearn_symclone import SymmetryClonedRegressor


def make_days(n_samples, random_state):
    """Return smooth days that begin anywhere, and the largest sum over six hours in a row."""
    random_state = np.random.RandomState(random_state)
    noise = random_state.standard_normal((n_samples, 24))
    power = 2 + sum(np.roll(noise, shift, axis=1) for shift in range(4)) / 4
    six_hours = sum(np.roll(power, -shift, axis=1) for shift in range(6))
    return power, six_hours.max(axis=1)


X, y = make_days(300, 0)
X_test, y_test = make_days(3000, 1)

# %%
# The models
# ----------

models = {
    "ridge": make_pipeline(StandardScaler(), RidgeCV(np.logspace(-3, 3, 13))),
    "extra trees": ExtraTreesRegressor(random_state=0),
    "boosted trees": HistGradientBoostingRegressor(random_state=0),
    "support vectors": make_pipeline(StandardScaler(), SVR(C=100)),
    "MLPRegressor": make_pipeline(
        StandardScaler(), MLPRegressor(hidden_layer_sizes=(100, 100), max_iter=1000, random_state=0)
    ),
    "clone": SymmetryClonedRegressor(symmetry="C(24)", random_state=0),
}
scores = {}
for name, model in models.items():
    scores[name] = model.fit(X, y).score(X_test, y_test)
    print(f"{name:16} {scores[name]:.3f}")

# %%
# What the clone has learned
# --------------------------
# One day is moved by every number of hours. The truth stays the same, and so should the
# predictions.

day = np.array([np.roll(X_test[0], shift) for shift in range(24)])
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.axhline(y_test[0], color="black", linewidth=1, label="truth")
for name in ("MLPRegressor", "clone"):
    axis.plot(models[name].predict(day), "o-", markersize=3, label=name)
axis.set(xlabel="the same day, moved by so many hours", ylabel="worst six hours")
axis.legend()
