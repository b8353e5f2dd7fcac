"""
Sets of different size
======================

Three to six points lie somewhere in space, and the target is their mean distance. A table has the
same columns for every row, so it is padded: columns of *presence* say which points are there, 1 or
0, and what stands in the columns of absent points does not matter. It can be NaN.

``S(6).mask + S(6)*E(3)``: six columns of presence, then six points anywhere in space.
"""

# %%
# The data
# --------

import matplotlib.pyplot as plt
import numpy as np
from scipy.spatial.distance import pdist
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor

from sklearn_symclone import SymmetryClonedRegressor


def make_sets(n_samples, random_state):
    """Return rows of presence and points, NaN where a point is absent, and mean distances."""
    random_state = np.random.RandomState(random_state)
    rows = np.full((n_samples, 6, 4), np.nan)
    rows[..., 0] = 0
    y = np.empty(n_samples)
    for row in range(n_samples):
        n_points = random_state.randint(3, 7)
        points = random_state.standard_normal((n_points, 3)) + random_state.standard_normal(3)
        rows[row, :n_points, 0], rows[row, :n_points, 1:] = 1, points
        y[row] = pdist(points).mean()
    return np.hstack([rows[..., 0], rows[..., 1:].reshape(n_samples, 18)]), y


X, y = make_sets(300, 0)
X_test, y_test = make_sets(2000, 1)

# %%
# The models
# ----------
# Trees take NaN as it is.

models = {
    "extra trees": ExtraTreesRegressor(random_state=0),
    "boosted trees": HistGradientBoostingRegressor(random_state=0),
    "clone": SymmetryClonedRegressor(
        symmetry="S(6).mask + S(6)*E(3)",
        reference_steps=300,  # fewer steps than the default, so that this page is built quickly
        clone_steps=600,
        strength=1,
        random_state=0,
    ),
}
scores = {}
for name, model in models.items():
    scores[name] = model.fit(X, y).score(X_test, y_test)
    print(f"{name:14} {scores[name]:.4f}")

# %%

figure, axis = plt.subplots(figsize=(4, 3.6), layout="constrained")
axis.plot(y_test, y_test, color="tab:gray", linewidth=1)
axis.plot(y_test, models["clone"].predict(X_test), ".", markersize=2)
axis.set(xlabel="mean distance", ylabel="mean distance that the clone predicts")
