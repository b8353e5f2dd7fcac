"""The fit: from settings, data and seeds to a fitted network."""

from .auto import settle_plain, settle_strength
from .cache import Cache
from .devices import computing
from .incremental import (
    Stream,
    check_unchanged,
    chunk_parameters,
    fit_first,
    fit_next,
    refusal,
)
from .jobs import Jobs
from .pipeline import Result, announce, fit
from .search import Measured, choose, cross_validate
from .settings import Seeds, Settings, Start
from .splits import check_early_stopping, check_r2, splits_of
from .strength import asks_data

__all__ = [
    "Cache",
    "Jobs",
    "Measured",
    "Result",
    "Seeds",
    "Settings",
    "Start",
    "Stream",
    "announce",
    "asks_data",
    "check_early_stopping",
    "check_r2",
    "check_unchanged",
    "choose",
    "chunk_parameters",
    "computing",
    "cross_validate",
    "fit",
    "fit_first",
    "fit_next",
    "refusal",
    "settle_plain",
    "settle_strength",
    "splits_of",
]
