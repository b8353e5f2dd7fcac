"""Handwritten digits, turned: when to keep a symmetry, and when to break it.

Two tasks on scikit-learn's own digits. In the first, training images are upright and test images
are turned by quarter turns: the symmetry has to be kept. In the second all images are turned, and a
6 or a 9 that stands on its head is called what it looks like, while every other digit keeps its
name: the symmetry holds but for two classes. Prints the share of right answers, and how much of the
symmetry is left, of an ordinary network and of networks that keep more and more of the symmetry of
their layers. Takes a minute on two cores.
"""

import argparse
from tempfile import mkdtemp

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from sklearn_symclone import SymmetryClonedClassifier

STRENGTHS = (0, 0.1, 0.2, 0.4, 1)


def turn(images, y, random_state, *, as_it_looks):
    """Return images turned by random quarter turns, as rows, and the names of what they show."""
    quarters = random_state.randint(4, size=len(images))
    turned = [np.rot90(image, k) for image, k in zip(images, quarters, strict=True)]
    if as_it_looks:
        y = np.where((quarters == 2) & np.isin(y, [6, 9]), 15 - y, y)
    return np.reshape(turned, (len(images), -1)), y


def tasks(n):
    """Return training rows and labels, test rows and labels, of each task."""
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
    parser.add_argument("--n", type=int, default=1200, help="training images")
    parser.add_argument("--cloning", choices=["layers", "weights"], default="layers")
    main(**vars(parser.parse_args()))
