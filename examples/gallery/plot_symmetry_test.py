"""
Do my data have this symmetry?
==============================

Two vectors of five components each, and a number that depends on their lengths and on the angle
between them. It does not change when the frame turns. In a second table a part that depends on the
axes is added. Can one tell from 300 rows?

``symmetry_test`` answers with a p-value. It asks whether what a model with the symmetry leaves
over can be predicted from the raw columns.
"""

# %%
# One table with the symmetry, and tables that break it
# -----------------------------------------------------

import matplotlib.pyplot as plt
import numpy as np

from sklearn_symclone.datasets import make_o5
from sklearn_symclone.inspection import symmetry_test

strengths = (0, 0.03, 0.1, 0.3, 1)
p_values = {}
for breaking in strengths:
    found = []
    for seed in range(10):
        X, y = make_o5(300, breaking=breaking, random_state=seed)
        y = y + 0.1 * np.random.RandomState(seed).standard_normal(300)
        found.append(symmetry_test(X, y, "2*O(5)", random_state=0).p_value)
    p_values[breaking] = found
    print(f"breaking {breaking:4}: median p-value {np.median(found):.3f}")

# %%
# A small p-value says that the symmetry does not hold. A large one does not prove that it holds:
# the test sees departures in single columns and in products of two.

figure, axis = plt.subplots(figsize=(5.6, 3.2), layout="constrained")
for place, found in enumerate(p_values.values()):
    axis.plot([place] * len(found), found, "o", color="tab:blue", alpha=0.5)
axis.axhline(0.05, color="tab:red", linewidth=1, label="5 %")
axis.set(xticks=range(len(strengths)), xticklabels=strengths, ylabel="p-value of ten tables")
axis.set(xlabel="share of the part that breaks the symmetry")
axis.legend()
