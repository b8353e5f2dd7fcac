"""The rotations of a cube, and Rubik's cube."""

from __future__ import annotations

import itertools

import numpy as np

from .permuting import PermutingGroup


class Cube(PermutingGroup):
    """The 24 rotations of a cube, which permute its faces.

    The faces are listed in the order +x, -x, +y, -y, +z, -z.

    Parameters
    ----------
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    Rubik : The turns of the faces of Rubik's cube.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Cube
    >>> Cube().dimension, Cube().order
    (6, 24)
    """

    name = "Cube"
    dimension = 6

    def generating_permutations(self):
        faces = np.kron(np.eye(3, dtype=int), [[1], [-1]])
        return np.array([_sources(faces, faces @ turn.T) for turn in _quarter_turns()[:2]])


class Rubik(PermutingGroup):
    """Rubik's cube: its six faces' turns permute 48 coloured squares, the centres left out.

    The squares are listed face by face, +x, -x, +y, -y, +z, -z, and on a face in the order of
    their coordinates.

    Parameters
    ----------
    primes : int, default=0
        Tells independent factors of one name apart.

    See Also
    --------
    Cube : The rotations of a cube as a whole.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Rubik
    >>> Rubik().order
    43252003274489856000
    """

    name = "Rubik"
    dimension = 48

    def generating_permutations(self):
        squares = _coloured_squares()
        generators = []
        for (axis, turn), side in itertools.product(enumerate(_quarter_turns()), (1, -1)):
            turned = np.hstack([squares[:, :3] @ turn.T, squares[:, 3:] @ turn.T])
            layer = squares[:, [axis]] == side
            generators.append(_sources(squares, np.where(layer, turned, squares)))
        return np.array(generators)


def _coloured_squares():
    """Return the positions of 48 squares, each followed by the direction that it faces."""
    squares = []
    for axis, side in itertools.product(range(3), (1, -1)):
        for position in itertools.product((-1, 0, 1), repeat=3):
            if position[axis] == side and np.abs(position).sum() > 1:
                normal = side * np.eye(3, dtype=int)[axis]
                squares.append([*position, *normal])
    return np.array(squares)


def _quarter_turns():
    """Return the rotations by a quarter about x, y and z."""
    turn = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    return [np.roll(turn, axis, axis=(0, 1)) for axis in range(3)]


def _sources(places, moved):
    """Return for each place the one that moved to it."""
    return [(moved == place).all(axis=1).argmax() for place in places]
