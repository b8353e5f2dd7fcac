"""
A board and its mirror image
============================

Positions of Connect Four are worth the same in the mirror: the left half of the board and the
right half change places. If the players exchange their stones, the value changes its sign. The
table has two columns for each of the 6 × 7 cells: is it a stone of the first player, is it one of
the second? Both symmetries together are ``Grid(6,7,"mirror")*S(2) -> S(2).det``.

The target is how many more lines of four the first player can still complete than the second, with
lines that hold more stones counting more.
"""

# %%
# The data
# --------

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.svm import SVR

from sklearn_symclone import SymmetryClonedRegressor

STEPS = [(0, 1), (1, 0), (1, 1), (1, -1)]
LINES = np.array(
    [
        [(row + k * down) * 7 + column + k * right for k in range(4)]
        for row in range(6)
        for column in range(7)
        for down, right in STEPS
        if row + 3 * down < 6 and 0 <= column + 3 * right < 7
    ]
)


def make_positions(n_samples, random_state):
    """Return random positions after 8 to 28 moves as stones of both players, and their values."""
    random_state = np.random.RandomState(random_state)
    boards = np.zeros((n_samples, 42, 2))
    for board in boards:
        heights = np.zeros(7, dtype=int)
        for move in range(random_state.randint(8, 29)):
            column = random_state.choice(np.flatnonzero(heights < 6))
            board[(5 - heights[column]) * 7 + column, move % 2] = 1
            heights[column] += 1
    stones = boards[:, LINES].sum(axis=2)  # of each player in each line
    mine, theirs = stones[..., 0], stones[..., 1]
    values = (mine**2 * (theirs == 0) - theirs**2 * (mine == 0)).sum(axis=1)
    return boards.reshape(n_samples, -1), values.astype(float)


X, y = make_positions(1000, 0)
X_test, y_test = make_positions(3000, 1)

# %%
# The models
# ----------
# ``S(2)`` stands for the two players, and ``.det`` for a target that changes its sign.

models = {
    "ridge": RidgeCV(np.logspace(-2, 3, 11)),
    "extra trees": ExtraTreesRegressor(random_state=0),
    "boosted trees": HistGradientBoostingRegressor(random_state=0),
    "support vectors": SVR(C=100),
    "MLPRegressor": MLPRegressor(early_stopping=True, max_iter=1000, random_state=0),
    "clone": SymmetryClonedRegressor(
        symmetry='Grid(6,7,"mirror")*S(2) -> S(2).det', random_state=0
    ),
}
scores = {}
for name, model in models.items():
    scores[name] = model.fit(X, y).score(X_test, y_test)
    print(f"{name:16} {scores[name]:.3f}")

# %%
# One position, its mirror image, and the players exchanged
# ---------------------------------------------------------

board = X_test[0].reshape(6, 7, 2)
figure, axes = plt.subplots(1, 3, figsize=(8, 2.8), layout="constrained")
moved = (board, board[:, ::-1], board[..., ::-1])
for axis, shown in zip(axes, moved, strict=True):
    for player, color in enumerate(("tab:red", "gold")):
        rows, columns = np.nonzero(shown[..., player])
        axis.scatter(columns, rows, s=180, color=color)
    value = models["clone"].predict(shown.reshape(1, -1))[0]
    axis.set(xlim=(-0.6, 6.6), ylim=(5.6, -0.6), xticks=[], yticks=[], title=f"value {value:.2f}")
    axis.set_aspect("equal")
