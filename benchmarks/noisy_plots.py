"""Draw errors of ``noisy.py`` against rows and against noise, a panel for each task.

::

    python benchmarks/noisy_plots.py                          # docs/noisy.png
    python benchmarks/noisy_plots.py --name tried --output tried.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import pandas as pd
from _noisy_methods import METHODS
from _noisy_tasks import HEAVY_TAILS, TASKS
from _report import RESULTS

matplotlib.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path(__file__).parent.parent / "docs" / "noisy.png"
#: Noise of the curves against rows, in standard deviations; classes: no label is flipped besides.
NOISE, FLIPPED = 1, 0
#: Rows of the curves against noise.
ROWS = 300
#: Ours stand out; a method and the same with augmentation share a colour.
OURS = {"cloned": "black", "no symmetry": "grey", "reference": "black"}
DOTTED = ("reference", "no symmetry")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--name", default="noisy", help="of the file of results")
    parser.add_argument("--output", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    draw(pd.read_csv(RESULTS / f"{arguments.name}.csv"), arguments.output)
    print(arguments.output)


def draw(frame, path):
    """Draw a column of panels for each task: errors against rows, noise, and heavy-tailed noise.

    A panel is left out if nothing was measured at more than one place, and so is a row of these.
    """
    measured = set(frame["task"])
    tasks = [name for name in TASKS if not name.endswith(HEAVY_TAILS) and name in measured]
    columns = [_panels(frame, name) for name in tasks]
    rows = [row for row in zip(*columns, strict=True) if any(map(_is_curve, row))]
    size = 3.3 * len(tasks), 1.2 + 2.6 * len(rows)
    figure, axes = plt.subplots(len(rows), len(tasks), figsize=size, squeeze=False)
    for panels, row in zip(rows, axes, strict=True):
        for panel, axis in zip(panels, row, strict=True):
            _draw_panel(axis, *panel)
    for axis in axes[:, 0]:
        axis.set_ylabel("error")
    handles = {}
    for axis in axes.flat:
        handles |= dict(zip(*axis.get_legend_handles_labels()[::-1], strict=True))
    ordered = [method for method in METHODS if method in handles]
    figure.legend([handles[m] for m in ordered], ordered, loc="lower center", ncols=5, fontsize=9)
    figure.tight_layout(rect=(0, 0.6 / size[1], 1, 1))
    figure.savefig(path, dpi=80)
    plt.close(figure)


def _panels(frame, name):
    """Return the three panels of a task: results, their column along the axis, label and title."""
    of_task = frame[frame["task"] == name]
    noise = "share flipped" if TASKS[name].option == "flipped" else "noise"
    level = {"noise": NOISE, "flipped": FLIPPED, None: None}[TASKS[name].option]
    against_rows = of_task if level is None else of_task[of_task["noise"] == level]
    title = name if level is None else f"{name}, {noise} {level:g}"
    few = of_task[of_task["rows"] == ROWS].dropna(subset="noise")
    tails = frame[(frame["task"] == name + HEAVY_TAILS) & (frame["rows"] == ROWS)]
    return (
        (against_rows, "rows", "rows", title),
        (few, "noise", noise, f"{name}, {ROWS} rows"),
        (tails, "noise", noise, f"heavy tails, {ROWS} rows"),
    )


def _is_curve(panel):
    frame, x, *_ = panel
    return frame[x].nunique() > 1


def _draw_panel(axis, frame, x, label, title):
    if not _is_curve((frame, x)):
        axis.axis("off")
        return
    for method, curve in frame.groupby("method"):
        curve = curve.sort_values(x)
        axis.plot(curve[x], curve["error"], marker=".", label=method, **_style(method))
    places = sorted(set(frame[x]))
    axis.set(title=title, xlabel=label, yscale="log")
    if x == "rows" or (places[0] > 0 and places[-1] > 1):
        axis.set_xscale("log")
    elif places[-1] > 1:
        axis.set_xscale("symlog", linthresh=0.1)
        axis.set_xlim(-0.03, 1.3 * places[-1])
    if frame["error"].max() < 2 * frame["error"].min():
        axis.set_yscale("linear")
    axis.set_xticks(places, [f"{place:g}" for place in places])
    axis.xaxis.set_minor_locator(plt.NullLocator())


def _style(method):
    if method in OURS:
        line = ":" if method in DOTTED else "-"
        return {"color": OURS[method], "linestyle": line, "linewidth": 2.2, "zorder": 3}
    kind, _, augmentation = method.partition(" + ")
    kinds = list(dict.fromkeys(m.partition(" + ")[0] for m in METHODS if m not in OURS))
    line = "-" if augmentation else "--"
    return {"color": f"C{kinds.index(kind)}", "linestyle": line, "linewidth": 1}


if __name__ == "__main__":
    main()
