"""What a GPU gives: the same results as the CPU, and how fast.

It prints a table row by row, in seven minutes on one GPU, and does nothing without one.
A rehearsal on the CPU, of the same code with small numbers::

    python benchmarks/gpu.py --device cpu --quick --out /tmp/gpu
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import torch
from _gpu_fits import measure_whole_fits
from _gpu_report import SECTIONS, Report, line
from _gpu_right import measure_right
from _gpu_stacked import measure_stacked
from _gpu_steps import measure_steps
from _gpu_waits import measure_waits
from _phases import wait
from _report import RESULTS
from sklearn.exceptions import ConvergenceWarning


def start_worker():
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of gpu.csv and gpu.md")
    parser.add_argument("--seconds", type=float, default=420, help="that all may take, about")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--quick", action="store_true", help="small numbers")
    parser.add_argument("--only", choices=SECTIONS, nargs="+", default=list(SECTIONS))
    parser.add_argument("--case", nargs="+", help="names of the cases to compare; all if not given")
    parser.add_argument("--workers", type=int, help="processes for the fits on the CPU")
    arguments = parser.parse_args()
    device, quick = arguments.device, arguments.quick
    if device == "cuda" and not torch.cuda.is_available():
        print("This machine has no GPU that torch can use: there is nothing to measure.")
        return
    warnings.simplefilter("ignore", ConvergenceWarning)
    card = torch.cuda.get_device_name() if device == "cuda" else "CPU, a rehearsal"
    report = Report(arguments.out, card, device, arguments.seconds)
    print(f"{card}, torch {torch.__version__}, numpy {np.__version__}", flush=True)
    n_workers = arguments.workers
    if n_workers is None:
        n_workers = 0 if os.cpu_count() < 4 else min(12, os.cpu_count() - 3)
    pool = None
    if n_workers:
        # a process that has used a GPU must not be forked
        pool = multiprocessing.get_context("spawn").Pool(n_workers, start_worker)
    try:
        measure_all(report, device, quick, pool, arguments)
    finally:
        if pool is not None:
            pool.terminate()
    finish(report)


def measure_all(report, device, quick, pool, arguments):
    device_in_cases = "cuda" if device == "cuda" else "rehearsal"
    measures = {
        "right": lambda: measure_right(report, device_in_cases, quick, pool, arguments.case),
        "whole fits": lambda: measure_whole_fits(report, device, quick, pool),
        "stacked": lambda: measure_stacked(report, device, quick),
        "waits": lambda: measure_waits(report, device, quick),
        "steps": lambda: measure_steps(report, device, quick),
    }
    for section in arguments.only:
        report.open(section)
        if section == "right":  # what starts when a GPU is first used counts for no row
            report.measure("first use", partial(first_use, device))
        try:
            measures[section]()
        except Exception as error:
            report.lost = False
            report.measure(section, partial(_raise, error))


def _raise(error):
    raise error


def first_use(device):
    start = time.perf_counter()
    a = torch.randn(64, 64, device=device)
    torch.linalg.qr(torch.linalg.eigh(a @ a.T)[1])
    wait(device)
    return {"value": time.perf_counter() - start, "unit": "s"}


def finish(report):
    """Print the whole table once more, at the end of the output."""
    print("\n" + "\n".join(line(row) for row in report.rows))
    wrong = [row for row in report.rows if str(row.get("verdict", "")).startswith("WRONG")]
    skipped = [row for row in report.rows if row.get("verdict") == "skipped"]
    print(
        f"{report.card}: {len(report.rows)} rows, {len(wrong)} wrong, {len(skipped)} skipped, "
        f"{time.monotonic() - report.start:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
