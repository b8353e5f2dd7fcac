"""
Four particles in a data frame, as pt, eta and phi
==================================================

A detector reports each particle by its transverse momentum ``pt``, its pseudorapidity ``eta`` and
the angle ``phi``. The mass of what decayed into four particles is the same for every observer. It
is a *Lorentz invariant*, and it does not depend on the order in which the particles are listed.

The symmetry acts on energies and momenta, not on angles. So the columns are converted first, and
the estimator comes second in the pipeline.
"""

# %%
# The data
# --------

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVR

from sklearn_symclone import SymmetryClonedRegressor


def make_events(n_samples, random_state):
    """Return events of four particles, and the mass of all four together, in GeV."""
    random_state = np.random.RandomState(random_state)
    pt = random_state.gamma(4, 10, (n_samples, 4))
    eta = random_state.normal(0, 0.8, (n_samples, 4))
    phi = random_state.uniform(-np.pi, np.pi, (n_samples, 4))
    columns = {"pt": pt, "eta": eta, "phi": phi}
    frame = pd.DataFrame({f"{k}_{i + 1}": v[:, i] for k, v in columns.items() for i in range(4)})
    total = four_momenta(frame).to_numpy().reshape(n_samples, 4, 4).sum(axis=1)
    return frame, np.sqrt(total[:, 0] ** 2 - (total[:, 1:] ** 2).sum(axis=1))


def four_momenta(frame):
    """Return energies and momenta of massless particles: E, px, py, pz of each."""
    found = {}
    for i in range(1, 5):
        pt, eta, phi = (frame[f"{name}_{i}"] for name in ("pt", "eta", "phi"))
        found[f"E_{i}"] = pt * np.cosh(eta)
        found[f"px_{i}"] = pt * np.cos(phi)
        found[f"py_{i}"] = pt * np.sin(phi)
        found[f"pz_{i}"] = pt * np.sinh(eta)
    return pd.DataFrame(found)


events, mass = make_events(300, 0)
new_events, new_mass = make_events(5000, 1)
events.head(3)

# %%
# Rivals get both kinds of columns
# --------------------------------
# ``S(4)*SO+(1,3)`` reads: four exchangeable items, each of them a four-vector under Lorentz
# transformations.


def with_angles(frame):
    return pd.concat([frame, four_momenta(frame)], axis=1)


def rival(estimator):
    return make_pipeline(FunctionTransformer(with_angles), StandardScaler(), estimator)


models = {
    "extra trees": rival(ExtraTreesRegressor(random_state=0)),
    "boosted trees": rival(HistGradientBoostingRegressor(random_state=0)),
    "support vectors": rival(SVR(C=1000)),
    "MLPRegressor": rival(
        MLPRegressor(hidden_layer_sizes=(100, 100), max_iter=3000, random_state=0)
    ),
    "clone": make_pipeline(
        FunctionTransformer(four_momenta),
        SymmetryClonedRegressor(symmetry="S(4)*SO+(1,3)", random_state=0),
    ),
}
errors = {}
for name, model in models.items():
    found = model.fit(events, mass).predict(new_events)
    errors[name] = np.sqrt(np.mean((found - new_mass) ** 2))
    print(f"{name:16} {errors[name]:6.2f} GeV")

# %%
# There is no scaler before the clone. A scaler would multiply each component by a number of its
# own, and a Lorentz transformation of such columns is none any more. The estimator scales its
# columns itself, in the way that the symmetry allows.

figure, axis = plt.subplots(figsize=(4, 3.6), layout="constrained")
axis.plot(new_mass, new_mass, color="tab:gray", linewidth=1)
axis.plot(new_mass, models["clone"].predict(new_events), ".", markersize=2)
axis.set(xlabel="mass / GeV", ylabel="mass that the clone predicts / GeV")
