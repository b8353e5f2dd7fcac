"""Molecules of QM7: atomisation energies from Coulomb matrices, and from atoms in space.

The default parameters are measured, and the equivariant network alone. Settings were chosen on the
even rows of the table; these figures are of odd rows, of which each seed draws molecules to learn
and others to test. For more molecules than the odd rows have, a fifth of the odd rows is tested and
all others can be learned. Each fit is a process of its own. Results are written as they come::

    python benchmarks/qm7.py                         # both forms, 1000 molecules, seeds 0, 1, 2
    python benchmarks/qm7.py --form space --seeds 0
    python benchmarks/qm7.py --rows 5680 --model reference --device cuda
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
from _report import read_results, without, write_table
from _tables import find
from sklearn.preprocessing import LabelBinarizer

from sklearn_symclone import EquivariantRegressor, SymmetryClonedRegressor

N_TEST = 2000
ELEMENTS = (1, 6, 7, 8, 16)
#: Of length, for energies in hartree.
BOHR = 0.529177  # Å
MODELS = {"clone": SymmetryClonedRegressor, "reference": EquivariantRegressor}
NAME = "qm7"
NOTES = f"""Mean absolute error in kcal/mol on {N_TEST} other molecules, on 710 others where 5680
are learned; medians over seeds from 0 on. **CPU seconds** are processor seconds of a fit on one
thread, of the seeds that a CPU has fitted; a GPU has fitted the others (see the CSV). Default
parameters. **Family** is that of the reference; "none" where held-out rows prefer a plain network.
The tested molecules are odd rows of the table, and settings were chosen on even ones. Kernel ridge
regression on Coulomb matrices has about 10, and networks on them 3.5, both with some 5700 molecules
(arXiv 1109.2618; Montavon 2012).
"""


def molecules():
    """Return charges (n, 23), positions in Å (n, 23, 3) and energies (n,)."""
    path = find("qm7.npz", "make it from 'qmlcode/qml' (see shared/data/README.md)")
    with np.load(path) as table:
        return tuple(table[name].astype(float) for name in ("Z", "R", "E"))


def split(n_molecules, n_rows, seed):
    """Return the rows to learn and the rows to test."""
    odd = np.arange(1, n_molecules, 2)
    odd = odd[np.random.RandomState(seed).permutation(len(odd))]
    if n_rows <= len(odd) - N_TEST:
        return odd[:n_rows], odd[-N_TEST:]
    tested = odd[-(len(odd) // 5) :]
    others = np.setdiff1d(np.arange(n_molecules), tested)
    return np.random.RandomState(seed).permutation(others)[:n_rows], tested


def coulomb_matrices(Z, R):
    """Return Coulomb matrices in hartree, a row of 529 numbers for each molecule."""
    distances = np.linalg.norm(R[:, :, None] - R[:, None], axis=3) / BOHR
    distances[:, np.arange(23), np.arange(23)] = 1
    matrices = Z[:, :, None] * Z[:, None] / np.where(distances > 0, distances, 1)
    matrices[:, np.arange(23), np.arange(23)] = 0.5 * Z**2.4
    return matrices.reshape(len(Z), -1)


def atoms_in_space(Z, R):
    """Return presence, elements and positions of the atoms."""
    elements = LabelBinarizer().fit(ELEMENTS).transform(Z.ravel())
    present = Z > 0
    return np.hstack([present, elements.reshape(len(Z), -1), R.reshape(len(Z), -1)])


#: Symmetry and columns of each form of a table.
FORMS = {
    "matrices": ("S(23)**2", coulomb_matrices),
    "space": ("S(23).mask + S(23)*5 + S(23)*E(3)", atoms_in_space),
}


def measure(form, model, n_rows, seed, device):
    """Fit a model in this process, and return its error and seconds."""
    warnings.simplefilter("ignore")  # the errors tell which clones are far from their references
    symmetry, columns = FORMS[form]
    Z, R, energies = molecules()
    rows, tested = split(len(Z), n_rows, seed)
    X = columns(Z, R)
    start = time.process_time()
    fitted = MODELS[model](symmetry=symmetry, random_state=seed, device=device)
    fitted.fit(X[rows], energies[rows])
    seconds = time.process_time() - start
    error = np.abs(fitted.predict(X[tested]) - energies[tested]).mean()
    family = getattr(fitted, "reference_", "none")
    return {"MAE (kcal/mol)": error, "seconds": seconds, "family": family}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--form", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--model", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--here", action="store_true", help="fit in this process and print JSON")
    asked = parser.parse_args()
    if asked.here:
        of = asked.form[0], asked.model[0], asked.rows, asked.seeds[0], asked.device
        print(json.dumps(measure(*of)))
        return
    results = read_results(NAME)
    for seed in asked.seeds:
        for form in asked.form:
            for model in asked.model:
                keys = {"form": form, "molecules": asked.rows, "model": model, "seed": seed}
                keys["device"] = asked.device
                results = without(results, keys)
                results.append({**keys, **_in_a_process(**keys)})
                write(results)


def write(results):
    """Write all results as CSV, and their medians over seeds as Markdown."""
    frame = pd.DataFrame(results)
    on_cpu = frame["seconds"].where(frame["device"] == "cpu")
    keys = ["form", "molecules", "model", "family"]
    groups = frame.assign(**{"CPU seconds": on_cpu}).groupby(keys, sort=False)
    medians = groups[["MAE (kcal/mol)", "CPU seconds"]].median().reset_index()
    medians.insert(1, "symmetry", [FORMS[form][0] for form in medians["form"]])
    medians["seeds"] = groups.size().to_numpy()
    command = "python benchmarks/qm7.py"
    told = {"notes": NOTES, "quiet": True}
    rows = [row.dropna().to_dict() for _, row in medians.iterrows()]
    write_table(rows, NAME, "Molecules", command, every=frame, **told)


def _in_a_process(form, molecules, model, seed, device):
    command = [sys.executable, __file__, "--here", "--form", form, "--model", model]
    command += ["--rows", str(molecules), "--seeds", str(seed), "--device", device]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(answer.splitlines()[-1])
    print(form, molecules, model, seed, found, flush=True)
    return found


if __name__ == "__main__":
    main()
