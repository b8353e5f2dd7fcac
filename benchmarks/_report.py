"""Write what a benchmark has measured: a CSV for programs, a Markdown table for people."""

from __future__ import annotations

import csv
import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("numpy", "scikit-learn", "torch")


def read_results(name):
    """Return the measurements that a CSV of results has, none if there is no such file."""
    path = RESULTS / f"{name}.csv"
    return pd.read_csv(path).to_dict("records") if path.exists() else []


def without(results, keys):
    """Return the measurements that are not those of some keys, which are to be measured again."""
    return [row for row in results if not keys.items() <= row.items()]


def write_table(rows, name, title, command, columns=None, notes="", quiet=False, every=None):
    """Write a table of results, and print it.

    Parameters
    ----------
    rows : list of dict
        Floats are written in full to the CSV, and with three digits to the Markdown table.
    name : str
        Of the files ``results/NAME.csv`` and ``results/NAME.md``.
    title : str
    command : str
        How to measure it again.
    columns : sequence of str, default=None
        Keys of the rows, in order. None: those of all rows, in order of appearance.
    notes : str, default=""
        What was measured and how, in Markdown.
    quiet : bool, default=False
        Print nothing, where a table is written again and again as it grows.
    every : DataFrame, default=None
        The single measurements of which the rows are medians: these are what the CSV has.

    Returns
    -------
    str
        The Markdown text.
    """
    if columns is None:
        columns = list(dict.fromkeys(key for row in rows for key in row))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.csv"
    if every is None:
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    else:
        every.to_csv(path, index=False, float_format="%.6g")
    versions = [f"python {platform.python_version()}", *(f"{p} {version(p)}" for p in PACKAGES)]
    parts = [
        f"# {title}",
        notes,
        markdown_table(rows, columns),
        f"`{command}`, {', '.join(versions)}",
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    (RESULTS / f"{name}.md").write_text(text)
    if not quiet:
        print(text)
    return text


def markdown_table(rows, columns):
    """Return rows as a Markdown table, numbers aligned to the right."""
    cells = [[_format(row.get(column, "")) for column in columns] for row in rows]
    numeric = [
        all(isinstance(row.get(column, 0), int | float) for row in rows) for column in columns
    ]
    lines = [columns, ["--:" if right else "---" for right in numeric], *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _format(value):
    if not isinstance(value, float):
        return str(value)
    # four digits before the point need no exponent to be read
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"
