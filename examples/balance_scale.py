"""A balance whose sides, and the two numbers on a side, can be swapped.

The torque of a side is weight times distance, so the two numbers can change places. This is a
symmetry of things in boxes, ``S(2) wr S(2)``. Swapping the sides swaps the classes L and R and
keeps B. The script prints the share of right answers for an ordinary network, for a network that
knows only that the sides can be swapped, and for a network that knows the whole symmetry. It takes
a minute on two cores.
"""

import argparse

from sklearn.model_selection import train_test_split

from sklearn_symclone import SymmetryClonedClassifier
from sklearn_symclone.datasets import make_balance_scale

SYMMETRIES = {
    "no symmetry": None,
    "the sides can be swapped": "S(2)*2 -> 1 + S(2)",
    "weight and distance, too": "S(2) wr S(2) -> 1 + (S(2) wr S(2)).top",
}


def main(n=80, **settings):
    """Print and return the accuracy of each network on test samples."""
    X, y = make_balance_scale()
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, train_size=n, stratify=y, random_state=0
    )
    scores = {}
    for name, symmetry in SYMMETRIES.items():
        model = SymmetryClonedClassifier(symmetry=symmetry, random_state=0, **settings)
        scores[name] = model.fit(X_train, y_train).score(X_test, y_test)
        print(f"{name:26} {scores[name]:.3f}", flush=True)
    return scores


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=80, help="number of training samples")
    main(**vars(parser.parse_args()))
