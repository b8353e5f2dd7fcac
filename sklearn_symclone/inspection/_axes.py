"""Axes to draw on. Matplotlib is imported when something is drawn."""

from __future__ import annotations

from typing import Any


def axes(ax: Any) -> Any:
    """Return axes to draw on.

    Parameters
    ----------
    ax : matplotlib Axes or None
        None: new ones.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "to draw a picture needs matplotlib, which is not installed: pip install matplotlib"
        ) from error
    return plt.subplots()[1] if ax is None else ax
