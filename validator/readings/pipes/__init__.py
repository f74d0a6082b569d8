"""`|`-separated files of half-hourly data: the DTC user flows and the CDCA files in the IDD layout."""

from validator.readings.pipes.columns import PipeBatch
from validator.readings.pipes.layouts import LAYOUTS, Layout
from validator.readings.pipes.read import pipe_batches, read_pipes

__all__ = ["LAYOUTS", "Layout", "PipeBatch", "pipe_batches", "read_pipes"]
