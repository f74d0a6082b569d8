"""Stark DF2 whose every line is written in the usual way, by windows that threads read; any other is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import df2 as kernel
from validator.errors import SubmissionError
from validator.readings.formats import BOM
from validator.readings.half_hours.channel_days import Channels, HalfHours, Statuses, channel_days
from validator.readings.half_hours.letters import LETTERS
from validator.readings.half_hours.stamp_texts import Stamps
from validator.readings.half_hours.stamped import Reckoning, settled
from validator.readings.leniently import placed
from validator.readings.pipes.windows import Bytes, window_bytes
from validator.readings.source import Submission
from validator.readings.text_columns import text_column
from validator.schema import FLAG_INVALID_STATUS

_HEADS = (b"#F2\n", b"#F2\r\n")
_OUTSTATION = b"\n#O "
_SOUGHT_AT_ONCE = 64 * 1024
_FEWEST_STAMPS = 64


@dataclass(frozen=True)
class _Read:
    """A window's channel-days, their lines counted from 1 in it, and how many lines it has."""

    readings: pa.Table
    lines: int


def usual_df2(submission: Submission, sensors: Mapping[str, str]) -> pa.Table | None:
    """The READINGS of the file; None where a line is not usual, or there is anything to be refused.

    `sensors` are the quantities by the number of the sensor. What has to be said of a file that is left, the reader
    says that looks at it line by line.
    """
    data = submission.data[len(BOM) :] if bytes(submission.data[: len(BOM)]) == BOM else submission.data
    head = next((head for head in _HEADS if bytes(data[: len(head)]) == head), None)
    if head is None:
        return None
    quantities = pa.array([sensors[str(number)] for number in range(1, len(sensors) + 1)], pa.string())
    read = partial(_window, submission, quantities)
    body = np.frombuffer(data[len(head) :], dtype=np.uint8)
    found: list[_Read] = []
    with ThreadPoolExecutor(max(1, submission.jobs)) as threads:
        for each in threads.map(read, _windows(body, window_bytes(submission.jobs))):
            if each is None:
                threads.shutdown(cancel_futures=True)
                return None
            found.append(each)
    before = np.cumsum([1, *(each.lines for each in found)])
    tables = [_moved(each.readings, int(lines)) for each, lines in zip(found, before[:-1], strict=True)]
    return pa.concat_tables(tables) if tables else None


def _windows(data: Bytes, size: int) -> Iterator[tuple[Bytes, int]]:
    """Stretches of `size` that begin where an outstation does: bytes with some to spare, and how many count."""
    begin = 0
    while begin < len(data):
        end = _cut(data, begin + size)
        if end + kernel.SPARE_BYTES <= len(data):
            yield data[begin : end + kernel.SPARE_BYTES], end - begin
        else:
            last = data[begin:end].tobytes()
            closed = last if last.endswith(b"\n") else last + b"\n"
            yield np.frombuffer(closed + bytes(kernel.SPARE_BYTES), dtype=np.uint8), len(closed)
        begin = end


def _cut(data: Bytes, start: int) -> int:
    """Where the next outstation begins; the end where none does."""
    while start < len(data):
        found = data[start : start + _SOUGHT_AT_ONCE + len(_OUTSTATION)].tobytes().find(_OUTSTATION)
        if found >= 0:
            return start + found + 1
        start += _SOUGHT_AT_ONCE
    return len(data)


def _window(submission: Submission, quantities: pa.Array, window: tuple[Bytes, int]) -> _Read | None:
    data, past = window
    rows, channels = past // kernel.LEAST_ROW + 1, past // kernel.LEAST_CHANNEL + 1
    of = np.empty((channels, kernel.CHANNEL_SIZE), dtype=np.int64)
    channel, codes, line = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.int64)
    energy_kwh, status = np.empty(rows, np.float64), np.empty(rows, np.uint8)
    keys, seconds = np.empty((rows, 2), np.uint64), np.empty(rows, np.int64)
    slots = np.zeros(1 << (_FEWEST_STAMPS + 2 * rows).bit_length(), np.int32)
    counts = np.zeros(kernel.COUNTS_SIZE, np.int64)
    if not kernel.usual_rows(
        data, past, of, channel, codes, energy_kwh, status, line, keys, seconds, slots, counts
    ):  # fmt: skip
        return None
    many, stamps = int(counts[kernel.ROWS]), int(counts[kernel.STAMPS])
    of, codes, channel = of[: counts[kernel.CHANNELS]], codes[:many], channel[:many]

    def refuse(row: int, expected: str, action: str) -> SubmissionError:
        return submission.refuse("a stamp", expected, action, row=row)

    read = Stamps.read(seconds[:stamps])
    try:
        day, period, _ = settled(read, codes, channel, Reckoning("end", "utc", "utc"), refuse)
        sent = HalfHours(
            channels=_channels(data, of, quantities),
            channel=channel,
            day=day,
            period=period,
            energy_kwh=energy_kwh[:many],
            statuses=Statuses(_BITS[status[:many]], status[:many] == 0),
            place=line[:many],
            utc_day=True,
            by_line=True,
        )
        return _Read(channel_days(submission, sent), int(counts[kernel.LINES]))
    except SubmissionError:
        return None


def _bits() -> npt.NDArray[np.uint16]:
    """Flag bits by the letter's code; a letter that means nothing, and none, are invalid."""
    bits = np.full(256, FLAG_INVALID_STATUS, dtype=np.uint16)
    for letter, meaning in LETTERS.items():
        bits[ord(letter)] = meaning
    bits[0] = 0
    return bits


_BITS = _bits()


def _channels(data: Bytes, of: npt.NDArray[np.int64], quantities: pa.Array) -> Channels:
    outstations = text_column(data, of[:, : kernel.SENSOR], np.arange(len(of)))
    return Channels(
        outstations.cast(pa.string()),
        quantities.take(pa.array(of[:, kernel.SENSOR] - 1)),
        pa.repeat(pa.scalar("MAIN", pa.string()), len(of)),
    )


def _moved(readings: pa.Table, lines: int) -> pa.Table:
    """The same with `lines` above them."""
    return placed(readings, readings["source_row"].to_numpy() + lines)
