"""What the CDCA reports in a C0101 or C0541, by itself or beside the readings of another submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from service.results.restore import Restored
from validator.report import Run
from validator.report.reported import (
    exception_document,
    exceptions_here,
    reported_notes,
    status_document,
    status_notes,
    statuses_here,
)


def reported_of(run: Run, beside: Run | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Exceptions, statuses, and how many of both are left out as they are not about what came with `beside`."""
    exceptions, statuses = list(run.reported), list(run.statuses)
    if beside is not None:
        readings = beside.validation.readings
        exceptions, statuses = exceptions_here(readings, run.reported), statuses_here(readings, run.statuses)
    elsewhere = len(run.reported) + len(run.statuses) - len(exceptions) - len(statuses)
    return [exception_document(each) for each in exceptions], [status_document(each) for each in statuses], elsewhere


def noted_beside(run: Run, reports: Sequence[tuple[str, Restored]]) -> Run:
    """The run with what reports (each with where all of it can be read) say of it among its notes."""
    notes, readings = list(run.notes), run.validation.readings
    for place, report in reports:
        notes += reported_notes(readings, report.run.reported, place)
        notes += status_notes(readings, report.run.statuses, place)
    return replace(run, notes=tuple(notes))
