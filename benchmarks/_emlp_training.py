"""Time the first epochs of EMLP's training, in EMLP's own environment, for other benchmarks.

Reads from standard input, as JSON, the name of a ``task``, the rows ``X``, ``Y``, ``X_test`` and
``Y_test``, the number of ``epochs`` and a ``seed``. Prints its measurements as JSON. All times are
processor times. The settings are those of ``experiments/train_regression.py`` in EMLP's repository.
"""

from __future__ import annotations

import json
import sys
import time

import emlp.datasets
import emlp.nn
import jax
import jax.numpy as jnp
import numpy as np
import objax

BATCH_SIZE = 500
LEARNING_RATE = 3e-3
#: Rows of the data sets, for training, validation and testing, that EMLP takes its scales from.
N_DATA = 36000

DATASETS = {
    "O5": emlp.datasets.O5Synthetic,
    "Inertia": emlp.datasets.Inertia,
    "Particle": emlp.datasets.ParticleInteraction,
}


def measure(task, X, Y, X_test, Y_test, epochs, seed):
    """Return EMLP's processor times, its error after some epochs and the names of its layers."""
    np.random.seed(seed)  # noqa: NPY002 - EMLP draws from it
    data = DATASETS[task](N_DATA)
    X, Y, X_test, Y_test = (jnp.asarray(rows, jnp.float32) for rows in (X, Y, X_test, Y_test))

    start = time.process_time()
    network = emlp.nn.EMLP(data.rep_in, data.rep_out, data.symmetry, ch=384, num_layers=3)
    model = emlp.nn.Standardize(network, data.stats)
    jax.block_until_ready(list(model.vars().tensors()))
    construction = time.process_time() - start

    def mean_squared_error(rows):
        x, y = rows
        return jnp.mean((model(x, training=True) - y) ** 2)

    optimizer = objax.optimizer.Adam(model.vars())
    # compiled twice, as EMLP's own trainer does; its optimizer is not compiled
    loss = objax.Jit(mean_squared_error, model.vars())
    gradient = objax.Jit(objax.GradValues(loss, model.vars()), model.vars())
    predict = objax.Jit(objax.ForceArgs(model.__call__, training=False), model.vars())

    rng = np.random.RandomState(seed)
    times, losses = [], []
    for _ in range(epochs):
        start = time.process_time()
        order = rng.permutation(len(X))
        values = []
        for first in range(0, len(X), BATCH_SIZE):
            batch = order[first : first + BATCH_SIZE]
            gradients, value = gradient((X[batch], Y[batch]))
            optimizer(LEARNING_RATE, gradients)
            values.append(value[0])
        jax.block_until_ready(list(model.vars().tensors()))
        times.append(time.process_time() - start)
        losses.append(float(np.mean(values)))
        print(f"{task}: {times[-1]:.1f} s, training loss {losses[-1]:.4g}", file=sys.stderr)

    for _ in range(2):  # the second time nothing is compiled
        start = time.process_time()
        answers = [predict(X_test[i : i + BATCH_SIZE]) for i in range(0, len(X_test), BATCH_SIZE)]
        jax.block_until_ready(answers)
        prediction = time.process_time() - start
    return {
        "construction": construction,
        "epochs": times,
        "prediction": prediction,
        "losses": losses,
        "error": float(jnp.mean((jnp.concatenate(answers) - Y_test) ** 2)),
        "group": str(data.symmetry),
    }


if __name__ == "__main__":
    print(json.dumps(measure(**json.load(sys.stdin))))
