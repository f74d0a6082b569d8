"""What a run hands to its report: the verdicts, what they were made from, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from validator.readings.refused import RefusedLines
from validator.registers.unmatched import NONE_UNMATCHED, UnmatchedReadings
from validator.regulation import Regulation
from validator.validation.result import Validation

if TYPE_CHECKING:
    from validator.readings.cdca_exceptions import ReportedException
    from validator.readings.cdca_status import MeterStatus


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One input that was read: `size_bytes` as stored, `channel_days` rows and `readings` values."""

    name: str
    format: str
    sha256: str
    size_bytes: int
    channel_days: int
    readings: int


@dataclass(frozen=True, slots=True)
class Refused:
    """One input that could not be read, and why in the words of its SubmissionError."""

    name: str
    message: str


@dataclass(frozen=True)
class Run:
    """Everything that a report says.

    `wall_s` is the time in seconds from the start until writing began, and `stages` its parts in seconds.
    `options` are the choices of the person who ran it, by name. `left_out` are groups that a lenient reading
    left out, `notes` what a person should know of the inputs, and `unmatched_registers` the register readings
    that no channel-day takes: file, line and why. `reported` are exceptions that the CDCA reported, and
    `statuses` what else it said of the meters.
    """

    validation: Validation
    regulation: Regulation
    inputs: tuple[InputRecord, ...]
    refused: tuple[Refused, ...]
    standing_name: str
    standing_sha256: str
    started_at: datetime
    wall_s: float
    stages: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    left_out: tuple[RefusedLines, ...] = ()
    notes: tuple[str, ...] = ()
    unmatched_registers: UnmatchedReadings = NONE_UNMATCHED
    reported: tuple[ReportedException, ...] = ()
    statuses: tuple[MeterStatus, ...] = ()
