"""Forces between bodies of two species anywhere in space, learned from few configurations.

Three heavy bodies and four light bodies attract each other. If space is shifted, rotated or
mirrored, the forces turn along. Bodies of one species can be exchanged. The symmetry is
``S(3)*E(3) + S(4)*E(3) -> S(3)*E(3).vector + S(4)*E(3).vector``. The script prints R² on new
configurations for an ordinary network and for a clone. It takes a minute on two cores.
"""

import argparse

import numpy as np

from sklearn_symclone import SymmetryClonedRegressor

SYMMETRY = "S(3)*E(3) + S(4)*E(3) -> S(3)*E(3).vector + S(4)*E(3).vector"
MASSES = np.array([3.0, 3.0, 3.0, 1.0, 1.0, 1.0, 1.0])
SOFTENING = 0.5  # added to the distance, or else close bodies would dominate the fit


def forces(rows):
    """Return the forces (n, 21) on bodies at positions (n, 21)."""
    points = rows.reshape(len(rows), -1, 3)
    apart = points[:, None] - points[:, :, None]
    distance = np.sqrt((apart**2).sum(axis=3) + SOFTENING**2)
    pulls = (MASSES * MASSES[:, None] / distance**3)[..., None] * apart
    return pulls.sum(axis=2).reshape(rows.shape)


def make_forces(n, random_state):
    """Return positions (n, 21) about a random place for each row, and the forces (n, 21)."""
    random_state = np.random.RandomState(random_state)
    points = random_state.standard_normal((n, 7, 3)) + 3 * random_state.standard_normal((n, 1, 3))
    X = points.reshape(n, -1)
    return X, forces(X)


def main(n=500, **settings):
    """Print and return R² of both networks on 2000 new configurations."""
    X, Y = make_forces(n, 0)
    X_test, Y_test = make_forces(2000, 1)
    scores = {}
    for name, symmetry in {"no symmetry": None, "cloned": SYMMETRY}.items():
        model = SymmetryClonedRegressor(symmetry=symmetry, random_state=0, **settings)
        scores[name] = model.fit(X, Y).score(X_test, Y_test)
        print(f"{name:12} {scores[name]:.3f}", flush=True)
    return scores


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=500, help="number of training samples")
    main(**vars(parser.parse_args()))
