"""Bytes of half-hourly data into readings: one function per format, all with the READINGS schema."""

from __future__ import annotations

from validator.readings.complete import require_something
from validator.readings.formats import FORMATS, Format
from validator.readings.hints import Hints
from validator.readings.reading import read_bytes, read_submission
from validator.readings.received import expand_inputs
from validator.readings.source import Source

__all__ = [
    "FORMATS",
    "Format",
    "Hints",
    "Source",
    "expand_inputs",
    "read_bytes",
    "read_submission",
    "require_something",
]
