"""The whole estate, by name."""

from __future__ import annotations

from sample_data.estate_large import LARGE
from sample_data.estate_medium import MEDIUM
from sample_data.estate_small import MISTYPED, SMALL, UNLISTED
from sample_data.meters import System

ON_FILE: tuple[System, ...] = (*LARGE, *MEDIUM, *SMALL)
"""Every system with standing data."""

ESTATE: dict[str, System] = {system.name: system for system in (*ON_FILE, MISTYPED, UNLISTED)}
"""Every system that sends data, on file or not."""
