"""What ``verbose`` tells: lines of the logger "sklearn_symclone"."""

from __future__ import annotations

import logging

logger = logging.getLogger("sklearn_symclone")


def tell(line):
    """Log a line at the level INFO. Print it where logging is not set up to show it.

    Parameters
    ----------
    line : str
    """
    if logger.isEnabledFor(logging.INFO) and logger.hasHandlers():
        logger.info(line)
    else:
        print(line)
