"""Images that are shifted or turned, and labels that keep the symmetry or break it."""

from __future__ import annotations

import numpy as np
from sklearn.utils import check_random_state

#: The largest shift, as a share of the width of an image.
LARGEST_SHIFT = 0.25


def make_moved_images(
    images: np.ndarray,
    y: np.ndarray,
    group: str,
    *,
    breaking: bool = False,
    circular: bool = False,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Shift or turn each image at random, as for the tasks of arXiv 2410.03989.

    Parameters
    ----------
    images : ndarray of shape (n_samples, height, width)
        The images. They must be square for "C4".
    y : ndarray of int of shape (n_samples,)
        Classes from 0.
    group : {"C4", "T(2)"}
        "C4" turns by a multiple of 90 degrees. "T(2)" shifts by up to a quarter of the image in
        both directions. All moves are equally likely.
    breaking : bool, default=False
        Whether labels tell how an image was moved. If so, the class changes by half the number of
        classes where an image is shifted to the right, or turned by 180 or 270 degrees.
    circular : bool, default=False
        Whether pixels that a shift moves out of an image come in on the other side. If not, zeros
        come in.
    random_state : int, RandomState or None, default=None
        Draws the moves; pass an int for reproducible output.

    Returns
    -------
    X : ndarray of shape (n_samples, height * width)
        Pixels row by row, as the columns of ``Grid(height,width,group)``.
    y : ndarray of int of shape (n_samples,)
        Classes of the moved images.

    Raises
    ------
    ValueError
        If the group is unknown, or the images have another shape.

    See Also
    --------
    sklearn_symclone.metrics.make_orbit_scorer : Scores a model on images that are moved.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.datasets import make_moved_images
    >>> images = np.arange(8.0).reshape(2, 2, 2)
    >>> X, y = make_moved_images(images, np.array([0, 1]), "C4", random_state=0)
    >>> X.shape, y.tolist()
    ((2, 4), [0, 1])
    """
    images, y = np.asarray(images), np.asarray(y)
    if group not in ("C4", "T(2)"):
        raise ValueError(f'group must be "C4" or "T(2)", got {group!r}')
    if images.ndim != 3 or (group == "C4" and images.shape[1] != images.shape[2]):
        raise ValueError(
            "images must have the shape (n_samples, height, width), and be square for quarter "
            f"turns, got the shape {images.shape}"
        )
    random_state = check_random_state(random_state)
    n, height, width = images.shape
    if group == "C4":
        quarters = random_state.randint(4, size=n)
        moved = np.stack([np.rot90(image, k) for image, k in zip(images, quarters, strict=True)])
        breaks = quarters >= 2
    else:
        down, right = (
            random_state.randint(-int(LARGEST_SHIFT * size), int(LARGEST_SHIFT * size) + 1, size=n)
            for size in (height, width)
        )
        each = zip(images, down, right, strict=True)
        moved = np.stack([_shifted(*one, circular) for one in each])
        breaks = right > 0
    if breaking:
        n_classes = y.max() + 1
        y = np.where(breaks, (y + n_classes // 2) % n_classes, y)
    return moved.reshape(n, -1), y


def _shifted(image, down, right, circular):
    moved = np.roll(image, (down, right), axis=(0, 1))
    if not circular:
        for axis, by in enumerate((down, right)):
            lost = slice(0, by) if by > 0 else slice(image.shape[axis] + by, None)
            np.moveaxis(moved, axis, 0)[lost] = 0
    return moved
