"""DTC user flows D0036, D0275 and D0379 into readings; the scanning is done by kernels.dtc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import dtc
from validator.errors import SubmissionError
from validator.readings.dates import first_implausible
from validator.readings.dtc_faults import Flow, fault_error
from validator.readings.formats import BOM
from validator.readings.source import Decoded, Submission
from validator.readings.table import provenance, with_absent_columns

FLOWS = {
    flow.word: flow
    for flow in (
        Flow("D0036", "101", "102", "103", utc_day=False),
        Flow("D0275", "25B", "26B", "27B", utc_day=False),
        Flow("D0379", "25B", "26B", "66L", utc_day=True),
    )
}

# The shortest records that are read: `103|||`, `102|20260401|` and `101|1|A||`, each with its line end.
_LEAST_VALUE_BYTES, _LEAST_DAY_BYTES, _LEAST_CHANNEL_BYTES = 7, 14, 10

_MOST_OFFSET = 2**31 - 1
"""Arrow's lists and texts count with int32."""

_IDENTIFIER, _QUANTITY = 0, 2
"""Columns of `text_ranges` where each text's first byte stands."""


@dataclass(frozen=True)
class _Scanned:
    """The scanner's columns, cut to what was read; shapes and units as kernels.dtc.scan says."""

    text_ranges: npt.NDArray[np.int64]
    day_number: npt.NDArray[np.int32]
    day_line: npt.NDArray[np.int64]
    day_channel: npt.NDArray[np.int32]
    day_offset: npt.NDArray[np.int32]
    energy_kwh: npt.NDArray[np.float64]
    flags: npt.NDArray[np.uint16]
    has_blanks: bool


def read_dtc(submission: Submission, word: str) -> Decoded:
    """Readings of one DTC flow (formats.md B1 to B4); `source_row` is the line of the day's record.

    Raises SubmissionError with line and field for anything that breaks the envelope, the group tree or a
    field; a blank or negative value, or a status other than A, E and C, is a fault of the data and is read.
    """
    flow = FLOWS[word]
    data = np.frombuffer(submission.data, dtype=np.uint8)
    data.setflags(write=False)
    scanned = _scan(submission, flow, data)
    _check_dates(submission, flow, scanned)
    days = len(scanned.day_number)
    columns = {
        "mpan_core": _texts(submission, data, scanned, _IDENTIFIER),
        "measurement_quantity": _texts(submission, data, scanned, _QUANTITY),
        "role": pa.repeat(pa.scalar("MAIN", pa.string()), days),
        "settlement_date": pa.array(scanned.day_number, pa.int32()).view(pa.date32()),
        "energy_kwh": _lists(scanned, _energies(scanned)),
        "period_flags": _lists(scanned, pa.array(scanned.flags, pa.uint16())),
        **provenance(submission.name, flow.utc_day, False, pa.array(scanned.day_line, pa.int64())),
    }
    return Decoded(with_absent_columns(columns))


def _scan(submission: Submission, flow: Flow, data: npt.NDArray[np.uint8]) -> _Scanned:
    if len(data) // _LEAST_VALUE_BYTES >= _MOST_OFFSET:
        raise _too_large(submission)
    lines = int(dtc.line_count(data))
    scanned = _unfilled(
        channels=min(lines, len(data) // _LEAST_CHANNEL_BYTES + 1),
        days=min(lines, len(data) // _LEAST_DAY_BYTES + 1),
        values=min(lines, len(data) // _LEAST_VALUE_BYTES + 1),
    )
    start = len(BOM) if bytes(submission.data[: len(BOM)]) == BOM else 0
    counts = np.zeros(dtc.COUNTS_SIZE, dtype=np.int64)
    fault = np.zeros(dtc.FAULT_SIZE, dtype=np.int64)
    word, channel, day, value = map(dtc.packed, (flow.word, flow.channel, flow.day, flow.value))
    dtc.scan(
        data, start, word, channel, day, value,
        scanned.text_ranges, scanned.day_number, scanned.day_line, scanned.day_channel,
        scanned.day_offset, scanned.energy_kwh, scanned.flags, counts, fault,
    )  # fmt: skip
    if fault[0] != dtc.NO_FAULT:
        raise fault_error(submission, flow, fault)
    return _cut(scanned, *(int(count) for count in counts))


def _unfilled(channels: int, days: int, values: int) -> _Scanned:
    """Room for the most records that there can be; pages that are never written cost no memory."""
    return _Scanned(
        text_ranges=np.empty((channels, 4), dtype=np.int64),
        day_number=np.empty(days, dtype=np.int32),
        day_line=np.empty(days, dtype=np.int64),
        day_channel=np.empty(days, dtype=np.int32),
        day_offset=np.empty(days + 1, dtype=np.int32),
        energy_kwh=np.empty(values, dtype=np.float64),
        flags=np.empty(values, dtype=np.uint16),
        has_blanks=False,
    )


def _cut(scanned: _Scanned, channels: int, days: int, values: int, blanks: int) -> _Scanned:
    return _Scanned(
        text_ranges=scanned.text_ranges[:channels],
        day_number=scanned.day_number[:days],
        day_line=scanned.day_line[:days],
        day_channel=scanned.day_channel[:days],
        day_offset=scanned.day_offset[: days + 1],
        energy_kwh=scanned.energy_kwh[:values],
        flags=scanned.flags[:values],
        has_blanks=blanks > 0,
    )


def _check_dates(submission: Submission, flow: Flow, scanned: _Scanned) -> None:
    found = first_implausible(scanned.day_number, submission.today)
    if found:
        day, expected = found
        raise submission.refuse(
            str(np.datetime64(int(scanned.day_number[day]), "D")),
            expected,
            "Correct the date",
            line=int(scanned.day_line[day]),
            column=f"settlement date (field 1 of {flow.day})",
        )


def _texts(submission: Submission, data: npt.NDArray[np.uint8], scanned: _Scanned, column: int) -> pa.Array:
    """Each day's text, out of the bytes of its channel group."""
    begins = scanned.text_ranges[:, column][scanned.day_channel]
    ends = scanned.text_ranges[:, column + 1][scanned.day_channel]
    offsets = np.zeros(len(begins) + 1, dtype=np.int64)
    np.cumsum(ends - begins, out=offsets[1:])
    if offsets[-1] > _MOST_OFFSET:
        raise _too_large(submission)
    text = np.empty(int(offsets[-1]), dtype=np.uint8)
    dtc.copy_texts(data, begins, offsets, text)
    buffers = (pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(text))
    return pa.StringArray.from_buffers(len(begins), *buffers)


def _too_large(submission: Submission) -> SubmissionError:
    return submission.refuse(
        f"{len(submission.data)} bytes", "at most 2**31 values, and as much text", "Send it in smaller parts"
    )


def _energies(scanned: _Scanned) -> pa.Array:
    values = scanned.energy_kwh
    # No text reads as NaN: the scanner writes it for a blank field only.
    present = np.packbits(~np.isnan(values), bitorder="little") if scanned.has_blanks else None
    validity = pa.py_buffer(present) if present is not None else None
    return pa.Array.from_buffers(pa.float64(), len(values), [validity, pa.py_buffer(values)])


def _lists(scanned: _Scanned, values: pa.Array) -> Any:
    return pa.ListArray.from_arrays(pa.array(scanned.day_offset, pa.int32()), values)
