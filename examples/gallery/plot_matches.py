"""
Who wins: two teams that meet, with draws
=========================================

A row is a match: four numbers about the first team, and the same four about the second. The result
is a win of the first team, a win of the second, or a draw. If the teams change places, "first" and
"second" change places, and a draw stays a draw. A model that does not know this must learn each
fact about teams twice.
"""

# %%
# The data
# --------
# The results are partly luck, so even the best possible probabilities have a log loss above zero.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sklearn_symclone import Symmetry, SymmetryClonedClassifier

CLASSES = np.array(["draw", "first", "second"])


def make_matches(n_samples, random_state):
    """Return matches, their results, and the true probabilities of ``CLASSES``."""
    random_state = np.random.RandomState(random_state)
    X = random_state.standard_normal((n_samples, 8))

    def strength(team):
        return team @ [1, 0.6, -0.4, 0.3] + 0.6 * team[:, 0] * team[:, 1]

    ahead = strength(X[:, :4]) - strength(X[:, 4:])
    first, second = expit(ahead - 0.6), expit(-ahead - 0.6)
    chances = np.column_stack([1 - first - second, first, second])
    drawn = (random_state.random_sample((n_samples, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    return X, CLASSES[drawn], chances


X, y, _ = make_matches(300, 0)
X_test, y_test, chances = make_matches(10_000, 1)

# %%
# The symmetry names the classes: the first two are exchanged with the teams, and a draw stays.

symmetry = Symmetry.parse("S(2)*4 -> S(2) + 1", classes=["first", "second", "draw"])
print(symmetry.describe())

models = {
    "logistic regression": make_pipeline(
        StandardScaler(),
        LogisticRegressionCV(
            scoring="neg_log_loss", l1_ratios=(0,), use_legacy_attributes=False, max_iter=1000
        ),
    ),
    "logistic on squares": make_pipeline(
        StandardScaler(),
        PolynomialFeatures(2),
        LogisticRegressionCV(
            scoring="neg_log_loss", l1_ratios=(0,), use_legacy_attributes=False, max_iter=1000
        ),
    ),
    "random forest": RandomForestClassifier(random_state=0),
    "boosted trees": HistGradientBoostingClassifier(early_stopping=True, random_state=0),
    "MLPClassifier": make_pipeline(
        StandardScaler(), MLPClassifier(early_stopping=True, max_iter=1000, random_state=0)
    ),
    "clone": SymmetryClonedClassifier(symmetry=symmetry, random_state=0),
}
losses = {"best possible": log_loss(y_test, chances)}
for name, model in models.items():
    losses[name] = log_loss(y_test, model.fit(X, y).predict_proba(X_test))
for name, loss in losses.items():
    print(f"{name:20} {loss:.3f}")

# %%
# Swap the teams, and look at the probabilities
# ---------------------------------------------
# The probability that the first team wins should be that of the second team after the swap.

swapped = np.hstack([X_test[:, 4:], X_test[:, :4]])
figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.2), sharey=True, layout="constrained")
for axis, name in zip(axes, ("logistic on squares", "clone"), strict=True):
    before, after = models[name].predict_proba(X_test)[:, 1], models[name].predict_proba(swapped)
    axis.plot(before, after[:, 2], ".", markersize=1)
    axis.set(title=name, xlabel="P(first wins)")
axes[0].set(ylabel="P(second wins) after the swap")
