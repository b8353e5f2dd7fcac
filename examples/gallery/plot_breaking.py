"""
How much of a symmetry do the data have?
========================================

Five bodies, their masses and positions, and their moment of inertia: turn the frame, and the 3 × 3
tensor turns along. Here one direction is special, and the symmetry holds only in part. A model
that is exactly equivariant cannot be better than a certain error. A model that knows no symmetry
needs many rows.

``strength`` goes from one to the other. By default, held-out samples choose it.
"""

# %%
# The data
# --------
# ``breaking=0.3`` adds three tenths of the component along z.

import matplotlib.pyplot as plt
import numpy as np

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.datasets import make_inertia

X, Y = make_inertia(300, breaking=0.3, random_state=0)
X_test, Y_test = make_inertia(5000, breaking=0.3, random_state=1)

# %%
# A dial
# ------
# ``memory`` lets all strengths share one reference and one clone.

from tempfile import mkdtemp

model = SymmetryClonedRegressor(
    symmetry="S(5) + S(5)*O(3) -> O(3)**2",
    reference_steps=400,  # fewer steps than the default, so that this page is built quickly
    clone_steps=600,
    memory=mkdtemp(),
    random_state=0,
)
strengths = (0, 0.01, 0.1, 1)
errors, broken = [], []
for strength in strengths:
    model.set_params(strength=strength).fit(X, Y)
    errors.append(np.mean((model.predict(X_test) - Y_test) ** 2))
    broken.append(model.equivariance_error_)
    print(f"{strength:5} error {errors[-1]:.3f}, equivariance error {broken[-1]:.3f}")

# %%
# What the default does
# ---------------------

model.set_params(strength="auto").fit(X, Y)
chosen = np.mean((model.predict(X_test) - Y_test) ** 2)
print(f'"auto" took {model.strength_}, error {chosen:.3f}')

figure, axis = plt.subplots(figsize=(5.6, 3.4), layout="constrained")
places = np.arange(len(strengths))
axis.semilogy(places, errors, "o-", label="error on new rows")
axis.semilogy(places, broken, "s--", color="tab:gray", label="equivariance error")
axis.axhline(chosen, color="tab:red", linewidth=1, label='strength="auto"')
axis.set(xticks=places, xticklabels=strengths, xlabel="strength")
axis.legend()
