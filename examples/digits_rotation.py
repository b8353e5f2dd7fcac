"""Handwritten digits, turned: when to keep a symmetry, and when to break it.

There are two tasks on the digits of scikit-learn. In the first task, training images are upright
and test images are turned by quarter turns, so the symmetry has to be kept. In the second task, all
images are turned. A 6 that stands on its head is called 9, and a 9 is called 6, so two classes
break the symmetry. The script prints the share of right answers and the equivariance error, for an
ordinary network and for networks that keep more and more of the symmetry. It takes a minute on two
cores.
"""

import argparse
from tempfile import mkdtemp

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from sklearn_symclone import SymmetryClonedClassifier

STRENGTHS = (0, 0.1, 0.2, 0.4, 1)


def turn(images, y, random_state, *, as_it_looks):
    """Return flat images after random quarter turns, and the digits that they show."""
    quarters = random_state.randint(4, size=len(images))
    turned = [np.rot90(image, k) for image, k in zip(images, quarters, strict=True)]
    if as_it_looks:
        y = np.where((quarters == 2) & np.isin(y, [6, 9]), 15 - y, y)
    return np.reshape(turned, (len(images), -1)), y


def tasks(n):
    """Return training images and labels, then test images and labels, of each task."""
    digits = load_digits()
    images, test_images, y, y_test = train_test_split(
        digits.images, digits.target, train_size=n, random_state=0, stratify=digits.target
    )
    random_state = np.random.RandomState(0)
    settings = {"random_state": random_state, "as_it_looks": True}
    return {
        "kept: train upright, test turned": (
            images.reshape(n, -1),
            y,
            *turn(test_images, y_test, random_state, as_it_looks=False),
        ),
        "broken: 6 and 9 exchanged by a half turn": (
            *turn(images, y, **settings),
            *turn(test_images, y_test, **settings),
        ),
    }


def main(n=1200, cloning="layers", **settings):
    """Print and return the accuracy for each task and strength."""
    scores = {}
    for task, (X, y, X_test, y_test) in tasks(n).items():
        print(task)
        memory = mkdtemp()
        for strength in STRENGTHS:
            model = SymmetryClonedClassifier(
                symmetry='Grid(8,8,"C4")',
                cloning=cloning,
                strength=strength,
                hidden_layer_sizes=(256, 128),
                learning_rate_init=2e-3,
                max_iter=60 if strength == 0 else 30,
                memory=memory,
                random_state=0,
                **settings,
            )
            scores[task, strength] = model.fit(X, y).score(X_test, y_test)
            print(
                f"  strength {strength:<4} right {scores[task, strength]:.3f}, "
                f"equivariance error {model.equivariance_error_:.3f}",
                flush=True,
            )
    return scores


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1200, help="number of training images")
    parser.add_argument("--cloning", choices=["layers", "weights"], default="layers")
    main(**vars(parser.parse_args()))
