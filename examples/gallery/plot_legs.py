"""
A robot with two legs
=====================

A walking robot has a left and a right leg, with three joint angles each. The forward speed of a
step stays the same if the robot is mirrored, and its turn to the left becomes a turn to the right.
So one target is invariant, and the other one changes its sign.

``S(2)*3 + 1 -> 1 + S(2).det``: two exchangeable legs with three columns each and a load that
nothing moves; a target that stays, and one that changes its sign with the exchange.
"""

# %%
# The data
# --------

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sklearn_symclone import SymmetryClonedRegressor


def make_steps(n_samples, random_state):
    """Return joint angles of both legs and the load; targets: forward speed, and turn."""
    random_state = np.random.RandomState(random_state)
    legs = random_state.uniform(-1, 1, (n_samples, 2, 3))
    load = random_state.uniform(0, 1, n_samples)
    hip, knee, ankle = np.moveaxis(legs, 2, 0)
    push = np.sin(2 * hip) * np.cos(knee) + 0.5 * knee * ankle**2
    push = push / (1 + load)[:, None]
    speed = push.sum(axis=1) - 0.5 * push[:, 0] * push[:, 1]
    turn = (push[:, 1] - push[:, 0]) * (1 + 0.5 * push.sum(axis=1))
    Y = np.column_stack([speed, turn]) + 0.05 * random_state.standard_normal((n_samples, 2))
    return np.hstack([legs.reshape(n_samples, 6), load[:, None]]), Y


X, Y = make_steps(200, 0)
X_test, Y_test = make_steps(3000, 1)

# %%
# The models
# ----------

models = {
    "ridge on cubes": make_pipeline(
        StandardScaler(), PolynomialFeatures(3), RidgeCV(np.logspace(-3, 3, 13))
    ),
    "extra trees": ExtraTreesRegressor(random_state=0),
    "Gaussian process": make_pipeline(
        StandardScaler(), GaussianProcessRegressor(RBF(3) + WhiteKernel(), normalize_y=True)
    ),
    "MLPRegressor": make_pipeline(
        StandardScaler(), MLPRegressor(hidden_layer_sizes=(100, 100), max_iter=1000, random_state=0)
    ),
    "clone": SymmetryClonedRegressor(symmetry="S(2)*3 + 1 -> 1 + S(2).det", random_state=0),
}
scores = {}
for name, model in models.items():
    scores[name] = model.fit(X, Y).score(X_test, Y_test)
    print(f"{name:18} {scores[name]:.4f}")

# %%
# Mirrored steps
# --------------
# The turn of a mirrored step should be the negative turn.

mirrored = X_test[:, [3, 4, 5, 0, 1, 2, 6]]
figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.2), sharey=True, layout="constrained")
for axis, name in zip(axes, ("MLPRegressor", "clone"), strict=True):
    before, after = models[name].predict(X_test)[:, 1], models[name].predict(mirrored)[:, 1]
    axis.plot(before, -after, ".", markersize=1)
    axis.set(title=name, xlabel="turn")
axes[0].set(ylabel="minus the turn of the mirrored step")
