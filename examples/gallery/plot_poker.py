"""
Hands of cards
==============

A hand of poker has five cards. Their order does not matter, and neither do the names of the four
suits: exchange hearts and spades everywhere, and nothing changes. The table has 17 columns for
each card, four for its suit and 13 for its rank, with a single 1 in each: ``S(5)*(S(4)' + 13)``.
The prime says that suits are exchanged by a group of their own.

Is there anything in the hand: a pair or better?
"""

# %%
# The data
# --------

import matplotlib.pyplot as plt
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from sklearn_symclone import SymmetryClonedClassifier
from sklearn_symclone.datasets import make_poker_hands

X, hand = make_poker_hands(1000, random_state=0)
X_test, hand_test = make_poker_hands(5000, random_state=1)
y, y_test = hand > 0, hand_test > 0

# %%
# The models
# ----------

models = {
    "extra trees": ExtraTreesClassifier(random_state=0),
    "boosted trees": HistGradientBoostingClassifier(random_state=0),
    "support vectors": SVC(C=10),
    "MLPClassifier": MLPClassifier(hidden_layer_sizes=(100, 100), max_iter=1000, random_state=0),
    "clone": SymmetryClonedClassifier(symmetry="S(5)*(S(4)' + 13)", random_state=0),
}
wrong = {}
for name, model in models.items():
    wrong[name] = 1 - model.fit(X, y).score(X_test, y_test)
    print(f"{name:16} wrong on {wrong[name]:.1%}")

# %%

figure, axis = plt.subplots(figsize=(6, 2.6), layout="constrained")
colors = ["tab:blue" if name == "clone" else "tab:gray" for name in wrong]
axis.barh(list(wrong), list(wrong.values()), color=colors)
axis.set(xlabel="share of wrong answers on new hands")
axis.invert_yaxis()
