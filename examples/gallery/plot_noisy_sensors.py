"""
Five sensors of one kind, and noisy labels
==========================================

Five sensors of one kind lie in a field. Each gives two readings, and the target sums something
over the sensors. Which sensor is called the first one does not matter: *exchangeable items*,
written ``S(5)``. The labels are as noisy as they are informative, and there are 300 rows.

Does a symmetry still help where the noise is as large as the signal?
"""

# %%
# The data
# --------
# Each row holds five sensors, item by item, with two readings each. The noise has the standard
# deviation of the truth. The models are judged by the truth, which a user would not know.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.linear_model import RidgeCV
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sklearn_symclone import SymmetryClonedRegressor


def truth(X):
    first, second = X[:, ::2], X[:, 1::2]
    return (np.tanh(first) + 0.5 * first * second).sum(axis=1)


random_state = np.random.RandomState(0)
X, X_test = random_state.standard_normal((300, 10)), random_state.standard_normal((5000, 10))
y = truth(X) + truth(X).std() * random_state.standard_normal(300)

# %%
# The symmetry is one line
# ------------------------
# ``S(5)*2``: five exchangeable items with two columns each.

models = {
    "ridge on squares": make_pipeline(
        StandardScaler(), PolynomialFeatures(2), RidgeCV(np.logspace(-2, 4, 13))
    ),
    "random forest": RandomForestRegressor(random_state=0),
    "boosted trees": HistGradientBoostingRegressor(random_state=0),
    "Gaussian process": make_pipeline(
        StandardScaler(), GaussianProcessRegressor(RBF(3) + WhiteKernel(), normalize_y=True)
    ),
    "MLPRegressor": make_pipeline(
        StandardScaler(), MLPRegressor(early_stopping=True, max_iter=1000, random_state=0)
    ),
    "clone": SymmetryClonedRegressor(symmetry="S(5)*2", random_state=0),
}
scores = {}
for name, model in models.items():
    scores[name] = r2_score(truth(X_test), model.fit(X, y).predict(X_test))
    print(f"{name:20} {scores[name]:.3f}")

# %%
# The clone knows that the sensors can be exchanged, and held-out samples told it to stop learning
# before it learned the noise.

figure, axis = plt.subplots(figsize=(6, 2.8), layout="constrained")
colors = ["tab:blue" if name == "clone" else "tab:gray" for name in scores]
axis.barh(list(scores), list(scores.values()), color=colors)
axis.set(xlabel="R² against the truth, on new rows")
axis.invert_yaxis()
