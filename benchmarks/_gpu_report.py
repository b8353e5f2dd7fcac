"""Rows of a table that are printed, and written to files, as they come."""

from __future__ import annotations

import csv
import gc
import signal
import sys
import time
import traceback
from contextlib import contextmanager

import numpy as np
import torch
from _phases import wait
from _report import markdown_table

COLUMNS = ["section", "what", "value", "unit", "beside", "ratio", "verdict", "note", "seconds"]
#: Seconds by which a row may outlast its section.
GRACE = 20
#: Share of the seconds at the end of which a section must be through; what one leaves over is for
#: the next ones.
SECTIONS = {"right": 0.45, "whole fits": 0.74, "stacked": 0.8, "waits": 0.88, "steps": 1.0}


class TookTooLong(BaseException):
    """A row took too long; no other code should catch this."""


class Report:
    """Rows that are printed, and written to files, as they come.

    Parameters
    ----------
    folder : Path
    card : str
        The name of the device.
    device : str
    seconds : float
        That all sections may take.
    """

    def __init__(self, folder, card, device, seconds):
        self.folder, self.card, self.device, self.seconds = folder, card, device, seconds
        self.start, self.rows, self.lost = time.monotonic(), [], False
        folder.mkdir(parents=True, exist_ok=True)
        self.errors = folder / "gpu_errors.log"
        self.errors.unlink(missing_ok=True)

    def open(self, section):
        """Begin a section."""
        self.section = section
        self.deadline = self.start + SECTIONS[section] * self.seconds

    def measure(self, what, function, limit=40):
        """Add the rows that a function returns, as a dict or several; a failure is a row as well.

        Parameters
        ----------
        what : str
        function : callable
        limit : float, default=40
            Seconds after which it is interrupted.
        """
        left = self.deadline - time.monotonic()
        if self.lost or left < 1:
            self._add(what, {"verdict": "skipped", "note": self.lost or "no time left"}, 0.0)
            return
        start = time.monotonic()
        try:
            with alarm(min(limit, left + GRACE)):
                found = function()
        except TookTooLong:
            found = {"verdict": f"WRONG: took more than {min(limit, left + GRACE):.0f} s"}
        except Exception as error:
            first = (str(error).splitlines() or [""])[0]
            found = {"verdict": f"WRONG: {type(error).__name__}: {first[:150]}"}
            with open(self.errors, "a") as file:
                file.write(f"{self.section}, {what}\n{traceback.format_exc()}\n")
            del error
            self._recover()
        for row in [found] if isinstance(found, dict) else found:
            self._add(what, row, time.monotonic() - start)

    def _recover(self):
        gc.collect()
        try:
            if self.device == "cuda":
                torch.cuda.empty_cache()
            wait(self.device)
        except Exception as error:
            self.lost = f"the GPU is lost: {error}".splitlines()[0]

    def _add(self, what, row, seconds):
        if "phase" in row:
            what = f"{what}: {row['phase']}"
        row = {"section": self.section, "what": what, "seconds": round(seconds, 2), **row}
        self.rows.append(row)
        print(line(row), flush=True)
        self.write()

    def write(self):
        """Write all rows so far."""
        with open(self.folder / "gpu.csv", "w", newline="") as file:
            columns = [*COLUMNS, "device"]
            writer = csv.DictWriter(
                file, columns, extrasaction="ignore", restval="", lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(row | {"device": self.card} for row in self.rows)
        versions = f"python {sys.version.split()[0]}, torch {torch.__version__}"
        versions += f", numpy {np.__version__}"
        notes = (
            f"{self.card}. *right*: a score on the GPU, beside that of the CPU; the note has the "
            "relative difference of predictions and the seconds of both. *whole fits*: seconds, "
            "beside those of the CPU of the same machine. *stacked*: beside one after the other. "
            "*waits*: host synchronisations of a step, beside the number of steps; of a profile, "
            "µs a step beside those in which the GPU works. *steps*: beside raw torch; "
            "of a table that is read chunk by chunk, reading (from the host, standardised, to the "
            "GPU) and the rest as well."
        )
        parts = ["# On a GPU", notes, markdown_table(self.rows, COLUMNS)]
        text = "\n\n".join([*parts, f"`python benchmarks/gpu.py`, {versions}"])
        (self.folder / "gpu.md").write_text(text + "\n")


def line(row):
    """Return a row as a short line."""
    numbers = [f"{row[k]:.4g}" if row.get(k, "") != "" else "" for k in ("value", "beside")]
    ratio = f"x{row['ratio']:.3g}" if row.get("ratio", "") != "" else ""
    value, beside = numbers
    beside = f"| {beside}" if beside else ""
    cells = (row["section"], row["what"], value, row.get("unit", ""), beside, ratio)
    cells = (*cells, row.get("verdict", ""), row.get("note", ""))
    text = " ".join(str(cell) for cell in cells if cell != "")
    return text[: 400 if row["what"].startswith("profile") else 170]


@contextmanager
def alarm(seconds):
    """Interrupt what is within after some seconds."""

    def interrupt(*args):
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, max(0.1, seconds))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
