"""Tic-tac-toe: all boards on which a game can end, and whether x has won."""

from __future__ import annotations

import numpy as np

_X, _O, _BLANK = range(3)
_LINES = (
    (0, 1, 2),
    (3, 4, 5),
    (6, 7, 8),
    (0, 3, 6),
    (1, 4, 7),
    (2, 5, 8),
    (0, 4, 8),
    (2, 4, 6),
)


def make_tic_tac_toe() -> tuple[np.ndarray, np.ndarray]:
    """Generate the UCI tic-tac-toe endgame table from the rules of the game.

    The samples are all boards on which a game can end if x moves first. The class tells
    whether x has won. Turning or reflecting the board does not change the class: the
    symmetry expression is ``'Grid(3,3,"D4")*3'``.

    Returns
    -------
    X : ndarray of shape (958, 27)
        One-hot boards, cell by cell and row by row, with three columns for each cell:
        x, o, blank. The boards stand in the order of the UCI table: won by x, won by o,
        drawn.
    y : ndarray of shape (958,), dtype=str
        "positive" where x has won (626 samples), else "negative" (332 samples).

    See Also
    --------
    make_balance_scale : Another table that follows from rules.

    References
    ----------
    .. [1] D. Aha, "Tic-Tac-Toe Endgame", UCI Machine Learning Repository,
           `doi:10.24432/C5688J <https://doi.org/10.24432/C5688J>`_.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_tic_tac_toe
    >>> X, y = make_tic_tac_toe()
    >>> X.shape, y.shape
    ((958, 27), (958,))
    >>> board = X[0].reshape(9, 3) @ [0, 1, 2]
    >>> print("".join("xo."[int(cell)] for cell in board), y[0])
    xxxxooxoo positive
    """
    won_by_x, won_by_o, drawn = _final_boards()
    boards = np.array(sorted(won_by_x) + sorted(won_by_o) + sorted(drawn))
    X = np.eye(3)[boards].reshape(len(boards), 27)
    y = np.where(np.arange(len(boards)) < len(won_by_x), "positive", "negative")
    return X, y


def _final_boards():
    """Walk the game tree move by move; return the sets of boards won by x, by o, and drawn."""
    won = {_X: set(), _O: set()}
    open_boards = {(_BLANK,) * 9}
    for move in range(9):
        player = (_X, _O)[move % 2]
        open_boards = {
            (*board[:cell], player, *board[cell + 1 :])
            for board in open_boards
            for cell in range(9)
            if board[cell] == _BLANK
        }
        finished = {board for board in open_boards if _has_line(board, player)}
        won[player] |= finished
        open_boards -= finished
    return won[_X], won[_O], open_boards


def _has_line(board, player):
    return any(all(board[cell] == player for cell in line) for line in _LINES)
