r"""Time to compute bases of equivariant linear maps, beside EMLP's.

EMLP 1.0.3 runs only with the packages of its day, in an environment of its own, of Python 3.11::

    python3.11 -m venv emlp-env
    emlp-env/bin/pip install jax==0.4.30 jaxlib==0.4.30 "numpy==1.26.*" "scipy==1.13.*" six \
        emlp==1.0.3

``--emlp-python emlp-env/bin/python``, or ``SYMCLONE_EMLP_PYTHON``, says where it is.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from dataclasses import dataclass

import numpy as np
from _emlp import ask_emlp
from _report import write_table
from threadpoolctl import threadpool_limits

from sklearn_symclone.symmetry import equivariant_maps, parse_representation

#: EMLP is measured once where it takes longer than this.
PATIENCE = 20.0
#: Calls of a projection, after a first one that does not count.
CALLS = 5


@dataclass(frozen=True)
class Case:
    """Maps whose bases are computed together.

    Parameters
    ----------
    name : str
    maps : list of tuple
        Source and target of each map.
    is_slow : bool, default=False
        Whether EMLP is stopped at the time limit.
    given : str or None
        A permutation group that EMLP lacks, and is given our generators of.
    """

    name: str
    maps: list
    is_slow: bool = False
    given: str | None = None


def network(inputs, hidden, n_gates, outputs):
    """Return the weights and biases of EMLP's network: three hidden layers of one kind.

    Every hidden layer is computed with one more scalar, a gate, for each of its tensors.
    """
    gated = f"{n_gates} + {hidden}"
    layers = [(inputs, gated), (hidden, gated), (hidden, gated), (hidden, outputs)]
    return layers + [("1", target) for _, target in layers]


def power(group, exponent, **settings):
    """Return the case of the maps of a tensor power to itself."""
    tensors = f"{group}**{exponent}" if exponent > 1 else group
    return Case(f"{tensors} -> itself", [(tensors, tensors)], **settings)


# The hidden layers are those of EMLP's own rule for 384 channels, ``uniform_rep(384, group)``, for
# the networks of its experiments: O(5), inertia with the group SO(3), and particles. Some of the
# third one's tensors are drawn by chance; these are a draw.
CASES = [
    Case(
        "EMLP's network, 384 wide, O(5)",
        network("2*O(5)", "134 + 25*O(5) + 5*O(5)**2", 30, "1"),
    ),
    Case(
        "EMLP's network, 384 wide, SO(3)",
        network("5 + 5*SO(3)", "102 + 34*SO(3) + 11*SO(3)**2 + 3*SO(3)**3", 48, "SO(3)**2"),
    ),
    Case(
        "EMLP's network, 384 wide, O(1,3)",
        network(
            "4*O(1,3)",
            "112 + 14*O(1,3) + 14*O(1,3).dual + 4*O(1,3)*O(1,3).dual + O(1,3)**2"
            " + O(1,3).dual**2 + O(1,3)**2*O(1,3).dual",
            35,
            "1",
        ),
    ),
    power("S(6)", 2),
    power("S(8)", 2),
    power("S(12)", 2, is_slow=True),
    power("S(30)", 2, is_slow=True),
    power("O(3)", 3),
    Case("S(5)**2*O(3)**2 -> itself", [("S(5)**2*O(3)**2", "S(5)**2*O(3)**2")]),
    # EMLP's own Rubik's cube turns other stickers than the toy does
    power("Rubik()", 1, given="Rubik()"),
    power("Rubik()", 2, given="Rubik()", is_slow=True),
    power("(S(3) wr S(4))", 2, given="S(3) wr S(4)", is_slow=True),
]


def measure_ours(case):
    """Return what is measured of ours, in a process that has computed no basis before."""
    with threadpool_limits(1):
        maps = [tuple(map(parse_representation, sides)) for sides in case.maps]
        start = time.process_time()
        bases = [equivariant_maps(source, target) for source, target in maps]
        ranks = [basis.rank for basis in bases]
        seconds = time.process_time() - start

        rng = np.random.RandomState(0)
        dense = [rng.standard_normal((t.dimension, s.dimension)) for s, t in maps]
        times = []
        for _ in range(CALLS + 1):
            start = time.process_time()
            projected = [basis.project(W) for basis, W in zip(bases, dense, strict=True)]
            times.append(time.process_time() - start)
    return {
        "seconds": seconds,
        "projection": float(np.median(times[1:])),
        "ranks": ranks,
        "norms": [float(np.linalg.norm(W)) for W in projected],
    }


def measure_emlp(case, python, limit):
    """Return what is measured of EMLP, or None if it was stopped at the limit."""
    task = {
        "maps": case.maps,
        "generators": {case.given: generators(case.given)} if case.given else {},
        "limit": limit if case.is_slow else None,
    }
    return ask_emlp("_emlp_bases.py", task, python, case.name)


def generators(text):
    """Return permutations that generate a group, as lists of where each column comes from."""
    group = parse_representation(text)
    return group.generating_elements().actions[group].indices.tolist()


def repeat(measure, repeats):
    """Return the medians of several measurements of one case, or None if there is none."""
    results = []
    while len(results) < repeats:
        result = measure()
        if result is None:
            return None
        results.append(result)
        if result["seconds"] > PATIENCE:
            break
    medians = {
        key: float(np.median([r[key] for r in results])) for key in ("seconds", "projection")
    }
    return {**results[0], **medians}


def compare(case, python, limit, repeats):
    """Return the row of a case; raise an AssertionError if the two find different maps."""
    # one task to a process: each computes its bases for the first time
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as fresh:
        ours = repeat(lambda: fresh.apply(measure_ours, (case,)), repeats)
    emlp = repeat(lambda: measure_emlp(case, python, limit), repeats)
    row = {"maps": case.name, "entries": n_entries(case), "rank": sum(ours["ranks"])}
    if emlp is None:
        row["EMLP, s"], row["ours, s"] = f"> {limit:g}", ours["seconds"]
        row["ratio"] = f"> {limit / ours['seconds']:.0f}"
        row["EMLP's projection, ms"] = ""
    else:
        assert emlp["ranks"] == ours["ranks"], (case.name, emlp["ranks"], ours["ranks"])
        np.testing.assert_allclose(emlp["norms"], ours["norms"], rtol=1e-3, err_msg=case.name)
        row["EMLP, s"], row["ours, s"] = emlp["seconds"], ours["seconds"]
        row["ratio"] = emlp["seconds"] / ours["seconds"]
        row["EMLP's projection, ms"] = 1e3 * emlp["projection"]
    row["our projection, ms"] = 1e3 * ours["projection"]
    return row


def n_entries(case):
    """Return the number of entries of all dense weights of a case."""
    sides = [map(parse_representation, sides) for sides in case.maps]
    return sum(source.dimension * target.dimension for source, target in sides)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--emlp-python", default=os.environ.get("SYMCLONE_EMLP_PYTHON"))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--limit", type=float, default=60, help="seconds after which EMLP is stopped if it is slow"
    )
    arguments = parser.parse_args()
    python, limit, repeats = arguments.emlp_python, arguments.limit, arguments.repeats
    if python is None:
        sys.exit(
            "where is EMLP? give the python of its environment with --emlp-python or in "
            "SYMCLONE_EMLP_PYTHON; --help says how to make one"
        )
    write_table(
        [compare(case, python, limit, repeats) for case in CASES],
        "bases",
        "Time to compute bases of equivariant linear maps",
        "python benchmarks/bases.py",
        notes="All maps of a row together, for a network its weights and biases, the first time in "
        "a fresh process, imports excluded. EMLP's time is that of `equivariant_basis()` of every "
        "map, ours that of `equivariant_maps`: a basis in sparse pieces, from which dense weights "
        "are combined and onto which they are projected, not written out. Entries: those of the "
        "dense weights; rank: the number of basis maps. A projection is that of one dense random "
        "weight for every map, with the bases at hand, EMLP's in single and ours in double "
        "precision. Where EMLP answers, ranks and the lengths of projected weights agree. "
        f"Processor time on one thread, medians of {repeats} processes; one where EMLP takes over "
        f"{PATIENCE:g} s. EMLP is stopped after {limit:g} s where it is known not to finish soon. "
        "It has no wreath products, and its `RubiksCube` is another group than the toy's: it is "
        "given our generators of both.",
    )


if __name__ == "__main__":
    main()
