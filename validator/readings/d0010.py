"""D0010, register readings (formats.md B5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kernels import field_values as kernel
from kernels.record_trees import taken
from validator.readings.pipes.scanning import room
from validator.readings.pipes.windows import Window, window_bytes, windows_of_buffer
from validator.readings.record_trees import Column, Layout, Record, Scanned, Terms, owned, tables
from validator.readings.refused import RefusedLines
from validator.readings.register_readings import REGISTER_READINGS, RegisterReadings
from validator.readings.source import Decoded, Submission
from validator.schema import READINGS

FLOW = "D0010"
_LEAST_WINDOW_BYTES = 256 * 1024
"""Where a window is smaller, a thread for it costs more than it brings."""
LAYOUT = Layout(
    FLOW,
    (
        Record(
            "026",
            2,
            (
                Column(1, "MPAN core", kernel.TEXT, "mpan_core"),
                Column(2, "BSC validation status", kernel.TEXT, "status"),
            ),
        ),
        Record(
            "028",
            2,
            (
                Column(1, "meter serial", kernel.TEXT, "meter_serial"),
                Column(2, "reading type", kernel.TEXT, "reading_type"),
            ),
            parent="026",
        ),
        # One public reader has readings in 029 where real files have 030: what 029 holds is not known.
        Record("029", 3, (Column(1, "first field"),), parent="026"),
        Record(
            "030",
            7,
            (
                Column(1, "register id", kernel.TEXT, "register_id"),
                Column(2, "reading date-time", kernel.STAMP, "read_at"),
                Column(3, "register reading", kernel.NUMBER, "value_kwh"),
                Column(6, "reading flag"),
                Column(7, "method"),
            ),
            parent="028",
        ),
    ),
    row="030",
    counted="register readings",
)
_SYSTEM, _METER, _UNKNOWN, _READING = (LAYOUT.kinds[record] for record in ("026", "028", "029", "030"))


def read_d0010(submission: Submission) -> Decoded:
    """The register readings, and no channel-days; SubmissionError with line and field for whatever is not right.

    Leniently, an MPAN's readings are left out together where a line of them cannot be read, and stand in `refused`.
    """
    data = np.frombuffer(submission.data, dtype=np.uint8)
    refused: list[RefusedLines] = []
    refuse, look_further = (refused.append, len(data)) if submission.lenient else (None, None)
    windows = windows_of_buffer(data, LAYOUT, _window_bytes(len(data), submission.jobs), look_further=look_further)
    terms = Terms(submission.name, LAYOUT, submission.allow_test_data, refuse)
    unknown = Unknown()
    batches = list(register_batches(windows, terms, submission.jobs, unknown))
    registers = RegisterReadings(submission.name, pa.Table.from_batches(batches, REGISTER_READINGS))
    notes = unknown.notes(submission.name)
    return Decoded(READINGS.empty_table(), refused=tuple(refused), registers=registers, notes=notes)


def _window_bytes(size: int, jobs: int) -> int:
    """Bytes of a window of a file of `size`: no more than usual, and each of `jobs` threads has one if it can."""
    return min(window_bytes(jobs), max(_LEAST_WINDOW_BYTES, -(-size // jobs)))


@dataclass
class Unknown:
    """Lines of group 029, whose fields are not known."""

    lines: int = 0

    def notes(self, name: str) -> tuple[str, ...]:
        """That they were passed over, where there were any."""
        if not self.lines:
            return ()
        told = "1 line" if self.lines == 1 else f"{self.lines} lines"
        return (f"{name}: {told} of group 029, whose fields are not known, left aside",)


def register_batches(
    windows: Iterator[Window], terms: Terms, jobs: int = 1, unknown: Unknown | None = None
) -> Iterator[pa.RecordBatch]:
    """REGISTER_READINGS of each window in turn, scanned by `jobs` threads; `unknown` counts what is passed over.

    No more windows are held than threads and one. Raises SubmissionError, after the readings before the fault; where
    `terms` may leave groups out, no window may begin within one.
    """
    for lines, (batch, passed_over) in tables(windows, terms, _batch, jobs):
        if unknown is not None:
            unknown.lines += passed_over
        # In the first window they are right already.
        if lines:
            place = REGISTER_READINGS.get_field_index("line")
            numbers = owned(batch.column(place).to_numpy(), np.int64)
            numbers += lines
            batch = batch.set_column(place, REGISTER_READINGS.field(place), pa.array(numbers, pa.int64()))
        yield batch


def _batch(scanned: Scanned) -> tuple[pa.RecordBatch, int]:
    """A window's readings, lines from 1, and how many 029 lines it has."""
    of_meter = owned(scanned.above[_READING], np.int32)
    of_system = room(len(of_meter), np.int32)
    taken(scanned.above[_METER], of_meter, of_system)
    above = {"mpan_core": of_system, "status": of_system, "meter_serial": of_meter, "reading_type": of_meter}
    made = {name: _by_group(rows, scanned.text(name)) for name, rows in above.items()}
    made |= {
        "line": pa.array(owned(scanned.lines[_READING], np.int64)),
        "register_id": scanned.text("register_id"),
        "read_at": pa.array(owned(scanned.stamps["read_at"], np.int64)).view(pa.timestamp("s")),
        "value_kwh": pa.array(owned(scanned.numbers["value_kwh"], np.float64)),
    }
    batch = pa.RecordBatch.from_arrays([made[name] for name in REGISTER_READINGS.names], schema=REGISTER_READINGS)
    return batch, scanned.rows("029")


def _by_group(rows: np.typing.NDArray[np.int32], texts: pa.StringArray) -> pa.DictionaryArray:
    """A group's text for each reading in it, kept once for the group."""
    # Looked up once more, a fifth of the work here; the scanner has opened each of these rows.
    return pa.DictionaryArray.from_arrays(pa.array(rows), texts, safe=False)
