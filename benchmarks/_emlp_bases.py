"""Time EMLP's bases of equivariant maps; runs in EMLP's own environment, for ``bases.py``.

Reads from standard input, as JSON, the ``maps``, pairs of a source and a target, a ``limit`` in
seconds or null, and ``generators`` of permutation groups, by the expressions that they stand for.
Prints its measurements as JSON. Past the limit it ends with SIGPROF.
"""

from __future__ import annotations

import functools
import json
import signal
import sys
import time

import emlp.groups
import jax
import numpy as np
from emlp.reps import Rep, Scalar, V
from emlp.reps.linear_operators import LazyPerm


class Permutations(emlp.groups.Group):
    """The group that some permutations generate, compared by its expression."""

    def __init__(self, expression, generators):
        self.discrete_generators = [LazyPerm(np.array(permutation)) for permutation in generators]
        super().__init__(expression)


@functools.cache
def defining(name, *arguments):
    return V(getattr(emlp.groups, name)(*arguments))


#: What EMLP has for the group names of our expressions.
NAMES = {
    "O": lambda *signature: (
        defining("Lorentz") if signature == (1, 3) else defining("O", *signature)
    ),
    "SO": functools.partial(defining, "SO"),
    "S": functools.partial(defining, "S"),
}


def parse(expression, given):
    """Return an expression of ours as EMLP's representation: Python's operators mean the same."""
    names = dict(NAMES)
    for number, (group, representation) in enumerate(given.items()):
        expression = expression.replace(group, f"given{number}")
        names[f"given{number}"] = representation
    value = eval(expression.replace(".dual", ".T"), {**names, "__builtins__": {}})
    return value * Scalar if isinstance(value, int) else value


def measure(maps, generators, limit):
    """Return EMLP's processor times, and the ranks of its bases."""
    np.random.seed(0)  # noqa: NPY002 - EMLP's solver draws from it
    given = {group: V(Permutations(group, rows)) for group, rows in generators.items()}
    maps = [(parse(source, given), parse(target, given)) for source, target in maps]
    start = time.process_time()
    if limit is not None:
        # nothing handles the signal: it ends the process wherever it is
        signal.setitimer(signal.ITIMER_PROF, limit)
    # what the constructor of a layer asks for: emlp.nn.Linear
    weights = [target * source.T for source, target in maps]
    bases = [weight.equivariant_basis() for weight in weights]
    jax.block_until_ready(list(Rep.solcache.values()))
    seconds = time.process_time() - start
    signal.setitimer(signal.ITIMER_PROF, 0)

    projectors = [weight.equivariant_projector() for weight in weights]
    rng = np.random.RandomState(0)
    dense = [rng.standard_normal(target.size() * source.size()) for source, target in maps]
    dense = [jax.device_put(weight.astype(np.float32)) for weight in dense]
    times = []
    for _ in range(6):
        start = time.process_time()
        projected = [P @ weight for P, weight in zip(projectors, dense, strict=True)]
        jax.block_until_ready(projected)
        times.append(time.process_time() - start)
    return {
        "seconds": seconds,
        "projection": float(np.median(times[1:])),
        "ranks": [int(basis.shape[-1]) for basis in bases],
        "norms": [float(np.linalg.norm(weight)) for weight in projected],
    }


if __name__ == "__main__":
    print(json.dumps(measure(**json.load(sys.stdin))))
